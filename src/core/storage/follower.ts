/** One follower of the change feed: reads on from its last sequence whenever it is woken, and until that succeeds. */
import { setImmediate as giveWay } from 'node:timers/promises';
import type { ChangeListener } from '../directory/store.ts';
import { DirectoryError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { createBell } from './bell.ts';
import type { Database } from './database.ts';
import { readDelta } from './delta.ts';

const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 5_000;

export interface Follower {
  wake(): void;
  trouble(): string | null;
  /** See ChangeSubscription; DirectoryError 'unavailable' where the follower is stopped before. */
  caughtUp(): Promise<void>;
  /** Not to be awaited by the listener's `changed`, for which it waits. */
  stop(): Promise<void>;
}

export interface FollowerOptions {
  readonly database: Pick<Database, 'read'>;
  readonly log: Logger;
  /** The last sequence that the listener knows. */
  readonly seq: number;
  readonly listener: ChangeListener;
  /** Called once, when it has stopped or lost the thread. */
  readonly onEnd: () => Promise<void>;
}

export function createFollower({ onEnd, ...options }: FollowerOptions): Follower {
  const bell = createBell();
  const waiters = createWaiters();
  const teller = createTeller(options);
  let stopped = false;
  /** What was asked for so far: a round answers all that was asked before it began. */
  let asked = 0;
  const ended = follow().finally(onEnd);
  // Not part of `ended`: the listener may stop this follower while it is told of the loss.
  void ended.then(async (end) => {
    if (end === 'lost') {
      await teller.tellLoss();
      waiters.resolveUpTo(asked);
    }
    waiters.close();
  });

  async function follow(): Promise<'stopped' | 'lost'> {
    let retryMs = RETRY_MIN_MS;
    while (!stopped) {
      const round = asked;
      const outcome = await teller.tellNext();
      if (outcome === 'lost') return 'lost';
      if (outcome === 'nothing-new') {
        waiters.resolveUpTo(round);
        if (!stopped && asked === round) await bell.rung();
      }
      if (outcome === 'failed' && !stopped) await bell.rung(retryMs);
      retryMs = outcome === 'failed' ? Math.min(2 * retryMs, RETRY_MAX_MS) : RETRY_MIN_MS;
    }
    return 'stopped';
  }

  function wake(): void {
    asked += 1;
    bell.ring();
  }

  return {
    wake,
    trouble: teller.trouble,
    caughtUp() {
      wake();
      return waiters.wait(asked);
    },
    async stop() {
      stopped = true;
      bell.ring();
      await ended;
    },
  };
}

/** Reads batch after batch and tells each to the listener. */
function createTeller({ database, log, seq, listener }: Omit<FollowerOptions, 'onEnd'>) {
  let told = seq;
  let trouble: string | null = null;

  function complain(error: unknown): void {
    const expected = error instanceof DirectoryError;
    const message = expected ? error.message : 'A change could not be taken over; the log says why.';
    if (message !== trouble) {
      log.warn(expected ? { reason: message } : { err: error }, 'the change feed is behind');
    }
    trouble = message;
  }

  return {
    trouble: () => trouble,
    /** A batch whose telling failed is told again: it holds present state, so twice is once. */
    async tellNext(): Promise<'told' | 'nothing-new' | 'lost' | 'failed'> {
      try {
        const delta = await database.read((session) => readDelta(session, told));
        if (delta === 'lost') return 'lost';
        if (delta !== null) {
          // SQLite answers at once: without pauses nobody else would have a turn until all is told.
          await giveWay();
          await listener.changed(delta);
          told = delta.seq;
          await giveWay();
        }
        trouble = null;
        return delta === null ? 'nothing-new' : 'told';
      } catch (error) {
        complain(error);
        return 'failed';
      }
    },
    async tellLoss(): Promise<void> {
      try {
        await listener.lost();
      } catch (error) {
        log.error({ err: error }, 'the directory could not be read anew');
      }
    },
  };
}

/** Who waits for which round. */
function createWaiters() {
  const waiting = new Set<{ round: number; resolve(): void; reject(error: DirectoryError): void }>();
  const ending = new DirectoryError('unavailable', 'The change feed was stopped.');
  let closed = false;
  return {
    wait: (round: number): Promise<void> =>
      new Promise((resolve, reject) => {
        if (closed) reject(ending);
        else waiting.add({ round, resolve, reject });
      }),
    resolveUpTo(round: number): void {
      for (const waiter of waiting) {
        if (waiter.round > round) continue;
        waiting.delete(waiter);
        waiter.resolve();
      }
    },
    /** Nobody is answered any more. */
    close(): void {
      closed = true;
      for (const waiter of waiting) waiter.reject(ending);
      waiting.clear();
    },
  };
}
