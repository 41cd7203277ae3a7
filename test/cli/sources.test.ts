import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../src/core/model/sync-policy.ts';
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
    /^NAME +PRESET +URL +IMPORTS +STATE +NEXT SYNC\nown +openldap +/,
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
  const audited = await roster.cli(['audit', 'list', '--action', 'source.sync-end']);
  expect(audited.stdout).toMatch(/counters=\{"usersSeen":5,.*"usersCreated":5,/);
  expect(audited.stdout).not.toMatch(/":0[,}]/);
  expect((await roster.cli(['sources', 'runs'])).stdout).toMatch(
    /^RUN +STARTED +SOURCE +STATE +PROBLEMS +OUTCOME\n\S+ +\S+ +corp +succeeded +0 +\S/,
  );
  const [newest, ...none] = await roster.json<{ id: string }[]>('sources', 'runs', 'corp', '--limit', '1');
  expect(none).toEqual([]);
  expect(await roster.cli(['sources', 'runs', '--limit', '0'])).toMatchObject({ status: 2 });
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
  expect((await roster.cli(['sources', 'delete', 'other', '--yes'])).stdout).toBe('Deleted source other.\n');
});

test('who was imported outlives the source: as a local user, disabled', async () => {
  await roster.cli([...ADD, 'gone', ...OPENLDAP], 'bind-s3cret\n');
  const kept = await roster.cli(['sources', 'delete', 'corp']);
  expect(kept).toMatchObject({ status: 2, stderr: expect.stringMatching(/^Source corp is deleted .*--yes/) });
  expect(await roster.cli(['sources', 'delete', 'corp', '--yes'])).toEqual({
    status: 0,
    stdout:
      'Deleted source corp: 5 users and 2 groups from it stay as local ones, the users disabled and without a password.\n',
    stderr: '',
  });
  expect(await roster.json('users', 'show', 'user1')).toMatchObject({ origin: null, active: false });
});

test('what would suspend too many is shown first, paused, and goes on when a person confirms it', async () => {
  const many = await startSlapd({ ldif: directoryLdif({ users: 20, groups: 1 }), sizeLimit: 'unlimited' });
  const other = await startRoster();
  try {
    expect(await addSource(other, many)).toMatchObject({ status: 0 });
    expect(await other.cli(['sources', 'sync', 'corp'])).toMatchObject({ status: 0 });
    await other.cli(['sources', 'edit', 'corp', '--filter', '(uid=user1)']);
    const preview = await other.cli(['sources', 'preview', 'corp']);
    expect(preview).toMatchObject({ status: 0, stdout: expect.stringMatching(/^suspend user user2 \(/m) });
    expect(preview.stdout).toMatch(/^It would wait to be confirmed: .*19 of 20/m);
    expect(await other.cli(['sources', 'sync', 'corp'])).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /suspend 19 of 20 users.*Look at the plan: roster sources report \S+\. If that is right: roster sources confirm corp\.\n$/,
      ),
    });
    const [paused] = await other.json<{ id: string }[]>('sources', 'runs', 'corp');
    const report = await other.cli(['sources', 'report', paused?.id ?? '']);
    expect(report.stdout).toMatch(/^It would:\n(.*\n)*suspend user user2 \(uid=user2,/m);
    const confirmed = await other.cli(['sources', 'confirm', 'corp', paused?.id ?? '']);
    expect(confirmed).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Confirmed by console\. .*19 users suspended/),
    });
    expect(await other.cli(['sources', 'confirm', 'corp'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/not paused/),
    });
  } finally {
    await other.remove();
    await many.stop();
  }
}, 60_000);

test('a source is told what to do with what it finds', async () => {
  const policy = ['--removal', 'delete', '--grace-days', '7', '--guard-percent', '50'];
  await roster.cli([...ADD, 'strict', ...OPENLDAP, ...policy], 'bind-s3cret\n');
  await roster.cli(['sources', 'edit', 'strict', '--conflicts', 'link', '--precedence', '3']);
  const sources = await roster.json<{ name: string; policy: object }[]>('sources', 'list');
  expect(sources.find(({ name }) => name === 'strict')?.policy).toEqual({
    ...DEFAULT_POLICY,
    ...{ removal: 'delete', removalGraceDays: 7, guardPercent: 50, conflicts: 'link', precedence: 3 },
  });
  expect((await roster.cli(['sources', 'show', 'strict'])).stdout).toMatch(
    /^Users gone +disabled, deleted after 7 days$/m,
  );
  expect(await roster.cli(['sources', 'edit', 'strict', '--guard-percent', '101'])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/0 to 100/),
  });
  expect(await roster.cli(['sources', 'edit', 'strict', '--grace-days', 'many'])).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/whole number/),
  });
});

test('a user is bound to an entry by hand, set free again, or brought in alone', async () => {
  const people = await startSlapd({ ldif: directoryLdif({ users: 3, groups: 1 }), sizeLimit: 'unlimited' });
  const other = await startRoster();
  try {
    await addSource(other, people);
    await other.cli(['users', 'add', 'user1']);
    const dn = `uid=user1,ou=people,${people.baseDn}`;
    expect(await other.cli(['users', 'link', 'user1', 'corp', '--dn', dn])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`Linked user user1 to ${dn}.`),
    });
    expect((await other.cli(['users', 'link', 'user1', 'corp'])).status).toBe(2);
    expect((await other.cli(['users', 'unlink', 'user1'])).stdout).toMatch(/a local one now, disabled/);
    expect(await other.json('users', 'show', 'user1')).toMatchObject({ origin: null, enabled: false });
    expect((await other.cli(['users', 'import', 'corp', 'user2'])).stdout).toBe('Imported user user2.\n');
    expect(await other.cli(['users', 'import', 'corp', 'nobody'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/lists no person "nobody"/),
    });
  } finally {
    await other.remove();
    await people.stop();
  }
}, 60_000);

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
