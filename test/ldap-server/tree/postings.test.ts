import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference } from '../../../src/ldap-server/tree/ascending.ts';
import { Postings } from '../../../src/ldap-server/tree/postings.ts';

type Step = { readonly key: number; readonly numbers: readonly number[]; readonly adds: boolean };

/** Few keys and close numbers, so that sets become lists and bitmaps and are emptied again. */
const anyNumber = fc.oneof(fc.nat(600), fc.nat(40_000));
const anyStep: fc.Arbitrary<Step> = fc.record({
  key: fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffff_ffff })),
  numbers: fc.oneof(
    fc.array(anyNumber, { maxLength: 20 }),
    fc
      .tuple(anyNumber, fc.nat(900))
      .map(([first, count]) => Array.from({ length: count }, (_, step) => first + step)),
  ),
  adds: fc.boolean(),
});

describe('postings', () => {
  it('hold the same sets as a map of sets does', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        const postings = new Postings();
        const model = new Map<number, Set<number>>();
        for (const { key, numbers, adds } of steps) {
          const set = model.get(key) ?? new Set();
          model.set(key, set);
          for (const number of numbers) {
            if (adds) postings.add(key, number);
            else postings.remove(key, number);
            if (adds) set.add(number);
            else set.delete(number);
          }
        }
        for (const [key, set] of model) {
          const ascending = [...set].sort((one, other) => one - other);
          expect([...postings.numbers(key)]).toEqual(ascending);
          expect(postings.count(key)).toBe(set.size);
          const asked = Uint32Array.from({ length: 50 }, (_, step) => step * 13);
          expect([...postings.retain(key, asked)]).toEqual([...asked].filter((number) => set.has(number)));
          expect([...asked].filter((number) => postings.has(key, number))).toEqual(
            [...asked].filter((number) => set.has(number)),
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  it('find every key again while others come and go', () => {
    const postings = new Postings();
    for (let key = 0; key < 5000; key += 1) postings.add(key * 65_536, key);
    for (let key = 0; key < 5000; key += 3) postings.remove(key * 65_536, key);
    for (let key = 0; key < 5000; key += 1) {
      expect(postings.count(key * 65_536)).toBe(key % 3 === 0 ? 0 : 1);
    }
  });

  it('take an eighth of a byte for each number of a set that holds all', () => {
    const postings = new Postings();
    for (let number = 0; number < 100_000; number += 1) postings.add(7, number);
    expect(postings.bytes).toBeLessThan(30_000);
  });

  it('differ in what the one holds and the other does not', () => {
    expect([...difference(Uint32Array.of(1, 2, 5, 9), Uint32Array.of(2, 3, 9, 10))]).toEqual([1, 5]);
  });
});
