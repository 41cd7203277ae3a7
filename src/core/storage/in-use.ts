/** Says whether another process has the database open, for who is about to replace it. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { DATABASE_FILE } from '../config/installation.ts';
import { DirectoryError } from '../errors.ts';
import { translateError } from './errors.ts';
import type { StoreLocation } from './open.ts';
import { keepStatements } from './sqlite-statements.ts';

/** Throws DirectoryError 'conflict'. To be asked before this process opens it. */
export async function refuseInUse({ databaseUrl, dataDir }: StoreLocation): Promise<void> {
  const inUse =
    databaseUrl === null
      ? await isSqliteInUse(join(dataDir, DATABASE_FILE))
      : await isPostgresInUse(databaseUrl);
  if (!inUse) return;
  throw new DirectoryError(
    'conflict',
    'Another process has the database open: stop all servers of this Roster first.',
  );
}

/** Leaving the write-ahead log needs the file for oneself, and the next who opens it takes the log up again. */
async function isSqliteInUse(path: string): Promise<boolean> {
  if (!(await exists(path))) return false;
  let database: BetterSqlite3.Database | null = null;
  try {
    database = new BetterSqlite3(path, { timeout: 0 });
    keepStatements(database);
    database.pragma('journal_mode = DELETE');
    return false;
  } catch (error) {
    const translated = translateError(error);
    if (translated instanceof DirectoryError && translated.code === 'busy') return true;
    throw translated;
  } finally {
    database?.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function isPostgresInUse(url: string): Promise<boolean> {
  const { default: pg } = await import('pg');
  const { CONNECTION_OPTIONS, checkPostgresUrl } = await import('./postgres-connection.ts');
  checkPostgresUrl(url);
  const client = new pg.Client({ ...CONNECTION_OPTIONS, connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND application_name = $1 LIMIT 1`,
      [CONNECTION_OPTIONS.application_name],
    );
    return rows.length > 0;
  } catch (error) {
    throw translateError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
