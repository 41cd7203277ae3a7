import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../src/admin-http/api/route.ts';
import { apiRoutes } from '../../src/admin-http/api/table.ts';
import type { BuiltInRoleName } from '../../src/core/access/permissions.ts';
import { openTestApi, type TestApi } from '../support/api.ts';
import { ACTOR } from '../support/directory.ts';

type Role = BuiltInRoleName;

const ADMINS: readonly Role[] = ['owner', 'admin'];
const MANAGERS: readonly Role[] = [...ADMINS, 'mail-manager', 'user-manager'];
const EVERYBODY: readonly Role[] = [...MANAGERS, 'user'];
const ROLES = EVERYBODY;

/** Who is let in at which route; 'strangers' too. */
const EXPECTED: Readonly<Record<string, readonly Role[] | 'strangers'>> = {
  'get /openapi.json': 'strangers',
  'get /management-enabled': 'strangers',
  'post /auth/sign-in': 'strangers',
  'post /auth/refresh': 'strangers',
  'post /auth/sign-out': EVERYBODY,
  'get /me': EVERYBODY,
  'patch /me': EVERYBODY,
  'put /me/password': EVERYBODY,
  'get /me/avatar': EVERYBODY,
  'put /me/avatar': EVERYBODY,
  'delete /me/avatar': EVERYBODY,
  'get /me/sessions': EVERYBODY,
  'delete /me/sessions': EVERYBODY,
  'delete /me/sessions/{id}': EVERYBODY,
  'get /me/tokens': EVERYBODY,
  'post /me/tokens': EVERYBODY,
  'delete /me/tokens/{id}': EVERYBODY,
  'get /users': MANAGERS,
  'post /users': MANAGERS,
  'get /users/{username}': MANAGERS,
  'put /users/{username}': MANAGERS,
  'patch /users/{username}': MANAGERS,
  'delete /users/{username}': MANAGERS,
  'put /users/{username}/password': MANAGERS,
  'post /users/{username}/enable': MANAGERS,
  'post /users/{username}/disable': MANAGERS,
  'delete /users/{username}/sessions': MANAGERS,
  'get /users/{username}/groups': MANAGERS,
  'get /users/{username}/metadata': MANAGERS,
  'patch /users/{username}/metadata': MANAGERS,
  'get /users/{username}/avatar': MANAGERS,
  'put /users/{username}/avatar': MANAGERS,
  'delete /users/{username}/avatar': MANAGERS,
  'get /users/{username}/permissions': MANAGERS,
  'put /users/{username}/permissions/{permission}': ADMINS,
  'delete /users/{username}/permissions/{permission}': ADMINS,
  'post /auth/forgotten-password': 'strangers',
  'post /auth/choose-password': 'strangers',
  'get /me/second-factor': EVERYBODY,
  'post /me/second-factor/offer': EVERYBODY,
  'post /me/second-factor/confirm': EVERYBODY,
  'post /me/second-factor/recovery-codes': EVERYBODY,
  'post /me/second-factor/disable': EVERYBODY,
  'get /me/app-passwords': EVERYBODY,
  'post /me/app-passwords': EVERYBODY,
  'delete /me/app-passwords/{id}': EVERYBODY,
  'delete /users/{username}/second-factor': ADMINS,
  'post /users/{username}/reset-link': MANAGERS,
  'post /users/{username}/invite': MANAGERS,
  'post /users/{username}/impersonation': ADMINS,
  'delete /users/{username}/impersonation': ADMINS,
  'post /users-bulk': MANAGERS,
  'post /import': ADMINS,
  'get /export': ADMINS,
  'get /groups': MANAGERS,
  'post /groups': MANAGERS,
  'get /groups/{name}': MANAGERS,
  'put /groups/{name}': MANAGERS,
  'patch /groups/{name}': MANAGERS,
  'delete /groups/{name}': MANAGERS,
  'get /groups/{name}/members': MANAGERS,
  'put /groups/{name}/members/{kind}/{member}': MANAGERS,
  'delete /groups/{name}/members/{kind}/{member}': MANAGERS,
  'post /groups/{name}/copy-members': MANAGERS,
  'get /organizations': EVERYBODY,
  'post /organizations': ADMINS,
  'get /organizations/{slug}': EVERYBODY,
  'put /organizations/{slug}': ADMINS,
  'patch /organizations/{slug}': ADMINS,
  'delete /organizations/{slug}': ADMINS,
  'get /organizations/{slug}/members': EVERYBODY,
  'put /organizations/{slug}/members/{kind}/{member}': EVERYBODY,
  'delete /organizations/{slug}/members/{kind}/{member}': EVERYBODY,
  'get /users/{username}/organizations': MANAGERS,
  'get /attributes': EVERYBODY,
  'post /attributes': ADMINS,
  'get /attributes/{name}': ADMINS,
  'patch /attributes/{name}': ADMINS,
  'delete /attributes/{name}': ADMINS,
  'get /users/{username}/attributes': MANAGERS,
  'patch /users/{username}/attributes': MANAGERS,
  'get /groups/{name}/attributes': MANAGERS,
  'patch /groups/{name}/attributes': MANAGERS,
  'get /users/{username}/attributes/{attribute}/image': MANAGERS,
  'put /users/{username}/attributes/{attribute}/image': MANAGERS,
  'delete /users/{username}/attributes/{attribute}/image': MANAGERS,
  'get /groups/{name}/attributes/{attribute}/image': MANAGERS,
  'put /groups/{name}/attributes/{attribute}/image': MANAGERS,
  'delete /groups/{name}/attributes/{attribute}/image': MANAGERS,
  'get /users/{username}/storage': MANAGERS,
  'put /users/{username}/storage/{application}': ADMINS,
  'get /roles': ADMINS,
  'post /roles': ADMINS,
  'get /roles/{name}': ADMINS,
  'patch /roles/{name}': ADMINS,
  'delete /roles/{name}': ADMINS,
  'get /applications': ADMINS,
  'post /applications': ADMINS,
  'get /applications/{name}': ADMINS,
  'patch /applications/{name}': ADMINS,
  'put /applications/{name}/password': ADMINS,
  'delete /applications/{name}': ADMINS,
  'get /authority': ADMINS,
  'patch /authority': ADMINS,
  'delete /authority': ADMINS,
  'get /sources': ADMINS,
  'post /sources': ADMINS,
  'get /sources/{idOrName}': ADMINS,
  'patch /sources/{idOrName}': ADMINS,
  'delete /sources/{idOrName}': ADMINS,
  'post /sources/{idOrName}/test': ADMINS,
  'post /sources/{idOrName}/preview': ADMINS,
  'post /sources/{idOrName}/sync': ADMINS,
  'post /sources/{idOrName}/users/{username}': ADMINS,
  'post /users/{username}/link': ADMINS,
  'post /users/{username}/unlink': ADMINS,
  'get /sync-runs': ADMINS,
  'get /sync-runs/{id}': ADMINS,
  'get /sync-runs/{id}/items': ADMINS,
  'post /sync-runs/{id}/confirm': ADMINS,
  'post /sync-runs/{id}/cancel': ADMINS,
  'get /settings': ADMINS,
  'patch /settings': ADMINS,
  'get /openid-connect': ADMINS,
  'patch /openid-connect': ADMINS,
  'delete /openid-connect': ADMINS,
  'delete /users/{username}/openid-identity': MANAGERS,
  'get /allow-list': ADMINS,
  'put /allow-list': ADMINS,
  'get /audit': ADMINS,
};

