import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAILED_SIGN_INS_MAX, FAILED_SIGN_INS_WINDOW_MS } from '../../../src/admin-http/api/auth.ts';
import { openTestApi, PASSWORD, type TestApi } from '../../support/api.ts';
import { ACTOR } from '../../support/directory.ts';
import { EVERY_PAGE, PUBLIC_PAGES, populate } from '../../support/every-page.ts';
import { cookiesIn, csrfTokenOf, postForm, signInByForm } from '../../support/pages.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
  await populate(api);
  for (const role of ['user-manager', 'user']) {
    await api.directory.users.add(ACTOR, { username: `the-${role}`, role, password: PASSWORD });
  }
});

afterAll(() => api.remove());

function get(path: string, cookie = '', headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(api.url + path, { headers: { cookie, ...headers }, redirect: 'manual' });
}

/** Posts as somebody who is signed in, with the token of his forms. */
async function post(cookie: string, path: string, fields: Readonly<Record<string, string>>): Promise<number> {
  const csrf = await csrfTokenOf(api.url, cookie);
  expect(csrf).not.toBe('');
  return (await postForm(api.url, path, { ...fields, csrf }, { cookie })).status;
}

async function stateOf(username: string) {
  const { active, role, displayName } = await api.directory.users.byUsername(ACTOR, username);
  return { active, role, displayName };
}

describe('a session', () => {
  test('is a new one at each sign-in, whatever cookie the browser brought', async () => {
    const planted = `roster_session=roster_s_${'A'.repeat(43)}`;
    const fields = { name: 'admin', password: PASSWORD };
    const first = cookiesIn(await postForm(api.url, '/sign-in', fields, { cookie: planted }));
    const second = cookiesIn(await postForm(api.url, '/sign-in', fields, { cookie: first }));
    expect(new Set([planted, first, second]).size).toBe(3);
    expect((await get('/users', planted)).status).toBe(303);
  });

  test('ends at the server by signing out', async () => {
    const cookie = await signInByForm(api.url, 'admin');
    expect((await get('/users', cookie)).status).toBe(200);
    expect(await post(cookie, '/sign-out', {})).toBe(303);
    expect((await get('/users', cookie)).status).toBe(303);
  });

  test('is kept from scripts, and behind TLS to this host and to TLS', async () => {
    const fields = { name: 'admin', password: PASSWORD };
    const [plain = ''] = (await postForm(api.url, '/sign-in', fields)).headers.getSetCookie();
    expect(plain).toMatch(/^roster_session=.*; Path=\/;.*HttpOnly; SameSite=Lax$/);
    const behind = await postForm(api.url, '/sign-in', fields, { 'x-forwarded-proto': 'https' });
    expect(behind.headers.getSetCookie()[0]).toMatch(
      /^__Host-roster_session=.*HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(plain).not.toContain('Domain');
  });

  test('is audited with the address from which it is used, not the one from which it was begun', async () => {
    const cookie = await signInByForm(api.url, 'admin');
    const csrf = await csrfTokenOf(api.url, cookie);
    const headers = { cookie, 'x-forwarded-for': '192.0.2.99' };
    await postForm(api.url, '/users/jdoe/sign-out', { csrf }, headers);
    const { lines } = await api.directory.audit.list(ACTOR, { action: 'session.end-all', limit: 1 });
    expect(lines[0]?.actor).toMatchObject({ name: 'admin', address: '192.0.2.99' });
  });

  test('ends while its user is disabled, at once', async () => {
    await api.directory.users.add(ACTOR, { username: 'leaver', role: 'admin', password: PASSWORD });
    const cookie = await signInByForm(api.url, 'leaver');
    await api.directory.users.setEnabled(ACTOR, 'leaver', false);
    expect((await get('/users', cookie)).status).toBe(303);
  });
});

describe('a form', () => {
  const disabling = { enabled: 'no' };

  test.each([
    ['without a token', {}, {}],
    ['with a wrong token', { csrf: 'A'.repeat(43) }, {}],
    ['of htmx without a token', {}, { 'hx-request': 'true' }],
    ['of htmx with a wrong token', {}, { 'hx-request': 'true', 'x-csrf-token': 'A'.repeat(43) }],
  ])('%s is refused', async (_name, fields, headers) => {
    const cookie = await signInByForm(api.url, 'admin');
    const sent = { ...disabling, ...fields };
    const response = await postForm(api.url, '/users/jdoe/enabled', sent, { cookie, ...headers });
    expect(response.status).toBe(403);
    expect((await stateOf('jdoe')).active).toBe(true);
  });

  test('with the token of another session is refused', async () => {
    const [cookie, other] = [await signInByForm(api.url, 'admin'), await signInByForm(api.url, 'admin')];
    const csrf = await csrfTokenOf(api.url, other);
    const response = await postForm(api.url, '/users/jdoe/enabled', { ...disabling, csrf }, { cookie });
    expect(response.status).toBe(403);
  });

  test.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded'])(
    'of another site as %s is refused, even with the right token',
    async (type) => {
      const cookie = await signInByForm(api.url, 'admin');
      const csrf = await csrfTokenOf(api.url, cookie);
      for (const foreign of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
        const headers = { cookie, 'content-type': type, 'x-csrf-token': csrf, ...foreign };
        const request = { method: 'POST', headers, body: 'enabled=no' };
        expect((await fetch(`${api.url}/users/jdoe/enabled`, request)).status).toBe(403);
      }
      expect((await stateOf('jdoe')).active).toBe(true);
    },
  );

  test('in JSON without a token is refused', async () => {
    const cookie = await signInByForm(api.url, 'admin');
    const headers = { cookie, 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body: JSON.stringify({ enabled: 'no' }) };
    expect((await fetch(`${api.url}/users/jdoe/enabled`, request)).status).toBe(403);
  });

  test('to sign in is refused from another site', async () => {
    const fields = { name: 'admin', password: PASSWORD };
    const response = await postForm(api.url, '/sign-in', fields, { origin: 'https://evil.example' });
    expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
  });

  test('changes nothing by GET', async () => {
    const cookie = await signInByForm(api.url, 'admin');
    expect((await get('/users/jdoe/enabled?enabled=no', cookie)).status).toBe(404);
  });

  test('of a size beyond all forms is refused', async () => {
    const cookie = await signInByForm(api.url, 'admin');
    const csrf = await csrfTokenOf(api.url, cookie);
    const fields = { csrf, displayName: 'x'.repeat(600_000) };
    expect((await postForm(api.url, '/users/jdoe/edit', fields, { cookie })).status).toBe(413);
  });

  test('the cookie of the session is no way into the API', async () => {
    const cookie = await signInByForm(api.url, 'admin');
    expect((await get('/api/v1/users', cookie)).status).toBe(401);
  });
});

