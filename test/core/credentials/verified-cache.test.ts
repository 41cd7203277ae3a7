import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createVerifiedCache,
  type Facts,
  VERIFIED_ENTRIES_MAX,
  VERIFIED_LOCALLY_MS,
} from '../../../src/core/credentials/verified-cache.ts';
import { createHeldClock } from '../../support/held-clock.ts';

const clock = createHeldClock();
const create = () => createVerifiedCache({ clock, random: randomBytes });
const FACTS: Facts = ['user', 'u1', true, 'hash'];

describe('the cache of verified passwords', () => {
  it('holds what was added, until its time is over', () => {
    const cache = create();
    const fingerprint = cache.fingerprint(FACTS, 'correct horse');
    expect(cache.holds(fingerprint)).toBe(false);
    cache.add(fingerprint, VERIFIED_LOCALLY_MS);
    clock.advance(VERIFIED_LOCALLY_MS - 1);
    expect(cache.holds(fingerprint)).toBe(true);
    clock.advance(1);
    expect(cache.holds(fingerprint)).toBe(false);
  });

  it('does not hold longer where the clock is set back', () => {
    const cache = create();
    const fingerprint = cache.fingerprint(FACTS, 'correct horse');
    cache.add(fingerprint, VERIFIED_LOCALLY_MS);
    clock.advance(-1);
    expect(cache.holds(fingerprint)).toBe(false);
  });

  it('has another fingerprint for other facts, another password, and in another process', () => {
    const cache = create();
    const fact = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const question = fc.tuple(fc.array(fact, { maxLength: 4 }), fc.string());
    fc.assert(
      fc.property(question, question, ([facts, password], [otherFacts, otherPassword]) => {
        const same = JSON.stringify([facts, password]) === JSON.stringify([otherFacts, otherPassword]);
        const fingerprint = cache.fingerprint(facts, password);
        expect(fingerprint === cache.fingerprint(otherFacts, otherPassword)).toBe(same);
        expect(fingerprint).not.toBe(create().fingerprint(facts, password));
      }),
    );
  });

  it('forgets everything, also what was being checked when it was told to', () => {
    const cache = create();
    const [before, underWay] = ['correct horse', 'other horse'].map((text) => cache.fingerprint(FACTS, text));
    cache.add(before ?? '', VERIFIED_LOCALLY_MS);
    cache.forget();
    cache.add(underWay ?? '', VERIFIED_LOCALLY_MS);
    expect(cache.holds(cache.fingerprint(FACTS, 'correct horse'))).toBe(false);
    expect(cache.holds(cache.fingerprint(FACTS, 'other horse'))).toBe(false);
  });

  it('is bounded: the one used longest ago gives way', () => {
    const cache = create();
    for (let index = 0; index <= VERIFIED_ENTRIES_MAX; index++) {
      cache.add(`entry ${index}`, VERIFIED_LOCALLY_MS);
      cache.holds('entry 0');
    }
    expect([cache.holds('entry 0'), cache.holds('entry 1'), cache.holds('entry 2')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
