/** Counts failures per key within a window of time, for a bounded number of keys. */
import type { Clock } from '../core/clock.ts';

/** Beyond this many keys the one counted longest ago is forgotten. */
export const COUNTED_KEYS_MAX = 10_000;

export interface FailureCounter {
  add(key: string): void;
  /** Whether `key` has failed as often as is allowed since its window began. */
  exceeded(key: string): boolean;
}

export function createFailureCounter(options: {
  readonly max: number;
  readonly windowMs: number;
  readonly clock: Clock;
}): FailureCounter {
  const counts = new Map<string, { failures: number; readonly until: number }>();

  function current(key: string): { failures: number } | undefined {
    const count = counts.get(key);
    if (count === undefined || count.until > options.clock.now().getTime()) return count;
    counts.delete(key);
    return undefined;
  }

  return {
    add(key) {
      const count = current(key);
      if (count !== undefined) {
        count.failures++;
        return;
      }
      const [oldest] = counts.keys();
      if (counts.size >= COUNTED_KEYS_MAX && oldest !== undefined) counts.delete(oldest);
      counts.set(key, { failures: 1, until: options.clock.now().getTime() + options.windowMs });
    },
    exceeded: (key) => (current(key)?.failures ?? 0) >= options.max,
  };
}
