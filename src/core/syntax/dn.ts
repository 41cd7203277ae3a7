/** Distinguished names: their text (RFC 4514), and the keys by which they are compared. */
import { isUtf8 } from 'node:buffer';
import { DirectoryError } from '../errors.ts';
import { foldAttribute, foldCase } from './folding.ts';
import { hexPair, TextCursor } from './text-cursor.ts';

/** One attribute type as written (a name, or an OID without the prefix "OID."), with its value unescaped. */
export interface AttributeValue {
  readonly type: string;
  readonly value: string;
}

/** At least one value, of several types where the RDN is written with "+" (X.501 9.3: each type once). */
export type Rdn = readonly AttributeValue[];

/** Leaf first, as in the text; the empty list is the root. */
export type Dn = readonly Rdn[];

export const DN_LENGTH_MAX = 8192;
export const DN_RDNS_MAX = 128;
export const RDN_VALUES_MAX = 16;

/**
 * Reads the text of a DN by RFC 4514; tolerates blanks around separators, ";" between RDNs and "OID." before
 * OIDs, as RFC 2253 section 4 asks. Throws DirectoryError 'invalid' (field `dn`), which names the character at fault.
 */
export function parseDn(text: string): Dn {
  if (Buffer.byteLength(text) > DN_LENGTH_MAX) {
    throw new DirectoryError('invalid', `A DN has at most ${DN_LENGTH_MAX} bytes.`, { field: 'dn' });
  }
  const cursor = new TextCursor(text, 'dn');
  cursor.take(BLANKS);
  if (cursor.atEnd) return [];
  const dn: Rdn[] = [];
  do {
    if (dn.length === DN_RDNS_MAX) throw cursor.invalid(`more than ${DN_RDNS_MAX} components`);
    dn.push(parseRdn(cursor));
  } while (cursor.take(RDN_SEPARATOR) !== null);
  if (!cursor.atEnd) throw cursor.invalid('this character must be escaped with "\\"');
  return dn;
}

/** The one text that we write for a DN: no blanks around separators, the fewest escapes that are safe. */
export function formatDn(dn: Dn): string {
  return dn.map((rdn) => rdn.map(({ type, value }) => `${type}=${escapeDnValue(value)}`).join('+')).join(',');
}

/** The key of the DN that a text is. Throws as parseDn. */
export function keyOfDn(text: string): string {
  // As nearly every program writes them; parsing takes ten times as long.
  return text.length <= PLAIN_LENGTH_MAX && PLAIN.test(text) ? text.toLowerCase() : dnKey(parseDn(text));
}

/**
 * The form under which DNs are compared, all values by caseIgnoreMatch. The key of an entry ends in "," and the
 * key of each entry above it: an unescaped "," never stands within a value.
 */
export function dnKey(dn: Dn): string {
  return dn.map(rdnKey).join(',');
}

/** Whether `dn` is `base` or lies below it. */
export function isWithin(dn: Dn, base: Dn): boolean {
  return dn.length >= base.length && dnKey(dn.slice(dn.length - base.length)) === dnKey(base);
}

/** The DN of the entry above; null for the root. */
export function parentDn(dn: Dn): Dn | null {
  return dn.length === 0 ? null : dn.slice(1);
}

/** A value as it stands in a DN's text (RFC 4514 section 2.4); control characters as hex pairs. */
export function escapeDnValue(value: string): string {
  return value.replace(NEEDS_ESCAPE, (character) =>
    character < ' ' || character === '\x7f' ? hexPair(character) : `\\${character}`,
  );
}

/** Names of attribute types that DNs are made of: the short one, then what else stands for it (RFC 4514, RFC 4519). */
const TYPE_NAMES: readonly (readonly [name: string, ...aliases: string[]])[] = [
  ['cn', '2.5.4.3', 'commonname'],
  ['sn', '2.5.4.4', 'surname'],
  ['serialnumber', '2.5.4.5'],
  ['c', '2.5.4.6', 'countryname'],
  ['l', '2.5.4.7', 'localityname'],
  ['st', '2.5.4.8', 'stateorprovincename'],
  ['street', '2.5.4.9', 'streetaddress'],
  ['o', '2.5.4.10', 'organizationname'],
  ['ou', '2.5.4.11', 'organizationalunitname'],
  ['givenname', '2.5.4.42', 'gn'],
  ['uid', '0.9.2342.19200300.100.1.1', 'userid'],
  ['mail', '0.9.2342.19200300.100.1.3', 'rfc822mailbox'],
  ['dc', '0.9.2342.19200300.100.1.25', 'domaincomponent'],
  ['entryuuid', '1.3.6.1.1.16.4'],
];
const NAME_OF_TYPE: ReadonlyMap<string, string> = new Map(
  TYPE_NAMES.flatMap(([name, ...aliases]) => aliases.map((alias) => [alias, name] as const)),
);

