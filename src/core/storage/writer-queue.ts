/** Lets the writers of this process into the database one at a time, each for as long as it may wait. */
import pLimit from 'p-limit';
import { busy } from './errors.ts';

/** How long a writer waits for its turn, over all processes. */
const WRITE_WAIT_MS = 10_000;
const WRITERS_WAITING_MAX = 1000;

/** `work` is told how many milliseconds are left to wait for the writers of other processes. */
export type WriterQueue = <T>(work: (waitMs: number) => Promise<T>, waitMs?: number) => Promise<T>;

/** Throws DirectoryError 'busy' where the turn did not come within `waitMs`, or too many are waiting already. */
export function createWriterQueue(): WriterQueue {
  const oneAtATime = pLimit(1);
  return async (work, waitMs = WRITE_WAIT_MS) => {
    if (oneAtATime.pendingCount >= WRITERS_WAITING_MAX) throw busy();
    const deadline = performance.now() + waitMs;
    return new Promise((resolve, reject) => {
      let expired = false;
      const timer = setTimeout(() => {
        expired = true;
        reject(busy());
      }, waitMs);
      void oneAtATime(async () => {
        if (expired) return;
        clearTimeout(timer);
        await work(Math.max(1, deadline - performance.now())).then(resolve, reject);
      });
    });
  };
}
