import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJournal } from '../../../src/core/directory/journal.ts';
import { newId } from '../../../src/core/ids.ts';
import { createExport } from '../../../src/core/transfer/export.ts';
import { createImport, type ImportOptions } from '../../../src/core/transfer/import.ts';
import { jsonElements } from '../../../src/core/transfer/json-elements.ts';
import { asUser } from '../../support/actors.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../../support/directory.ts';
import { startPostgres } from '../../support/postgres.ts';

const HASH = `$2y$10$${'a'.repeat(53)}`;
const HEAD = 'username,email,fallback email,full name,role';
const journal = createJournal(newId);

let test_: TestDirectory;
let folder: string;

beforeEach(async () => {
  test_ = await openTestDirectory();
  folder = await mkdtemp(join(tmpdir(), 'roster-import-'));
});

afterEach(async () => {
  await test_.remove();
  await rm(folder, { recursive: true, force: true });
});

async function imported(content: string | Buffer, options: Partial<ImportOptions> = {}, actor = ACTOR) {
  const path = join(folder, 'people');
  await writeFile(path, content);
  const run = createImport({
    ...{ store: test_.store, clock: test_.clock, newId, journal },
    isServed: () => false,
  });
  return run(actor, path, { format: 'csv', update: false, preview: false, ...options });
}

const user = (username: string) => test_.directory.users.byUsername(ACTOR, username);
const usernames = async () =>
  (await test_.directory.users.list(ACTOR, { after: null, limit: 100 })).map(({ username }) => username);

test('CSV as Cloudron takes it becomes users, with a byte order mark, CRLF and quotes', async () => {
  const file = `\ufeff${HEAD}\r\njdoe,jane@example.org,other@example.org,"Doe, ""Jane""",user-manager\r\n\r\nKim,,,,\r\n`;
  expect(await imported(file)).toEqual({
    ...{ created: 2, updated: 0, unchanged: 0, applied: true, others: {}, problems: [], problemsTotal: 0 },
  });
  expect(await user('jdoe')).toMatchObject({
    ...{ email: 'jane@example.org', displayName: 'Doe, "Jane"', role: 'user-manager', passwordHash: null },
    profile: { fallbackEmail: 'other@example.org' },
  });
  expect(await user('kim')).toMatchObject({ email: null, displayName: 'kim', role: 'user' });
});

test('the audit tells of each person of a file, when asked about one, and lists few lines for many', async () => {
  await imported('jdoe,jane@example.org,,Jane Doe,user\nrroe,,,,\n');
  await imported('jdoe,,,Jane Roe,\n', { update: true });
  const { audit } = test_.directory;
  const actions = async (subjectId: string) =>
    (await audit.list(ACTOR, { limit: 10, subjectId })).lines.map(({ action, details }) => [action, details]);
  const both = ['user.import-people', { created: 2, updated: 0 }];
  expect(await actions((await user('rroe')).id)).toEqual([both]);
  const changed = ['user.import-people', { created: 0, updated: 1 }];
  expect(await actions((await user('jdoe')).id)).toEqual([changed, both]);
  expect(await actions(randomUUID())).toEqual([]);
  expect((await audit.list(ACTOR, { limit: 10 })).lines).toHaveLength(4);
});

test('a file without titles is read in the order of Cloudron', async () => {
  expect(await imported('jdoe,jane@example.org,,Jane Doe,user\n')).toMatchObject({ created: 1 });
  expect(await user('jdoe')).toMatchObject({ displayName: 'Jane Doe' });
});

test('hashes of bcrypt are taken, and nothing else', async () => {
  expect(await imported(`username,password hash,active\njdoe,${HASH},no\n`)).toMatchObject({ created: 1 });
  expect(await user('jdoe')).toMatchObject({ passwordHash: HASH, active: false });
  for (const hash of ['plain', HASH.replace('$10$', '$31$'), `{CRYPT}${HASH}`, HASH.replace('2y', '1')]) {
    const { problems } = await imported(`username,password hash\nkim,${hash}\n`);
    expect(problems).toEqual([
      { line: 2, column: 'password hash', message: expect.stringMatching(/is bcrypt/) },
    ]);
    expect(JSON.stringify(problems)).not.toContain(hash);
  }
});

test('a preview tells the same and changes nothing', async () => {
  const before = (await test_.auditLines()).length;
  expect(await imported(`${HEAD}\njdoe,,,,\n`, { preview: true })).toMatchObject({
    created: 1,
    applied: false,
  });
  expect(await usernames()).toEqual([]);
  expect((await test_.auditLines()).length).toBe(before);
});

