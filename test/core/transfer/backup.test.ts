import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createJournal } from '../../../src/core/directory/journal.ts';
import type { CopiedRow, Store } from '../../../src/core/directory/store.ts';
import { newId } from '../../../src/core/ids.ts';
import { silentLogger } from '../../../src/core/log.ts';
import { refuseInUse } from '../../../src/core/storage/in-use.ts';
import { openStore } from '../../../src/core/storage/open.ts';
import { backUp } from '../../../src/core/transfer/backup.ts';
import { examineBackup } from '../../../src/core/transfer/backup-file.ts';
import { restoreBackup } from '../../../src/core/transfer/restore.ts';
import { asUser } from '../../support/actors.ts';
import { ACTOR, importPeople, openTestDirectory, type TestDirectory } from '../../support/directory.ts';
import { aJpeg, aPng } from '../../support/pictures.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

const KEY = randomBytes(32);
const journal = createJournal(newId);
const keyCheck = (key: Buffer) => key.toString('hex').slice(0, 8);

let postgres: TestPostgres;
let folder: string;
let origin: TestDirectory;
let file: string;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roster-backup-'));
  file = join(folder, 'backup');
  origin = await openTestDirectory();
  await populate(origin);
});

afterEach(async () => {
  await origin.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Something of everything that is kept. */
async function populate(test_: TestDirectory): Promise<void> {
  const { attributes, users, groups, applications, roles, tokens, settings } = test_.directory;
  await settings.seed(ACTOR, {
    settings: { allow: ['10.0.0.0/8'], bindPasswordHash: '$2b$04$unused' },
    owner: { username: 'admin', passwordHash: '$2b$04$owner' },
  });
  await users.add(ACTOR, {
    username: 'jdoe',
    email: 'Jane@example.org',
    displayName: 'Jané Döe 🙂',
    avatar: aJpeg(),
  });
  await users.setPassword(ACTOR, 'jdoe', 'a password of hers');
  await attributes.add(ACTOR, { name: 'badge', subject: 'user', type: 'image' });
  await users.edit(ACTOR, 'jdoe', { attributes: { badge: [aPng()] } });
  await groups.add(ACTOR, { name: 'staff', email: 'staff@example.org', metadata: { a: 'b' } });
  await groups.add(ACTOR, { name: 'everybody' });
  await groups.addMember(ACTOR, 'staff', { name: 'jdoe', owner: true });
  await groups.addMember(ACTOR, 'everybody', { name: 'staff' });
  await applications.add(ACTOR, { name: 'wiki', password: 'a password of the wiki', groups: ['staff'] });
  await roles.add(ACTOR, { name: 'helpdesk', permissions: ['users.read'] });
  await roles.setGrant(ACTOR, 'jdoe', 'audit.read', true);
  await tokens.add(await asUser(test_, 'jdoe'), { name: 'script', permissions: ['self'], days: 30 });
  await importPeople(test_, ['ann', 'ben'], { physics: ['ann'] });
}

async function contentOf(store: Store): Promise<Map<string, CopiedRow[]>> {
  const content = new Map<string, CopiedRow[]>();
  await store.copyOut(async ({ table, rows }) => {
    content.set(table, [...(content.get(table) ?? []), ...rows]);
  });
  return content;
}

function backUpFrom(store: Store, path: string, secretKey: string | null = null) {
  const options = { secretKey, keyCheck: keyCheck(KEY), replace: false };
  return backUp({ store, clock: origin.clock, journal }, ACTOR, path, options);
}

interface Place {
  readonly databaseUrl: string | null;
  readonly dataDir: string;
}

const reopen = (place: Place) => openStore({ ...place, log: silentLogger, clock: origin.clock });

function restoreTo(place: Place, path: string, secretKey: Buffer | null = KEY) {
  const dependencies = {
    ...{ clock: origin.clock, journal, log: silentLogger, random: randomBytes, keyCheck },
    refuseInUse: () => refuseInUse(place),
    open: () => reopen(place),
  };
  return restoreBackup(dependencies, { dataDir: place.dataDir, secretKey }, ACTOR, path);
}

function fresh(databaseUrl: string | null = null): Place {
  return { databaseUrl, dataDir: join(folder, randomUUID()) };
}

test('a move from SQLite to PostgreSQL and back keeps every id, hash and membership, and all else', async () => {
  const before = await contentOf(origin.store);
  expect(before.get('users')).toHaveLength(4);
  expect(before.get('avatars')).toHaveLength(1);
  expect(before.get('attribute_images')).toHaveLength(1);
  await backUpFrom(origin.store, file);

  const there = fresh(await postgres.createDatabase());
  expect(await restoreTo(there, file)).toMatchObject({ counts: { users: 4, groups: 3, memberships: 3 } });
  const onPostgres = await reopen(there);
  const moved = await contentOf(onPostgres);
  await backUpFrom(onPostgres, `${file}-2`);
  await onPostgres.close();

  const back = fresh();
  await restoreTo(back, `${file}-2`);
  const onSqlite = await reopen(back);
  const returned = await contentOf(onSqlite);
  await onSqlite.close();

  for (const content of [moved, returned]) {
    for (const [table, rows] of before) {
      if (table === 'audit_lines') expect(content.get(table)?.slice(0, rows.length)).toEqual(rows);
      else expect(content.get(table), table).toEqual(rows);
    }
    expect([...content.keys()].sort()).toEqual([...before.keys()].sort());
  }
  expect(
    returned
      .get('audit_lines')
      ?.map(({ action }) => action)
      .slice(-2),
  ).toEqual(['backup.restore', 'backup.restore']);
});

test('what was there before is gone, and numbers go on where those of the backup ended', async () => {
  await backUpFrom(origin.store, file);
  const target = await openTestDirectory();
  await target.directory.users.add(ACTOR, { username: 'somebody-else' });
  await target.store.copyIn(rowsOf(await contentOf(origin.store)), new Date());
  await expect(target.directory.users.byUsername(ACTOR, 'somebody-else')).rejects.toMatchObject({
    code: 'not-found',
  });
  const all = (await target.directory.users.list(ACTOR, { after: null, limit: 100 })).map(
    (each) => each.posixNumber,
  );
  const added = await target.directory.users.add(ACTOR, { username: 'later' });
  expect(added.posixNumber).toBeGreaterThan(Math.max(...all));
  await target.remove();
});

test('who follows the feed reads everything anew', async () => {
  const target = await openTestDirectory();
  await target.directory.users.add(ACTOR, { username: 'somebody' });
  const seq = await target.store.readDirectory({
    users() {},
    groups() {},
    memberships() {},
    applications() {},
  });
  const lost = new Promise<void>((resolve) => {
    target.store.changes.follow(seq, { changed() {}, lost: resolve });
  });
  await target.store.copyIn(rowsOf(await contentOf(origin.store)), new Date());
  await lost;
  await target.remove();
});

async function* rowsOf(content: Map<string, CopiedRow[]>) {
  for (const [table, rows] of content) yield { table, rows };
}

test('a backup is consistent while others write', async () => {
  let added = 0;
  const writing = (async () => {
    for (; added < 20; added++) await origin.directory.users.add(ACTOR, { username: `writer-${added}` });
  })();
  await backUpFrom(origin.store, file);
  await writing;
  const { counts } = await examineBackup(file);
  const rows = gunzipSync(await readFile(file))
    .toString()
    .split('\n');
  expect(rows.filter((row) => row.startsWith('{"table":"users"')).length).toBe(counts['users']);
});

test('the file is for its owner alone, is not overwritten, and holds the secret key only when asked', async () => {
  await backUpFrom(origin.store, file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(gunzipSync(await readFile(file)).toString()).not.toContain(KEY.toString('base64'));
  await expect(backUpFrom(origin.store, file)).rejects.toMatchObject({ code: 'conflict' });
  await backUpFrom(origin.store, `${file}-2`, KEY.toString('base64'));
  const place = fresh();
  await restoreTo(place, `${file}-2`, null);
  expect((await readFile(join(place.dataDir, 'secret.key'), 'utf8')).trim()).toBe(KEY.toString('base64'));
});

test('without the right secret key nothing is restored', async () => {
  await backUpFrom(origin.store, file);
  await expect(restoreTo(fresh(), file, null)).rejects.toMatchObject({
    message: expect.stringMatching(/no secret key/),
  });
  await expect(restoreTo(fresh(), file, randomBytes(32))).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/not the one of the backup/),
  });
});

