/** Makes requests of bytes (RFC 4511 section 4). */
import { BerError, Tag } from './ber-reader.ts';
import { decodeFilter } from './decode-filter.ts';
import { DEFAULT_DECODE_LIMITS, type DecodeLimits } from './decode-limits.ts';
import {
  type BindRequest,
  type Control,
  type Request,
  type RequestMessage,
  type RequestType,
  SCOPES,
  type Scope,
  type SearchRequest,
} from './messages.ts';
import { RequestReader } from './request-reader.ts';
import { ProtocolViolation } from './violation.ts';

export { DEFAULT_DECODE_LIMITS, type DecodeLimits };

/**
 * Reads one whole message as the framer cuts it. Nothing in what it returns is a view of `frame`.
 * Throws ProtocolViolation, and nothing else, for whatever bytes.
 */
export function decodeRequest(frame: Buffer, limits: DecodeLimits = DEFAULT_DECODE_LIMITS): RequestMessage {
  const reader = new RequestReader(frame, limits);
  try {
    return decodeMessage(reader);
  } catch (error) {
    throw error instanceof BerError ? new ProtocolViolation(error.message, reader.messageId) : error;
  }
}

const REQUEST_TYPES: ReadonlyMap<number, RequestType> = new Map([
  [0x60, 'bind'],
  [0x42, 'unbind'],
  [0x63, 'search'],
  [0x66, 'modify'],
  [0x68, 'add'],
  [0x4a, 'delete'],
  [0x6c, 'modify-dn'],
  [0x6e, 'compare'],
  [0x50, 'abandon'],
  [0x77, 'extended'],
]);
const CONTROLS = 0xa0;
const SIMPLE = 0x80;
const SASL = 0xa3;
const REQUEST_NAME = 0x80;
const REQUEST_VALUE = 0x81;

function decodeMessage(reader: RequestReader): RequestMessage {
  reader.enter(Tag.sequence);
  const id = reader.integer();
  if (id <= 0) throw new ProtocolViolation('A message id is a number from 1 to 2147483647.');
  reader.messageId = id;
  const tag = reader.nextTag;
  const type = REQUEST_TYPES.get(tag);
  if (type === undefined) throw new ProtocolViolation('This is not a request of LDAP version 3.', id);
  reader.request = type;
  const request = decodeRequestOf(reader, type, tag);
  return { id, request, controls: decodeControls(reader) };
}

function decodeRequestOf(reader: RequestReader, type: RequestType, tag: number): Request {
  switch (type) {
    case 'unbind':
      reader.skip();
      return { type };
    case 'abandon':
      return { type, messageId: reader.integer(tag) };
    case 'delete':
      return { type, entry: reader.dn(tag) };
    default: {
      const outer = reader.enter(tag);
      const request = decodeFields(reader, type);
      reader.leave(outer);
      return request;
    }
  }
}

function decodeFields(
  reader: RequestReader,
  type: Exclude<RequestType, 'unbind' | 'abandon' | 'delete'>,
): Request {
  switch (type) {
    case 'bind':
      return {
        type,
        version: reader.integer(),
        name: reader.dn(),
        authentication: decodeAuthentication(reader),
      };
    case 'search':
      return decodeSearch(reader);
    case 'compare':
      return { type, entry: reader.dn(), ...reader.assertion(Tag.sequence) };
    case 'extended':
      return { type, oid: reader.string(REQUEST_NAME), value: reader.optionalValue(REQUEST_VALUE) };
    default:
      return { type, entry: reader.dn() };
  }
}

function decodeAuthentication(reader: RequestReader): BindRequest['authentication'] {
  switch (reader.nextTag) {
    case SIMPLE:
      return { type: 'simple', password: reader.value(SIMPLE) };
    case SASL: {
      const outer = reader.enter(SASL);
      const mechanism = reader.string();
      const credentials = reader.optionalValue(Tag.octetString);
      reader.leave(outer);
      return { type: 'sasl', mechanism, credentials };
    }
    default:
      reader.skip();
      return { type: 'unknown' };
  }
}

/** The order of the properties is the order on the wire. */
function decodeSearch(reader: RequestReader): SearchRequest {
  return {
    type: 'search',
    base: reader.dn(),
    scope: decodeScope(reader),
    derefAliases: reader.integer(Tag.enumerated),
    sizeLimit: reader.count('A size limit'),
    timeLimitSeconds: reader.count('A time limit'),
    typesOnly: reader.boolean(),
    filter: decodeFilter(reader),
    attributes: reader.list(Tag.sequence, reader.limits.attributesMax, 'attributes', () => reader.string()),
  };
}

function decodeScope(reader: RequestReader): Scope {
  const scope = SCOPES[reader.integer(Tag.enumerated)];
  return scope ?? reader.refuse('The scope of a search is 0 (base), 1 (one), 2 (sub) or 3 (subordinate).');
}

function decodeControls(reader: RequestReader): Control[] {
  if (reader.nextTag !== CONTROLS) return [];
  return reader.list(CONTROLS, reader.limits.controlsMax, 'controls', () => decodeControl(reader));
}

function decodeControl(reader: RequestReader): Control {
  const outer = reader.enter(Tag.sequence);
  const oid = reader.string();
  const critical = reader.nextTag === Tag.boolean && reader.boolean();
  const value = reader.optionalValue(Tag.octetString);
  reader.leave(outer);
  return { oid, critical, value };
}
