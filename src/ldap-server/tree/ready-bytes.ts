/** The bytes of an entry that are ready to be sent, with where each attribute ends: one record, wherever it is kept. */
import { elementLength, encodeEntryBody } from '../protocol/encode.ts';

/*
 * Length of the body (4 bytes), size of an end (1 byte), the ends of all attributes counted from the first, the body.
 * Attributes that the entry does not hold end where they begin.
 */
const LENGTH_BYTES = 4;
const HEADER_BYTES = LENGTH_BYTES + 1;
const SHORT_BYTES = 2;
const LONG_BYTES = 4;
const SHORT_MAX = 0xffff;

/** `slices`: the attributes that are returned by default, empty where the entry does not hold one. */
export function readyBytes(dn: string, slices: readonly Buffer[]): Buffer {
  const body = encodeEntryBody(dn, slices);
  const endBytes = body.length > SHORT_MAX ? LONG_BYTES : SHORT_BYTES;
  const ready = Buffer.allocUnsafeSlow(HEADER_BYTES + slices.length * endBytes + body.length);
  ready.writeUInt32LE(body.length);
  ready[LENGTH_BYTES] = endBytes;
  let end = 0;
  slices.forEach((slice, position) => {
    end += slice.length;
    ready.writeUIntLE(end, HEADER_BYTES + position * endBytes, endBytes);
  });
  body.copy(ready, HEADER_BYTES + slices.length * endBytes);
  return ready;
}

/** Of a record for `count` attributes. */
export function readyLength(bytes: Buffer, offset: number, count: number): number {
  return bodyAt(bytes, offset, count) - offset + bytes.readUInt32LE(offset);
}

/** The contents of a SearchResultEntry. */
export function bodyIn(bytes: Buffer, offset: number, count: number): Buffer {
  const start = bodyAt(bytes, offset, count);
  return bytes.subarray(start, start + bytes.readUInt32LE(offset));
}

/** The DN, as an element: all that stands in the body before the attributes. */
export function dnIn(bytes: Buffer, offset: number, count: number): Buffer {
  const start = bodyAt(bytes, offset, count);
  const attributes = elementLength(endOf(bytes, offset, count - 1));
  return bytes.subarray(start, start + bytes.readUInt32LE(offset) - attributes);
}

/** One attribute; null: the entry does not hold it. */
export function sliceIn(bytes: Buffer, offset: number, count: number, position: number): Buffer | null {
  const bodyEnd = bodyAt(bytes, offset, count) + bytes.readUInt32LE(offset);
  const first = bodyEnd - endOf(bytes, offset, count - 1);
  const begin = position === 0 ? 0 : endOf(bytes, offset, position - 1);
  const end = endOf(bytes, offset, position);
  return begin === end ? null : bytes.subarray(first + begin, first + end);
}

function bodyAt(bytes: Buffer, offset: number, count: number): number {
  return offset + HEADER_BYTES + count * (bytes[offset + LENGTH_BYTES] ?? SHORT_BYTES);
}

function endOf(bytes: Buffer, offset: number, position: number): number {
  return bytes[offset + LENGTH_BYTES] === LONG_BYTES
    ? bytes.readUInt32LE(offset + HEADER_BYTES + position * LONG_BYTES)
    : bytes.readUInt16LE(offset + HEADER_BYTES + position * SHORT_BYTES);
}