test('who is there is a problem, unless updates are asked for', async () => {
  await imported(`${HEAD}\njdoe,jane@example.org,,Jane,\n`);
  expect(await imported(`${HEAD}\njdoe,,,Jane Doe,\n`)).toMatchObject({
    ...{
      applied: false,
      problems: [{ line: 2, column: 'username', message: expect.stringMatching(/taken/) }],
    },
  });
  expect(await imported('email,full name\nJANE@example.org,Jane Doe\n', { update: true })).toMatchObject({
    updated: 1,
  });
  expect(await user('jdoe')).toMatchObject({ displayName: 'Jane Doe', email: 'JANE@example.org' });
  expect(await imported(`${HEAD}\njdoe,,,Jane Doe,\n`, { update: true })).toMatchObject({
    updated: 0,
    unchanged: 1,
  });
});

test('every flaw is told by line and column, and nothing is changed', async () => {
  await test_.directory.users.add(ACTOR, { username: 'taken', email: 'taken@example.org' });
  await test_.directory.groups.add(ACTOR, { name: 'staff', email: 'staff@example.org' });
  const rows = [
    ...[
      'fine,fine@example.org,,,',
      'x'.repeat(200),
      'tab\there',
      'jd\u043ee',
      'admin',
      "Robert'); DROP TABLE users;--",
    ],
    ...[
      'a,TAKEN@example.org',
      'b,FINE@EXAMPLE.ORG',
      'c,staff@example.org',
      'fine',
      'd,not an address',
      'e,,,,king',
    ],
    ...['f,,,"two\nlines",', 'g,,,,,,', ',,,Nobody,', '\u0000'],
  ];
  const { problems, applied } = await imported([HEAD, ...rows, ''].join('\n'));
  expect(applied).toBe(false);
  expect(problems.map(({ line, column }) => [line, column])).toEqual([
    ...[
      [3, 'username'],
      [4, 'username'],
      [5, 'username'],
      [6, 'username'],
      [7, 'username'],
    ],
    ...[
      [8, 'email'],
      [9, 'email'],
      [10, 'email'],
      [11, 'username'],
      [12, 'email'],
      [13, 'role'],
    ],
    ...[
      [15, 'full name'],
      [16, null],
      [17, null],
      [18, 'username'],
    ],
  ]);
  expect(await usernames()).toEqual(['taken']);
});

test('what was exported comes back, formulas too', async () => {
  const displayName = '=1+1';
  await test_.directory.users.add(ACTOR, {
    username: 'jdoe',
    displayName,
    metadata: { a: 'b' },
    affiliations: ['X'],
  });
  const before = await user('jdoe');
  for (const format of ['json', 'csv'] as const) {
    let text = '';
    const write = createExport({ store: test_.store, clock: test_.clock, journal, baseDn: 'dc=roster' });
    await write(ACTOR, format, async (part) => {
      text += part;
    });
    expect(await imported(text, { format, update: true })).toMatchObject({ unchanged: 1, applied: true });
    await test_.directory.users.delete(ACTOR, 'jdoe');
    expect(await imported(text, { format })).toMatchObject({ created: 1 });
    const after = await user('jdoe');
    expect(after).toMatchObject({ displayName, active: true });
    if (format === 'json')
      expect(after).toMatchObject({ metadata: before.metadata, profile: before.profile });
  }
});

test('JSON as Cloudron writes it becomes users', async () => {
  const people = [
    {
      username: 'jdoe',
      email: 'jane@example.org',
      fallbackEmail: '',
      displayName: 'Jane Doe',
      role: 'admin',
    },
    { id: 'uid-1', username: 'kim', email: null, active: false },
  ];
  expect(await imported(JSON.stringify(people, null, 1), { format: 'json' })).toMatchObject({ created: 2 });
  expect(await user('jdoe')).toMatchObject({ role: 'admin', profile: { fallbackEmail: null } });
  const flawed = '[\n{"username":"lee","fly":1},\n{"username":["max"]},\n{"username":"lee","role":"king"}\n]';
  expect((await imported(flawed, { format: 'json' })).problems).toMatchObject([
    { line: 2, column: 'fly', message: 'There is no such member.' },
    { line: 3, column: 'username' },
    { line: 4, column: 'role' },
  ]);
});

const unreadable: readonly (readonly [string, string | Buffer, 'csv' | 'json', RegExp])[] = [
  [
    'an unknown column',
    'username,shoe size\n',
    'csv',
    /^line 1, column "shoe size": There is no such column/,
  ],
  ['a column twice', 'username,full name,display name\n', 'csv', /^line 1: Two columns/],
  ['an open quote', `${HEAD}\n"jdoe,secret`, 'csv', /^line \d: This is not CSV \(quote not closed\)\.$/],
  [
    'an endless record',
    `${HEAD}\n"${'x'.repeat(70_000)}"`,
    'csv',
    /^line \d: This is not CSV \(max record size\)\.$/,
  ],
  [
    'Latin-1',
    Buffer.from(`${HEAD}\na,,,,\nb,,,J\xf6rg,\n`, 'latin1'),
    'csv',
    /^line 3: This is not UTF-8\.$/,
  ],
  ['no JSON', '[{"a":}]', 'json', /^line 1: This is not JSON\.$/],
  ['half a document', '[\n{"username":"a"},\n', 'json', /^line 3: The document ends too early\.$/],
  ['a bomb', '['.repeat(1_000_000), 'json', /^line 1: This is nested more than 3 deep\.$/],
  [
    'a long element',
    `[{"username":"${'x'.repeat(1_000_000)}"}]`,
    'json',
    /^line 1: This element has more than/,
  ],
  ['two documents', '[]\n[]', 'json', /^line 2: Something follows/],
  ['a text', '"users"', 'json', /^line 1: This is not a JSON document/],
];

