/** Counts sign-ins by quarters of an hour, for one day. */

export interface IntervalCounts {
  readonly begins: Date;
  readonly ok: number;
  readonly failed: number;
}

export const INTERVAL_MS = 15 * 60_000;
export const INTERVALS = 96;

export interface Counts {
  add(at: Date, ok: boolean, count?: number): void;
  /** The last day, the newest last; intervals without any are there too. */
  until(now: Date): readonly IntervalCounts[];
}

export function createCounts(): Counts {
  /** By the number of the interval since 1970. */
  const counted = new Map<number, { ok: number; failed: number }>();

  return {
    add(at, ok, count = 1) {
      const number = intervalOf(at);
      const present = counted.get(number) ?? { ok: 0, failed: 0 };
      present[ok ? 'ok' : 'failed'] += count;
      counted.set(number, present);
      if (counted.size <= INTERVALS) return;
      for (const old of counted.keys()) if (old <= number - INTERVALS) counted.delete(old);
    },
    until(now) {
      const last = intervalOf(now);
      return Array.from({ length: INTERVALS }, (_, place) => {
        const number = last - INTERVALS + 1 + place;
        const { ok, failed } = counted.get(number) ?? { ok: 0, failed: 0 };
        return { begins: new Date(number * INTERVAL_MS), ok, failed };
      });
    },
  };
}

function intervalOf(at: Date): number {
  return Math.floor(at.getTime() / INTERVAL_MS);
}
