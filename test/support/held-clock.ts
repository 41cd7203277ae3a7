/** A clock that stands still until a test moves it. */
import type { Clock } from '../../src/core/clock.ts';

export interface HeldClock extends Clock {
  /** Backwards for a negative span. */
  advance(ms: number): void;
}

export function createHeldClock(): HeldClock {
  let at = Date.UTC(2026, 0, 1);
  return {
    now: () => new Date(at),
    advance(ms) {
      at += ms;
    },
  };
}
