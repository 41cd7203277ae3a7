import { afterAll, beforeAll, expect, test } from 'vitest';
import { values } from '../support/ldif.ts';
import { BIND_DN, startRoster, type TestRoster } from '../support/roster.ts';

let roster: TestRoster;
beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster.remove());

test('password changes over LDAP are switched on for a running server', async () => {
  expect(await roster.json('settings', 'list')).toMatchObject({
    allow: ['127.0.0.1', '::1'],
    passwordModify: false,
    posix: { enabled: false, homeDirectory: '/home/%u', loginShell: '/bin/bash' },
  });
  await roster.cli(['users', 'add', 'jdoe', '--password-stdin'], 'the old password\n');
  const jane = { dn: 'uid=jdoe,ou=users,dc=roster', password: 'the old password' };
  const change = ['-a', jane.password, '-s', 'the new password'];
  expect((await roster.ldap('ldappasswd', change, jane)).stdout).toContain('(53)');

  expect(await roster.cli(['settings', 'set', 'password-modify', 'on'])).toEqual({
    status: 0,
    stdout: 'Set password-modify to on.\n',
    stderr: '',
  });
  expect((await roster.cli(['settings', 'list'])).stdout).toMatch(/^password-modify +on$/m);
  await expect
    .poll(async () => (await roster.ldap('ldappasswd', change, jane)).status, { timeout: 10_000 })
    .toBe(0);
  const renewed = { ...jane, password: 'the new password' };
  await expect
    .poll(async () => (await roster.ldap('ldapwhoami', [], renewed)).status, { timeout: 10_000 })
    .toBe(0);
});

test('users and groups become Unix accounts of a running server, and cease to be', async () => {
  const filter = '(objectClass=posixAccount)';
  const accounts = async () =>
    (await roster.search(['-b', 'dc=roster', filter])).flatMap((entry) => values(entry, 'homeDirectory'));
  expect(await accounts()).toEqual([]);
  expect(await roster.cli(['settings', 'set', 'posix', 'on', '--home', '/srv/%u'])).toEqual({
    status: 0,
    stdout: 'Set posix to on, home /srv/%u, shell /bin/bash.\n',
    stderr: '',
  });
  await expect.poll(accounts, { timeout: 10_000 }).toContain('/srv/admin');
  expect((await roster.cli(['settings', 'set', 'posix', 'off'])).stdout).toBe('Set posix to off.\n');
  await expect.poll(accounts, { timeout: 10_000 }).toEqual([]);
});

test('the bind password is replaced for a running server, by one that is given or made', async () => {
  const who = (password: string) => roster.ldap('ldapwhoami', [], { dn: BIND_DN, password });
  const set = ['settings', 'set', 'bind-password'];
  expect(await roster.cli([...set, '--password-stdin'], 'given for the bind DN\n')).toEqual({
    status: 0,
    stdout: 'Set the bind password.\n',
    stderr: '',
  });
  await expect.poll(async () => (await who('given for the bind DN')).status, { timeout: 10_000 }).toBe(0);
  const { stdout } = await roster.cli([...set, '--generate']);
  const made = /^Password +(\S{32}) \(shown this once\)$/m.exec(stdout)?.[1] ?? '';
  await expect.poll(async () => (await who(made)).status, { timeout: 10_000 }).toBe(0);
  expect((await who('given for the bind DN')).status).toBe(49);
});

test('the allow-list is replaced for a running server, and emptied only on demand', async () => {
  const connects = async () => (await roster.ldap('ldapwhoami', [], null)).status === 0;
  const set = ['settings', 'set', 'allow'];
  expect(await roster.cli([...set, '10.0.0.0/8,127.0.0.0/8', '::1'])).toEqual({
    status: 0,
    stdout: 'Set allow to 10.0.0.0/8 127.0.0.0/8 ::1.\n',
    stderr: '',
  });
  expect(await connects()).toBe(true);
  expect(await roster.cli([...set, '--none'])).toEqual({
    status: 0,
    stdout: 'Emptied the allow-list.\n',
    stderr: 'Nobody can connect over LDAPS now.\n',
  });
  await expect.poll(connects, { timeout: 10_000 }).toBe(false);
  expect((await roster.cli(['settings', 'list'])).stdout).toMatch(/^allow +nobody$/m);
});

test('an external authority is set for a running server, and taken away', async () => {
  const url = 'https://login.example.com/check';
  expect(
    await roster.cli(['authority', 'set', url, '--token-stdin', '--timeout', '9'], 'a-token\n'),
  ).toMatchObject({
    ...{ status: 0, stderr: '' },
  });
  const shown = { url, caPem: null, timeoutSeconds: 9, ownersAllowed: false, hasToken: true };
  expect(await roster.json('authority', 'show')).toEqual(shown);
  for (const args of [
    ['users', 'add', 'jroe'],
    ['users', 'reset-link', 'admin'],
    ['groups', 'add', 'staff'],
    ['roles', 'add', 'helpdesk'],
  ]) {
    const { status, stdout, stderr } = await roster.cli(args);
    expect({ status, stdout }, args.join(' ')).toEqual({ status: 1, stdout: '' });
    expect(stderr, args.join(' ')).toBe(
      `Users, groups and roles are managed by the external authority ${url}, and not here: change them there, or take the setting authority away.\n`,
    );
  }
  expect(await roster.cli(['authority', 'off'])).toMatchObject({ status: 0 });
  expect(await roster.json('authority', 'show')).toBeNull();
  expect(await roster.cli(['groups', 'add', 'staff'])).toMatchObject({ status: 0 });
});

test.each([
  ['a state that is none', ['set', 'password-modify', 'maybe'], 2, /on.*off/],
  ['no address at all', ['set', 'allow'], 2, /--none/],
  ['what is no address', ['set', 'allow', '10.0.0.0/33'], 1, /^"10\.0\.0\.0\/33" is neither an address/],
  ['no password', ['set', 'bind-password'], 2, /--generate/],
  [
    'a home that is no path',
    ['set', 'posix', 'on', '--home', '%u'],
    1,
    /^A home directory is an absolute path/,
  ],
])('%s is told in one sentence', async (_name, args, expected, sentence) => {
  const { status, stdout, stderr } = await roster.cli(['settings', ...args]);
  expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
  expect(stderr).toMatch(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