test.each(unreadable)('%s ends the reading with the line', async (_name, content, format, message) => {
  await expect(imported(content, { format })).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(message),
  });
  expect(await usernames()).toEqual([]);
});

test('a duplicate is found however far away it stands', async () => {
  const rows = Array.from({ length: 2500 }, (_, index) => `u${index},u${index}@example.org`);
  const { problems } = await imported(
    ['username,email', ...rows, 'u1', 'other,U2@example.org', ''].join('\n'),
    {
      update: true,
    },
  );
  expect(problems).toEqual([
    { line: 2502, column: 'username', message: 'The user u1 is in the file twice.' },
    { line: 2503, column: 'email', message: 'The address U2@example.org belongs to user u2 already.' },
  ]);
});

test('on PostgreSQL it is as on SQLite', async () => {
  const postgres = await startPostgres();
  try {
    await test_.remove();
    test_ = await openTestDirectory(await postgres.createDatabase());
    const rows = Array.from({ length: 1200 }, (_, index) => `u${index},u${index}@example.org,${HASH}`);
    const file = ['username,email,password hash', ...rows, ''].join('\n');
    expect(await imported(file)).toMatchObject({ created: 1200, applied: true });
    expect(await imported(file, { update: true })).toMatchObject({ unchanged: 1200 });
    expect(await imported('username,full name\nu7,Jane Doe\nu8,"\u0000"\n', { update: true })).toMatchObject({
      problems: [{ line: 3, column: 'full name' }],
    });
    expect(await user('u7')).toMatchObject({ displayName: 'u7', passwordHash: HASH });
    const swapped = 'username,email\nu1,\nu3,u4@example.net\n';
    expect(await imported(swapped, { update: true })).toMatchObject({ updated: 1, unchanged: 1 });
  } finally {
    await test_.remove();
    await postgres.stop();
    test_ = await openTestDirectory();
  }
});

test('people import within their rights', async () => {
  const { users } = test_.directory;
  await users.add(ACTOR, { username: 'boss', role: 'owner', password: 'a password of his' });
  await users.add(ACTOR, { username: 'ann', role: 'admin' });
  await users.add(ACTOR, { username: 'manager', role: 'user-manager' });
  const asManager = imported('username\nnew\n', {}, await asUser(test_, 'manager'));
  await expect(asManager).rejects.toMatchObject({ code: 'forbidden' });
  const ann = await asUser(test_, 'ann');
  expect(await imported('username,role\nnew,admin\n', {}, ann)).toMatchObject({ created: 1 });
  for (const row of ['x,owner,', 'boss,,Mine', `boss,,`]) {
    const file = `username,role,full name,password hash\n${row},${HASH}\n`;
    expect((await imported(file, { update: true }, ann)).problemsTotal, row).toBe(1);
  }
  const boss = await asUser(test_, 'boss');
  for (const file of [
    'username,email\nboss,other@example.org\n',
    'username,fallback email\nboss,other@example.org\n',
    `username,password hash\nboss,${HASH}\n`,
  ]) {
    const { problems } = await imported(file, { update: true }, boss);
    expect(problems, file).toMatchObject([{ message: expect.stringContaining('own addresses or password') }]);
  }
  const named = await imported('username,full name\nboss,Boss\n', { update: true }, boss);
  expect(named).toMatchObject({ updated: 1 });
});

test('any document of lists is read as JSON.parse reads it, wherever it is cut', async () => {
  const value = fc.jsonValue({ maxDepth: 1, stringUnit: 'grapheme' });
  const lists = fc.dictionary(
    fc.string({ minLength: 1 }),
    fc.oneof(fc.array(fc.record({ value })), fc.integer()),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.array(fc.record({ value })), lists),
      fc.nat(3),
      fc.nat(),
      async (json, indent, cut) => {
        const text = JSON.stringify(json, null, indent);
        const at = cut % (text.length + 1);
        const parts = (async function* () {
          yield text.slice(0, at);
          yield text.slice(at);
        })();
        const found: unknown[] = [];
        for await (const element of jsonElements(parts, 4)) found.push([element.list, element.value]);
        const parsed: object = JSON.parse(text);
        const expected = Array.isArray(parsed)
          ? parsed.map((each) => ['', each])
          : Object.entries(parsed).flatMap(([name, list]) =>
              Array.isArray(list) ? list.map((each) => [name, each]) : [],
            );
        expect(found).toEqual(expected);
      },
    ),
  );
});
