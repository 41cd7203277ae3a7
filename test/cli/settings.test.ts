import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRoster, type TestRoster } from '../support/roster.ts';

let roster: TestRoster;
beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster.remove());

test('password changes over LDAP are switched on for a running server', async () => {
  expect(await roster.json('settings', 'show')).toEqual({
    allow: ['127.0.0.1', '::1'],
    passwordModify: false,
  });
  await roster.cli(['users', 'add', 'jdoe', '--password-stdin'], 'the old password\n');
  const jane = { dn: 'uid=jdoe,ou=users,dc=roster', password: 'the old password' };
  const change = ['-a', jane.password, '-s', 'the new password'];
  expect((await roster.ldap('ldappasswd', change, jane)).stdout).toContain('(53)');

  expect(await roster.cli(['settings', 'edit', '--password-modify', 'on'])).toEqual({
    status: 0,
    stdout: 'Password changes over LDAP are on.\n',
    stderr: '',
  });
  expect((await roster.cli(['settings', 'show'])).stdout).toMatch(/^Password changes over LDAP +on$/m);
  await expect
    .poll(async () => (await roster.ldap('ldappasswd', change, jane)).status, { timeout: 10_000 })
    .toBe(0);
  const renewed = { ...jane, password: 'the new password' };
  await expect
    .poll(async () => (await roster.ldap('ldapwhoami', [], renewed)).status, { timeout: 10_000 })
    .toBe(0);
});

test.each([
  ['a state that is none', ['settings', 'edit', '--password-modify', 'maybe'], /on.*off/],
  ['nothing to change', ['settings', 'edit'], /password-modify/],
])('%s is told in one sentence', async (_name, args, sentence) => {
  const { status, stdout, stderr } = await roster.cli(args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