test.each(['sqlite', 'postgres'])('a database that somebody has open is left alone (%s)', async (kind) => {
  await backUpFrom(origin.store, file);
  const place = fresh(kind === 'postgres' ? await postgres.createDatabase() : null);
  const server = await reopen(place);
  await server.ping();
  await expect(restoreTo(place, file)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/stop all servers/),
  });
  await server.close();
  await expect
    .poll(() =>
      restoreTo(place, file).then(
        () => 'restored',
        (error: Error) => error.message,
      ),
    )
    .toBe('restored');
});

const damages: readonly (readonly [string, (text: string) => string])[] = [
  ['a line less', (text) => text.replace(/\{"table":"memberships".*\n/, '')],
  ['a changed value', (text) => text.replace('"jdoe"', '"root"')],
  ['no end', (text) => text.replace(/\{"end".*\n$/, '')],
  ['something after the end', (text) => `${text}{"table":"users","row":{}}\n`],
  ['no JSON', (text) => text.replace('{"table":"users"', '{')],
  ['nothing', () => ''],
];

test.each(damages)('a damaged backup is refused before anything is replaced: %s', async (_name, damage) => {
  await backUpFrom(origin.store, file);
  await writeFile(file, gzipSync(damage(gunzipSync(await readFile(file)).toString())));
  const place = fresh();
  await expect(restoreTo(place, file)).rejects.toMatchObject({ code: 'invalid' });
  await expect(stat(place.dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a backup of another version is refused', async () => {
  const older: Store = { ...origin.store, form: 'Another' };
  await backUpFrom(older, file);
  const place = fresh();
  await expect(restoreTo(place, file)).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(/another version of Roster/),
  });
});

test('only owners back up, and restore', async () => {
  const actor = await asUser(origin, 'jdoe');
  const options = { secretKey: null, keyCheck: keyCheck(KEY), replace: false };
  const dependencies = { store: origin.store, clock: origin.clock, journal };
  await expect(backUp(dependencies, actor, file, options)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a file that is cut off, or none at all, is refused', async () => {
  await backUpFrom(origin.store, file);
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, bytes.length / 2));
  await expect(examineBackup(file)).rejects.toMatchObject({
    message: expect.stringMatching(/damaged or cut off/),
  });
  await writeFile(file, 'just a text');
  await expect(examineBackup(file)).rejects.toMatchObject({ code: 'invalid' });
  await expect(examineBackup(join(folder, 'none'))).rejects.toMatchObject({
    message: expect.stringMatching(/ENOENT/),
  });
});

test('rows that contradict the rules of the tables undo the whole restore', async () => {
  const content = await contentOf(origin.store);
  const target = await openTestDirectory();
  await target.directory.users.add(ACTOR, { username: 'stays' });
  const row = (table: string): CopiedRow => content.get(table)?.[0] ?? {};
  const flawed: readonly (readonly [string, CopiedRow])[] = [
    ['users', { ...row('users'), posix_number: '7' }],
    ['users', { ...row('users'), more: 1 }],
    ['users', row('users')],
    ['memberships', { ...row('memberships'), group_id: 'nobody' }],
    ['memberships', { ...row('memberships'), member_id: 'nobody' }],
    ['sqlite_schema', {}],
  ];
  for (const [table, rows] of flawed) {
    const changed = new Map(content).set(`${table}`, [...(content.get(table) ?? []), rows]);
    await expect(target.store.copyIn(rowsOf(changed), new Date()), table).rejects.toMatchObject({
      code: expect.stringMatching(/^(invalid|conflict)$/),
    });
  }
  expect(await target.directory.users.byUsername(ACTOR, 'stays')).toBeDefined();
  await target.remove();
});
