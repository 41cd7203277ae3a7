/** Reads the answers that a connector gets (RFC 4511 sections 4.2.2, 4.5.2), strictly: the server is not trusted. */
import { DN_LENGTH_MAX } from '../../core/syntax/dn.ts';
import { contentOf, elements, MalformedAnswer } from './ber-elements.ts';

/** An entry as it came: values as bytes, under attribute descriptions in lower case. */
export interface LdapEntry {
  readonly dn: string;
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
}

export interface LdapResult {
  readonly code: number;
  readonly message: string;
  /** Of a paged search (RFC 2696): null without the control, empty at the end. */
  readonly cookie: Buffer | null;
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
      const cookie = controls?.tag === CONTROLS ? cookieOf(controls.content) : null;
      return { type: 'result', id, operation: operation.tag, result: resultOf(operation.content, cookie) };
    }
    default:
      throw new MalformedAnswer(`an answer has the unexpected tag ${operation?.tag ?? 'none'}`);
  }
}

function entryOf(content: Buffer): LdapEntry {
  const [name, list] = elements(content);
  const dn = contentOf(name, OCTET_STRING);
  // DNs stand in reports and error messages; a NUL no database keeps.
  if (dn.length > DN_LENGTH_MAX || dn.includes(0))
    throw new MalformedAnswer('an entry has a DN that is none');
  const attributes = elements(contentOf(list, SEQUENCE)).map((attribute) => {
    const [type, values] = elements(contentOf(attribute, SEQUENCE));
    return [
      contentOf(type, OCTET_STRING).toString('latin1').toLowerCase(),
      elements(contentOf(values, SET)).map((value) => contentOf(value, OCTET_STRING)),
    ] as const;
  });
  return { dn: dn.toString('utf8'), attributes: new Map(attributes) };
}

function resultOf(content: Buffer, cookie: Buffer | null): LdapResult {
  const [code, , message] = elements(content);
  return {
    code: integer(contentOf(code, ENUMERATED)),
    message: contentOf(message, OCTET_STRING).toString('utf8'),
    cookie,
  };
}

function cookieOf(controls: Buffer): Buffer | null {
  for (const control of elements(controls)) {
    const [type, ...rest] = elements(contentOf(control, SEQUENCE));
    if (contentOf(type, OCTET_STRING).toString('latin1') === PAGED_RESULTS) {
      const [value] = elements(contentOf(rest.at(-1), OCTET_STRING));
      return contentOf(elements(contentOf(value, SEQUENCE))[1], OCTET_STRING);
    }
  }
  return null;
}

function integer(content: Buffer): number {
  if (content.length === 0 || content.length > 4) {
    throw new MalformedAnswer('an integer does not have 1 to 4 octets');
  }
  return content.readIntBE(0, content.length);
}
