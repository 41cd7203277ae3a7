/** Keeps out for some seconds the networks whose connections break the protocol again and again. */
import type { Clock } from '../core/clock.ts';
import { createBoundedMap } from '../core/credentials/bounded-map.ts';
import { isPaused, type Tally, withFailure } from '../core/credentials/failure-tally.ts';
import { networkOf } from '../core/credentials/network.ts';

/** One offence is forgotten in each such span. */
export const FORGET_MS = 6000;
/** Pauses grow to this and no further: others may come from the same network, and want to be let in again soon. */
export const KEPT_OUT_MS_MAX = 8000;
/** Beyond these the ones that offended longest ago are forgotten. */
export const NETWORKS_MAX = 10_000;

export interface Offenders {
  /** Whether a connection from there is refused at present. */
  keptOut(address: string): boolean;
  /** Counts an offence; returns for how long the network is kept out by it. */
  offended(address: string): number;
}

/** `free`: offences that bring no pause; with each further one it doubles, from a second on. */
export function createOffenders({
  clock,
  free,
}: {
  readonly clock: Clock;
  readonly free: number;
}): Offenders {
  const tallies = createBoundedMap<Tally>(NETWORKS_MAX);
  const keyOf = (address: string): string => networkOf(address) ?? address;

  return {
    keptOut: (address) => isPaused(tallies.get(keyOf(address)), clock.now().getTime()),
    offended(address) {
      const key = keyOf(address);
      const tally = withFailure(tallies.get(key), { free, forgetMs: FORGET_MS }, clock.now().getTime());
      const pauseMs = Math.min(tally.pauseMs, KEPT_OUT_MS_MAX);
      tallies.set(key, { ...tally, pauseMs });
      return pauseMs;
    },
  };
}
