/** Reads BER in place: the subset with definite lengths and one-octet tags that LDAP uses (RFC 4511 section 5.1). */
import { isUtf8 } from 'node:buffer';

/** The structure of the bytes is broken: a wrong tag, or a length that leads out of its container. */
export class BerError extends Error {
  override readonly name = 'BerError';
}

/** Tags of the universal class (X.690) that LDAP messages are made of. */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  octetString: 0x04,
  enumerated: 0x0a,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Elements are read one after the other; each read checks tag and length and throws BerError. */
export class BerReader {
  private readonly buffer: Buffer;
  private offset: number;
  private end: number;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
    this.offset = 0;
    this.end = buffer.length;
  }

  /** Whether the present container holds more elements. */
  get more(): boolean {
    return this.offset < this.end;
  }

  /** The tag of the next element; 0 at the end of the container. */
  get nextTag(): number {
    return this.offset < this.end ? (this.buffer[this.offset] ?? 0) : 0;
  }

  /** Steps into a constructed element; hand what it returns to `leave`. */
  enter(tag: number): number {
    const outerEnd = this.end;
    this.end = this.header(tag);
    return outerEnd;
  }

  /** Steps out, over elements that were not read: sequences may grow (RFC 4511 section 4). */
  leave(outerEnd: number): void {
    this.offset = this.end;
    this.end = outerEnd;
  }

  /** Steps over the next element, whatever it is. */
  skip(): void {
    this.offset = this.header(this.nextTag);
  }

  /** INTEGER or ENUMERATED of at most four octets, as every number in LDAP (RFC 4511 section 4.1.1). */
  integer(tag: number = Tag.integer): number {
    const end = this.header(tag);
    const start = this.offset;
    const length = end - start;
    if (length < 1 || length > 4) throw new BerError(`An integer has 1 to 4 octets, not ${length}.`);
    this.offset = end;
    return this.buffer.readIntBE(start, length);
  }

  /** Any octet but zero is true, as BER has it: some clients send 0x01. */
  boolean(tag: number = Tag.boolean): boolean {
    const end = this.header(tag);
    const start = this.offset;
    if (end - start !== 1) throw new BerError(`A boolean has one octet, not ${end - start}.`);
    this.offset = end;
    return this.buffer[start] !== 0;
  }

  /** A view of the contents: it lives as long as the bytes that are read. */
  octets(tag: number = Tag.octetString): Buffer {
    const end = this.header(tag);
    const view = this.buffer.subarray(this.offset, end);
    this.offset = end;
    return view;
  }

  /** The contents as text; null where they are not UTF-8. */
  text(tag: number = Tag.octetString): string | null {
    const end = this.header(tag);
    const start = this.offset;
    this.offset = end;
    if (isAscii(this.buffer, start, end)) return this.buffer.toString('latin1', start, end);
    return isUtf8(this.buffer.subarray(start, end)) ? this.buffer.toString('utf8', start, end) : null;
  }

  /** Reads tag and length, and returns where the contents end. */
  private header(tag: number): number {
    const found = this.nextTag;
    if (found !== tag || tag === 0) {
      throw new BerError(
        `Expected an element with tag ${hex(tag)}, found ${found === 0 ? 'none' : hex(found)}.`,
      );
    }
    if ((tag & 0x1f) === 0x1f) throw new BerError('A tag has one octet in LDAP.');
    const length = this.length();
    if (length > this.end - this.offset) throw new BerError('An element is longer than what contains it.');
    return this.offset + length;
  }

  private length(): number {
    const at = this.offset + 1;
    const first = at < this.end ? (this.buffer[at] ?? 0) : LENGTH_MISSING;
    this.offset = at + 1;
    if (first < 0x80) return first;
    const octets = first - 0x80;
    if (octets < 1 || octets > LENGTH_OCTETS_MAX || octets > this.end - this.offset) {
      throw new BerError('A length is missing, indefinite or too long.');
    }
    const length = this.buffer.readUIntBE(this.offset, octets);
    this.offset += octets;
    return length;
  }
}

/** A length field takes at most this many octets after its first; four tell of 4 GiB. */
export const LENGTH_OCTETS_MAX = 4;
/** Reserved by X.690 8.1.3.5, and so refused as a length. */
const LENGTH_MISSING = 0xff;

function isAscii(buffer: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    if ((buffer[at] ?? 0) > 0x7f) return false;
  }
  return true;
}

function hex(tag: number): string {
  return `0x${tag.toString(16).padStart(2, '0')}`;
}
