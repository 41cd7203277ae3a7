/** Counts failures that time makes forgotten, and the growing pause that each one beyond the free ones brings. */

/** The pause after the first failure beyond the free ones; it doubles with each further one. */
export const PAUSE_MS_MIN = 1000;
export const PAUSE_MS_MAX = 60_000;

/** Failures beyond the free ones that still count: with them the pause has reached its maximum. */
const COUNTED_BEYOND_FREE = 1 + Math.ceil(Math.log2(PAUSE_MS_MAX / PAUSE_MS_MIN));

export interface TallyRule {
  /** Failures that bring no pause. */
  readonly free: number;
  /** One failure is forgotten in each such span. */
  readonly forgetMs: number;
}

/** As of the last failure. */
export interface Tally {
  readonly failures: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly pauseMs: number;
}

/** The tally after one more failure at `now`; undefined stands for one without failures. */
export function withFailure(tally: Tally | undefined, rule: TallyRule, now: number): Tally {
  const failures = Math.min(failuresAt(tally, rule, now) + 1, rule.free + COUNTED_BEYOND_FREE);
  return { failures, at: now, pauseMs: pauseAfter(failures, rule) };
}

/** The tally after a failure that turned out to be none; the pause that it brought is over. */
export function withoutFailure(tally: Tally, rule: TallyRule): Tally {
  const failures = Math.max(tally.failures - 1, 0);
  return { failures, at: tally.at, pauseMs: Math.min(tally.pauseMs, pauseAfter(failures, rule)) };
}

/** How many failures count at `now`, in fractions. */
export function failuresAt(tally: Tally | undefined, rule: TallyRule, now: number): number {
  if (tally === undefined) return 0;
  return Math.max(tally.failures - Math.max(now - tally.at, 0) / rule.forgetMs, 0);
}

export function isPaused(tally: Tally | undefined, now: number): boolean {
  if (tally === undefined) return false;
  const elapsed = now - tally.at;
  // A clock set back must not lengthen a pause.
  return elapsed >= 0 && elapsed < tally.pauseMs;
}

function pauseAfter(failures: number, { free }: TallyRule): number {
  return failures <= free ? 0 : Math.min(PAUSE_MS_MIN * 2 ** (Math.ceil(failures - free) - 1), PAUSE_MS_MAX);
}
