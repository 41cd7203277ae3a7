/** Opens the store: SQLite in the data directory, or PostgreSQL. */
import type { Clock } from '../clock.ts';
import type { Store } from '../directory/store.ts';
import type { Logger } from '../log.ts';
import { createChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';
import { pruneDaily } from './prune.ts';
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
  const database = await openDatabase(databaseUrl, dataDir, log);
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

/** Loads the driver of one database alone: that of PostgreSQL takes 15 MiB in each process and thread. */
async function openDatabase(databaseUrl: string | null, dataDir: string, log: Logger): Promise<Database> {
  if (databaseUrl === null) return (await import('./sqlite.ts')).openSqlite(dataDir);
  return (await import('./postgres.ts')).openPostgres(databaseUrl, log);
}
