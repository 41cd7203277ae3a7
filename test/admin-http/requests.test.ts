import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BODY_BYTES_MAX, BODY_DEPTH_MAX } from '../../src/admin-http/body.ts';
import { API_TOKEN, openTestApi, type TestApi } from '../support/api.ts';
import { ACTOR } from '../support/directory.ts';
import { aJpeg } from '../support/pictures.ts';

let api: TestApi;

beforeEach(async () => {
  api = await openTestApi();
  await api.directory.users.add(ACTOR, { username: 'jdoe', email: 'jane@example.org' });
});

afterEach(() => api.remove());

async function usernames(query: string): Promise<{ names: string[]; next: string | null }> {
  const response = await api.call(`/api/v1/users?${query}`);
  expect(response.status).toBe(200);
  const { items, next } = (await response.json()) as { items: { username: string }[]; next: string | null };
  return { names: items.map(({ username }) => username), next };
}

describe('bad input is refused with the field named, and changes nothing:', () => {
  const JSON_TYPE = { 'content-type': 'application/json' };
  const deep = (open: string, close: string) =>
    `{"username":${open.repeat(BODY_DEPTH_MAX)}1${close.repeat(BODY_DEPTH_MAX)}}`;

  test.each([
    ['an overlong username', { username: 'a'.repeat(200) }, 'username'],
    ['a username that is far too long', { username: 'a'.repeat(5000) }, 'username'],
    ['an empty username', { username: '' }, 'username'],
    ['control characters', { username: 'jane\u0007doe' }, 'username'],
    ['a line break', { username: 'jane\ndoe' }, 'username'],
    ['a NUL', { username: 'jane\u0000' }, 'username'],
    ['half of a surrogate pair', { username: 'kim', displayName: '\ud800' }, 'displayName'],
    ['a homoglyph (Cyrillic а)', { username: 'jаne' }, 'username'],
    ['a homoglyph (Kelvin sign)', { username: '\u212aim' }, 'username'],
    ['a reserved username', { username: 'Postmaster' }, 'username'],
    ['SQL in a username', { username: "jane'; DROP TABLE users; --" }, 'username'],
    ['a formula as a username', { username: '=cmd|calc' }, 'username'],
    ['a duplicate username in other case', { username: 'JDOE' }, 'username'],
    ['a duplicate e-mail in other case', { username: 'kim', email: 'Jane@EXAMPLE.org' }, 'email'],
    ['no e-mail address', { username: 'kim', email: 'nowhere' }, 'email'],
    ['text that runs the other way', { username: 'kim', displayName: 'a\u202eb' }, 'displayName'],
    ['an unknown member', { username: 'kim', isAdmin: true }, 'isAdmin'],
    ['a prototype', JSON.parse('{"username":"kim","__proto__":{"role":"owner"}}'), '__proto__'],
    ['a missing member', { email: 'kim@example.org' }, 'username'],
    ['another type', { username: 7 }, 'username'],
    ['a weak password', { username: 'kim', password: 'short' }, 'password'],
    ['a password of 73 bytes', { username: 'kim', password: 'pä'.repeat(25) }, 'password'],
    ['metadata that is no text', { username: 'kim', metadata: { room: 7 } }, 'metadata.room'],
  ])('%s', async (_name, body, field) => {
    const response = await api.send('POST', '/api/v1/users', body);
    expect([400, 409]).toContain(response.status);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ field, detail: expect.stringMatching(/\.$/) });
    expect((await usernames('')).names).toEqual(['admin', 'jdoe']);
  });

  test.each<[string, RequestInit, number]>([
    ['no JSON', { body: '{"username":', headers: JSON_TYPE }, 400],
    ['an array', { body: '[]', headers: JSON_TYPE }, 400],
    ['nothing', { headers: JSON_TYPE }, 400],
    [
      'invalid UTF-8',
      { body: Buffer.from('7b22757365726e616d65223a22ff227d', 'hex'), headers: JSON_TYPE },
      400,
    ],
    ['a bomb of arrays', { body: deep('[', ']'), headers: JSON_TYPE }, 400],
    ['a bomb of objects', { body: deep('{"a":', '}'), headers: JSON_TYPE }, 400],
    ['a bomb of brackets', { body: '['.repeat(BODY_BYTES_MAX), headers: JSON_TYPE }, 400],
    ['quotes without end', { body: '\\"'.repeat(BODY_BYTES_MAX / 2), headers: JSON_TYPE }, 400],
    [
      'a body that is too long',
      { body: JSON.stringify('x'.repeat(BODY_BYTES_MAX)), headers: JSON_TYPE },
      413,
    ],
    [
      'a form',
      { body: 'username=kim', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
    ],
    [
      'text that only looks like JSON',
      { body: '{"username":"kim"}', headers: { 'content-type': 'text/plain' } },
      415,
    ],
    ['another charset', { body: '{}', headers: { 'content-type': 'application/json; charset=utf-16' } }, 415],
    ['a compressed body', { body: '{}', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } }, 415],
  ])('as a body %s', async (_name, init, status) => {
    const response = await api.call('/api/v1/users', { method: 'POST', ...init });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ status });
    expect((await usernames('')).names).toEqual(['admin', 'jdoe']);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=100000', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['sort=password', 'sort'],
    ['enabled=perhaps', 'enabled'],
    ['cursor=%00', 'cursor'],
    ['cursor=bm8', 'cursor'],
    ['serch=jane', 'serch'],
  ])('as a query %s', async (query, field) => {
    const response = await api.call(`/api/v1/users?${query}`);
    expect([response.status, await response.json()]).toMatchObject([400, { field }]);
  });

  test('100 MB are refused before they are read, without being kept in memory', async () => {
    const before = process.memoryUsage().rss;
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    const head = ['POST /api/v1/users HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${API_TOKEN}`];
    socket.write(
      [...head, 'Content-Type: application/json', 'Transfer-Encoding: chunked', '', ''].join('\r\n'),
    );
    const answer = once(socket, 'data');
    const closed = once(socket, 'close');
    // One buffer for all: what the client takes would count too.
    const chunk = Buffer.from(`${(1024 * 1024).toString(16)}\r\n${'x'.repeat(1024 * 1024)}\r\n`);
    for (let sent = 0; sent < 100 && !socket.destroyed; sent++) {
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), closed]);
    }
    expect(String((await answer)[0])).toMatch(/^HTTP\/1.1 413 /);
    expect(process.memoryUsage().rss - before).toBeLessThan(90 * 1024 * 1024);
    socket.destroy();
  });

  test('injected SQL in a search finds nothing, and LIKE’s own characters stand for themselves', async () => {
    for (const search of ["' OR 1=1 --", '%', '_', '!', '\\']) {
      expect((await usernames(`search=${encodeURIComponent(search)}`)).names).toEqual([]);
    }
  });

  test('a picture that is none', async () => {
    const put = (body: Buffer<ArrayBuffer>) =>
      api.call('/api/v1/users/jdoe/avatar', {
        method: 'PUT',
        body,
        headers: { 'content-type': 'image/jpeg' },
      });
    expect((await put(Buffer.from('no picture'))).status).toBe(400);
    expect((await put(Buffer.from(aJpeg(65_537)))).status).toBe(413);
    expect((await put(Buffer.from(aJpeg(65_536)))).status).toBe(204);
  });
});

