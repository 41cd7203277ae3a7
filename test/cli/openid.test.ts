import { afterAll, beforeAll, expect, test } from 'vitest';
import { newRoster, type TestRoster } from '../support/roster.ts';

let roster: TestRoster;

beforeAll(async () => {
  roster = await newRoster();
  await roster.start();
});

afterAll(() => roster.remove());

const FIRST = ['--issuer', 'https://login.example.com', '--client-id', 'roster', '--client-secret-stdin'];

test('a provider is set, changed, shown without its secret, and removed', async () => {
  const nothing = await roster.cli(['openid', 'set', '--issuer', 'https://login.example.com']);
  expect(nothing).toMatchObject({ status: 1, stderr: expect.stringContaining('at least one value') });
  const set = await roster.cli(['openid', 'set', ...FIRST, '--role', 'cn=admins,dc=x=admin'], 'top secret\n');
  expect(set).toMatchObject({ status: 0, stdout: expect.stringContaining('/sign-in/openid/callback') });
  expect((await roster.cli(['openid', 'set', '--match', 'email', '--no-create-users'])).status).toBe(0);
  expect(await roster.json('openid', 'show')).toEqual({
    ...{ issuer: 'https://login.example.com', clientId: 'roster', caPem: null, label: 'OpenID Connect' },
    ...{ match: 'email', createUsers: false, secondFactor: 'roster' },
    ...{ usernameClaim: 'preferred_username', roleClaim: 'groups', roles: { 'cn=admins,dc=x': 'admin' } },
  });
  const forgotten = await roster.cli(['openid', 'forget', 'admin']);
  expect(forgotten.stdout).toBe('admin was not known there.\n');
  expect(await roster.cli(['openid', 'remove'])).toMatchObject({
    ...{ status: 2, stderr: expect.stringMatching(/login\.example\.com is forgotten.*--yes/) },
  });
  expect((await roster.cli(['openid', 'remove', '--yes'])).status).toBe(0);
  expect((await roster.cli(['openid', 'show'])).stdout).toBe('No OpenID provider is set.\n');
});

test('LDAPS is switched off and on, which /readyz tells', async () => {
  const ready = async () => (await roster.api('/readyz')).json();
  const whoAmI = async () => (await roster.ldap('ldapwhoami', [])).status;
  expect((await roster.cli(['settings', 'set', 'ldap', 'off'])).status).toBe(0);
  await expect.poll(whoAmI, { timeout: 10_000 }).not.toBe(0);
  expect(await ready()).toEqual({
    ...{ status: 'ready', reasons: [], warnings: ['LDAPS is switched off in the settings.'] },
  });
  expect((await roster.cli(['settings', 'set', 'ldap', 'on'])).status).toBe(0);
  await expect.poll(whoAmI, { timeout: 10_000 }).toBe(0);
  expect(await ready()).toEqual({ status: 'ready', reasons: [], warnings: [] });
});
