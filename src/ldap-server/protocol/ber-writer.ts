/** Writes BER with definite, shortest lengths into a buffer that grows. */
import { Tag } from './ber-reader.ts';

/** Elements are written one after the other; a container is opened by `begin` and closed by `end`. */
export class BerWriter {
  private readonly capacity: number;
  private buffer: Buffer;
  private offset = 0;
  /** Where what was not taken yet begins. */
  private begun = 0;

  /** `capacity` in bytes is a guess: a full buffer gives way to another of this size, or a larger one where much is pending. */
  constructor(capacity = 256) {
    this.capacity = capacity;
    this.buffer = Buffer.allocUnsafe(capacity);
  }

  /** Bytes that were written and not taken yet. */
  get pending(): number {
    return this.offset - this.begun;
  }

  /** Of its memory, used or not. */
  get bytes(): number {
    return this.buffer.length;
  }

  /** Opens a constructed element; hand what it returns to `end`. */
  begin(tag: number): number {
    this.reserve(2);
    this.buffer[this.offset] = tag;
    this.offset += 2;
    return this.pending;
  }

  /** Closes the element; moves its contents when its length needs more than the one octet set aside. */
  end(start: number): void {
    const length = this.pending - start;
    const extra = lengthSize(length) - 1;
    if (extra > 0) {
      this.reserve(extra);
      const contents = this.begun + start;
      this.buffer.copyWithin(contents + extra, contents, this.offset);
    }
    this.offset = this.begun + start - 1;
    this.length(length);
    this.offset += length;
  }

  /** The header of an element whose contents, of a known length, follow. */
  header(tag: number, length: number): void {
    this.reserve(6);
    this.buffer[this.offset] = tag;
    this.offset += 1;
    this.length(length);
  }

  /** A number of 32 bits with sign, in the fewest octets. */
  integer(value: number, tag: number = Tag.integer): void {
    const size = integerSize(value);
    this.header(tag, size);
    this.reserve(size);
    for (let octet = size - 1, rest = value; octet >= 0; octet -= 1, rest >>= 8) {
      this.buffer[this.offset + octet] = rest;
    }
    this.offset += size;
  }

  boolean(value: boolean, tag: number = Tag.boolean): void {
    this.header(tag, 1);
    this.reserve(1);
    this.buffer[this.offset] = value ? 0xff : 0;
    this.offset += 1;
  }

  octets(value: string | Buffer, tag: number = Tag.octetString): void {
    const isText = typeof value === 'string' && value !== '';
    const length = isText ? Buffer.byteLength(value) : value.length;
    this.header(tag, length);
    // Two of three fields of nearly every result, and calls into Node.js cost more than all the rest of them.
    if (length === 0) return;
    this.reserve(length);
    if (typeof value === 'string') this.buffer.write(value, this.offset);
    else value.copy(this.buffer, this.offset);
    this.offset += length;
  }

  /** Elements that are ready. */
  raw(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.offset);
    this.offset += bytes.length;
  }

  /** What was written; the writer is not to be used any more. */
  finish(): Buffer {
    return this.buffer.subarray(this.begun, this.offset);
  }

  /** What was written since this was last asked, in memory that is not written to again; the writer goes on behind it. */
  take(): Buffer {
    const taken = this.buffer.subarray(this.begun, this.offset);
    this.begun = this.offset;
    return taken;
  }

  /** Begins anew in the same memory: what was taken must not be read any more. */
  clear(): void {
    this.offset = 0;
    this.begun = 0;
  }

  private length(length: number): void {
    if (length < 0x80) {
      this.buffer[this.offset] = length;
      this.offset += 1;
      return;
    }
    const octets = lengthSize(length) - 1;
    this.buffer[this.offset] = 0x80 + octets;
    for (let octet = octets, rest = length; octet > 0; octet -= 1, rest >>>= 8) {
      this.buffer[this.offset + octet] = rest;
    }
    this.offset += 1 + octets;
  }

  private reserve(bytes: number): void {
    if (this.offset + bytes > this.buffer.length) this.grow(bytes);
  }

  private grow(bytes: number): void {
    const { pending, capacity } = this;
    const room = pending < capacity / 2 ? capacity : GROWTH * capacity;
    const grown = Buffer.allocUnsafeSlow(Math.max(pending + bytes, 2 * pending, room));
    this.buffer.copy(grown, 0, this.begun, this.offset);
    this.buffer = grown;
    this.begun = 0;
    this.offset = pending;
  }
}

/** What does not fit into one buffer seldom fits into two. */
const GROWTH = 3;

/** How many octets a length field takes. */
export function lengthSize(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x1_00) return 2;
  if (length < 0x1_00_00) return 3;
  return length < 0x1_00_00_00 ? 4 : 5;
}

/** How many octets a number takes as the contents of an INTEGER. */
export function integerSize(value: number): number {
  if (value >= -0x80 && value < 0x80) return 1;
  if (value >= -0x80_00 && value < 0x80_00) return 2;
  return value >= -0x80_00_00 && value < 0x80_00_00 ? 3 : 4;
}
