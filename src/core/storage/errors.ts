/** Turns what the database drivers throw into sentences that are safe to show: no rows, no parameters, no passwords. */
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { DirectoryError } from '../errors.ts';

/** Unique indexes by name: <table>_<columns>. */
const TAKEN: Readonly<Record<string, { field: string; message: string }>> = {
  users_username: { field: 'username', message: 'The username is taken by another user.' },
  users_email_key: { field: 'email', message: 'The e-mail address belongs to another user.' },
  users_source_id_external_id: {
    field: 'externalId',
    message: 'Another user is already imported from this entry of the source.',
  },
  users_posix_number: { field: 'posixNumber', message: 'The number is taken by another user.' },
  groups_posix_number: { field: 'posixNumber', message: 'The number is taken by another group.' },
  groups_name: { field: 'name', message: 'The name is taken by another group.' },
  groups_email_key: { field: 'email', message: 'The e-mail address belongs to another group.' },
  groups_source_id_external_id: {
    field: 'externalId',
    message: 'Another group is already imported from this entry of the source.',
  },
  applications_name: { field: 'name', message: 'The name is taken by another application.' },
  sources_name: { field: 'name', message: 'The name is taken by another source.' },
};

/** PostgreSQL, for a NUL in a parameter. */
const CHARACTER_NOT_IN_REPERTOIRE = '22021';
// PostgreSQL: lock not available, serialisation failure, deadlock.
const BUSY = /^(SQLITE_BUSY|SQLITE_LOCKED|55P03$|40001$|40P01$)/;
// SQLite: the file; PostgreSQL: connection (08), sign-in (28), missing database, standby, resources (53), system (58),
// shut down or idle in a transaction, statement timeout; sockets and names.
const UNAVAILABLE =
  /^(SQLITE_(FULL|IOERR|CORRUPT|CANTOPEN|NOTADB|READONLY|PERM|AUTH|PROTOCOL)|(08|28|53|58|57P)|3D000$|25006$|25P03$|57014$|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_|EACCES$|EPERM$|ENOENT$|ENOTDIR$|EROFS$|ENOSPC$|ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;
// What pg throws without a code.
const UNAVAILABLE_MESSAGE =
  /connection terminated|timeout exceeded|read timeout|connection error|server does not support SSL|database connection is not open|SASL|pool after calling end/i;

/**
 * A DirectoryError for what is expected of a database: 'conflict', 'busy', 'unavailable'.
 * Anything else the drivers throw keeps only its message, because they attach whole rows to their errors.
 */
export function translateError(error: unknown): unknown {
  if (error instanceof QueryRunnerAlreadyReleasedError) return unavailable('the connection was lost');
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (!(cause instanceof Error) || cause instanceof DirectoryError) return cause;
  const code = textOf(cause, 'code');
  if (code === '23505' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
    return taken(textOf(cause, 'constraint') || sqliteIndexName(cause.message));
  }
  if (code === '23503' || code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return dangling();
  if (code === CHARACTER_NOT_IN_REPERTOIRE) return unkeepable();
  if (BUSY.test(code)) return busy();
  if (UNAVAILABLE.test(code) || UNAVAILABLE_MESSAGE.test(cause.message)) {
    const sentence = SENTENCES[code]?.(cause);
    return sentence === undefined
      ? unavailable(describe(cause))
      : new DirectoryError('unavailable', sentence, { cause });
  }
  return error instanceof QueryFailedError ? new Error(`Database: ${cause.message}`) : error;
}

/** Somebody else is writing for longer than a writer waits. */
export function busy(): DirectoryError {
  return new DirectoryError('busy', 'Others are writing to the directory; try again in a moment.');
}

/** PostgreSQL keeps neither; refused on both, so that a directory can move from one to the other. */
export function unkeepable(): DirectoryError {
  return new DirectoryError('invalid', 'A text holds a NUL character or half of a surrogate pair.');
}

export function unavailable(reason: string): DirectoryError {
  return new DirectoryError('unavailable', `The database cannot be used: ${reason}.`);
}

function taken(indexName: string): DirectoryError {
  const { field, message } = TAKEN[indexName] ?? { field: 'id', message: 'The id is taken.' };
  return new DirectoryError('conflict', message, { field });
}

function dangling(): DirectoryError {
  return new DirectoryError('conflict', 'The group or source that this refers to does not exist.');
}

/** "UNIQUE constraint failed: users.source_id, users.external_id" -> users_source_id_external_id */
function sqliteIndexName(message: string): string {
  const columns = [...message.matchAll(/(\w+)\.(\w+)/g)];
  return [columns[0]?.[1], ...columns.map(([, , column]) => column)].join('_');
}

/** What PostgreSQL's operator can mend, by code. */
const SENTENCES: Readonly<Record<string, (error: Error) => string>> = {
  ECONNREFUSED: (error) =>
    `PostgreSQL at ${serverOf(error)} refuses connections: check DATABASE_URL, and that it runs.`,
  ENOTFOUND: (error) =>
    `The host ${textOf(error, 'hostname')} of DATABASE_URL was not found: check it, and the name servers of this machine.`,
  '28P01': () => 'PostgreSQL refuses the user or the password of DATABASE_URL.',
  '3D000': () => 'PostgreSQL has no database of the name in DATABASE_URL: create it, or mend the name.',
};

/** host:port, of each address that was tried. */
function serverOf(error: Error): string {
  const tried: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return tried.map((each) => `${property(each, 'address')}:${property(each, 'port')}`).join(' and ');
}

/** Node tries every address of a name: its AggregateError has no message of its own. */
function describe(error: Error): string {
  const text =
    error instanceof AggregateError
      ? error.errors.map((each: Error) => each.message).join('; ')
      : error.message;
  return text.replace(/[.\s]+$/, '');
}

function textOf(error: Error, name: string): string {
  const value = property(error, name);
  return typeof value === 'string' ? value : '';
}

function property(error: unknown, name: string): unknown {
  return error instanceof Error ? Reflect.get(error, name) : undefined;
}
