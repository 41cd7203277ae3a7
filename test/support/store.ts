/** A store for tests: SQLite in a private temporary folder, or a PostgreSQL database. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { Store } from '../../src/core/directory/store.ts';
import { silentLogger } from '../../src/core/log.ts';
import { openStore } from '../../src/core/storage/open.ts';

export interface TestStore {
  readonly store: Store;
  /** Opens the same database once more, as another process would. */
  openAgain(): Promise<Store>;
  /** Closes every store that was opened and removes the folder. */
  remove(): Promise<void>;
}

/** `databaseUrl` null: SQLite. */
export async function openTestStore(
  clock: Clock = systemClock,
  databaseUrl: string | null = null,
): Promise<TestStore> {
  const dataDir = await mkdtemp(join(tmpdir(), 'roster-store-'));
  const opened: Store[] = [];
  async function open(): Promise<Store> {
    const store = await openStore({ databaseUrl, dataDir, log: silentLogger, clock });
    opened.push(store);
    return store;
  }
  return {
    store: await open(),
    openAgain: open,
    async remove() {
      await Promise.all(opened.map((store) => store.close()));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
