import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTestApi, PASSWORD, type TestApi } from '../support/api.ts';
import { lettingIn, startAuthority, type TestAuthority } from '../support/authority.ts';
import { ACTOR } from '../support/directory.ts';
import { csrfTokenOf, postForm, signInByForm } from '../support/pages.ts';

const OWN = 'kept at the authority';
const REFUSAL = /managed by the external authority/;

let api: TestApi;
let server: TestAuthority;

beforeAll(async () => {
  [api, server] = await Promise.all([openTestApi(), startAuthority()]);
  await api.directory.groups.add(ACTOR, { name: 'staff' });
  const { url, caPem } = server;
  await api.directory.authority.set(ACTOR, { url, caPem });
});
afterAll(async () => {
  await api.remove();
  await server.close();
});
afterEach(() => {
  server.asked.length = 0;
});

function signIn(username: string, password = OWN): Promise<Response> {
  return api.send('POST', '/api/v1/auth/sign-in', { username, password }, null);
}

test('somebody signs in by the authority at the API, at the pages and over LDAP, and is created at the first door', async () => {
  const person = { name: 'Jane Doe', email: 'jane@example.org', roles: ['user-manager'] };
  server.answers(lettingIn(OWN, { jane: person, joe: {}, jim: { email: 'jim@example.org' } }));
  const signedIn = await signIn('jane');
  expect(signedIn.status).toBe(200);
  expect(await signedIn.json()).toMatchObject({ user: { username: 'jane', role: 'user-manager' } });
  expect((await postForm(api.url, '/sign-in', { name: 'joe', password: OWN })).headers.get('location')).toBe(
    '/',
  );
  const search = ['-b', 'ou=users,dc=roster', '-LLL', '(uid=jim)', 'mail'];
  const bound = await api.ldapServer.run('ldapsearch', 'uid=jim,ou=users,dc=roster', OWN, ...search);
  expect(bound).toMatchObject({ status: 0, stdout: expect.stringContaining('jim@example.org') });
  // Known by now, and refused there: refused at each door.
  server.answers(lettingIn('another password', {}));
  expect((await signIn('joe', 'wrong')).status).toBe(401);
  expect((await postForm(api.url, '/sign-in', { name: 'jane', password: 'wrong' })).status).toBe(401);
  expect((await api.ldapServer.run('ldapwhoami', 'uid=jane,ou=users,dc=roster', 'wrong')).status).toBe(49);
});

test('the role that is shown at the sign-in is the one that the authority gives now', async () => {
  server.answers(lettingIn(OWN, { jack: { roles: ['admin'] } }));
  expect(await (await signIn('jack')).json()).toMatchObject({ user: { role: 'admin' } });
  server.answers(lettingIn(`${OWN}!`, { jack: {} }));
  expect(await (await signIn('jack', `${OWN}!`)).json()).toMatchObject({ user: { role: 'user' } });
});

test('an app that signs somebody in again and again asks the authority once', async () => {
  server.answers(lettingIn(OWN, { joan: {} }));
  for (let time = 0; time < 3; time += 1) expect((await signIn('joan')).status).toBe(200);
  // The first created her; the second was the first of a user who is known.
  expect(server.asked).toHaveLength(2);
});

test('guesses are slowed down as everywhere, so that the authority is not asked about them', async () => {
  server.answers(lettingIn(OWN, { june: {} }));
  for (let guess = 0; guess < 12; guess += 1) await signIn('june', `guess ${guess}`);
  expect(server.asked.length).toBeLessThan(8);
});

test('the local owner signs in by the password that is kept here, which the authority never sees', async () => {
  server.answers((_asked, response) => void response.destroy());
  expect((await signIn('admin', PASSWORD)).status).toBe(200);
  expect(server.asked).toEqual([]);
});

test('who cannot be checked is not let in', async () => {
  server.answers((_asked, response) => void response.destroy());
  expect((await signIn('jean')).status).toBe(503);
  const dn = 'uid=jean,ou=users,dc=roster';
  expect((await api.ldapServer.run('ldapwhoami', dn, OWN)).status).toBe(52);
  server.answers(lettingIn(OWN, {}));
  expect((await signIn('jean', 'again')).status).toBe(401);
});

