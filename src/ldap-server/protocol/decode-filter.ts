/** Makes filters of bytes (RFC 4511 section 4.5.1.7). */
import type { Filter } from '../../core/syntax/filter.ts';
import { Tag } from './ber-reader.ts';
import type { RequestReader } from './request-reader.ts';

/** Reads the next element of a search request as its filter, within the reader's limits of depth and terms. */
export function decodeFilter(reader: RequestReader): Filter {
  return decode({ reader, terms: 0 }, 1);
}

const AND = 0xa0;
const OR = 0xa1;
const NOT = 0xa2;
const EQUALITY = 0xa3;
const SUBSTRINGS = 0xa4;
const GREATER_OR_EQUAL = 0xa5;
const LESS_OR_EQUAL = 0xa6;
const PRESENT = 0x87;
const APPROXIMATE = 0xa8;
const EXTENSIBLE = 0xa9;

const INITIAL = 0x80;
const ANY = 0x81;
const FINAL = 0x82;

const MATCHING_RULE = 0x81;
const MATCHING_TYPE = 0x82;
const MATCH_VALUE = 0x83;
const DN_ATTRIBUTES = 0x84;

interface Decoding {
  readonly reader: RequestReader;
  terms: number;
}

function decode(decoding: Decoding, depth: number): Filter {
  const { reader } = decoding;
  const { filterDepthMax } = reader.limits;
  if (depth > filterDepthMax) reader.refuse(`A filter nests at most ${filterDepthMax} deep.`);
  countTerm(decoding);
  const tag = reader.nextTag;
  switch (tag) {
    case AND:
      return { type: 'and', filters: decodeSet(decoding, tag, depth) };
    case OR:
      return { type: 'or', filters: decodeSet(decoding, tag, depth) };
    case NOT:
      return decodeNot(decoding, depth);
    case EQUALITY:
      return decodeAssertion(reader, 'equality', tag);
    case SUBSTRINGS:
      return decodeSubstrings(decoding);
    case GREATER_OR_EQUAL:
      return decodeAssertion(reader, 'greater-or-equal', tag);
    case LESS_OR_EQUAL:
      return decodeAssertion(reader, 'less-or-equal', tag);
    case PRESENT:
      return { type: 'presence', attribute: reader.string(tag) };
    case APPROXIMATE:
      return decodeAssertion(reader, 'approximate', tag);
    case EXTENSIBLE:
      return decodeExtensible(reader);
    default:
      return reader.refuse('This kind of filter is not known.');
  }
}

type Compared = 'equality' | 'greater-or-equal' | 'less-or-equal' | 'approximate';

function decodeAssertion<Type extends Compared>(reader: RequestReader, type: Type, tag: number) {
  const { attribute, value } = reader.assertion(tag);
  return { type, attribute, value };
}

function countTerm(decoding: Decoding): void {
  const { filterTermsMax } = decoding.reader.limits;
  decoding.terms += 1;
  if (decoding.terms > filterTermsMax) {
    decoding.reader.refuse(`A filter has at most ${filterTermsMax} terms.`);
  }
}

/** Empty sets are the absolute true and false of RFC 4526. */
function decodeSet(decoding: Decoding, tag: number, depth: number): Filter[] {
  const filters: Filter[] = [];
  const outer = decoding.reader.enter(tag);
  while (decoding.reader.more) filters.push(decode(decoding, depth + 1));
  decoding.reader.leave(outer);
  return filters;
}

function decodeNot(decoding: Decoding, depth: number): Filter {
  const outer = decoding.reader.enter(NOT);
  const filter = decode(decoding, depth + 1);
  decoding.reader.leave(outer);
  return { type: 'not', filter };
}

function decodeSubstrings(decoding: Decoding): Filter {
  const { reader } = decoding;
  const outer = reader.enter(SUBSTRINGS);
  const attribute = reader.string();
  const pieces = reader.enter(Tag.sequence);
  if (!reader.more) reader.refuse('A substring filter holds at least one piece.');
  const initial = reader.optionalValue(INITIAL);
  const any: Buffer[] = [];
  while (reader.nextTag === ANY) {
    countTerm(decoding);
    any.push(reader.value(ANY));
  }
  const final = reader.optionalValue(FINAL);
  if (reader.more)
    reader.refuse('The pieces of a substring filter are initial, any and final, in this order.');
  reader.leave(pieces);
  reader.leave(outer);
  return { type: 'substring', attribute, initial, any, final };
}

function decodeExtensible(reader: RequestReader): Filter {
  const outer = reader.enter(EXTENSIBLE);
  const rule = reader.optionalString(MATCHING_RULE);
  const attribute = reader.optionalString(MATCHING_TYPE);
  const value = reader.value(MATCH_VALUE);
  const dnAttributes = reader.nextTag === DN_ATTRIBUTES && reader.boolean(DN_ATTRIBUTES);
  reader.leave(outer);
  if (rule === null && attribute === null) {
    reader.refuse('An extensible filter names a matching rule, an attribute, or both.');
  }
  return { type: 'extensible', rule, attribute, value, dnAttributes };
}
