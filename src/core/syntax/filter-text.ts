/** The text of search filters (RFC 4515). */
import { isUtf8 } from 'node:buffer';
import { DirectoryError } from '../errors.ts';
import { FILTER_DEPTH_MAX, type Filter } from './filter.ts';
import { hexPair, TextCursor } from './text-cursor.ts';

export const FILTER_LENGTH_MAX = 65_536;

/**
 * Reads a filter's text by RFC 4515, `(&)` and `(|)` of RFC 4526 included. Tolerates blanks around components and
 * missing outer parentheses. Throws DirectoryError 'invalid' (field `filter`), which names the character at fault.
 */
export function parseFilter(text: string): Filter {
  if (Buffer.byteLength(text) > FILTER_LENGTH_MAX) {
    throw new DirectoryError('invalid', `A filter has at most ${FILTER_LENGTH_MAX} bytes.`, {
      field: 'filter',
    });
  }
  const cursor = new TextCursor(text, 'filter');
  cursor.take(BLANKS);
  const filter = text[cursor.at] === '(' ? parseParenthesised(cursor, 1) : parseComponent(cursor, 1);
  cursor.take(BLANKS);
  if (!cursor.atEnd) throw cursor.invalid('nothing may follow the end of the filter');
  return filter;
}

/** The text of a filter; `parseFilter` reads it back to the same filter. */
export function formatFilter(filter: Filter): string {
  switch (filter.type) {
    case 'and':
      return `(&${filter.filters.map(formatFilter).join('')})`;
    case 'or':
      return `(|${filter.filters.map(formatFilter).join('')})`;
    case 'not':
      return `(!${formatFilter(filter.filter)})`;
    case 'presence':
      return `(${filter.attribute}=*)`;
    case 'substring':
      return `(${filter.attribute}=${formatSubstrings(filter)})`;
    case 'extensible':
      return `(${formatRule(filter)}:=${formatValue(filter.value)})`;
    default:
      return `(${filter.attribute}${OPERATORS[filter.type]}${formatValue(filter.value)})`;
  }
}

/** A text as it stands for itself in a filter's value, whatever it holds. */
export function escapeFilterValue(text: string): string {
  return text.replace(NEEDS_ESCAPE, hexPair);
}

const OPERATORS = {
  equality: '=',
  'greater-or-equal': '>=',
  'less-or-equal': '<=',
  approximate: '~=',
} as const;

type Substring = Extract<Filter, { type: 'substring' }>;
type Extensible = Extract<Filter, { type: 'extensible' }>;

const BLANKS = /\s*/y;
/** Underscores are not of RFC 4512, yet directories with attributes of their own are full of them. */
const ATTRIBUTE = /\w[\w.-]*(?:;[\w-]+)*/y;
const RULE = /(:dn)?(?::(\w[\w.-]*))?(?=:=)/iy;
const OPERATOR = /\s*(>=|<=|~=|:=|=)/y;
const VALUE = /[^()\0]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are escaped too
const NEEDS_ESCAPE = /[\0-\x1f\x7f()*\\]/g;
const BAD_ESCAPE = /\\(?![\da-fA-F]{2})/;
const ESCAPED = /\\([\da-fA-F]{2})/g;

function parseParenthesised(cursor: TextCursor, depth: number): Filter {
  if (!cursor.takeCharacter('(')) throw cursor.invalid('"(" is missing');
  cursor.take(BLANKS);
  const filter = parseComponent(cursor, depth);
  cursor.take(BLANKS);
  if (!cursor.takeCharacter(')')) throw cursor.invalid('")" is missing');
  return filter;
}

function parseComponent(cursor: TextCursor, depth: number): Filter {
  if (depth > FILTER_DEPTH_MAX)
    throw cursor.invalid(`more than ${FILTER_DEPTH_MAX} filters inside each other`);
  if (cursor.takeCharacter('&')) return { type: 'and', filters: parseList(cursor, depth + 1) };
  if (cursor.takeCharacter('|')) return { type: 'or', filters: parseList(cursor, depth + 1) };
  if (!cursor.takeCharacter('!')) return parseItem(cursor);
  cursor.take(BLANKS);
  return { type: 'not', filter: parseParenthesised(cursor, depth + 1) };
}

