/** Watches how deep the elements of a message nest while it still arrives, so that what is absurd need not be read whole. */
import { LENGTH_OCTETS_MAX } from './ber-reader.ts';
import { ProtocolViolation } from './violation.ts';

/** Far beyond what a decoded request may hold, which is refused in its own response type when it is there. */
export const NESTING_MAX = 256;

export interface NestingWatch {
  /**
   * Looks at what has come of a message, which lies in `buffer` between `start` and `end`; each of its bytes is looked at
   * once at most, however often it is asked. Throws ProtocolViolation.
   */
  look(buffer: Buffer, start: number, end: number): void;
  /** Another message begins. */
  reset(): void;
}

/** What is malformed otherwise is left to who decodes it. */
export function createNestingWatch(): NestingWatch {
  /** Where the elements end that the next one stands in, and where it begins: from the start of the message. */
  const ends: number[] = [];
  let next = 0;

  return {
    look(buffer, start, end) {
      for (let at = start + next; at + 2 <= end; at = start + next) {
        while ((ends.at(-1) ?? Number.POSITIVE_INFINITY) <= next) ends.pop();
        const first = buffer[at + 1] ?? 0;
        const octets = first < 0x80 ? 0 : first - 0x80;
        if (octets > LENGTH_OCTETS_MAX || at + 2 + octets > end) return;
        const length = octets === 0 ? first & 0x7f : buffer.readUIntBE(at + 2, octets);
        next += 2 + octets;
        if (((buffer[at] ?? 0) & CONSTRUCTED) === 0) next += length;
        else if (ends.push(next + length) > NESTING_MAX) throw new ProtocolViolation(TOO_DEEP);
      }
    },
    reset() {
      ends.length = 0;
      next = 0;
    },
  };
}

const CONSTRUCTED = 0x20;
const TOO_DEEP = `Elements nest at most ${NESTING_MAX} deep here.`;
