/** The store over either database. */
import type { Store } from '../directory/store.ts';
import type { LocalChangeFeed } from './change-feed.ts';
import { copyIn, copyOut } from './copy.ts';
import type { Database } from './database.ts';
import { unavailable } from './errors.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { readDirectory } from './read-directory.ts';
import { createReadTransaction } from './read-transaction.ts';
import { createWriteTransaction } from './write-transaction.ts';

export interface StoreOptions {
  readonly database: Database;
  readonly changes: LocalChangeFeed;
  /** Ends what works in the background. */
  readonly onClose: () => Promise<void>;
}

export function createStore({ database, changes, onClose }: StoreOptions): Store {
  const running = new Set<Promise<unknown>>();
  let closed = false;

  /** Lets `close` wait for what has begun, and nothing begin after it. */
  async function track<T>(work: () => Promise<T>): Promise<T> {
    if (closed) throw unavailable('it is closed');
    const outcome = work();
    running.add(outcome);
    try {
      return await outcome;
    } finally {
      running.delete(outcome);
    }
  }

  return {
    changes,
    read: (work) => track(() => database.read((session) => work(createReadTransaction(session)))),
    async write(work) {
      const result = await track(() => database.write((session) => work(createWriteTransaction(session))));
      changes.wake();
      return result;
    },
    readDirectory: (sink) => track(() => database.read((session) => readDirectory(session, sink))),
    form: MIGRATIONS.at(-1)?.name ?? '',
    copyOut: (sink) => track(() => database.read((session) => copyOut(session, sink))),
    async copyIn(parts, at) {
      await track(() => database.write((session) => copyIn(session, parts, at)));
      changes.wake();
    },
    ping: () => track(() => database.read(async (session) => void (await session.query('SELECT 1')))),
    async close() {
      if (closed) return;
      closed = true;
      await onClose();
      await changes.close();
      await Promise.allSettled(running);
      await database.close();
    },
  };
}