describe('a list', () => {
  beforeEach(async () => {
    for (const [username, displayName] of [
      ['ann', 'Zoë Ångström'],
      ['ben', 'ben miller'],
      ['cid', 'Anna Miller'],
    ] as const) {
      api.clock.advance(1000);
      await api.directory.users.add(ACTOR, { username, displayName, email: `${username}@example.org` });
    }
  });

  test.each([
    ['', ['admin', 'ann', 'ben', 'cid', 'jdoe']],
    ['sort=-username', ['jdoe', 'cid', 'ben', 'ann', 'admin']],
    ['sort=-createdAt&search=example.org', ['cid', 'ben', 'ann', 'jdoe']],
    ['sort=name&search=miller', ['cid', 'ben']],
    ['search=MILLER+ann', ['cid']],
    ['search=%C3%A5ngstr%C3%B6m', ['ann']],
    ['source=local&role=owner', ['admin']],
  ])('%j has what it should, page after page, each once', async (query, expected) => {
    expect((await usernames(query)).names).toEqual(expected);
    const found: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await usernames(`${query}&limit=2${cursor && `&cursor=${cursor}`}`);
      found.push(...page.names);
      cursor = page.next;
    }
    expect(found).toEqual(expected);
  });

  test('holds by state and by group', async () => {
    await api.directory.users.setEnabled(ACTOR, 'ben', false);
    await api.directory.groups.add(ACTOR, { name: 'choir' });
    await api.directory.groups.addMember(ACTOR, 'choir', { name: 'cid', kind: 'user' });
    expect((await usernames('enabled=false')).names).toEqual(['ben']);
    expect((await usernames('group=choir')).names).toEqual(['cid']);
    expect((await api.call('/api/v1/users?group=nowhere')).status).toBe(404);
  });

  test('a cursor of another order does not fit', async () => {
    const { next } = await usernames('limit=1');
    const response = await api.call(`/api/v1/users?sort=createdAt&cursor=${next}`);
    expect([response.status, await response.json()]).toMatchObject([400, { field: 'cursor' }]);
  });
});

