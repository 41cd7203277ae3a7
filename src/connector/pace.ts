/** Keeps binds at a source to so many a second, since providers lock out who exceeds their limit. */
import { DirectoryError } from '../core/errors.ts';
import type { Wait } from './retry.ts';

export interface Pace {
  /** Resolves when the next bind may go. Throws DirectoryError 'busy' where that is too far away; rejects on abort. */
  turn(key: string, perSecond: number, signal: AbortSignal): Promise<void>;
}

export interface PaceDependencies {
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly wait: Wait;
}

/** Whoever would wait longer is told to come again. */
export const PACE_WAIT_MS_MAX = 5_000;
const SECOND_MS = 1_000;
/** Clocks here and there may differ in what a second is. */
const MARGIN_MS = 50;

export function createPace({ now, wait }: PaceDependencies): Pace {
  /** When the last binds went or will go, as many as fit into a second. */
  const slots = new Map<string, number[]>();
  return {
    async turn(key, perSecond, signal) {
      if (perSecond === 0) return;
      const recent = (slots.get(key) ?? []).slice(-perSecond);
      const earliest = recent.length < perSecond ? 0 : (recent[0] ?? 0) + SECOND_MS + MARGIN_MS;
      const slot = Math.max(now(), earliest);
      const delay = slot - now();
      if (delay > PACE_WAIT_MS_MAX) {
        throw new DirectoryError('busy', 'Too many sign-ins wait for the directory upstream.');
      }
      slots.set(key, [...recent, slot]);
      if (delay > 0) await wait(delay, signal);
    },
  };
}
