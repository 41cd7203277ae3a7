/** What the two databases have in common for the rest of storage. */
import type { DataSource, EntityManager } from 'typeorm';
import { MigrationExecutor } from 'typeorm';
import { unavailable } from './errors.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Session } from './session.ts';

export interface Database {
  /** One consistent snapshot of committed rows. */
  read<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** One transaction, one writer at a time over all processes; DirectoryError 'busy' after 10 seconds. */
  write<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Calls `wake` soon after any process has committed, and where that cannot be known. */
  watch(wake: () => void): Watch;
  close(): Promise<void>;
}

export interface Watch {
  stop(): Promise<void>;
}

/** How long one process waits at start for another one's migrations. */
export const MIGRATE_WAIT_MS = 60_000;

/**
 * Runs what is pending inside the writer's transaction that `manager` is in, so that two starts do not collide.
 * Throws DirectoryError 'unavailable' where a newer Roster has been here: what it changed is unknown to this one.
 */
export async function migrate(dataSource: DataSource, { queryRunner }: EntityManager): Promise<void> {
  const executor = new MigrationExecutor(dataSource, queryRunner);
  executor.transaction = 'none';
  const known = new Set<string>(MIGRATIONS.map(({ name }) => name));
  const executed = await executor.getExecutedMigrations();
  if (executed.some(({ name }) => !known.has(name))) {
    throw unavailable('a newer version of Roster has changed it; run that version');
  }
  await executor.executePendingMigrations();
}
