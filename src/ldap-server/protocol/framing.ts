/** Cuts a stream of bytes into LDAP messages (RFC 4511 section 5.1), whole and as views of what was received. */
import { LENGTH_OCTETS_MAX, Tag } from './ber-reader.ts';
import { createNestingWatch } from './nesting.ts';
import { ProtocolViolation } from './violation.ts';

export interface Framer {
  /** A message longer than this, header included, is refused as soon as its header is there. May change at any time. */
  messageBytesMax: number;
  /** What is kept in memory for bytes that are not taken yet; 0: there are none. */
  readonly heldBytes: number;
  /** Takes what was received. The chunk must not be written to afterwards: frames may be views of it. */
  push(chunk: Buffer): void;
  /**
   * The next whole message, null until more bytes come. A frame is never written to: it may be kept.
   * Throws ProtocolViolation when the bytes are no message, announce too long a one or nest absurdly deep: then the
   * stream is lost.
   */
  next(): Buffer | null;
}

/** Keeps what was pushed and not yet taken, with room to grow; nothing once all is taken. */
export function createFramer(options: { messageBytesMax: number }): Framer {
  let buffer: Buffer = EMPTY;
  let start = 0;
  let end = 0;
  /** Whether `buffer` was made here and has room; otherwise it is a chunk that is only looked at. */
  let owned = false;
  const nesting = createNestingWatch();

  const append = (chunk: Buffer): void => {
    const pending = end - start;
    if (!owned || end + chunk.length > buffer.length) {
      const room = Buffer.allocUnsafe(2 * (pending + chunk.length));
      buffer.copy(room, 0, start, end);
      buffer = room;
      owned = true;
      start = 0;
      end = pending;
    }
    chunk.copy(buffer, end);
    end += chunk.length;
  };

  const framer: Framer = {
    messageBytesMax: options.messageBytesMax,
    get heldBytes() {
      return start < end ? buffer.length : 0;
    },
    push(chunk) {
      if (start < end) {
        append(chunk);
        return;
      }
      buffer = chunk;
      owned = false;
      start = 0;
      end = chunk.length;
    },
    next() {
      const length = messageLength(buffer, start, end);
      if (length !== null && length > framer.messageBytesMax) {
        throw new ProtocolViolation(`A message has at most ${framer.messageBytesMax} bytes here.`);
      }
      if (length === null || length > end - start) {
        nesting.look(buffer, start, end);
        return null;
      }
      nesting.reset();
      const frame = buffer.subarray(start, start + length);
      start += length;
      if (start === end) buffer = EMPTY;
      return frame;
    },
  };
  return framer;
}

const EMPTY: Buffer = Buffer.alloc(0);

/** The length of the message that begins at `start`, its header included; null while the header is incomplete. */
function messageLength(buffer: Buffer, start: number, end: number): number | null {
  if (start < end && buffer[start] !== Tag.sequence) {
    throw new ProtocolViolation('This is not an LDAP message.');
  }
  if (end - start < 2) return null;
  const first = buffer[start + 1] ?? 0;
  if (first < 0x80) return 2 + first;
  const octets = first - 0x80;
  if (octets < 1 || octets > LENGTH_OCTETS_MAX) {
    throw new ProtocolViolation('The length of a message is indefinite or too long.');
  }
  return end - start < 2 + octets ? null : 2 + octets + buffer.readUIntBE(start + 2, octets);
}
