/** Sources by the command line, and signing in through them over LDAPS. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeProvider, passwordOf, startFakeProvider } from '../support/fake-provider/index.ts';
import { startRoster, type TestRoster } from '../support/roster.ts';

let roster: TestRoster;
const providers: FakeProvider[] = [];

beforeAll(async () => {
  roster = await startRoster({ ROSTER_LOG_LEVEL: 'info' });
}, 60_000);

afterAll(async () => {
  await roster?.remove();
  for (const provider of providers) await provider.stop();
});

async function add(name: string, provider: FakeProvider, ...options: string[]) {
  providers.push(provider);
  const { preset, url, baseDn, groupBaseDn, bindDn, bindPassword } = provider;
  const connection = ['--url', url, '--base-dn', baseDn, '--bind-dn', bindDn, '--group-base-dn', groupBaseDn];
  const added = await roster.cli(
    [
      'sources',
      'add',
      name,
      '--preset',
      preset,
      ...connection,
      '--sync-groups',
      '--bind-password-stdin',
      ...options,
    ],
    `${bindPassword}\n`,
  );
  expect(added.stderr).toBe('');
}

function bindAs(name: string, password: string) {
  return roster.ldap('ldapwhoami', [], { dn: name, password });
}

test('somebody unknown signs in by LDAP, is created with the groups there, and is served at once', async () => {
  const provider = await startFakeProvider({
    profile: 'okta',
    people: ['jane@example.com', 'joe@example.com'],
    groups: { staff: ['jane@example.com', 'joe@example.com'] },
  });
  await add('okta', provider, '--username-from', 'before-at', '--create-users');
  const dn = 'uid=jane,ou=users,dc=roster';
  const wrong = await bindAs(dn, 'wrong');
  expect(wrong.status).toBe(49);
  const signedIn = await bindAs(dn, passwordOf('jane@example.com'));
  expect(signedIn).toMatchObject({ status: 0, stdout: `dn:${dn}\n` });
  const [entry] = await roster.search(['-b', 'dc=roster', '(uid=jane)', 'mail', 'memberOf']);
  expect(entry?.attributes.get('mail')).toEqual(['jane@example.com']);
  expect(entry?.attributes.get('memberof')).toEqual(['cn=staff,ou=groups,dc=roster']);
});

test('why a sign-in was refused stands in the log, and nowhere else', async () => {
  const provider = await startFakeProvider({ profile: 'active-directory', people: ['max', 'eva'] });
  await add('ad', provider);
  expect((await roster.cli(['sources', 'sync', 'ad'])).status).toBe(0);
  provider.directory.putPerson('max', { state: 'locked' });
  const locked = await bindAs('uid=max,ou=users,dc=roster', passwordOf('max'));
  const wrong = await bindAs('uid=eva,ou=users,dc=roster', 'wrong');
  expect([locked.status, wrong.status]).toEqual([49, 49]);
  expect(locked.stderr).toBe(wrong.stderr);
  // The log comes by a pipe of its own, after the answer.
  await expect.poll(() => roster.log).toMatch(/"why":"locked"/);
  await expect.poll(() => roster.log).toMatch(/"why":"wrong-password"/);
  expect(roster.log).not.toContain(passwordOf('max'));
});

test('a second factor in the DN goes on to the entry at the peer', async () => {
  const provider = await startFakeProvider({ profile: 'cloudron', people: ['ann'] });
  await add('peer', provider);
  await roster.cli(['sources', 'sync', 'peer']);
  provider.directory.putPerson('ann', { passcode: '123456' });
  expect((await bindAs('uid=ann,ou=users,dc=roster', passwordOf('ann'))).status).toBe(49);
  const both = await bindAs('uid=ann+totpToken=123456,ou=users,dc=roster', passwordOf('ann'));
  expect(both.status).toBe(0);
  expect(provider.operations.bindDns.at(-1)).toMatch(
    /^cn=uid-[\da-f-]+\+totpToken=123456,ou=users,dc=cloudron$/,
  );
});

test('a client certificate is kept with its key, shown, and asked for anew with another URL', async () => {
  const provider = await startFakeProvider({ profile: 'google', people: ['kim'], tls: 'client-certificate' });
  const file = async (name: string, text: string) => {
    const path = join(roster.folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const ca = await file('google-ca.pem', provider.caPem ?? '');
  const certificate = await file('client.pem', provider.client?.certificatePem ?? '');
  const key = await file('client.key', provider.client?.keyPem ?? '');
  const tls = ['--ca-file', ca, '--client-cert-file', certificate, '--client-key-file', key];
  await add('google', provider, ...tls);
  const tested = await roster.cli(['sources', 'test', 'google']);
  expect(tested).toMatchObject({ status: 1, stderr: expect.stringMatching(/No groups were found/) });
  expect(tested.stdout).toMatch(/tls +passed +The certificate is signed by the given CA, and the client/);
  expect(await roster.json('sources', 'list')).not.toHaveProperty('[0].clientKeySealed');
  const moved = ['sources', 'edit', 'google', '--url', 'ldaps://ldap.google.com', '--bind-password-stdin'];
  expect((await roster.cli(moved, 'x\n')).stderr).toMatch(
    /the key of the client certificate must be given anew/,
  );
});

test('the presets tell what they fill in, and what their users need to know', async () => {
  expect((await roster.cli(['sources', 'presets'])).stdout).toMatch(/^google +Google Secure LDAP$/m);
  const { stdout } = await roster.cli(['sources', 'presets', 'okta']);
  expect(stdout).toMatch(/^usernameField: Okta gives the e-mail address as uid/m);
  expect(await roster.json('sources', 'presets', 'active-directory')).toMatchObject({
    signIn: { rememberSeconds: 0 },
  });
  expect((await roster.cli(['sources', 'presets', 'x'])).status).not.toBe(0);
  const help = (await roster.cli(['sources', 'add', '--help'])).stdout;
  for (const text of ['--map', '--username-from', '--remember-seconds', 'roster sources presets <preset>']) {
    expect(help).toContain(text);
  }
});

test.each([
  ['--map', 'shoe=size', /It reads field=attribute; the fields are id, email/],
  ['--username-from', 'after', /It is one of whole, before-at, default/],
  ['--remember-seconds', '99999', /must be a whole number from 0 to 3600/],
  ['--client-key-file', '/nowhere', /The file of --client-key-file cannot be read/],
])('a wrong %s gets one sentence', async (option, value, sentence) => {
  const { status, stderr } = await roster.cli(['sources', 'edit', 'okta', option, value]);
  expect(status).not.toBe(0);
  expect(stderr).toMatch(sentence);
});

test('what was set is taken back by "default"', async () => {
  const edit = (...options: string[]) => roster.cli(['sources', 'edit', 'okta', ...options]);
  await edit('--map', 'email=mail,email', '--map', 'phone=', '--page-size', '7');
  expect(await roster.json('sources', 'show', 'okta')).toMatchObject({
    dialect: { attributes: { email: ['mail', 'email'], phone: [] }, pageSize: 7, usernameFrom: 'before-at' },
  });
  await edit('--map', 'email=default', '--map', 'phone=default', '--page-size', 'default');
  expect(await roster.json('sources', 'show', 'okta')).toMatchObject({
    dialect: { usernameFrom: 'before-at' },
  });
  expect(await roster.json('sources', 'show', 'okta')).not.toHaveProperty('dialect.pageSize');
});
