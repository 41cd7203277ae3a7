/** Opens the store: SQLite in the data directory, or PostgreSQL. */
import type { Clock } from '../clock.ts';
import type { Store } from '../directory/store.ts';
import type { Logger } from '../log.ts';
import { createChangeFeed } from './change-feed.ts';
import { openPostgres } from './postgres.ts';
import { pruneDaily } from './prune.ts';
import { openSqlite } from './sqlite.ts';
import { createStore } from './store.ts';

export interface StoreLocation {
  /** postgres://...; null means SQLite in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
}

/**
 * Opens, and where needed creates and migrates, the database. Throws DirectoryError 'unavailable' where it cannot be
 * reached or refuses, 'invalid' for a URL of another form, 'busy' where another process migrates for over a minute.
 */
export async function openStore({
  databaseUrl,
  dataDir,
  log,
  clock,
}: StoreLocation & { readonly log: Logger; readonly clock: Clock }): Promise<Store> {
  const database = databaseUrl === null ? await openSqlite(dataDir) : await openPostgres(databaseUrl, log);
  const closing = new AbortController();
  const pruning = pruneDaily({ database, clock, log }, closing.signal);
  return createStore({
    database,
    changes: createChangeFeed({ database, log }),
    async onClose() {
      closing.abort();
      await pruning;
    },
  });
}
