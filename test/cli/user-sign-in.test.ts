import { TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRoster, type TestRoster } from '../support/roster.ts';

const PASSWORD = 'correct horse battery';
const JANE = 'uid=jane,ou=users,dc=roster';

let roster: TestRoster;

beforeAll(async () => {
  roster = await startRoster({ ROSTER_PUBLIC_URL: 'https://roster.example.org' });
  await roster.cli(['users', 'add', 'jane', '--password-stdin'], PASSWORD);
});

afterAll(() => roster.remove());

async function post(path: string, body: object, token?: string): Promise<Response> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(`${roster.httpUrl}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify(body),
  });
}

async function whoami(dn: string, password: string): Promise<number> {
  return (await roster.ldap('ldapwhoami', [], { dn, password })).status;
}

test('somebody is invited, chooses a password by the link, and signs in', async () => {
  await roster.cli(['users', 'add', 'newcomer']);
  expect(await roster.json('users', 'show', 'newcomer')).toMatchObject({ state: 'invited' });
  const { stdout } = await roster.cli(['users', 'invite', 'newcomer']);
  const [link] = /roster_l_[\w-]{43}/.exec(stdout) ?? [];
  expect(stdout).toContain(`https://roster.example.org/password/${link}`);
  const chosen = await post('/auth/choose-password', { link, password: PASSWORD });
  expect(chosen.status).toBe(204);
  expect(await whoami('uid=newcomer,ou=users,dc=roster', PASSWORD)).toBe(0);
  expect(await roster.cli(['users', 'invite', 'newcomer'])).toMatchObject({
    ...{ status: 1, stderr: 'newcomer has a password: send a reset link instead.\n' },
  });
});

test('a second factor that nobody set up is not switched off', async () => {
  expect(await roster.cli(['users', 'second-factor-off', 'jane'])).toEqual({
    ...{ status: 0, stdout: 'User jane has no second factor.\n', stderr: '' },
  });
});

test('somebody is impersonated over LDAP and at the API until that is withdrawn', async () => {
  const { password } = await roster.json<{ password: string }>(
    'users',
    'impersonate',
    'jane',
    '--hours',
    '2',
  );
  expect(await whoami(JANE, password)).toBe(0);
  expect((await post('/auth/sign-in', { username: 'jane', password })).status).toBe(200);
  expect((await roster.cli(['users', 'impersonate', 'jane', '--withdraw'])).stdout).toBe(
    'Withdrew the temporary password of user jane.\n',
  );
  expect(await whoami(JANE, password)).toBe(49);
  expect(await whoami(JANE, PASSWORD)).toBe(0);
});

test('a second factor is asked for, given over LDAP where an application wants it, and switched off', async () => {
  const signIn = { username: 'jane', password: PASSWORD };
  const { accessToken } = (await (await post('/auth/sign-in', signIn)).json()) as { accessToken: string };
  const offered = await post('/me/second-factor/offer', { password: PASSWORD }, accessToken);
  const totp = new TOTP({ secret: ((await offered.json()) as { secret: string }).secret });
  const confirmed = await post('/me/second-factor/confirm', { code: totp.generate() }, accessToken);
  expect(((await confirmed.json()) as { recoveryCodes: string[] }).recoveryCodes).toHaveLength(10);
  expect((await post('/auth/sign-in', signIn)).status).toBe(401);
  const code = totp.generate({ timestamp: Date.now() + 30_000 });
  expect((await post('/auth/sign-in', { ...signIn, totp: code })).status).toBe(200);
  const asApp = `uid=jane+totpToken=${code},ou=users,dc=roster`;
  expect(await whoami(asApp, PASSWORD)).toBe(49);
  expect((await roster.cli(['users', 'second-factor-off', 'jane'])).status).toBe(0);
  expect((await post('/auth/sign-in', signIn)).status).toBe(200);
});

test('a password is made up where that is asked for', async () => {
  await roster.cli(['users', 'add', 'later']);
  const { stdout } = await roster.cli(['users', 'password', 'later', '--generate']);
  const [, password = ''] = /^Password +(\w{32}) \(shown this once\)$/m.exec(stdout) ?? [];
  await expect.poll(() => whoami('uid=later,ou=users,dc=roster', password)).toBe(0);
});

test('an owner gets in once from the machine', async () => {
  const given = await roster.json<{ username: string; password: string }>('users', 'owner-login');
  expect(given.username).toBe('admin');
  expect((await post('/auth/sign-in', given)).status).toBe(400);
  const attempt = { username: given.username, password: given.password };
  expect((await post('/auth/sign-in', attempt)).status).toBe(200);
  expect((await post('/auth/sign-in', attempt)).status).toBe(401);
});

test('the bar for passwords is raised, and the second factor demanded of roles', async () => {
  await roster.cli(['settings', 'set', 'password-length-minimum', '20']);
  const short = await roster.cli(['users', 'password', 'jane', '--password-stdin'], 'correct horse bat');
  expect(short).toMatchObject({ status: 1, stderr: 'A password has at least 20 characters.\n' });
  const { stdout } = await roster.cli(['settings', 'set', 'second-factor-roles', 'owner', 'admin']);
  expect(stdout).toBe('Set second-factor-roles to owner admin.\n');
  expect(await roster.json('settings', 'list')).toMatchObject({
    ...{ passwordLengthMinimum: 20, passwordScoreMinimum: 2, secondFactorRoles: ['owner', 'admin'] },
  });
});
