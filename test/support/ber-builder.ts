/** Builds BER in its own way, out of hexadecimal text, to tell what bytes the codec has to read and to write. */

type Content = string | Buffer;

/** One element; text contents stand for their UTF-8. Lengths are as short as can be. */
export function element(tag: number, ...contents: readonly Content[]): Buffer {
  const body = joined(contents);
  const bytes = body.length / 2;
  return Buffer.from(pair(tag) + (bytes < 128 ? pair(bytes) : longLength(bytes, 0)) + body, 'hex');
}

/** As `element`, with a length field that takes `octets` octets after its first. */
export function elementWithLength(tag: number, octets: number, ...contents: readonly Content[]): Buffer {
  const body = joined(contents);
  return Buffer.from(pair(tag) + longLength(body.length / 2, octets) + body, 'hex');
}

export const sequence = (...contents: readonly Content[]) => element(0x30, ...contents);
export const set = (...contents: readonly Content[]) => element(0x31, ...contents);
export const text = (value: Content) => element(0x04, value);
export const boolean = (value: boolean) => element(0x01, Buffer.from([value ? 255 : 0]));
export const integer = (value: number) => element(0x02, twosComplement(value));
export const enumerated = (value: number) => element(0x0a, twosComplement(value));

/** A whole LDAPMessage. */
export const message = (id: number, operation: Buffer, ...rest: readonly Buffer[]) =>
  sequence(integer(id), operation, ...rest);

/** A search request's operation, of which tests name only what they are about. */
export function search(
  parts: {
    base?: string;
    scope?: number;
    sizeLimit?: number;
    filter?: Buffer;
    attributes?: readonly string[];
  } = {},
): Buffer {
  return element(
    0x63,
    text(parts.base ?? 'dc=roster'),
    enumerated(parts.scope ?? 2),
    enumerated(0),
    integer(parts.sizeLimit ?? 0),
    integer(0),
    boolean(false),
    parts.filter ?? element(0x87, 'objectClass'),
    sequence(...(parts.attributes ?? []).map(text)),
  );
}

export const simpleBind = (name: string, password: Content) =>
  element(0x60, integer(3), text(name), element(0x80, password));

function joined(contents: readonly Content[]): string {
  return contents.map((content) => Buffer.from(content as string).toString('hex')).join('');
}

function pair(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function longLength(bytes: number, octets: number): string {
  const digits = bytes.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const padded = even.padStart(2 * octets, '0');
  return pair(128 + padded.length / 2) + padded;
}

/** The fewest octets whose first bit is the sign. */
function twosComplement(value: number): Buffer {
  const wide = BigInt.asUintN(64, BigInt(value)).toString(16).padStart(16, '0');
  const sign = value < 0 ? 'ff' : '00';
  let octets: string[] = wide.match(/../g) ?? [];
  while (octets.length > 1 && octets[0] === sign && startsLike(octets[1], value)) octets = octets.slice(1);
  return Buffer.from(octets.join(''), 'hex');
}

function startsLike(octet: string | undefined, value: number): boolean {
  return octet !== undefined && Number.parseInt(octet, 16) >= 128 === value < 0;
}
