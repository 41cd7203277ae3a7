/** Knows whether a source could not be asked lately: then nobody's refusal may look unlike that of its people. */
import type { Clock } from '../core/clock.ts';

export interface Away {
  failed(sourceId: string): void;
  answered(sourceId: string): void;
  isAny(): boolean;
}

/** Since the last time that a source could not be asked. */
export const AWAY_MS = 60_000;

export function createAway(clock: Clock): Away {
  const since = new Map<string, number>();
  const now = () => clock.now().getTime();
  return {
    failed: (sourceId) => void since.set(sourceId, now()),
    answered: (sourceId) => void since.delete(sourceId),
    isAny: () => [...since.values()].some((at) => now() - at < AWAY_MS),
  };
}