/** Bodies without which the directory would not be asked; elsewhere an empty one shows who is let in. */
const BODIES: Readonly<Record<string, object>> = {
  'post /groups/{name}/copy-members': { from: 'staff' },
};

let api: TestApi;
let routes: readonly Route[];

beforeAll(async () => {
  api = await openTestApi();
  routes = apiRoutes(api.dependencies.api as unknown as Parameters<typeof apiRoutes>[0]);
  await api.directory.groups.add(ACTOR, { name: 'staff' });
});

afterAll(() => api.remove());

function keyOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/** Asks for what is not there, of a group that is. */
function ask(route: Route, token: string | null): Promise<Response> {
  const values: Readonly<Record<string, string>> = { name: 'staff', kind: 'user' };
  const path = route.path.replace(/\{(\w+)\}/g, (_braces, name: string) => values[name] ?? 'nobody');
  const hasBody = route.body !== undefined || route.upload !== undefined;
  const type = route.upload?.[0] ?? 'application/json';
  const body = { body: JSON.stringify(BODIES[keyOf(route)] ?? {}), headers: { 'content-type': type } };
  return api.call(`/api/v1${path}`, { method: route.method.toUpperCase(), ...(hasBody && body) }, token);
}

test('the table names every route, and nothing else', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(routes.map(keyOf).sort());
});

