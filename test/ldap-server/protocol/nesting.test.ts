import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNestingWatch, NESTING_MAX } from '../../../src/ldap-server/protocol/nesting.ts';
import { element, message, search, sequence } from '../../support/ber-builder.ts';
import { nestedSearch } from '../../support/nested-search.ts';

function nested(depth: number): Buffer {
  let bytes = element(0x04, 'x');
  for (let level = 0; level < depth; level += 1) bytes = sequence(bytes);
  return bytes;
}

/** Whether it is refused, and after how many bytes, when these come one by one. */
function refusedAfter(bytes: Buffer): number | null {
  const watch = createNestingWatch();
  for (let end = 1; end <= bytes.length; end += 1) {
    try {
      watch.look(bytes, 0, end);
    } catch {
      return end;
    }
  }
  return null;
}

describe('the nesting of a message', () => {
  it('is refused beyond its bound, in the first bytes', () => {
    expect(refusedAfter(nested(NESTING_MAX))).toBeNull();
    expect(refusedAfter(nested(NESTING_MAX + 1))).not.toBeNull();
    expect(refusedAfter(nestedSearch(1, 100_000))).toBeLessThan(2000);
  });

  it('counts elements inside each other, not one after the other', () => {
    const wide = sequence(...Array.from({ length: 2 * NESTING_MAX }, () => nested(3)));
    expect(refusedAfter(wide)).toBeNull();
    expect(refusedAfter(sequence(wide, nested(NESTING_MAX)))).not.toBeNull();
  });

  it('is found the same however the bytes come, wherever they lie', () => {
    const deep = sequence(message(1, search()), nested(NESTING_MAX));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 })), fc.nat(50), (sizes, start) => {
        const bytes = Buffer.concat([Buffer.alloc(start, 0xff), deep]);
        const watch = createNestingWatch();
        const look = (): void => {
          let end = start;
          for (const size of [...sizes, bytes.length]) {
            end = Math.min(bytes.length, end + size);
            watch.look(bytes, start, end);
          }
        };
        expect(look).toThrow('nest');
      }),
    );
  });

  it('of bytes without sense is bounded too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const watch = createNestingWatch();
        watch.look(Buffer.from(bytes), 0, bytes.length);
      }),
    );
  });

  it('begins anew with the next message', () => {
    const watch = createNestingWatch();
    const half = nested(NESTING_MAX).subarray(0, 300);
    watch.look(half, 0, half.length);
    watch.reset();
    expect(() => watch.look(half, 0, half.length)).not.toThrow();
  });
});
