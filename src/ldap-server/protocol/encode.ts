/** Makes bytes of responses (RFC 4511 section 4). */
import { Tag } from './ber-reader.ts';
import { BerWriter, integerSize, lengthSize } from './ber-writer.ts';
import type { Control, ResponseType, Result } from './messages.ts';
import { Oid } from './oids.ts';

export interface ResultOptions {
  readonly controls?: readonly Control[];
  /** responseName and responseValue of an extended response. */
  readonly oid?: string;
  readonly value?: Buffer;
  /** Of a bind response. */
  readonly serverSaslCredentials?: Buffer;
}

/** One PartialAttribute, header included: the slice of which entries are put together. No values: typesOnly. */
export function encodePartialAttribute(name: string, values: readonly (string | Buffer)[]): Buffer {
  const writer = new BerWriter();
  const attribute = writer.begin(Tag.sequence);
  writer.octets(name);
  const set = writer.begin(Tag.set);
  for (const value of values) writer.octets(value);
  writer.end(set);
  writer.end(attribute);
  return writer.finish();
}

/** The contents of a SearchResultEntry, to keep and to send as often as wanted. */
export function encodeEntryBody(dn: string, attributes: readonly Buffer[]): Buffer {
  const length = attributes.reduce((sum, attribute) => sum + attribute.length, 0);
  const writer = new BerWriter(3 * dn.length + length + 2 * HEADER_BYTES_MAX);
  writer.octets(dn);
  writer.header(Tag.sequence, length);
  for (const attribute of attributes) writer.raw(attribute);
  const written = writer.finish();
  // In memory of its own: a slice of the shared pool would keep 8 KiB alive as long as the entry.
  const body = Buffer.allocUnsafeSlow(written.length);
  written.copy(body);
  return body;
}

/** A whole SearchResultEntry message out of ready attributes (see encodePartialAttribute). */
export function encodeSearchEntry(
  messageId: number,
  dn: string,
  attributes: readonly Buffer[],
  controls: readonly Control[] = [],
): Buffer {
  return encodeSearchEntryFromBody(messageId, encodeEntryBody(dn, attributes), controls);
}

/** A whole SearchResultEntry message out of a ready body (see encodeEntryBody). */
export function encodeSearchEntryFromBody(
  messageId: number,
  body: Buffer,
  controls: readonly Control[] = [],
): Buffer {
  const writer = new BerWriter(body.length + 4 * HEADER_BYTES_MAX);
  appendSearchEntry(writer, messageId, body, controls);
  return writer.finish();
}

/** As encodeSearchEntryFromBody, behind what `writer` holds already: one buffer for many entries. */
export function appendSearchEntry(
  writer: BerWriter,
  messageId: number,
  body: Buffer,
  controls: readonly Control[] = [],
): void {
  const tail = encodeControls(controls);
  appendEntryHeader(writer, messageId, body.length, tail.length);
  writer.raw(body);
  writer.raw(tail);
}

/** As appendSearchEntry, out of the attributes that were selected; `dn`: as an element. */
export function appendSelectedEntry(
  writer: BerWriter,
  messageId: number,
  dn: Buffer,
  attributes: readonly Buffer[],
  controls: readonly Control[] = [],
): void {
  const tail = encodeControls(controls);
  let length = 0;
  for (const attribute of attributes) length += attribute.length;
  appendEntryHeader(writer, messageId, dn.length + elementLength(length), tail.length);
  writer.raw(dn);
  writer.header(Tag.sequence, length);
  for (const attribute of attributes) writer.raw(attribute);
  writer.raw(tail);
}

function appendEntryHeader(
  writer: BerWriter,
  messageId: number,
  bodyLength: number,
  tailLength: number,
): void {
  writer.header(Tag.sequence, 2 + integerSize(messageId) + elementLength(bodyLength) + tailLength);
  writer.integer(messageId);
  writer.header(SEARCH_RESULT_ENTRY, bodyLength);
}

/** Of a whole element whose contents have this length. */
export function elementLength(contents: number): number {
  return 1 + lengthSize(contents) + contents;
}

/** A response that carries an LDAPResult. */
export function encodeResult(
  messageId: number,
  type: ResponseType,
  result: Result,
  options: ResultOptions = {},
): Buffer {
  const writer = new BerWriter();
  appendResult(writer, messageId, type, result, options);
  return writer.finish();
}

/** As encodeResult, behind what `writer` holds already. */
export function appendResult(
  writer: BerWriter,
  messageId: number,
  type: ResponseType,
  result: Result,
  options: ResultOptions = {},
): void {
  const message = writer.begin(Tag.sequence);
  writer.integer(messageId);
  const response = writer.begin(RESPONSE_TAGS[type]);
  writer.integer(result.code, Tag.enumerated);
  writer.octets(result.matchedDn);
  writer.octets(result.message);
  if (options.serverSaslCredentials !== undefined)
    writer.octets(options.serverSaslCredentials, SERVER_SASL_CREDENTIALS);
  if (options.oid !== undefined) writer.octets(options.oid, RESPONSE_NAME);
  if (options.value !== undefined) writer.octets(options.value, RESPONSE_VALUE);
  writer.end(response);
  if (options.controls !== undefined) writer.raw(encodeControls(options.controls));
  writer.end(message);
}

/** The unsolicited notification by which the server says why it closes (RFC 4511 section 4.4.1). */
export function encodeNoticeOfDisconnection(code: number, message: string): Buffer {
  return encodeResult(0, 'extended', { code, matchedDn: '', message }, { oid: Oid.noticeOfDisconnection });
}

/** One Control; an absent criticality means false, so false is not written (RFC 4511 section 5.1). */
export function encodeControl(control: Control): Buffer {
  const writer = new BerWriter();
  const sequence = writer.begin(Tag.sequence);
  writer.octets(control.oid);
  if (control.critical) writer.boolean(true);
  if (control.value !== null) writer.octets(control.value);
  writer.end(sequence);
  return writer.finish();
}

const SEARCH_RESULT_ENTRY = 0x64;
const RESPONSE_TAGS: Readonly<Record<ResponseType, number>> = {
  bind: 0x61,
  'search-done': 0x65,
  modify: 0x67,
  add: 0x69,
  delete: 0x6b,
  'modify-dn': 0x6d,
  compare: 0x6f,
  extended: 0x78,
};
const SERVER_SASL_CREDENTIALS = 0x87;
const RESPONSE_NAME = 0x8a;
const RESPONSE_VALUE = 0x8b;
const CONTROLS = 0xa0;
/** Tag and the longest length field. */
const HEADER_BYTES_MAX = 6;
const NOTHING = Buffer.alloc(0);

function encodeControls(controls: readonly Control[]): Buffer {
  if (controls.length === 0) return NOTHING;
  const writer = new BerWriter();
  const list = writer.begin(CONTROLS);
  for (const control of controls) writer.raw(encodeControl(control));
  writer.end(list);
  return writer.finish();
}
