import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  failuresAt,
  isPaused,
  PAUSE_MS_MAX,
  type Tally,
  type TallyRule,
  withFailure,
  withoutFailure,
} from '../../../src/core/credentials/failure-tally.ts';

const NOW = Date.UTC(2026, 0, 1);
const rules = fc.record({
  free: fc.integer({ min: 0, max: 20 }),
  forgetMs: fc.integer({ min: 100, max: 100_000 }),
});
const spans = fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 60 });

/** The tally after failures with these spans before each, and the time of the last. */
function afterFailures(rule: TallyRule, waits: readonly number[]): { tally: Tally | undefined; now: number } {
  let tally: Tally | undefined;
  let now = NOW;
  for (const wait of waits) {
    now += wait;
    tally = withFailure(tally, rule, now);
  }
  return { tally, now };
}

describe('a tally of failures', () => {
  const rule = { free: 5, forgetMs: 60_000 };

  it('pauses after none of the free failures, then twice as long after each, up to a minute', () => {
    const pauses: number[] = [];
    let tally: Tally | undefined;
    for (let count = 1; count <= 14; count++) {
      tally = withFailure(tally, rule, NOW);
      pauses.push(tally.pauseMs);
    }
    expect(pauses).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
  });

  it('is paused for the time of the pause and no longer, and not at all where the clock is set back', () => {
    const { tally } = afterFailures(rule, Array(6).fill(0));
    expect([-1, 0, 999, 1000].map((later) => isPaused(tally, NOW + later))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('forgets one failure in each span', () => {
    const { tally } = afterFailures(rule, [0, 0, 0]);
    expect(
      [0, 30_000, 60_000, 180_000, 999_000].map((later) => failuresAt(tally, rule, NOW + later)),
    ).toEqual([3, 2.5, 2, 0, 0]);
  });

  it('takes a failure back, and the pause that it brought', () => {
    let tally = withFailure(undefined, rule, NOW);
    for (let count = 2; count <= 6; count++) tally = withFailure(tally, rule, NOW);
    expect(isPaused(tally, NOW)).toBe(true);
    const taken = withoutFailure(tally, rule);
    expect(failuresAt(taken, rule, NOW)).toBe(5);
    expect(isPaused(taken, NOW)).toBe(false);
  });

  it('is bounded, whatever happens: it pauses for a minute at most and is empty again after a known time', () => {
    fc.assert(
      fc.property(rules, spans, (any, waits) => {
        const { tally, now } = afterFailures(any, waits);
        expect(isPaused(tally, now + PAUSE_MS_MAX)).toBe(false);
        expect(failuresAt(tally, any, now)).toBeLessThanOrEqual(any.free + 7);
        expect(failuresAt(tally, any, now + (any.free + 7) * any.forgetMs)).toBe(0);
      }),
    );
  });

  it('is monotone: a further failure never shortens a pause, and waiting never adds a failure', () => {
    fc.assert(
      fc.property(rules, spans, fc.nat(1_000_000), (any, waits, later) => {
        const { tally, now } = afterFailures(any, waits);
        expect(withFailure(tally, any, now).pauseMs).toBeGreaterThanOrEqual(tally?.pauseMs ?? 0);
        expect(failuresAt(tally, any, now + later)).toBeLessThanOrEqual(failuresAt(tally, any, now));
      }),
    );
  });
});
