/** What the clocks of a time zone read, as milliseconds that UTC would call the same. */

export interface LocalClock {
  read(instant: number): number;
  /**
   * When it reads so: once, twice where clocks go back over it, and where they go forward over it the first minute
   * after.
   */
  instantsOf(reading: number): readonly number[];
}

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;

export function createLocalClock(timeZone: string): LocalClock {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  const time = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('en', { timeZone, calendar: 'gregory', ...numeric, ...time });

  function read(instant: number): number {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    return Date.UTC(
      ...([part('year'), part('month') - 1, part('day')] as const),
      ...([part('hour'), part('minute'), part('second')] as const),
    );
  }

  /** The first minute from `early` on at which clocks read more. */
  function firstAfter(reading: number, early: number, late: number): number {
    let [before, after] = [early, late];
    while (after - before > MINUTE_MS) {
      const middle = before + Math.floor((after - before) / MINUTE_MS / 2) * MINUTE_MS;
      if (read(middle) > reading) after = middle;
      else before = middle;
    }
    return after;
  }

  return {
    read,
    instantsOf(reading) {
      const offsets = [-DAY_MS, DAY_MS].map((day) => read(reading + day) - (reading + day));
      const early = reading - Math.max(...offsets);
      const late = reading - Math.min(...offsets);
      const exact = [...new Set([early, late])].filter((instant) => read(instant) === reading);
      return exact.length > 0 ? exact : [firstAfter(reading, early, late)];
    },
  };
}