test('without a token only strangers’ routes answer', async () => {
  for (const route of routes) {
    const { status } = await ask(route, null);
    const isOpen = EXPECTED[keyOf(route)] === 'strangers';
    expect([keyOf(route), route.path === '/auth/refresh' || status !== 401]).toEqual([keyOf(route), isOpen]);
  }
});

describe('a user of the role', () => {
  test.each(ROLES)('%s is let in where the table says, and nowhere else', async (role) => {
    const token = await api.tokenOf(role);
    // Signing out ends what all the others need.
    const inOrder = routes.toSorted(
      (a, b) => Number(a.path === '/auth/sign-out') - Number(b.path === '/auth/sign-out'),
    );
    const outcome: Record<string, boolean> = {};
    for (const route of inOrder) {
      const { status } = await ask(route, token);
      expect([keyOf(route), status >= 500]).toEqual([keyOf(route), false]);
      outcome[keyOf(route)] = status !== 403 && (status !== 401 || EXPECTED[keyOf(route)] === 'strangers');
    }
    const expected = Object.entries(EXPECTED).map(([key, roles]) => [
      key,
      roles === 'strangers' || roles.includes(role),
    ]);
    expect(outcome).toEqual(Object.fromEntries(expected));
  });
});

test('the installation’s token is let in everywhere but at what only people have', async () => {
  for (const route of routes) {
    const { status } = await ask(route, undefined as unknown as null);
    expect([keyOf(route), status === 401 && !route.path.startsWith('/auth/')]).toEqual([keyOf(route), false]);
  }
});

test('a personal token opens no more than what it was made for', async () => {
  const token = await api.tokenOf('admin', 'robin');
  const made = await api.send(
    'POST',
    '/api/v1/me/tokens',
    { name: 'reader', permissions: ['users.read'], days: 1 },
    token,
  );
  const { secret } = (await made.json()) as { secret: string };
  expect((await api.call('/api/v1/users', {}, secret)).status).toBe(200);
  expect((await api.call('/api/v1/groups', {}, secret)).status).toBe(403);
  expect((await api.call('/api/v1/me/tokens', {}, secret)).status).toBe(403);
});

test('an owner of a group manages its members without any further permission, and no other group’s', async () => {
  const token = await api.tokenOf('user', 'olga');
  await api.directory.groups.add(ACTOR, { name: 'choir' });
  await api.directory.groups.addMember(ACTOR, 'choir', { name: 'olga', kind: 'user', owner: true });
  await api.directory.users.add(ACTOR, { username: 'pat' });
  const put = (group: string) =>
    api.send('PUT', `/api/v1/groups/${group}/members/user/pat`, {}, token).then(({ status }) => status);
  expect([await put('choir'), await put('staff')]).toEqual([200, 403]);
  expect((await api.call('/api/v1/groups/choir/members', {}, token)).status).toBe(200);
});