test('the API says that people are not managed here, and refuses each change by one sentence', async () => {
  expect(await (await api.call('/api/v1/management-enabled', {}, null)).json()).toEqual({ enabled: false });
  const attempts: readonly [string, string, object?][] = [
    ['POST', '/users', { username: 'jdoe' }],
    ['PUT', '/users/jane', { displayName: 'J' }],
    ['PATCH', '/users/jane', { role: 'admin' }],
    ['DELETE', '/users/jane'],
    ['PUT', '/users/jane/password', { password: PASSWORD }],
    ['POST', '/users/jane/enable'],
    ['POST', '/users/jane/disable'],
    ['PATCH', '/users/jane/metadata', { team: 'red' }],
    ['PUT', '/users/jane/permissions/users.read', { allowed: true }],
    ['POST', '/users/jane/reset-link', {}],
    ['POST', '/users/jane/invite', {}],
    ['POST', '/users/jane/impersonation', {}],
    ['POST', '/groups', { name: 'others' }],
    ['PATCH', '/groups/staff', { description: 'x' }],
    ['DELETE', '/groups/staff'],
    ['PUT', '/groups/staff/members/user/jane', {}],
    ['DELETE', '/groups/staff/members/user/jane'],
    ['POST', '/roles', { name: 'helpdesk' }],
    ['PATCH', '/roles/helpdesk', { description: 'x' }],
    ['DELETE', '/roles/helpdesk'],
  ];
  for (const [method, path, body] of attempts) {
    const response = await api.send(method, `/api/v1${path}`, body);
    expect(await response.text(), `${method} ${path}`).toMatch(REFUSAL);
    expect(response.status, `${method} ${path}`).toBe(409);
  }
  const headers = { 'content-type': 'text/csv' };
  const csv = 'username,email\njdoe,jdoe@example.org\n';
  const imported = await api.call('/api/v1/import', { method: 'POST', body: csv, headers });
  expect(await imported.text()).toMatch(REFUSAL);
  const chosen = await api.send(
    'POST',
    '/api/v1/auth/choose-password',
    { link: 'x', password: PASSWORD },
    null,
  );
  expect(chosen.status).toBe(409);
});

test('nobody of the authority gets a password here', async () => {
  server.answers(lettingIn(OWN, { josh: {} }));
  const { accessToken } = (await (await signIn('josh')).json()) as { accessToken: string };
  const change = { oldPassword: OWN, newPassword: 'a new password of josh' };
  const changed = await api.send('PUT', '/api/v1/me/password', change, accessToken);
  expect(changed.status).toBe(403);
  expect((await api.directory.users.byUsername(ACTOR, 'josh')).passwordHash).toBeNull();
});

test('the pages say so, hide what would be refused, and refuse it', async () => {
  const cookie = await signInByForm(api.url, 'admin');
  const html = async (path: string) => (await fetch(api.url + path, { headers: { cookie } })).text();
  for (const path of ['/users', '/users/admin', '/groups', '/groups/staff', '/roles', '/']) {
    expect(await html(path), path).toMatch(REFUSAL);
    expect(await html(path), path).not.toMatch(/href="[^"]*\/(new|edit|delete)"/);
  }
  const create = await fetch(`${api.url}/users/new`, { headers: { cookie } });
  expect([create.status, await create.text()]).toEqual([409, expect.stringMatching(REFUSAL)]);
  const csrf = await csrfTokenOf(api.url, cookie);
  const forms: Readonly<Record<string, Record<string, string>>> = {
    '/users/new': { username: 'jdoe' },
    '/groups/new': { name: 'others' },
    '/groups/staff/delete': {},
    '/roles/new': { name: 'helpdesk' },
  };
  for (const [path, fields] of Object.entries(forms)) {
    const response = await postForm(api.url, path, { ...fields, csrf }, { cookie });
    expect(response.status, path).toBe(409);
    expect(await response.text(), path).toMatch(REFUSAL);
  }
});

test('an administrator sets it at a page of its own, and takes it away', async () => {
  const cookie = await signInByForm(api.url, 'admin');
  const csrf = await csrfTokenOf(api.url, cookie);
  const page = '/settings/authority';
  const wrong = await postForm(
    api.url,
    page,
    { csrf, url: 'http://login.example.com', timeoutSeconds: '5' },
    { cookie },
  );
  expect([wrong.status, await wrong.text()]).toEqual([
    422,
    expect.stringContaining('http only on this machine'),
  ]);
  expect((await postForm(api.url, `${page}/remove`, { csrf }, { cookie })).status).toBe(303);
  expect(await (await api.call('/api/v1/management-enabled', {}, null)).json()).toEqual({ enabled: true });
  const { url, caPem } = server;
  const fields = { csrf, url, caPem, token: 'secret-token', timeoutSeconds: '5' };
  expect((await postForm(api.url, page, fields, { cookie })).status).toBe(303);
  // As a browser sends the certificates back: the token stays.
  const again = { ...fields, token: '', caPem: caPem.replaceAll('\n', '\r\n') };
  expect((await postForm(api.url, page, again, { cookie })).status).toBe(303);
  const shown = await (await fetch(api.url + page, { headers: { cookie } })).text();
  expect(shown).toContain('One is kept');
  expect(shown).not.toContain('secret-token');
});
