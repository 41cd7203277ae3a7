import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addSource, startRoster, type TestRoster } from '../support/roster.ts';
import { directoryLdif, startSlapd, type TestSlapd } from '../support/slapd.ts';

const ADD = ['sources', 'add'];
const CONNECTION = [
  ...['--url', 'ldaps://ldap.example.org', '--base-dn', 'ou=people,dc=example,dc=org'],
  ...['--bind-dn', 'cn=reader,dc=example,dc=org'],
];
const OPENLDAP = ['--preset', 'openldap', ...CONNECTION, '--bind-password-stdin'];

let roster: TestRoster;
let slapd: TestSlapd;

beforeAll(async () => {
  slapd = await startSlapd({ ldif: directoryLdif({ users: 5, groups: 2 }), sizeLimit: 'unlimited' });
  roster = await startRoster();
}, 60_000);

afterAll(async () => {
  await roster?.remove();
  await slapd?.stop();
});

test('a source takes from its preset what is not given, and never shows its bind password', async () => {
  expect(await roster.cli([...ADD, 'plain', ...OPENLDAP, '--sync-groups'], 'bind-s3cret\n')).toEqual({
    status: 0,
    stdout: 'Added source plain. Try it: roster sources test plain\n',
    stderr: '',
  });
  await roster.cli(
    [...ADD, 'own', ...OPENLDAP, '--filter', '(uid=*)', '--username-field', 'cn'],
    'bind-s3cret\n',
  );
  const sources = await roster.json<Record<string, unknown>[]>('sources', 'list');
  expect(sources).toMatchObject([
    { name: 'own', filter: '(uid=*)', usernameField: 'cn', syncGroups: false },
    { name: 'plain', usernameField: 'uid', syncGroups: true, groupBaseDn: 'ou=groups,dc=example,dc=org' },
  ]);
  expect(JSON.stringify(sources)).not.toMatch(/s3cret|sealed/i);
  expect((await roster.cli(['sources', 'list'])).stdout).toMatch(
    /^NAME +PRESET +URL +IMPORTS +STATE\nown +openldap +/,
  );
});

test('a source is tried and synchronised, and its runs are listed', async () => {
  expect(await addSource(roster, slapd)).toMatchObject({ status: 0 });
  const tried = await roster.cli(['sources', 'test', 'corp']);
  expect(tried).toMatchObject({ status: 0, stderr: '' });
  expect(tried.stdout).toContain('user1');

  const synced = await roster.cli(['sources', 'sync', 'corp']);
  expect(synced).toEqual({ status: 0, stdout: expect.stringMatching(/^Imported .*\n$/), stderr: '' });
  expect((await roster.cli(['sources', 'sync', 'corp'])).stdout).toMatch(/^Nothing changed.*\n$/);
  expect(await roster.json('sources', 'runs', 'corp')).toMatchObject([
    { state: 'succeeded', counters: { usersCreated: 0 } },
    { state: 'succeeded', counters: { usersCreated: 5 } },
  ]);
  expect((await roster.cli(['sources', 'runs'])).stdout).toMatch(
    /^RUN +STARTED +SOURCE +STATE +PROBLEMS +OUTCOME\n\S+ +\S+ +corp +succeeded +0 +\S/,
  );
  const [newest] = await roster.json<{ id: string }[]>('sources', 'runs', 'corp');
  expect((await roster.cli(['sources', 'report', newest?.id ?? ''])).stdout).toMatch(
    /^Source +corp\nState +succeeded\nStarted +\S+\nFinished +\S+\nOutcome +Nothing changed\.\n$/,
  );
  expect((await roster.cli(['users', 'show', 'user1'])).stdout).toMatch(/^Source +corp$/m);
});