const BLANKS = / */y;
const TYPE = /(?:[oO][iI][dD]\.(?=\d))?([A-Za-z][\w-]*|\d+(?:\.\d+)*)/y;
const EQUALS = / *= */y;
const PLUS = / *\+ */y;
const RDN_SEPARATOR = / *[,;] */y;
const HEX_VALUE = /#((?:[\da-fA-F]{2})+)(?= *(?:[,;+]|$))/y;
/** Blanks count only between other characters; at the end they count when escaped. */
const STRING_VALUE = /(?!#)(?: *(?:[^\\,;+"<>\0 ]|\\(?:[ "#+,;<=>\\]|[\da-fA-F]{2})))*/y;
const ESCAPED = /((?:\\[\da-fA-F]{2})+)|\\(.)/gs;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are escaped too
const NEEDS_ESCAPE = /^[# ]|[\0-\x1f\x7f"+,;<>\\]| $/g;

/** DNs that are their own keys but for case: short names of types, values without anything to unescape or to fold. */
const PLAIN = /^(?:cn|dc|mail|ou|uid)=[\w.@-]+(?:,(?:cn|dc|mail|ou|uid)=[\w.@-]+)*$/i;
const PLAIN_LENGTH_MAX = 256;

function parseRdn(cursor: TextCursor): Rdn {
  const rdn: AttributeValue[] = [];
  const types = new Set<string>();
  do {
    const start = cursor.at;
    if (rdn.length === RDN_VALUES_MAX) {
      throw cursor.invalid(`more than ${RDN_VALUES_MAX} values joined by "+"`);
    }
    const attributeValue = parseAttributeValue(cursor);
    rdn.push(attributeValue);
    types.add(typeKey(attributeValue.type));
    if (types.size < rdn.length)
      throw cursor.invalid(`"${attributeValue.type}" stands twice between commas`, start);
  } while (cursor.take(PLUS) !== null);
  cursor.take(BLANKS);
  return rdn;
}

function parseAttributeValue(cursor: TextCursor): AttributeValue {
  const type = cursor.take(TYPE)?.[1];
  if (type === undefined) throw cursor.invalid('an attribute type such as "cn" is missing');
  if (cursor.take(EQUALS) === null) throw cursor.invalid(`"=" is missing after "${type}"`);
  const start = cursor.at;
  const value = parseValue(cursor);
  if (value === null) throw cursor.invalid('the value is not a text in UTF-8', start);
  return { type, value };
}

function parseValue(cursor: TextCursor): string | null {
  const string = cursor.take(STRING_VALUE)?.[0];
  if (string !== undefined) return unescapeValue(string);
  const hex = cursor.take(HEX_VALUE)?.[1];
  if (hex === undefined) throw cursor.invalid('pairs of hexadecimal digits must follow "#"');
  return decodeBerText(Buffer.from(hex, 'hex'));
}

/** null where hex pairs do not make UTF-8. */
function unescapeValue(raw: string): string | null {
  if (!raw.includes('\\')) return raw;
  let valid = true;
  const text = raw.replace(ESCAPED, (_, pairs: string | undefined, character: string) => {
    if (pairs === undefined) return character;
    const decoded = decodeUtf8(Buffer.from(pairs.replaceAll('\\', ''), 'hex'));
    valid &&= decoded !== null;
    return decoded ?? '';
  });
  return valid ? text : null;
}

/** BER tags of OCTET STRING, UTF8String, PrintableString and IA5String: what a "#" value may hold here. */
const TEXT_TAGS: ReadonlySet<number> = new Set([0x04, 0x0c, 0x13, 0x16]);

/** null where `ber` is not one whole string of text. */
function decodeBerText(ber: Buffer): string | null {
  const [tag = 0, first = 0] = ber;
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  const header = 2 + lengthBytes;
  if (!TEXT_TAGS.has(tag) || lengthBytes > 2 || first === 0x80 || ber.length < header) return null;
  const length = lengthBytes === 0 ? first : ber.readUIntBE(2, lengthBytes);
  return ber.length === header + length ? decodeUtf8(ber.subarray(header)) : null;
}

function decodeUtf8(bytes: Buffer): string | null {
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}

function rdnKey(rdn: Rdn): string {
  return rdn.map(attributeValueKey).sort().join('+');
}

function attributeValueKey({ type, value }: AttributeValue): string {
  return `${typeKey(type)}=${foldCase(value).replace(/[\\,+]/g, hexPair)}`;
}

function typeKey(type: string): string {
  const name = foldAttribute(type);
  return NAME_OF_TYPE.get(name) ?? name;
}
