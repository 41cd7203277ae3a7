import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ACCESS_TOKEN_SECONDS } from '../../src/admin-http/access-tokens.ts';
import { FAILED_SIGN_INS_MAX } from '../../src/admin-http/api/auth.ts';
import { openTestApi, PASSWORD, type TestApi } from '../support/api.ts';
import { ACTOR } from '../support/directory.ts';

interface Pair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

let api: TestApi;

beforeEach(async () => {
  api = await openTestApi();
  await api.directory.users.add(ACTOR, { username: 'jdoe', email: 'jane@example.org', password: PASSWORD });
});

afterEach(() => api.remove());

function signIn(username: string, password = PASSWORD): Promise<Response> {
  return api.send('POST', '/api/v1/auth/sign-in', { username, password }, null);
}

async function pair(response: Promise<Response>): Promise<Pair> {
  const answered = await response;
  expect(answered.status).toBe(200);
  return (await answered.json()) as Pair;
}

function refresh(refreshToken: string): Promise<Response> {
  return api.send('POST', '/api/v1/auth/refresh', { refreshToken }, null);
}

async function statusOf(token: string): Promise<number> {
  return (await api.call('/api/v1/me', {}, token)).status;
}

describe('a sign-in', () => {
  test.each(['jdoe', 'JDoe', 'jane@example.org', 'Jane@Example.ORG'])('as %s gives tokens', async (name) => {
    const { accessToken } = await pair(signIn(name));
    expect(await statusOf(accessToken)).toBe(200);
  });

  test('with a wrong password, and of nobody, is refused alike', async () => {
    const [wrong, nobody] = [await signIn('jdoe', 'wrong'), await signIn('nobody', 'wrong')];
    expect([wrong.status, nobody.status]).toEqual([401, 401]);
    expect(await wrong.text()).toBe(await nobody.text());
  });

  test('of a disabled user is refused as with a wrong password', async () => {
    await api.directory.users.setEnabled(ACTOR, 'jdoe', false);
    expect((await signIn('jdoe')).status).toBe(401);
  });

  test('is refused unheard where too many from that address have failed', async () => {
    for (let guess = 0; guess < FAILED_SIGN_INS_MAX; guess++) {
      expect((await signIn(`nobody-${guess}`, 'wrong')).status).toBe(401);
    }
    const response = await signIn('jdoe');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '300']);
    api.clock.advance(301_000);
    expect((await signIn('jdoe')).status).toBe(200);
  });
});

describe('an access token', () => {
  test('expires, and says so', async () => {
    const { accessToken } = await pair(signIn('jdoe'));
    api.clock.advance(ACCESS_TOKEN_SECONDS * 1000 + 1000);
    const response = await api.call('/api/v1/me', {}, accessToken);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('expired') });
  });

  test('ends with its session, by sign-out', async () => {
    const { accessToken, refreshToken } = await pair(signIn('jdoe'));
    expect((await api.call('/api/v1/auth/sign-out', { method: 'POST' }, accessToken)).status).toBe(204);
    expect([await statusOf(accessToken), (await refresh(refreshToken)).status]).toEqual([401, 401]);
  });

  test.each([
    ['disabled', () => api.directory.users.setEnabled(ACTOR, 'jdoe', false)],
    ['deleted', () => api.directory.users.delete(ACTOR, 'jdoe')],
    ['given another password', () => api.directory.users.setPassword(ACTOR, 'jdoe', `${PASSWORD} two`)],
  ])('ends at once when its user is %s', async (_name, act) => {
    const { accessToken } = await pair(signIn('jdoe'));
    await act();
    expect(await statusOf(accessToken)).toBe(401);
  });

  test('has the rights that its user has now', async () => {
    const { accessToken } = await pair(signIn('jdoe'));
    expect((await api.call('/api/v1/users', {}, accessToken)).status).toBe(403);
    await api.directory.users.edit(ACTOR, 'jdoe', { role: 'user-manager' });
    expect((await api.call('/api/v1/users', {}, accessToken)).status).toBe(200);
  });

  test.each([
    ['another key', { key: new Uint8Array(32) }],
    ['another issuer', { iss: 'other' }],
    ['another audience', { aud: 'other' }],
    ['no id', { jti: undefined }],
    ['no session', { sid: undefined }],
    ['no expiry', { exp: undefined }],
    ['another type', { typ: 'JWT' }],
    ['another algorithm', { alg: 'HS512' }],
  ])('with %s is none', async (_name, changes) => {
    const { accessToken } = await pair(signIn('jdoe'));
    expect(await statusOf(await forged(accessToken, {}))).toBe(200);
    expect(await statusOf(await forged(accessToken, changes))).toBe(401);
  });

  test('that says it is not signed is none', async () => {
    const { accessToken } = await pair(signIn('jdoe'));
    const [, claims] = accessToken.split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');
    for (const signature of ['', 'AA']) expect(await statusOf(`${header}.${claims}.${signature}`)).toBe(401);
  });
});

describe('a refresh token', () => {
  test('is good once, for a new pair', async () => {
    const first = await pair(signIn('jdoe'));
    const second = await pair(refresh(first.refreshToken));
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(await statusOf(second.accessToken)).toBe(200);
  });

  test('that was used before ends the session, since two have it', async () => {
    const first = await pair(signIn('jdoe'));
    const second = await pair(refresh(first.refreshToken));
    expect((await refresh(first.refreshToken)).status).toBe(401);
    expect((await refresh(second.refreshToken)).status).toBe(401);
    expect(await statusOf(second.accessToken)).toBe(401);
  });

  test('is no access token, and an access token is no refresh token', async () => {
    const { accessToken, refreshToken } = await pair(signIn('jdoe'));
    expect([await statusOf(refreshToken), (await refresh(accessToken)).status]).toEqual([401, 401]);
  });
});

test('the own password is changed by who knows it; the other sessions end', async () => {
  const [mine, other] = [await pair(signIn('jdoe')), await pair(signIn('jdoe'))];
  const change = (oldPassword: string) =>
    api.send('PUT', '/api/v1/me/password', { oldPassword, newPassword: `${PASSWORD} two` }, mine.accessToken);
  const refused = await change('wrong');
  expect([refused.status, await refused.json()]).toMatchObject([403, { field: 'oldPassword' }]);
  expect((await change(PASSWORD)).status).toBe(204);
  expect([await statusOf(mine.accessToken), await statusOf(other.accessToken)]).toEqual([200, 401]);
  expect((await signIn('jdoe')).status).toBe(401);
  expect((await signIn('jdoe', `${PASSWORD} two`)).status).toBe(200);
});

/** The claims of a token, some of them changed, signed again. */
function forged(token: string, changes: Record<string, unknown>): Promise<string> {
  const [, claims = ''] = token.split('.');
  const { key, alg = 'HS256', typ = 'at+jwt', ...changed } = changes;
  const payload = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), ...changed };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: String(alg), typ: String(typ) })
    .sign(key instanceof Uint8Array ? key : api.dependencies.accessTokenKey);
}
