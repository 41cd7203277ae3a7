import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFramer, type Framer } from '../../../src/ldap-server/protocol/framing.ts';
import { ProtocolViolation } from '../../../src/ldap-server/protocol/violation.ts';
import {
  element,
  elementWithLength,
  integer,
  message,
  search,
  sequence,
  simpleBind,
} from '../../support/ber-builder.ts';

const MESSAGES = [
  message(1, simpleBind('cn=admin,ou=system,dc=roster', 'secret')),
  message(2, search({ attributes: Array.from({ length: 30 }, (_, n) => `attribute-${n}`) })),
  elementWithLength(0x30, 4, integer(3), element(0x42)),
  sequence(),
];
const STREAM = Buffer.concat(MESSAGES);

/** Copies of all frames that are whole by now. */
function taken(framer: Framer): Buffer[] {
  const frames: Buffer[] = [];
  for (let frame = framer.next(); frame !== null; frame = framer.next()) frames.push(Buffer.from(frame));
  return frames;
}

describe('createFramer', () => {
  it('finds the same messages wherever the stream is split', () => {
    for (let split = 0; split <= STREAM.length; split += 1) {
      const framer = createFramer({ messageBytesMax: 1000 });
      framer.push(STREAM.subarray(0, split));
      const first = taken(framer);
      framer.push(STREAM.subarray(split));
      expect([...first, ...taken(framer)]).toEqual(MESSAGES);
    }
  });

  it('finds the same messages in chunks of any sizes, taken at any time', () => {
    const steps = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 300 }), take: fc.boolean() }));
    fc.assert(
      fc.property(steps, (chunks) => {
        const stream = Buffer.concat([STREAM, STREAM, STREAM]);
        const framer = createFramer({ messageBytesMax: 1000 });
        const frames: Buffer[] = [];
        let at = 0;
        for (const { bytes, take } of chunks) {
          framer.push(stream.subarray(at, at + bytes));
          at += bytes;
          if (take) frames.push(...taken(framer));
        }
        framer.push(stream.subarray(at));
        expect([...frames, ...taken(framer)]).toEqual([...MESSAGES, ...MESSAGES, ...MESSAGES]);
      }),
    );
  });

  it('finds a message that comes byte by byte', () => {
    const framer = createFramer({ messageBytesMax: 1_000_000 });
    const whole = message(1, simpleBind('', 'x'.repeat(20_000)));
    for (const byte of whole.subarray(0, -1)) {
      framer.push(Buffer.of(byte));
      expect(framer.next()).toBeNull();
    }
    framer.push(whole.subarray(-1));
    expect(framer.next()?.equals(whole)).toBe(true);
  });

  it('leaves the chunks as they are', () => {
    const chunk = Buffer.from(STREAM.subarray(0, 10));
    const framer = createFramer({ messageBytesMax: 1000 });
    framer.push(chunk);
    framer.push(STREAM.subarray(10));
    expect(taken(framer)).toEqual(MESSAGES);
    expect(chunk).toEqual(STREAM.subarray(0, 10));
  });

  it.each([
    ['4 GiB', '30 84 ff ff ff ff'],
    ['one byte too many', '30 81 fe'],
  ])('refuses a message of %s as soon as its header is there', (_, hex) => {
    const framer = createFramer({ messageBytesMax: 256 });
    const header = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    framer.push(header.subarray(0, -1));
    expect(framer.next()).toBeNull();
    framer.push(header.subarray(-1));
    expect(() => framer.next()).toThrow('at most 256 bytes');
  });

  it.each([
    ['an indefinite length', '30 80'],
    ['a length of five octets', '30 85'],
    ['another tag', '16'],
    ['the text of HTTP', '47 45 54 20'],
  ])('refuses %s at once', (_, hex) => {
    const framer = createFramer({ messageBytesMax: 256 });
    framer.push(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
    expect(() => framer.next()).toThrow(ProtocolViolation);
  });

  it('takes longer messages once it is allowed to', () => {
    const whole = message(1, simpleBind('', 'x'.repeat(300)));
    const framer = createFramer({ messageBytesMax: whole.length - 1 });
    framer.push(whole.subarray(0, 2));
    expect(framer.next()).toBeNull();
    framer.messageBytesMax = whole.length;
    framer.push(whole.subarray(2));
    expect(framer.next()).toEqual(whole);
  });
});
