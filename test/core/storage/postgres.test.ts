/** The store on PostgreSQL: the contract, and what is PostgreSQL's own. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLogger } from '../../../src/core/log.ts';
import { openStore } from '../../../src/core/storage/open.ts';
import { openPostgres } from '../../../src/core/storage/postgres.ts';
import { storeContract } from '../../contracts/store.ts';
import { POSTGRES_PASSWORD, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { createRecordingListener } from '../../support/recording-listener.ts';
import { aUser, THEN } from '../../support/rows.ts';

let server: TestPostgres;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server?.stop());

function open(databaseUrl: string) {
  return openStore({ databaseUrl, dataDir: '', log: silentLogger, clock: systemClock });
}

storeContract('a store on PostgreSQL', async () => {
  const url = await server.createDatabase();
  return {
    open: () => open(url),
    openDatabase: () => openPostgres(url, silentLogger),
    remove: async () => undefined,
  };
});

describe('an outage of PostgreSQL', () => {
  test('is reported, and the feed tells afterwards what was missed', async () => {
    const url = await server.createDatabase();
    const [store, other] = await Promise.all([open(url), open(url)]);
    onTestFinished(async () => {
      await Promise.all([store.close(), other.close()]);
    });
    const listener = createRecordingListener();
    const following = store.changes.follow(0, listener);
    await following.caughtUp();

    await server.interrupt();
    await expect(store.ping()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.write((it) => it.insertUsers([]))).rejects.toMatchObject({ code: 'unavailable' });
    const caughtUp = following.caughtUp();
    await expect.poll(() => following.trouble).toMatch(/refuses connections/);

    await server.resume();
    await other.write(async (it) => {
      await it.insertUsers([aUser({ id: 'a', username: 'a' })]);
      await it.appendChanges([{ subject: 'user', subjectId: 'a', memberId: null }], THEN);
    });
    await caughtUp;
    await listener.until((deltas) => deltas.some((delta) => delta.users.has('a')));
    expect(following.trouble).toBeNull();
    await store.ping();
  });

  test('does not keep a store from closing', async () => {
    const store = await open(await server.createDatabase());
    const following = store.changes.follow(0, createRecordingListener());
    await following.caughtUp();
    await server.interrupt();
    await store.close();
    await server.resume();
  });
});

test('a lookup by a text that PostgreSQL cannot take is invalid', async () => {
  const store = await open(await server.createDatabase());
  await expect(store.read((it) => it.userByUsername('\0'))).rejects.toMatchObject({ code: 'invalid' });
  await store.close();
});

test('users are found where pg_trgm may not be added too, and by its index once an owner has added it', async () => {
  const url = new URL(await server.createDatabase());
  const owner = new pg.Client({ connectionString: String(url) });
  await owner.connect();
  await owner.query(`CREATE ROLE guest LOGIN PASSWORD '${POSTGRES_PASSWORD}'`);
  await owner.query('GRANT ALL ON SCHEMA public TO guest');
  const store = await open(String(Object.assign(url, { username: 'guest' })));
  onTestFinished(async () => {
    await store.close();
    await owner.end();
  });
  await store.write((it) => it.insertUsers([aUser({ username: 'ann' }), aUser({ username: 'ben' })]));
  const query = { search: 'ben', order: 'username', descending: false, after: null } as const;
  const found = async () =>
    (await store.read((it) => it.findUsers({ ...query, limit: 10 }))).map(({ username }) => username);
  const indexes = async () =>
    (await owner.query(`SELECT 1 FROM pg_indexes WHERE indexname = 'users_search'`)).rowCount;
  expect([await indexes(), await found()]).toEqual([0, ['ben']]);
  const [, byHand = ''] =
    /^`(CREATE EXTENSION .*)`\.$/m.exec(await readFile('docs/performance.md', 'utf8')) ?? [];
  await owner.query(byHand);
  expect([await indexes(), await found()]).toEqual([1, ['ben']]);
});

test('a writer who has waited sees what was written meanwhile, whatever isolation the server is set to', async () => {
  const url = await server.createDatabase();
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  const name = new URL(url).pathname.slice(1);
  await owner.query(`ALTER DATABASE ${name} SET default_transaction_isolation = 'repeatable read'`);
  const [store, other] = await Promise.all([open(url), open(url)]);
  onTestFinished(async () => {
    await Promise.all([store.close(), other.close(), owner.end()]);
  });
  const waiting = () =>
    owner.query('SELECT 1 FROM pg_locks WHERE NOT granted').then(({ rowCount }) => rowCount);
  let seen: Promise<number> | null = null;
  await store.write(async (it) => {
    seen = other.write((later) => later.lastSequence());
    await expect.poll(waiting).toBe(1);
    await it.appendChanges([{ subject: 'user', subjectId: 'a', memberId: null }], THEN);
  });
  expect(await seen).toBe(1);
});

describe('a database that cannot be used', () => {
  test.each([
    ['no server', (url: URL) => Object.assign(url, { port: '1' })],
    ['a wrong password', (url: URL) => Object.assign(url, { password: 'wrong-secret' })],
    ['no such database', (url: URL) => Object.assign(url, { pathname: '/nothing' })],
    ['an unknown host', (url: URL) => Object.assign(url, { hostname: 'nowhere.invalid' })],
  ])('is refused in one sentence without the password: %s', async (_, change) => {
    const error: unknown = await open(String(change(new URL(server.url)))).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'DirectoryError', code: 'unavailable' });
    expect(String(error)).not.toMatch(new RegExp(`${POSTGRES_PASSWORD}|wrong-secret`));
  });

  test.each(['mysql://user:url-secret@host/x', 'not a url-secret'])(
    'is refused by its URL: %s',
    async (url) => {
      const error: unknown = await open(url).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'invalid', field: 'databaseUrl' });
      expect(String(error)).not.toContain('url-secret');
    },
  );
});
