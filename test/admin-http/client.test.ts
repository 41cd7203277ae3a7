import createClient, { type Client } from 'openapi-fetch';
import { TOTP } from 'otpauth';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { z } from 'zod';
import { apiRoutes } from '../../src/admin-http/api/table.ts';
import type { paths } from '../api-client/schema.ts';
import { API_TOKEN, openTestApi, PASSWORD, type TestApi } from '../support/api.ts';
import { type FakeProvider, startFakeProvider } from '../support/fake-provider/index.ts';
import { aJpeg } from '../support/pictures.ts';

let api: TestApi;
let provider: FakeProvider;
/** "get /users" for each call that was answered as the document says. */
let called: Set<string>;

beforeEach(async () => {
  api = await openTestApi();
  provider = await startFakeProvider({
    profile: 'openldap',
    people: ['ann', 'ben', 'cid'],
    groups: { staff: ['ann', 'ben'] },
  });
  called = new Set();
});

afterEach(async () => {
  await provider.stop();
  await api.remove();
});

test('every route is called through the generated client, and answers as its schema says', async () => {
  const installation = clientOf(API_TOKEN);
  await aboutAndSettings(installation);
  await people(installation);
  await groups(installation);
  await organizations(installation);
  await attributes(installation);
  await rolesAndApplications(installation);
  await sources(installation);
  await oneself();
  await accounts(installation);
  await transfer(installation);
  expect([...called].sort()).toEqual(routes().map(keyOf).sort());
});

function routes() {
  // The table is read, not served: only its handlers use the dependencies.
  return apiRoutes(api.dependencies.api as unknown as Parameters<typeof apiRoutes>[0]);
}

