/** How every connection to PostgreSQL is opened, and what each of them knows. */
import pg from 'pg';
import { DirectoryError } from '../errors.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 60_000;
const IDLE_IN_TRANSACTION_MS = 60_000;
/** For a server that went silent: later than its own timeout would have come. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 10_000;
const BIGINT_OID = 20;

/** The channel on which writers announce that they have committed. */
export const CHANNEL = 'roster_changes';

/** bigint columns hold milliseconds and sequences, far below 2^53: they become JS numbers. */
const types = new pg.TypeOverrides();
types.setTypeParser(BIGINT_OID, Number);

export const CONNECTION_OPTIONS = {
  application_name: 'roster',
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  statement_timeout: STATEMENT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  query_timeout: ANSWER_TIMEOUT_MS,
  keepAlive: true,
  types,
} satisfies pg.ClientConfig;

/** Throws DirectoryError 'invalid' (field `databaseUrl`), without the URL: it holds a password. */
export function checkPostgresUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw new DirectoryError(
      'invalid',
      'DATABASE_URL must have the form postgres://user:password@host:port/database.',
      { field: 'databaseUrl' },
    );
  }
}
