/** PostgreSQL: a pool of connections; writers take one advisory lock. */
import pLimit from 'p-limit';
import { DataSource } from 'typeorm';
import type { Logger } from '../log.ts';
import { type Database, MIGRATE_WAIT_MS, migrate } from './database.ts';
import { translateError } from './errors.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { CHANNEL, CONNECTION_OPTIONS, checkPostgresUrl } from './postgres-connection.ts';
import { watchPostgres } from './postgres-watch.ts';
import { type Connection, type Dialect, inTransaction } from './session.ts';
import { TABLES } from './tables/index.ts';
import { createWriterQueue } from './writer-queue.ts';

const CONNECTIONS_MAX = 10;
/** One connection is left for the writer. */
const READERS_MAX = CONNECTIONS_MAX - 1;
/** Held by the one writer of all processes; the ASCII codes of "roster". */
const WRITER_LOCK = 0x726f73746572;

// The snapshot is taken by the first query, not by BEGIN.
const BEGIN_READING = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1';
const COMMIT_WRITING = `NOTIFY ${CHANNEL}; COMMIT`;

/** `url` is postgres://[user[:password]@]host[:port]/database[?sslmode=...]; migrates the database. */
export async function openPostgres(url: string, log: Logger): Promise<Database> {
  checkPostgresUrl(url);
  const dataSource = await connect(url, log);
  const queue = createWriterQueue();
  const readers = pLimit(READERS_MAX);
  try {
    await withConnection(dataSource, (connection) =>
      inTransaction(
        { ...connection, begin: () => connection.manager.query(beginWriting(MIGRATE_WAIT_MS)) },
        () => migrate(dataSource, connection.manager),
      ),
    );
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return {
    read: (work) =>
      readers(() =>
        withConnection(dataSource, (connection) =>
          inTransaction({ ...connection, begin: () => connection.manager.query(BEGIN_READING) }, work),
        ),
      ),
    write: (work) =>
      queue((waitMs) =>
        withConnection(dataSource, (connection) =>
          inTransaction(
            {
              ...connection,
              begin: () => connection.manager.query(beginWriting(waitMs)),
              commit: COMMIT_WRITING,
            },
            work,
          ),
        ),
      ),
    watch: (wake) => watchPostgres({ url, log, wake }),
    close: () => dataSource.destroy(),
  };
}

const postgresDialect: Dialect = {
  synchronous: false,
  parameter: (position) => `$${position}`,
  unindexed: (column) => column,
  references: `SELECT a.relname AS "from", b.relname AS "to" FROM pg_constraint AS k
    JOIN pg_class AS a ON a.oid = k.conrelid JOIN pg_class AS b ON b.oid = k.confrelid
    WHERE k.contype = 'f' AND a.relnamespace = current_schema()::regnamespace`,
  // IN would be a join, for which PostgreSQL reads a large table whole.
  isOneOf: (column, query) => `${column} = ANY (ARRAY(${query}))`,
  rows(columns) {
    // Without the collation it would be undetermined in comparisons with our columns.
    const fields = columns.map(
      ({ name, type }) => `"${name}" ${type}${type === 'text' ? ' COLLATE "C"' : ''}`,
    );
    return `jsonb_to_recordset($1::jsonb) AS r(${fields})`;
  },
};

async function connect(url: string, log: Logger): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    poolSize: CONNECTIONS_MAX,
    extra: CONNECTION_OPTIONS,
    installExtensions: false,
    poolErrorHandler: (error: Error) => log.warn({ reason: error.message }, 'a database connection was lost'),
    entities: TABLES,
    migrations: MIGRATIONS,
  });
  try {
    return await dataSource.initialize();
  } catch (error) {
    throw translateError(error);
  }
}

/**
 * The lock comes before the first snapshot: sequences then follow commit order. By another isolation, which a server may
 * have as its default, the snapshot would be that of before the wait.
 */
function beginWriting(waitMs: number): string {
  return `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = ${Math.ceil(waitMs)}; SELECT pg_advisory_xact_lock(${WRITER_LOCK})`;
}

async function withConnection<T>(
  dataSource: DataSource,
  work: (connection: Pick<Connection, 'manager' | 'dialect'>) => Promise<T>,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    return await work({ manager: runner.manager, dialect: postgresDialect });
  } finally {
    await runner.release();
  }
}