test.each([...Object.values(EVERY_PAGE), '/', '/nowhere'])(
  '%s is framed by nobody and runs no inline script',
  async (path) => {
    const response = await get(path, await signInByForm(api.url, 'admin'));
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).not.toMatch(/<script(?! src="\/assets\/)|\son\w+=|\sstyle=|javascript:/i);
  },
);

test.each([
  ['https://evil.example/', '/'],
  ['//evil.example/', '/'],
  ['/\\evil.example/', '/'],
  ['/\t/evil.example/', '/'],
  ['/.//evil.example/', '/'],
  ['javascript:alert(1)', '/'],
  ['/users?search=a', '/users?search=a'],
])('signing in leads on this server only, not to %j', async (to, expected) => {
  const response = await postForm(api.url, '/sign-in', { name: 'admin', password: PASSWORD, to });
  expect([response.status, response.headers.get('location')]).toEqual([303, expected]);
});

describe('markup', () => {
  const MARKUP = '"><img src=x onerror=alert(1)><script>alert(1)</script>\'';

  test('in names is shown as text, everywhere', async () => {
    const { users, groups, roles } = api.directory;
    await users.add(ACTOR, {
      ...{ username: 'mallory', displayName: MARKUP, givenName: MARKUP, familyName: MARKUP },
      ...{ title: MARKUP, department: MARKUP, employeeNumber: MARKUP, affiliations: [MARKUP] },
      ...{ password: PASSWORD, role: 'admin' },
    });
    await groups.add(ACTOR, { name: 'evil', displayName: MARKUP, description: MARKUP });
    await groups.addMember(ACTOR, 'evil', { name: 'mallory' });
    await roles.add(ACTOR, { name: 'evil', description: MARKUP });
    const fields = { name: 'mallory', password: PASSWORD };
    const cookie = cookiesIn(await postForm(api.url, '/sign-in', fields, { 'user-agent': MARKUP }));
    await post(cookie, '/me/tokens', { name: MARKUP, days: '1', permissions: 'self' });
    const where = Object.values(EVERY_PAGE).map((path) =>
      path.replace('/users/jdoe', '/users/mallory').replace(/\/(staff|helpdesk|everybody)/, '/evil'),
    );
    let shown = 0;
    for (const path of where) {
      const html = await (await get(path, cookie)).text();
      expect(html).not.toContain('<img src=x');
      expect(html).not.toContain('<script>');
      if (html.includes('&lt;img src=x')) shown++;
    }
    expect(shown).toBeGreaterThan(10);
  });

  test.each([
    `/users?search=${encodeURIComponent(MARKUP)}`,
    `/users?role=${encodeURIComponent(MARKUP)}&order=${encodeURIComponent(MARKUP)}`,
    `/users?search=a&${encodeURIComponent(MARKUP)}=b&cursor=`,
    `/groups?search=${encodeURIComponent(MARKUP)}`,
    `/audit?actor=${encodeURIComponent(MARKUP)}`,
    `/users/${encodeURIComponent(MARKUP)}`,
    `/${encodeURIComponent(MARKUP)}`,
    `/sign-in?to=${encodeURIComponent(MARKUP)}`,
  ])('in the address is never made part of the page: %s', async (path) => {
    const html = await (await get(path, await signInByForm(api.url, 'admin'))).text();
    expect(html).not.toMatch(/<img src=x|<script>/);
  });

  test('in what was typed is never made part of the page', async () => {
    const fields = { name: MARKUP, password: MARKUP, to: MARKUP, code: MARKUP };
    const html = await (await postForm(api.url, '/sign-in', fields)).text();
    expect(html).not.toMatch(/<img src=x|<script>/);
    expect(html.split('&lt;img src=x')).toHaveLength(4);
  });

  test('in the cookie of the notice is never made part of the page, nor leads elsewhere', async () => {
    const cookie = await signInByForm(api.url, 'admin');
    const notice = encodeURIComponent(JSON.stringify({ text: MARKUP }));
    const html = await (await get('/users', `${cookie}; roster_notice=${notice}`)).text();
    expect(html).toContain('&lt;img src=x');
    expect(html).not.toContain('<img src=x');
    const undo = { action: '//evil.example/', fields: {} };
    const away = encodeURIComponent(JSON.stringify({ text: 'a', undo }));
    expect(await (await get('/users', `${cookie}; roster_notice=${away}`)).text()).not.toContain(
      'evil.example',
    );
  });
});

test('no header is made of what was typed', async () => {
  const cookie = await signInByForm(api.url, 'admin');
  const csrf = await csrfTokenOf(api.url, cookie);
  const broken = 'a\r\nSet-Cookie: evil=1\r\n\r\n<script>';
  const signedIn = await postForm(api.url, '/sign-in', {
    name: 'admin',
    password: PASSWORD,
    to: `/${broken}`,
  });
  const added = await postForm(api.url, '/users/jdoe/edit', { csrf, displayName: broken }, { cookie });
  for (const { headers } of [signedIn, added]) {
    expect(headers.getSetCookie().filter((line) => line.startsWith('evil'))).toEqual([]);
  }
  expect(signedIn.headers.get('location')).not.toContain('\n');
});

describe('a sign-in', () => {
  test('tells nobody whether the account exists', async () => {
    await api.directory.users.add(ACTOR, { username: 'gone', password: PASSWORD });
    await api.directory.users.setEnabled(ACTOR, 'gone', false);
    const answers = await Promise.all(
      [
        { name: 'xxxxx', password: 'wrong' },
        { name: 'admin', password: 'wrong' },
        { name: 'jdoe', password: 'wrong' },
        { name: 'gone', password: PASSWORD },
      ].map(async (fields) => {
        const response = await postForm(api.url, '/sign-in', fields);
        const html = (await response.text()).replaceAll(fields.name, 'NAME');
        return { status: response.status, html };
      }),
    );
    expect(answers[0]?.status).toBe(401);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('reads no long forms of strangers', async () => {
    const long = { name: 'admin', password: 'x'.repeat(40_000) };
    expect((await postForm(api.url, '/sign-in', long)).status).toBe(413);
  });

  test('is refused unheard where too many from that network have failed, until they are forgotten', async () => {
    const proxied = { 'x-forwarded-for': '192.0.2.77' };
    for (let guess = 0; guess < FAILED_SIGN_INS_MAX; guess++) {
      await postForm(api.url, '/sign-in', { name: `nobody-${guess}`, password: 'wrong' }, proxied);
    }
    const right = { name: 'admin', password: PASSWORD };
    const refused = await postForm(api.url, '/sign-in', right, proxied);
    expect([refused.status, await refused.text()]).toEqual([401, expect.stringContaining('Too many')]);
    expect((await postForm(api.url, '/sign-in', right)).status).toBe(303);
    api.clock.advance(FAILED_SIGN_INS_WINDOW_MS + 1000);
    expect((await postForm(api.url, '/sign-in', right, proxied)).status).toBe(303);
  });
});

describe('who may not', () => {
  const OWN = /^\/me|^\/organizations(\/example)?$/;
  const MANAGED = /^\/(users|groups)(?!.*\/permissions)|^\/me|^\/organizations(\/example)?$/;
  const GUARDED = Object.values(EVERY_PAGE).filter((path) => path !== '/' && !PUBLIC_PAGES.includes(path));

  test.each(GUARDED)('see %s is refused: strangers, users and user managers', async (path) => {
    const stranger = await get(path);
    expect(stranger.status).toBe(303);
    const user = await get(path, await signInByForm(api.url, 'the-user'));
    expect(user.status).toBe(OWN.test(path) ? 200 : 403);
    const manager = await get(path, await signInByForm(api.url, 'the-user-manager'));
    expect(manager.status).toBe(MANAGED.test(path) ? 200 : 403);
  });

  test.each([
    ['/users/admin/enabled', { enabled: 'no' }],
    ['/users/admin/edit', { displayName: 'Mallory' }],
    ['/users/admin/password', { password: 'another long password' }],
    ['/users/admin/delete', {}],
    ['/users/admin/sign-out', {}],
    ['/users/admin/permissions', { permission: 'backup', to: 'allow' }],
    ['/users/jdoe/edit', { role: 'owner' }],
    ['/users/jdoe/permissions', { permission: 'backup', to: 'allow' }],
    ['/users/the-user-manager/edit', { role: 'owner' }],
    ['/users/the-user-manager/permissions', { permission: 'roles.edit', to: 'allow' }],
    ['/users/new', { username: 'mallory2', role: 'admin' }],
    ['/roles/new', { name: 'mine', rank: '299', permissions: 'roles.edit' }],
    ['/roles/helpdesk/edit', { rank: '299' }],
    ['/roles/helpdesk/delete', {}],
  ])('a user manager posts to %s in vain', async (path, fields) => {
    const before = [await stateOf('admin'), await stateOf('jdoe'), await stateOf('the-user-manager')];
    expect(await post(await signInByForm(api.url, 'the-user-manager'), path, fields)).toBe(403);
    const after = [await stateOf('admin'), await stateOf('jdoe'), await stateOf('the-user-manager')];
    expect(after).toEqual(before);
  });

  test('a user manager disables several at once only below himself', async () => {
    const cookie = await signInByForm(api.url, 'the-user-manager');
    expect(await post(cookie, '/users/together', { do: 'disable', user: 'admin' })).toBe(303);
    expect((await stateOf('admin')).active).toBe(true);
  });

  test.each([
    ['/users/jdoe/enabled', { enabled: 'no' }],
    ['/users/jdoe/avatar', { none: 'yes' }],
    ['/users/together', { do: 'disable', user: 'jdoe' }],
    ['/groups/new', { name: 'mine' }],
    ['/groups/staff/members', { name: 'the-user' }],
    ['/groups/staff/members/remove', { name: 'jdoe' }],
    ['/groups/nowhere/members', { name: 'the-user' }],
    ['/groups/staff/delete', {}],
    ['/organizations/new', { slug: 'mine' }],
    ['/organizations/example/edit', { slug: 'mine' }],
    ['/organizations/example/delete', { members: '2', groups: '0', applications: '0' }],
    ['/groups/example/members', { name: 'the-user' }],
    ['/me/edit', { username: 'admin2' }],
    ['/me/edit', { title: 'Chief' }],
  ])('a user posts to %s in vain', async (path, fields) => {
    expect(await post(await signInByForm(api.url, 'the-user'), path, fields)).toBe(403);
  });

  test("nobody ends another's session or revokes another's token by its id", async () => {
    const { sessions } = api.directory;
    const user = await signInByForm(api.url, 'the-user');
    const admin = await api.directory.users.byUsername(ACTOR, 'admin');
    const session = { kind: 'page', address: null, userAgent: '' } as const;
    const started = await sessions.start({ ...session, userId: admin.id });
    expect(await post(user, '/me/sessions/end', { id: started.session.id })).toBe(404);
    expect(await sessions.resolve(started.secret)).not.toBeNull();
    expect(await post(user, '/me/tokens/revoke', { id: started.session.id })).toBe(404);
  });
});
