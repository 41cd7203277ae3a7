/** Reads the answers that a connector gets (RFC 4511 sections 4.2.2, 4.5.2), strictly: the server is not trusted. */
import { DN_LENGTH_MAX } from '../../core/syntax/dn.ts';
import { contentOf, ElementReader, elements, MalformedAnswer } from './ber-elements.ts';
import { type Controls, type PolicyTrouble, policyTrouble } from './password-policy.ts';

/** An entry as it came: values as bytes, under attribute descriptions in lower case. */
export interface LdapEntry {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
  /** As it came; absent for one that came in parts. */
  readonly encoded?: Buffer;
}

export interface LdapResult {
  readonly code: number;
  readonly message: string;
  /** Of a paged search (RFC 2696): null without the control, empty at the end. */
  readonly cookie: Buffer | null;
  /** What a password policy has against a bind; null: nothing, or it was not said. */
  readonly policy: PolicyTrouble | null;
}

export type Response =
  | { readonly type: 'entry'; readonly id: number; readonly entry: LdapEntry }
  | { readonly type: 'reference'; readonly id: number }
  | { readonly type: 'result'; readonly id: number; readonly operation: number; readonly result: LdapResult };

export const BIND_RESPONSE = 0x61;
export const SEARCH_DONE = 0x65;
/** Under message id 0 the notice of disconnection (RFC 4511 section 4.4.1). */
export const EXTENDED_RESPONSE = 0x78;

const SEARCH_ENTRY = 0x64;
const SEARCH_REFERENCE = 0x73;
const CONTROLS = 0xa0;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const ENUMERATED = 0x0a;
const SEQUENCE = 0x30;
const SET = 0x31;
const PAGED_RESULTS = '1.2.840.113556.1.4.319';

/** Reads one whole message. Throws MalformedAnswer. */
export function decodeResponse(frame: Buffer): Response {
  const [message] = elements(frame);
  const [idElement, operation, controls] = elements(contentOf(message, SEQUENCE));
  const id = integer(contentOf(idElement, INTEGER));
  switch (operation?.tag) {
    case SEARCH_ENTRY:
      return { type: 'entry', id, entry: entryOf(operation.content) };
    case SEARCH_REFERENCE:
      return { type: 'reference', id };
    case BIND_RESPONSE:
    case SEARCH_DONE:
    case EXTENDED_RESPONSE: {
      const values = controls?.tag === CONTROLS ? controlsOf(controls.content) : NO_CONTROLS;
      return { type: 'result', id, operation: operation.tag, result: resultOf(operation.content, values) };
    }
    default:
      throw new MalformedAnswer(`an answer has the unexpected tag ${operation?.tag ?? 'none'}`);
  }
}

function entryOf(content: Buffer): LdapEntry {
  const reader = new ElementReader(content);
  const dn = reader.take(OCTET_STRING, content.length);
  // DNs stand in reports and error messages; a NUL no database keeps.
  if (dn.length > DN_LENGTH_MAX || dn.includes(0))
    throw new MalformedAnswer('an entry has a DN that is none');
  const start = reader.at;
  visitAttributes(reader, content.length, skipValues);
  return new EncodedEntry(dn.toString('utf8'), content, start);
}

/** The first value of an attribute, by its name in lower case; the others are not made for it. */
export function firstValue(entry: LdapEntry, attribute: string): Buffer | undefined {
  if (entry instanceof EncodedEntry) return entry.first(attribute);
  return entry.attributes.get(attribute)?.[0];
}

/** Of an enumeration most entries are told by their bytes: their attributes are made when they are asked for. */
class EncodedEntry implements LdapEntry {
  readonly dn: string;
  readonly encoded: Buffer;
  readonly #start: number;
  #attributes: Map<string, Buffer[]> | null = null;

  constructor(dn: string, encoded: Buffer, start: number) {
    this.dn = dn;
    this.encoded = encoded;
    this.#start = start;
  }

  get attributes(): ReadonlyMap<string, readonly Buffer[]> {
    this.#attributes ??= this.#decode(null);
    return this.#attributes;
  }

  first(attribute: string): Buffer | undefined {
    return (this.#attributes ?? this.#decode(attribute.length)).get(attribute)?.[0];
  }

  /** `length`: of the names of attributes that are wanted; null: all. */
  #decode(length: number | null): Map<string, Buffer[]> {
    const attributes = new Map<string, Buffer[]>();
    const reader = new ElementReader(this.encoded);
    reader.at = this.#start;
    visitAttributes(reader, this.encoded.length, (nameLength, end) => {
      if (length !== null && length !== nameLength) return skipValues(nameLength, end, reader);
      const name = this.encoded.toString('latin1', reader.at - nameLength, reader.at).toLowerCase();
      const values: Buffer[] = [];
      const valuesEnd = reader.enter(SET, end);
      while (reader.at < valuesEnd) values.push(reader.take(OCTET_STRING, valuesEnd));
      attributes.set(name, values);
    });
    return attributes;
  }
}

/** `visit` finds the reader behind the name of an attribute, which is so long, and goes through the values to `end`. */
function visitAttributes(
  reader: ElementReader,
  limit: number,
  visit: (nameLength: number, end: number, reader: ElementReader) => void,
): void {
  const listEnd = reader.enter(SEQUENCE, limit);
  while (reader.at < listEnd) {
    const end = reader.enter(SEQUENCE, listEnd);
    const nameEnd = reader.enter(OCTET_STRING, end);
    const length = nameEnd - reader.at;
    reader.at = nameEnd;
    visit(length, end, reader);
    reader.at = end;
  }
}

function skipValues(_nameLength: number, end: number, reader: ElementReader): void {
  const valuesEnd = reader.enter(SET, end);
  while (reader.at < valuesEnd) reader.at = reader.enter(OCTET_STRING, valuesEnd);
}

function resultOf(content: Buffer, controls: Controls): LdapResult {
  const [code, , message] = elements(content);
  return {
    code: integer(contentOf(code, ENUMERATED)),
    message: contentOf(message, OCTET_STRING).toString('utf8'),
    cookie: cookieOf(controls),
    policy: policyTrouble(controls),
  };
}

const NO_CONTROLS: Controls = new Map();

/** The values of controls by OID; empty for one without. */
function controlsOf(content: Buffer): Controls {
  return new Map(
    elements(content).map((control) => {
      const [type, ...rest] = elements(contentOf(control, SEQUENCE));
      const last = rest.at(-1);
      const value = last?.tag === OCTET_STRING ? last.content : Buffer.alloc(0);
      return [contentOf(type, OCTET_STRING).toString('latin1'), value];
    }),
  );
}

function cookieOf(controls: Controls): Buffer | null {
  const value = controls.get(PAGED_RESULTS);
  if (value === undefined) return null;
  const [paged] = elements(value);
  return contentOf(elements(contentOf(paged, SEQUENCE))[1], OCTET_STRING);
}

function integer(content: Buffer): number {
  if (content.length === 0 || content.length > 4) {
    throw new MalformedAnswer('an integer does not have 1 to 4 octets');
  }
  return content.readIntBE(0, content.length);
}
