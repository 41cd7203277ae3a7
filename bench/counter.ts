/** Counts what a generator sends and what comes back, and how long each answer takes. */
import type { Tally } from './load.ts';

export interface Counter {
  /** `connection`: a number that tells it from the others. */
  sent(connection: number, count: number): void;
  answered(connection: number, code: number): void;
  entry(): void;
  received(bytes: number): void;
  inFlight(): number;
  /** What comes from here to the end is the measured time. */
  begin(): void;
  end(): void;
  tally(): Tally;
}

/** `timed`: there is at most one request in flight on a connection, so that answers have a time. */
export function createCounter(timed: boolean): Counter {
  const counts = { sent: 0, done: 0, entries: 0, bytes: 0 };
  const failures: Record<number, number> = {};
  const sentAt = new Map<number, number>();
  let before = { ...counts };
  let after = { ...counts };
  let begun = Number.POSITIVE_INFINITY;
  let ended = Number.POSITIVE_INFINITY;
  const latencies: number[] = [];

  return {
    sent(connection, count) {
      counts.sent += count;
      if (timed) sentAt.set(connection, performance.now());
    },
    answered(connection, code) {
      counts.done += 1;
      if (code !== 0) failures[code] = (failures[code] ?? 0) + 1;
      if (!timed) return;
      const now = performance.now();
      if (now >= begun) latencies.push(now - (sentAt.get(connection) ?? now));
      sentAt.delete(connection);
    },
    entry() {
      counts.entries += 1;
    },
    received(bytes) {
      counts.bytes += bytes;
    },
    inFlight: () => counts.sent - counts.done,
    begin() {
      before = { ...counts };
      begun = performance.now();
    },
    end() {
      after = { ...counts };
      ended = performance.now();
    },
    tally: () => ({
      elapsedMs: ended - begun,
      done: after.done - before.done,
      entries: after.entries - before.entries,
      bytes: after.bytes - before.bytes,
      doneInAll: counts.done,
      entriesInAll: counts.entries,
      failures,
      lost: counts.sent - counts.done,
      latencyUs: timed ? quantiles(latencies) : null,
    }),
  };
}

function quantiles(latenciesMs: readonly number[]): Tally['latencyUs'] {
  const sorted = latenciesMs.map((ms) => Math.round(ms * 1000)).sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}