test('a source is corrected; another URL needs the bind password anew', async () => {
  await roster.cli([...ADD, 'spare', ...OPENLDAP], 'bind-s3cret\n');
  const edit = ['sources', 'edit', 'spare'];
  expect((await roster.cli([...edit, '--filter', '(uid=a*)'])).stdout).toMatch(/^Changed source spare\./);
  const elsewhere = [...edit, '--url', 'ldaps://other.example.org', '--name', 'other'];
  expect(await roster.cli(elsewhere)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/--bind-password-stdin/),
  });
  expect(await roster.cli([...elsewhere, '--bind-password-stdin'], 'another\n')).toMatchObject({ status: 0 });
  expect((await roster.cli(['sources', 'disable', 'other'])).stdout).toBe('Disabled source other.\n');
  const listed = await roster.json<{ name: string }[]>('sources', 'list');
  expect(listed.find(({ name }) => name === 'other')).toMatchObject({
    url: 'ldaps://other.example.org',
    filter: '(uid=a*)',
    enabled: false,
  });
  expect((await roster.cli(['sources', 'delete', 'other'])).stdout).toBe('Deleted source other.\n');
});

test('who was imported outlives the source: as a local user, disabled', async () => {
  await roster.cli([...ADD, 'gone', ...OPENLDAP], 'bind-s3cret\n');
  const kept = await roster.cli(['sources', 'delete', 'corp']);
  expect(kept).toMatchObject({ status: 1, stderr: expect.stringMatching(/^Users or groups are .*--yes/) });
  expect(await roster.cli(['sources', 'delete', 'corp', '--yes'])).toEqual({
    status: 0,
    stdout:
      'Deleted source corp: 5 users and 2 groups from it stay as local ones, the users disabled and without a password.\n',
    stderr: '',
  });
  expect(await roster.json('users', 'show', 'user1')).toMatchObject({ origin: null, active: false });
});

test('what would suspend too many is paused, and goes on when a person allows it', async () => {
  const many = await startSlapd({ ldif: directoryLdif({ users: 20, groups: 1 }), sizeLimit: 'unlimited' });
  const other = await startRoster();
  try {
    expect(await addSource(other, many)).toMatchObject({ status: 0 });
    expect(await other.cli(['sources', 'sync', 'corp'])).toMatchObject({ status: 0 });
    await other.cli(['sources', 'edit', 'corp', '--filter', '(uid=user1)']);
    expect(await other.cli(['sources', 'sync', 'corp'])).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /suspend 19 of 20 users.*If that is right: roster sources sync corp --allow-removals\.\n$/,
      ),
    });
    expect((await other.cli(['sources', 'sync', 'corp', '--allow-removals'])).stdout).toMatch(
      /19 users suspended/,
    );
  } finally {
    await other.remove();
    await many.stop();
  }
});

test.each([
  ['no bind password', [...ADD, 'x', '--preset', 'openldap', ...CONNECTION], '', 2, /--bind-password-stdin/],
  ['an unknown preset', [...ADD, 'x', '--preset', 'novell', ...CONNECTION], '', 2, /novell.*openldap/],
  ['no URL', [...ADD, 'x', '--preset', 'openldap'], '', 2, /--url/],
  [
    'a CA file that is not there',
    [...ADD, 'x', ...OPENLDAP, '--ca-file', '/nowhere.pem'],
    'p',
    2,
    /ENOENT.*nowhere/,
  ],
  ['a base that is no DN', [...ADD, 'x', ...OPENLDAP, '--base-dn', 'people'], 'p', 1, /base/i],
  [
    'a wrong argument, before the password is asked for',
    [...ADD, 'x', '--preset', 'openldap', ...CONNECTION, '--base-dn', 'people'],
    '',
    1,
    /base/i,
  ],
  [
    'plain LDAP to elsewhere',
    [...ADD, 'x', ...OPENLDAP, '--url', 'ldap://ldap.example.org'],
    'p',
    1,
    /ldaps:/,
  ],
  ['a source that is not there', ['sources', 'sync', 'nowhere'], '', 1, /nowhere/],
])('%s is told in one sentence', async (_name, args, input, status, sentence) => {
  const result = await roster.cli(args, input);
  expect(result).toEqual({ status, stdout: '', stderr: expect.stringMatching(sentence) });
  expect(result.stderr.trim().split('\n')).toHaveLength(1);
});

test('a CA file without a certificate is refused', async () => {
  const file = join(roster.folder, 'empty.pem');
  await writeFile(file, 'nothing');
  expect(await roster.cli([...ADD, 'x', ...OPENLDAP, '--ca-file', file], 'p')).toMatchObject({ status: 1 });
});
