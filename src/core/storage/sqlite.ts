/** SQLite: one file, one writing connection, a few reading ones. */
import { chmod, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type BetterSqlite3 from 'better-sqlite3';
import pLimit from 'p-limit';
import { DataSource } from 'typeorm';
import { DATABASE_FILE } from '../config/installation.ts';
import { DirectoryError } from '../errors.ts';
import { makeDirectory } from '../make-directory.ts';
import { type Database, MIGRATE_WAIT_MS, migrate } from './database.ts';
import { busy, translateError, unavailable } from './errors.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { type Dialect, inTransaction, type ParameterList } from './session.ts';
import { keepStatements } from './sqlite-statements.ts';
import { watchSqlite } from './sqlite-watch.ts';
import { TABLES } from './tables/index.ts';
import { createWriterQueue } from './writer-queue.ts';

const READERS_MAX = 8;
/** How long a read waits for another process that recovers or closes the database: milliseconds in practice. */
const READ_WAIT_MS = 5_000;
const RETRY_MS = 5;
/** Pages that the writing connection keeps at most: the indexes that a large import fills in no order. */
const WRITER_CACHE_KIB = 8 * 1024;
const READER_CACHE_KIB = 2 * 1024;
/** Of the write-ahead log, from which on it is written back: a page that a large import changes often is written once. */
const CHECKPOINT_PAGES = 16_384;
/** What stays of the write-ahead log after a large import. */
const WAL_BYTES_KEPT = 64 * 1024 * 1024;

/** Opens or creates roster.db in `dataDir`, for its owner alone, and migrates it. */
export async function openSqlite(dataDir: string): Promise<Database> {
  const path = await createFile(dataDir);
  const writer = await connect(path, WRITER_CACHE_KIB);
  const queue = createWriterQueue();
  const readers = createReaders(() => connect(path, READER_CACHE_KIB));
  try {
    await migrateSqlite(writer);
  } catch (error) {
    await writer.destroy();
    throw error;
  }
  return {
    read: (work) =>
      readers.use((reader) =>
        inTransaction(
          { manager: reader.manager, dialect: sqliteDialect, begin: () => beginReading(reader) },
          work,
        ),
      ),
    write: (work) =>
      queue((waitMs) =>
        inTransaction(
          {
            ...{ manager: writer.manager, dialect: sqliteDialect },
            begin: () => beginWriting(writer, waitMs),
            runEach: (sql, lists) => runEach(writer, sql, lists),
          },
          work,
        ),
      ),
    watch: (wake) => watchSqlite(path, wake),
    async close() {
      await readers.close();
      await writer.destroy();
    },
  };
}

const sqliteDialect: Dialect = {
  synchronous: true,
  parameter: () => '?',
  unindexed: (column) => `+${column}`,
  references: `SELECT t.name AS "from", k."table" AS "to"
    FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS k WHERE t.type = 'table'`,
  isOneOf: (column, query) => `${column} IN (${query})`,
  rows(columns) {
    const fields = columns.map(({ name }) => `value ->> '${name}' AS "${name}"`);
    return `(SELECT ${fields} FROM json_each(?)) AS r`;
  },
};

/** The write-ahead log takes its permissions from the file. */
async function createFile(dataDir: string): Promise<string> {
  const path = join(dataDir, DATABASE_FILE);
  try {
    await makeDirectory(dataDir, 0o700);
    const file = await open(path, 'a', 0o600);
    await file.close();
    await chmod(path, 0o600);
  } catch (error) {
    throw translateError(error);
  }
  return path;
}

/**
 * TypeORM's SQLite driver has one query runner per DataSource, shared by all who ask: each DataSource here is
 * therefore given to one transaction at a time.
 */
async function connect(path: string, cacheKib: number): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'better-sqlite3',
    database: path,
    // A lock of another process must not stop our event loop: we retry ourselves.
    timeout: 0,
    prepareDatabase: (database: BetterSqlite3.Database) => prepare(database, cacheKib),
    entities: TABLES,
    migrations: MIGRATIONS,
  });
  await whileBusy(() => dataSource.initialize(), READ_WAIT_MS);
  return dataSource;
}

function prepare(database: BetterSqlite3.Database, cacheKib: number): void {
  keepStatements(database);
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma(`cache_size = -${cacheKib}`);
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    database.pragma(`journal_size_limit = ${WAL_BYTES_KEPT}`);
    database.pragma('trusted_schema = OFF');
  } catch (error) {
    database.close();
    throw error;
  }
}

async function migrateSqlite(writer: DataSource): Promise<void> {
  const runner = writer.createQueryRunner();
  // SQLite alters a table by building it anew; with foreign keys on, that would delete what refers to it.
  await runner.beforeMigration();
  await inTransaction(
    { manager: writer.manager, dialect: sqliteDialect, begin: () => beginWriting(writer, MIGRATE_WAIT_MS) },
    () => migrate(writer, runner.manager),
  );
  await runner.afterMigration();
}

/** A third of what the same rows cost as one statement that unfolds JSON. */
function runEach(writer: DataSource, sql: string, lists: readonly ParameterList[]): void {
  const { databaseConnection }: { databaseConnection?: BetterSqlite3.Database } = writer.driver as object;
  if (databaseConnection === undefined) throw unavailable('it is closed');
  const statement = databaseConnection.prepare(sql);
  for (const list of lists) statement.run(list);
}

async function beginWriting(writer: DataSource, waitMs: number): Promise<void> {
  await whileBusy(() => writer.query('BEGIN IMMEDIATE'), waitMs);
}

async function beginReading(reader: DataSource): Promise<void> {
  await reader.query('BEGIN');
  // The snapshot is taken by the first read.
  await whileBusy(() => reader.query('SELECT 1 FROM sqlite_schema LIMIT 1'), READ_WAIT_MS);
}

async function whileBusy<T>(statement: () => Promise<T>, waitMs: number): Promise<T> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      return await statement();
    } catch (error) {
      const translated = translateError(error);
      const isBusy = translated instanceof DirectoryError && translated.code === 'busy';
      if (!isBusy) throw translated;
      if (performance.now() >= deadline) throw busy();
      await pause(RETRY_MS);
    }
  }
}

/** Connections for reading, opened when needed; each serves one transaction at a time. */
function createReaders(openReader: () => Promise<DataSource>) {
  const slots = pLimit(READERS_MAX);
  const idle: DataSource[] = [];
  let closed = false;
  return {
    use: <T>(work: (reader: DataSource) => Promise<T>): Promise<T> =>
      slots(async () => {
        if (closed) throw unavailable('it is closed');
        const reader = idle.pop() ?? (await openReader());
        try {
          return await work(reader);
        } finally {
          idle.push(reader);
        }
      }),
    async close(): Promise<void> {
      closed = true;
      await Promise.all(idle.splice(0).map((reader) => reader.destroy()));
    },
  };
}