describe('entity tags', () => {
  const JDOE = '/api/v1/users/jdoe';

  function patch(headers: Record<string, string>, displayName = 'Jane'): Promise<Response> {
    const init = { 'content-type': 'application/json', ...headers };
    return api.call(JDOE, { method: 'PATCH', headers: init, body: JSON.stringify({ displayName }) });
  }

  test('tell a client that nothing is new', async () => {
    const etag = (await api.call(JDOE)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    const again = await api.call(JDOE, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    await patch({});
    expect((await api.call(JDOE, { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  test('keep one client from undoing the change of another, even within one millisecond', async () => {
    const etag = (await api.call(JDOE)).headers.get('etag') ?? '';
    const mine = await patch({ 'if-match': etag }, 'Mine');
    expect(mine.status).toBe(200);
    const theirs = await patch({ 'if-match': etag }, 'Theirs');
    expect(theirs.status).toBe(412);
    expect((await api.directory.users.byUsername(ACTOR, 'jdoe')).displayName).toBe('Mine');
    expect((await patch({ 'if-match': mine.headers.get('etag') ?? '' }, 'Mine again')).status).toBe(200);
  });

  test('of two at the same time let one through', async () => {
    const etag = (await api.call(JDOE)).headers.get('etag') ?? '';
    const both = await Promise.all([
      patch({ 'if-match': etag }, 'One'),
      patch({ 'if-match': etag }, 'Other'),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  test.each([
    ['/api/v1/users/jdoe', { displayName: 'x' }],
    ['/api/v1/groups/choir', { description: 'x' }],
    ['/api/v1/applications/wiki', { description: 'x' }],
    ['/api/v1/settings', { passwordModify: true }],
  ])('guard %s', async (path, body) => {
    await api.directory.groups.add(ACTOR, { name: 'choir' });
    await api.directory.applications.add(ACTOR, { name: 'wiki', password: 'a password for it' });
    const etag = (await api.call(path)).headers.get('etag') ?? '';
    const change = (tag: string) => {
      const headers = { 'content-type': 'application/json', 'if-match': tag };
      return api.call(path, { method: 'PATCH', headers, body: JSON.stringify(body) });
    };
    expect((await change('"other"')).status).toBe(412);
    const changed = await change(etag);
    expect(changed.status).toBe(200);
    expect((await api.call(path)).headers.get('etag')).toBe(changed.headers.get('etag'));
    expect((await change(etag)).status).toBe(412);
  });

  test('guard a deletion', async () => {
    const del = (tag: string) => api.call(JDOE, { method: 'DELETE', headers: { 'if-match': tag } });
    expect((await del('"other"')).status).toBe(412);
    expect((await del('*')).status).toBe(204);
  });

  test('let a PUT only add, or only replace', async () => {
    const put = (name: string, headers: Record<string, string>) =>
      api.call(`/api/v1/users/${name}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      });
    expect((await put('jdoe', { 'if-none-match': '*' })).status).toBe(412);
    expect((await put('kim', { 'if-match': '*' })).status).toBe(412);
    expect((await put('kim', { 'if-none-match': '*' })).status).toBe(201);
    expect((await put('kim', {})).status).toBe(200);
  });
});

describe('a user', () => {
  test('is the same after the same PUT again', async () => {
    const put = () => api.send('PUT', '/api/v1/users/kim', { displayName: 'Kim', email: 'kim@example.org' });
    const [first, second] = [await put(), await put()];
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(await second.json()).toEqual(await first.json());
  });

  test('whose e-mail exists is changed where the caller asks for it, and a conflict otherwise', async () => {
    const body = { username: 'other', email: 'JANE@example.org', displayName: 'Jane Doe' };
    expect((await api.send('POST', '/api/v1/users', body)).status).toBe(409);
    const response = await api.send('POST', '/api/v1/users?update=by-email', body);
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { username: 'jdoe', displayName: 'Jane Doe', password: null },
    ]);
  });
});

describe('the door', () => {
  test('lets no other origin in', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'GET' };
    const response = await api.call('/api/v1/users', { method: 'OPTIONS', headers }, null);
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'OPTIONS, HEAD, GET, POST']);
    const read = await api.call('/api/v1/users', { headers: { origin: 'https://evil.example' } });
    for (const { headers: sent } of [response, read]) {
      expect([...sent.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test('answers HEAD as GET without a body', async () => {
    const [head, get] = [
      await api.call('/api/v1/users', { method: 'HEAD' }),
      await api.call('/api/v1/users'),
    ];
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('etag')).toBe(get.headers.get('etag'));
  });

  test('says which methods a path has', async () => {
    const response = await api.call('/api/v1/settings', { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'OPTIONS, HEAD, GET, PATCH']);
  });

  test('has nothing of itself stored', async () => {
    for (const path of ['/api/v1/users', '/api/v1/openapi.json', '/api/v1/nowhere']) {
      expect((await api.call(path)).headers.get('cache-control')).toBe('no-store');
    }
  });

  test('shows no secret of anybody', async () => {
    await api.tokenOf('admin');
    for (const path of ['/users?detailed=true', '/settings', '/audit', '/applications', '/sources']) {
      expect(await (await api.call(`/api/v1${path}`)).text()).not.toMatch(/\$2[aby]\$|sealed|roster_[st]_/i);
    }
  });
});