function keyOf({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path}`;
}

function clientOf(token: string | null): Client<paths> {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const client = createClient<paths>({ baseUrl: `${api.url}/api/v1`, headers });
  client.use({
    async onResponse({ request, response, schemaPath }) {
      const key = keyOf({ method: request.method.toLowerCase(), path: schemaPath });
      const form = routes().find((route) => keyOf(route) === key)?.answers[response.status];
      expect(form, `${key} answered ${response.status}: ${await response.clone().text()}`).toBeDefined();
      called.add(key);
      if (form === null) expect(await response.clone().text()).toBe('');
      else if (Array.isArray(form)) expect(form).toContain(response.headers.get('content-type'));
      else if (response.headers.get('content-type')?.startsWith('application/json')) {
        const body: unknown = await response.clone().json();
        // What the schema does not know is not in its outcome.
        expect((form as z.ZodType).parse(body), key).toEqual(body);
      }
    },
  });
  return client;
}

async function aboutAndSettings(client: Client<paths>): Promise<void> {
  await clientOf(null).GET('/openapi.json');
  const { data: about } = await clientOf(null).GET('/management-enabled');
  expect(about).toEqual({ enabled: true });
  await client.PATCH('/authority', { body: { url: 'https://login.example.com/check' } });
  const { data: authority } = await client.GET('/authority');
  expect(authority).toMatchObject({ hasToken: false, timeoutSeconds: 5 });
  await client.DELETE('/authority');
  await client.PATCH('/settings', { body: { posix: { enabled: true }, auditDays: 90 } });
  const { data: settings } = await client.GET('/settings');
  expect(settings).toMatchObject({ auditDays: 90, posix: { enabled: true, loginShell: '/bin/bash' } });
  await client.PUT('/allow-list', { body: { allow: ['10.0.0.0/8', '127.0.0.1'] } });
  const { data: list } = await client.GET('/allow-list');
  expect(list).toEqual({ allow: ['10.0.0.0/8', '127.0.0.1'] });
  const { data: audit } = await client.GET('/audit', {
    params: { query: { action: 'settings.edit', limit: 2 } },
  });
  expect(audit?.items).toHaveLength(2);
  const { data: openId } = await client.PATCH('/openid-connect', {
    body: {
      ...{ issuer: 'https://login.example.com', clientId: 'roster', clientSecret: 'a secret' },
      ...{ roles: { admins: 'admin' }, label: 'Example' },
    },
  });
  expect(openId).toMatchObject({ label: 'Example', usernameClaim: 'preferred_username' });
  await client.GET('/openid-connect');
  await client.DELETE('/users/{username}/openid-identity', { params: { path: { username: 'admin' } } });
  await client.DELETE('/openid-connect');
}

async function people(client: Client<paths>): Promise<void> {
  const { data: jdoe } = await client.POST('/users', {
    body: { username: 'jdoe', email: 'jane@example.org', generatePassword: true, language: 'de-ch' },
  });
  expect(jdoe?.password).toMatch(/^.{16,}$/);
  const path = { username: 'jdoe' };
  await client.GET('/users', { params: { query: { search: 'jane', detailed: 'true' } } });
  const { data: read } = await client.GET('/users/{username}', { params: { path } });
  expect(read).toMatchObject({ language: 'de-CH', hasPassword: true });
  await client.PUT('/users/{username}', { params: { path }, body: { displayName: 'Jane Doe' } });
  await client.PATCH('/users/{username}', { params: { path }, body: { role: 'user-manager' } });
  await client.PUT('/users/{username}/password', { params: { path }, body: {} });
  await client.POST('/users/{username}/disable', { params: { path } });
  await client.POST('/users/{username}/enable', { params: { path } });
  await client.DELETE('/users/{username}/sessions', { params: { path } });
  await client.PATCH('/users/{username}/metadata', { params: { path }, body: { maxStorageMB: '500' } });
  const { data: metadata } = await client.GET('/users/{username}/metadata', { params: { path } });
  expect(metadata).toEqual({ maxStorageMB: '500' });
  await client.PUT('/users/{username}/avatar', { params: { path }, ...jpeg() });
  const { data: picture } = await client.GET('/users/{username}/avatar', {
    params: { path },
    parseAs: 'arrayBuffer',
  });
  expect(Buffer.from(picture as ArrayBuffer)).toEqual(aJpeg());
  await client.DELETE('/users/{username}/avatar', { params: { path } });
  await client.GET('/users/{username}/groups', { params: { path } });
  const grant = { path: { ...path, permission: 'audit.read' } };
  await client.PUT('/users/{username}/permissions/{permission}', { params: grant, body: { allowed: true } });
  const { data: grants } = await client.GET('/users/{username}/permissions', { params: { path } });
  expect(grants).toEqual([{ permission: 'audit.read', allowed: true }]);
  await client.DELETE('/users/{username}/permissions/{permission}', { params: grant });
  const { data: bulk } = await client.POST('/users-bulk', {
    body: { usernames: ['jdoe', 'nobody'], do: { action: 'disable' } },
  });
  expect(bulk?.outcomes).toMatchObject([{ ok: true }, { ok: false, code: 'not-found' }]);
  await client.DELETE('/users/{username}', { params: { path } });
}

function jpeg() {
  const headers = { 'content-type': 'image/jpeg' };
  return { headers, body: aJpeg(), bodySerializer: (body: unknown) => body };
}

async function groups(client: Client<paths>): Promise<void> {
  await client.POST('/users', { body: { username: 'kim' } });
  await client.POST('/groups', { body: { name: 'physics', permissions: 'read-only' } });
  const path = { name: 'physics' };
  await client.PUT('/groups/{name}', { params: { path: { name: 'chemistry' } }, body: {} });
  await client.PATCH('/groups/{name}', { params: { path }, body: { description: 'All of physics' } });
  await client.GET('/groups', { params: { query: { search: 'phys' } } });
  const { data: group } = await client.GET('/groups/{name}', { params: { path } });
  expect(group).toMatchObject({ description: 'All of physics', permissions: 'read-only' });
  const kim = { path: { ...path, kind: 'user', member: 'kim' } };
  await client.PUT('/groups/{name}/members/{kind}/{member}', { params: kim, body: { owner: true } });
  const { data: members } = await client.GET('/groups/{name}/members', { params: { path } });
  expect(members?.items).toEqual([{ name: 'kim', kind: 'user', owner: true, fromSource: false }]);
  const { data: copied } = await client.POST('/groups/{name}/copy-members', {
    params: { path: { name: 'chemistry' } },
    body: { from: 'physics' },
  });
  expect(copied).toEqual({ added: 1 });
  await client.DELETE('/groups/{name}/members/{kind}/{member}', { params: kim });
  await client.DELETE('/groups/{name}', { params: { path } });
}

async function organizations(client: Client<paths>): Promise<void> {
  const path = { slug: 'acme' };
  await client.POST('/organizations', { body: { slug: 'acme', name: 'Acme Inc.' } });
  await client.PUT('/organizations/{slug}', { params: { path: { slug: 'globex' } }, body: {} });
  await client.PATCH('/organizations/{slug}', { params: { path }, body: { visibility: 'public' } });
  const { data: listed } = await client.GET('/organizations', { params: { query: { search: 'inc' } } });
  expect(listed?.items).toMatchObject([{ slug: 'acme', name: 'Acme Inc.', visibility: 'public' }]);
  const kim = { path: { ...path, kind: 'user', member: 'kim' } };
  await client.PUT('/organizations/{slug}/members/{kind}/{member}', { params: kim, body: { owner: true } });
  const { data: members } = await client.GET('/organizations/{slug}/members', { params: { path } });
  expect(members?.items).toMatchObject([{ name: 'kim', kind: 'user', owner: true }]);
  const ofKim = { path: { username: 'kim' } };
  const { data: hers } = await client.GET('/users/{username}/organizations', { params: ofKim });
  expect(hers?.items).toMatchObject([{ slug: 'acme' }]);
  const { data: acme } = await client.GET('/organizations/{slug}', { params: { path } });
  expect(acme).toMatchObject({ owners: ['kim'], members: 1, groups: 0, applications: 0 });
  await client.DELETE('/organizations/{slug}/members/{kind}/{member}', { params: kim });
  await client.DELETE('/organizations/{slug}', { params: { path } });
}

async function attributes(client: Client<paths>): Promise<void> {
  await client.POST('/attributes', { body: { name: 'costCentre', subject: 'user', type: 'integer' } });
  await client.POST('/attributes', { body: { name: 'floor', subject: 'group', type: 'text' } });
  const path = { name: 'costCentre' };
  await client.PATCH('/attributes/{name}', { params: { path }, body: { several: true } });
  const { data: all } = await client.GET('/attributes');
  expect(all?.items).toMatchObject([{ name: 'costCentre', several: true }, { name: 'floor' }]);
  const kim = { path: { username: 'kim' } };
  await client.PATCH('/users/{username}/attributes', { params: kim, body: { costCentre: ['7', '08'] } });
  const { data: hers } = await client.GET('/users/{username}/attributes', { params: kim });
  expect(hers).toEqual({ costCentre: ['7', '8'] });
  const chemistry = { path: { name: 'chemistry' } };
  await client.PATCH('/groups/{name}/attributes', { params: chemistry, body: { floor: ['2nd'] } });
  const { data: its } = await client.GET('/groups/{name}/attributes', { params: chemistry });
  expect(its).toEqual({ floor: ['2nd'] });
  await client.POST('/attributes', { body: { name: 'badge', subject: 'user', type: 'image' } });
  await client.POST('/attributes', { body: { name: 'logo', subject: 'group', type: 'image' } });
  const badge = { params: { path: { username: 'kim', attribute: 'badge' } } };
  await client.PUT('/users/{username}/attributes/{attribute}/image', { ...badge, ...jpeg() });
  const { data: picture } = await client.GET('/users/{username}/attributes/{attribute}/image', {
    ...{ ...badge, parseAs: 'arrayBuffer' },
  });
  expect(Buffer.from(picture ?? new ArrayBuffer(0))).toEqual(aJpeg());
  await client.DELETE('/users/{username}/attributes/{attribute}/image', badge);
  const logo = { params: { path: { name: 'chemistry', attribute: 'logo' } } };
  await client.PUT('/groups/{name}/attributes/{attribute}/image', { ...logo, ...jpeg() });
  const { response } = await client.GET('/groups/{name}/attributes/{attribute}/image', {
    ...{ ...logo, parseAs: 'arrayBuffer' },
  });
  expect(response.headers.get('content-type')).toBe('image/jpeg');
  await client.DELETE('/groups/{name}/attributes/{attribute}/image', logo);
  const { data: held } = await client.GET('/attributes/{name}', { params: { path } });
  expect(held).toMatchObject({ holders: 1 });
  await client.DELETE('/attributes/{name}', { params: { path, query: { holders: 1 } } });
}

async function rolesAndApplications(client: Client<paths>): Promise<void> {
  await client.POST('/roles', { body: { name: 'help-desk', rank: 50, permissions: ['users.read'] } });
  const role = { path: { name: 'help-desk' } };
  await client.PATCH('/roles/{name}', { params: role, body: { permissions: ['users.password'] } });
  const { data: read } = await client.GET('/roles/{name}', { params: role });
  expect(read?.permissions).toContain('users.password');
  const { data: roles } = await client.GET('/roles');
  expect(roles?.map(({ name }) => name)).toContain('owner');
  await client.DELETE('/roles/{name}', { params: role });
  const { data: added } = await client.POST('/applications', {
    body: { name: 'wiki', groups: ['chemistry'] },
  });
  expect(added?.password).toMatch(/^.{16,}$/);
  const wiki = { path: { name: 'wiki' } };
  await client.PATCH('/applications/{name}', { params: wiki, body: { everyone: true, groups: [] } });
  await client.PUT('/applications/{name}/password', { params: wiki, body: { password: PASSWORD } });
  const { data: application } = await client.GET('/applications/{name}', { params: wiki });
  expect(application).toMatchObject({ everyone: true, groups: [] });
  await client.GET('/applications');
  const inWiki = { path: { username: 'kim', application: 'wiki' } };
  await client.PUT('/users/{username}/storage/{application}', { params: inWiki, body: { usedMB: 20 } });
  const ofKim = { path: { username: 'kim' } };
  const { data: storage } = await client.GET('/users/{username}/storage', { params: ofKim });
  expect(storage).toMatchObject({ maxStorageMB: null, usedMB: 20, applications: [{ name: 'wiki' }] });
  await client.DELETE('/applications/{name}', { params: wiki });
}

async function sources(client: Client<paths>): Promise<void> {
  const { url, baseDn, groupBaseDn, bindDn, bindPassword } = provider;
  await client.POST('/sources', {
    body: {
      name: 'corp',
      preset: 'openldap',
      url,
      baseDn,
      groupBaseDn,
      bindDn,
      bindPassword,
      syncGroups: true,
    },
  });
  const corp = { path: { idOrName: 'corp' } };
  const { data: tried } = await client.POST('/sources/{idOrName}/test', { params: corp });
  expect(tried).toMatchObject({ ok: true });
  const { data: preview } = await client.POST('/sources/{idOrName}/preview', { params: corp });
  expect(preview?.counters).toMatchObject({ usersCreated: 3 });
  const { data: begun } = await client.POST('/sources/{idOrName}/sync', { params: corp });
  const run = await ended(client, begun?.id ?? '');
  expect(run).toMatchObject({ state: 'succeeded', counters: { usersCreated: 3 } });
  const { data: items } = await client.GET('/sync-runs/{id}/items', { params: { path: { id: run.id } } });
  expect(items?.items.length).toBeGreaterThanOrEqual(3);
  await links(client);
  await client.PATCH('/sources/{idOrName}', {
    params: corp,
    body: { policy: { guardMinimum: 1, guardPercent: 1 } },
  });
  provider.directory.removePerson('cid');
  api.clock.advance(1000);
  const { data: again } = await client.POST('/sources/{idOrName}/sync', { params: corp });
  expect(await ended(client, again?.id ?? '')).toMatchObject({ state: 'paused' });
  api.clock.advance(1000);
  const { data: confirmed } = await client.POST('/sync-runs/{id}/confirm', {
    params: { path: { id: again?.id ?? '' } },
  });
  expect(await ended(client, confirmed?.id ?? '')).toMatchObject({ state: 'succeeded' });
  await cancelOne(client);
  await client.GET('/sync-runs', { params: { query: { source: 'corp' } } });
  await client.GET('/sources/{idOrName}', { params: corp });
  await client.GET('/sources');
  const { data: kept } = await client.DELETE('/sources/{idOrName}', {
    params: { ...corp, query: { keepImports: 'true' } },
  });
  expect(kept).toEqual({ users: 3, groups: 1 });
}

async function links(client: Client<paths>): Promise<void> {
  const path = { username: 'ann' };
  const { data: ann } = await client.GET('/users/{username}', { params: { path } });
  const { data: local } = await client.POST('/users/{username}/unlink', {
    params: { path },
    body: { password: 'wren over the harbour' },
  });
  expect(local).toMatchObject({ origin: null, hasPassword: true });
  const { data: linked } = await client.POST('/users/{username}/link', {
    params: { path },
    body: { source: 'corp', dn: ann?.origin?.dn ?? '' },
  });
  expect(linked).toMatchObject({ origin: { dn: ann?.origin?.dn }, hasPassword: false });
  const { data: ben } = await client.POST('/sources/{idOrName}/users/{username}', {
    params: { path: { idOrName: 'corp', username: 'ben' } },
  });
  expect(ben).toMatchObject({ username: 'ben' });
}

/** Follows a run by its events. */
async function ended(client: Client<paths>, id: string): Promise<{ id: string; state: string }> {
  const { data } = await client.GET('/sync-runs/{id}', {
    params: { path: { id } },
    headers: { accept: 'text/event-stream' },
    parseAs: 'text',
  });
  return JSON.parse(/event: end\ndata: (.*)/.exec(String(data))?.[1] ?? '{}');
}

async function cancelOne(client: Client<paths>): Promise<void> {
  provider.knobs.delayMs = 200;
  api.clock.advance(1000);
  const { data } = await client.POST('/sources/{idOrName}/sync', { params: { path: { idOrName: 'corp' } } });
  const id = data?.id ?? '';
  await client.POST('/sync-runs/{id}/cancel', { params: { path: { id } } });
  await ended(client, id);
  provider.knobs.delayMs = 0;
}

async function accounts(installation: Client<paths>): Promise<void> {
  const client = clientOf(await api.tokenOf('user', 'zoe'));
  const zoe = { params: { path: { username: 'zoe' } } };
  const password = PASSWORD;
  await client.GET('/me/second-factor');
  const { data: offer } = await client.POST('/me/second-factor/offer', { body: { password } });
  const timestamp = api.clock.now().getTime();
  const code = new TOTP({ secret: offer?.secret ?? '' }).generate({ timestamp });
  await client.POST('/me/second-factor/confirm', { body: { code } });
  const { data: renewed } = await client.POST('/me/second-factor/recovery-codes', { body: { password } });
  const [recoveryCode = ''] = renewed?.recoveryCodes ?? [];
  await client.POST('/me/second-factor/disable', { body: { password, code: recoveryCode } });
  await installation.DELETE('/users/{username}/second-factor', zoe);
  const { data: app } = await client.POST('/me/app-passwords', { body: { name: 'phone', password } });
  const { data: apps } = await client.GET('/me/app-passwords');
  expect(apps).toMatchObject([{ name: 'phone', application: null, lastUsedAt: null }]);
  await client.DELETE('/me/app-passwords/{id}', { params: { path: { id: app?.id ?? '' } } });
  const { data: temporary } = await installation.POST('/users/{username}/impersonation', {
    ...{ ...zoe, body: { hours: 1 } },
  });
  const attempt = { username: 'zoe', password: temporary?.password ?? '' };
  const { data: pair } = await clientOf(null).POST('/auth/sign-in', { body: attempt });
  expect(pair?.user).toMatchObject({ username: 'zoe', state: 'active' });
  await installation.DELETE('/users/{username}/impersonation', zoe);
  await installation.POST('/users', { body: { username: 'yves' } });
  const yves = { params: { path: { username: 'yves' } }, body: {} };
  const { data: invitation } = await installation.POST('/users/{username}/invite', yves);
  const { data: link } = await installation.POST('/users/{username}/reset-link', yves);
  expect([invitation?.kind, link?.kind]).toEqual(['invitation', 'invitation']);
  const secret = link?.url?.split('/').at(-1) ?? '';
  await clientOf(null).POST('/auth/choose-password', { body: { link: secret, password } });
  await clientOf(null).POST('/auth/forgotten-password', { body: { name: 'yves' } });
}

async function oneself(): Promise<void> {
  await api.tokenOf('user', 'mia');
  const credentials = { username: 'mia', password: PASSWORD };
  const { data: first } = await clientOf(null).POST('/auth/sign-in', { body: credentials });
  const { data: pair } = await clientOf(null).POST('/auth/refresh', {
    body: { refreshToken: first?.refreshToken ?? '' },
  });
  const client = clientOf(pair?.accessToken ?? '');
  await client.PATCH('/me', { body: { phone: '+41 44 123 45 67' } });
  const { data: me } = await client.GET('/me');
  expect(me).toMatchObject({
    username: 'mia',
    phone: '+41 44 123 45 67',
    permissions: ['self', 'groups.own'],
  });
  await client.PUT('/me/avatar', jpeg());
  await client.GET('/me/avatar', { parseAs: 'arrayBuffer' });
  await client.DELETE('/me/avatar');
  const { data: token } = await client.POST('/me/tokens', {
    body: { name: 'script', permissions: ['self'], days: 30 },
  });
  const { data: mine } = await clientOf(token?.secret ?? '').GET('/me');
  expect(mine?.permissions).toEqual(['self']);
  const { data: tokens } = await client.GET('/me/tokens');
  expect(tokens?.map(({ name }) => name)).toEqual(['script']);
  await client.DELETE('/me/tokens/{id}', { params: { path: { id: token?.id ?? '' } } });
  const { data: others } = await clientOf(null).POST('/auth/sign-in', { body: credentials });
  const { data: sessions } = await client.GET('/me/sessions');
  expect(sessions?.filter(({ current }) => current)).toHaveLength(1);
  const other = sessions?.find(({ current }) => !current)?.id ?? '';
  expect(others?.accessToken).toBeDefined();
  await client.DELETE('/me/sessions/{id}', { params: { path: { id: other } } });
  const { data: rest } = await client.DELETE('/me/sessions');
  expect(rest?.ended).toBe(1);
  await client.PUT('/me/password', { body: { oldPassword: PASSWORD, newPassword: `${PASSWORD} two` } });
  await client.POST('/auth/sign-out');
}

async function transfer(client: Client<paths>): Promise<void> {
  const { data } = await client.POST('/import', {
    params: { query: { preview: 'true' } },
    headers: { 'content-type': 'text/csv' },
    body: 'username\nsomebody-new\n' as never,
    bodySerializer: (body: unknown) => body,
  });
  expect(data).toMatchObject({ applied: false, created: 1, problems: [] });
  const { data: csv } = await client.GET('/export', {
    params: { query: { format: 'csv' } },
    parseAs: 'text',
  });
  expect(csv).toMatch(/^id,username,email,fallback email,full name,role,active\n/);
}
