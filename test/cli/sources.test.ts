import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addSource, newRoster, type TestRoster } from '../support/roster.ts';
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
  roster = await newRoster();
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
    /^STARTED +SOURCE +STATE +OUTCOME\n\S+ +corp +succeeded +\S/,
  );
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
