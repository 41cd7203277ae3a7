/** Errors of the drivers become sentences without rows, parameters or passwords. */
import { QueryFailedError } from 'typeorm';
import { expect, test } from 'vitest';
import { translateError } from '../../../src/core/storage/errors.ts';

const SECRET = '$2b$12$secret-hash';

function failed(fields: object, message = 'failed'): QueryFailedError {
  return new QueryFailedError('INSERT ...', [SECRET], Object.assign(new Error(message), fields));
}

test.each([
  [
    'SQLite, one column',
    { code: 'SQLITE_CONSTRAINT_UNIQUE' },
    'UNIQUE constraint failed: users.username',
    'username',
  ],
  [
    'SQLite, two columns',
    { code: 'SQLITE_CONSTRAINT_UNIQUE' },
    'UNIQUE constraint failed: groups.source_id, groups.external_id',
    'externalId',
  ],
  ['SQLite, the id', { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' }, 'UNIQUE constraint failed: users.id', 'id'],
  ['PostgreSQL', { code: '23505', constraint: 'users_email_key', detail: SECRET }, 'duplicate key', 'email'],
])('a taken value names its field: %s', (_, fields, message, field) => {
  expect(translateError(failed(fields, message))).toMatchObject({ code: 'conflict', field });
});

test.each(['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', '55P03', '40P01'])('%s is busy', (code) => {
  expect(translateError(failed({ code }))).toMatchObject({ code: 'busy' });
});

test.each(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', '08006', '57P01', '53300', '28P01', '57014'])(
  '%s is unavailable',
  (code) => {
    expect(translateError(failed({ code }))).toMatchObject({ code: 'unavailable' });
  },
);

test('who does not listen is named, with all addresses that were tried', () => {
  const refused = (address: string) =>
    Object.assign(new Error(`connect ECONNREFUSED ${address}:5432`), {
      code: 'ECONNREFUSED',
      address,
      port: 5432,
    });
  const both = Object.assign(new AggregateError([refused('::1'), refused('127.0.0.1')]), {
    code: 'ECONNREFUSED',
  });
  const sentence = (server: string) =>
    `PostgreSQL at ${server} refuses connections: check DATABASE_URL, and that it runs.`;
  expect(translateError(refused('127.0.0.1'))).toMatchObject({
    code: 'unavailable',
    message: sentence('127.0.0.1:5432'),
  });
  expect(translateError(both)).toMatchObject({ message: sentence('::1:5432 and 127.0.0.1:5432') });
});

test.each([
  [
    { code: 'ENOTFOUND', hostname: 'db.example.org' },
    /^The host db\.example\.org of DATABASE_URL was not found/,
  ],
  [{ code: '28P01' }, /^PostgreSQL refuses the user or the password of DATABASE_URL\.$/],
  [{ code: '3D000' }, /^PostgreSQL has no database of the name in DATABASE_URL/],
])('%o is told with what to mend', (fields, sentence) => {
  expect(translateError(Object.assign(new Error('failed'), fields))).toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(sentence),
  });
});

test('an unexpected error keeps its message but neither parameters nor the row at fault', () => {
  const error = translateError(
    failed({ code: '23502', detail: `Failing row contains (${SECRET})` }, 'null value'),
  );
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ message: 'Database: null value' });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(SECRET);
});
