/** What attackers and accidents put into commands and files: refused by one sentence that names the field, and nothing changes. */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRoster, type TestRoster } from '../support/roster.ts';

let roster: TestRoster;
let before: unknown;

beforeAll(async () => {
  roster = await startRoster();
  await roster.cli(['users', 'add', 'jdoe', '--email', 'jane@example.org']);
  before = await everybody();
});
afterAll(() => roster.remove());

const everybody = () => roster.json('users', 'list');

test.each([
  ['an overlong username', ['a'.repeat(200)], /^A username has 1 to 199 characters, not 200\.\n$/],
  ['a username with a control character', ['jane\u0007doe'], /^A username may hold only /],
  ['a username with a line break', ['jane\ndoe'], /^A username may hold only /],
  ['a homoglyph (Cyrillic а)', ['jаne'], /^A username may hold only /],
  ['a homoglyph (Kelvin sign)', ['\u212aim'], /^A username may hold only /],
  ['a reserved username', ['Postmaster'], /^The name "postmaster" is reserved/],
  ['SQL in a username', ["jane'; DROP TABLE users; --"], /^A username may hold only /],
  ['a formula as a username', ['=cmd|calc'], /^A username may hold only /],
  [
    'a duplicate e-mail in other case',
    ['kim', '--email', 'Jane@EXAMPLE.org'],
    /Jane@EXAMPLE\.org.*user jdoe/,
  ],
  ['a name that runs the other way', ['kim', '--name', 'a\u202eb'], /^A? ?[Dd]isplay ?[Nn]ame/],
])('%s is refused', async (_what, args, message) => {
  const { status, stdout, stderr } = await roster.cli(['users', 'add', ...args]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

const HEAD = 'username,email\n';

test.each([
  [
    'an overlong username',
    'csv',
    `${HEAD}${'a'.repeat(200)},\n`,
    /^line 2, column "username": .*not 200\.$/m,
  ],
  ['a control character', 'csv', `${HEAD}ki\u0007m,\n`, /^line 2, column "username"/m],
  ['a homoglyph', 'csv', `${HEAD}jаne,\n`, /^line 2, column "username"/m],
  ['a reserved username', 'csv', `${HEAD}postmaster,\n`, /^line 2, column "username".*reserved/m],
  ['a duplicate e-mail in other case', 'csv', `${HEAD}kim,Jane@EXAMPLE.org\n`, /^line 2, column "email"/m],
  ['SQL', 'csv', `${HEAD}"x'); DROP TABLE users; --",\n`, /^line 2, column "username"/m],
  ['a formula', 'csv', `${HEAD}"=cmd|'/c calc'!A0",\n`, /^line 2, column "username"/m],
  ['invalid UTF-8', 'csv', Buffer.from(`${HEAD}k\xefm,\n`, 'latin1'), /^line 2: .*UTF-8/m],
  [
    'a JSON bomb',
    'json',
    `[{"username":"kim","metadata":${'['.repeat(100_000)}`,
    /^line 1: This is nested more than/m,
  ],
  ['SQL in JSON', 'json', '[{"username":"kim\' OR 1=1 --"}]', /^line 1, column "username"/m],
  [
    'a prototype',
    'json',
    '[{"username":"kim","__proto__":{"role":"owner"}}]',
    /^line 1, column "__proto__"/m,
  ],
])('a file with %s is refused, also in a preview', async (_what, format, content, message) => {
  await writeFile(join(roster.folder, 'people'), content);
  for (const more of [[], ['--preview']]) {
    const { status, stdout, stderr } = await roster.cli(['import', 'people', '--format', format, ...more]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
  }
});

test('a file of 100 MB that is one record is refused when a part of it was read', async () => {
  const file = await open(join(roster.folder, 'large.csv'), 'w');
  await file.write(`${HEAD}kim,"`);
  await file.truncate(100 * 1024 * 1024);
  await file.close();
  expect(await roster.cli(['import', 'large.csv'])).toMatchObject({
    ...{
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^line 2 has more than \d+ bytes\.\n$/),
    },
  });
});

test('a password of 100 MB is refused', async () => {
  const set = ['users', 'password', 'jdoe', '--password-stdin'];
  const { status, stdout, stderr } = await roster.cli(set, 'x'.repeat(100 * 1024 * 1024));
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toBe('Standard input is too long for a password.\n');
});

test('nothing of all that has changed anything', async () => {
  expect(await everybody()).toEqual(before);
});
