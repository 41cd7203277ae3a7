/** Divides among processes what is bounded for all of them together. */
import type { Limits } from '../limits.ts';

/** Connections are not divided: they are counted for all. */
const DIVIDED = [
  'inboundBytesMax',
  'outboundBytesMax',
  'pagedCandidatesMax',
  'photoBytesMax',
  'offencesMax',
] as const satisfies readonly (keyof Limits)[];

/** What one of so many processes may hold. */
export function shareOf(limits: Limits, processes: number): Limits {
  const shares = DIVIDED.map((name) => [name, Math.max(1, Math.floor(limits[name] / processes))]);
  return { ...limits, ...Object.fromEntries(shares) };
}