function parseList(cursor: TextCursor, depth: number): Filter[] {
  const filters: Filter[] = [];
  cursor.take(BLANKS);
  while (cursor.text[cursor.at] === '(') {
    filters.push(parseParenthesised(cursor, depth));
    cursor.take(BLANKS);
  }
  return filters;
}

function parseItem(cursor: TextCursor): Filter {
  const attribute = cursor.take(ATTRIBUTE)?.[0] ?? null;
  const [, dn, rule = null] = cursor.take(RULE) ?? [];
  const operator = cursor.take(OPERATOR)?.[1];
  if (operator === ':=' && (attribute ?? rule) !== null) {
    return { type: 'extensible', rule, attribute, dnAttributes: dn !== undefined, value: parseValue(cursor) };
  }
  if (attribute === null) throw cursor.invalid('an attribute such as "cn" is missing');
  switch (operator) {
    case '=':
      return parseEquality(cursor, attribute);
    case '>=':
      return { type: 'greater-or-equal', attribute, value: parseValue(cursor) };
    case '<=':
      return { type: 'less-or-equal', attribute, value: parseValue(cursor) };
    case '~=':
      return { type: 'approximate', attribute, value: parseValue(cursor) };
    default:
      throw cursor.invalid(`"=" is missing after "${attribute}"`);
  }
}

/** "=" stands for equality, presence and substrings alike. */
function parseEquality(cursor: TextCursor, attribute: string): Filter {
  const pieces = takeValue(cursor)
    .split('*')
    .map((piece) => (piece === '' ? null : unescapeValue(piece)));
  const [initial = null, ...rest] = pieces;
  if (rest.length === 0) return { type: 'equality', attribute, value: initial ?? Buffer.alloc(0) };
  const final = rest.pop() ?? null;
  const any = rest.filter((piece) => piece !== null);
  if (initial === null && final === null && any.length === 0) return { type: 'presence', attribute };
  return { type: 'substring', attribute, initial, any, final };
}

function parseValue(cursor: TextCursor): Buffer {
  const start = cursor.at;
  const raw = takeValue(cursor);
  const star = raw.indexOf('*');
  if (star >= 0) throw cursor.invalid('"*" must be written as "\\2a" here', start + star);
  return unescapeValue(raw);
}

function takeValue(cursor: TextCursor): string {
  const start = cursor.at;
  const raw = cursor.take(VALUE)?.[0] ?? '';
  const badEscape = raw.search(BAD_ESCAPE);
  if (badEscape >= 0) {
    throw cursor.invalid('two hexadecimal digits must follow "\\"', start + badEscape);
  }
  return raw;
}

function unescapeValue(raw: string): Buffer {
  if (!raw.includes('\\')) return Buffer.from(raw);
  // Latin-1 carries the bytes through: hex pairs may make octets that are no UTF-8.
  const bytes = Buffer.from(raw).toString('latin1');
  return Buffer.from(
    bytes.replace(ESCAPED, (_, pair: string) => String.fromCharCode(Number.parseInt(pair, 16))),
    'latin1',
  );
}

function formatSubstrings({ initial, any, final }: Substring): string {
  return [initial, ...any, final].map((piece) => (piece === null ? '' : formatValue(piece))).join('*');
}

function formatRule({ attribute, rule, dnAttributes }: Extensible): string {
  return `${attribute ?? ''}${dnAttributes ? ':dn' : ''}${rule === null ? '' : `:${rule}`}`;
}

function formatValue(value: Buffer): string {
  if (isUtf8(value)) return escapeFilterValue(value.toString('utf8'));
  return escapeFilterValue(value.toString('latin1')).replace(/[^\0-\x7f]/g, hexPair);
}
