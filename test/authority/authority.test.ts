import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHECKS_MAX, createExternalAuthority } from '../../src/authority/authority.ts';
import { examineAuthority } from '../../src/authority/examination.ts';
import { ANSWER_BYTES_MAX } from '../../src/authority/post.ts';
import type { ExternalAuthority } from '../../src/core/credentials/verdict.ts';
import { createExternalPeople } from '../../src/core/directory/external-people.ts';
import { createJournal } from '../../src/core/directory/journal.ts';
import { newId } from '../../src/core/ids.ts';
import type { User } from '../../src/core/model/user.ts';
import { lettingIn, sendJson, startAuthority, type TestAuthority } from '../support/authority.ts';
import { ACTOR, importPeople, openTestDirectory, type TestDirectory } from '../support/directory.ts';

const PASSWORD = 'kept at the authority';

let server: TestAuthority;
let test: TestDirectory;
let authority: ExternalAuthority;
let logged: object[];

beforeAll(async () => {
  server = await startAuthority();
});
afterAll(() => server.close());

beforeEach(async () => {
  test = await openTestDirectory();
  logged = [];
  server.asked.length = 0;
  const { authority: keeper, externalPeople: people } = test.directory;
  const log = { info: () => undefined, warn: (fields: object) => void logged.push(fields) };
  authority = createExternalAuthority({ authority: keeper, people, clock: test.clock, log });
  await keeper.set(ACTOR, { url: server.url, caPem: server.caPem, timeoutSeconds: 1 });
});
afterEach(() => test.remove());

const check = (name: string) => authority.check(name, PASSWORD);

function user(username: string): Promise<User> {
  return test.directory.users.byUsername(ACTOR, username);
}

describe('whom the external authority lets in', () => {
  it('is created with the names, the role and the metadata that it tells', async () => {
    const jane = {
      name: 'Jane Doe',
      email: 'Jane@example.org',
      metadata: { maxStorageMB: 500, team: 'red' },
    };
    server.answers(
      lettingIn(PASSWORD, { jane: { ...jane, roles: ['user-manager', 'user', 'mail-manager'] } }),
    );
    expect(await check('jane')).toMatchObject({ ok: true });
    expect(await user('jane')).toMatchObject({
      ...{ displayName: 'Jane Doe', email: 'Jane@example.org', confirmed: true, role: 'mail-manager' },
      ...{ metadata: { maxStorageMB: '500', team: 'red' }, passwordHash: null, origin: null },
    });
    expect(server.asked).toEqual([{ username: 'jane', password: PASSWORD, token: null }]);
    expect((await test.auditLines())[0]).toMatchObject({
      action: 'user.first-sign-in',
      actor: { name: 'authority' },
    });
  });

  it('is brought up to date at each sign-in, and not written where nothing has changed', async () => {
    server.answers(
      lettingIn(PASSWORD, { jane: { name: 'Jane', roles: ['admin'], metadata: { team: 'red' } } }),
    );
    await check('jane');
    const lines = (await test.auditLines()).length;
    await check('JANE');
    expect(await test.auditLines()).toHaveLength(lines);
    server.answers(lettingIn(PASSWORD, { jane: { username: 'jane' } }));
    await check('jane');
    // A role that is not given any more is taken away; what else is not told stays.
    expect(await user('jane')).toMatchObject({
      role: 'user',
      displayName: 'Jane',
      metadata: { team: 'red' },
    });
  });

  it('is written once where two sign-ins meet', async () => {
    const jane = { username: 'jane', roles: [] };
    const { store, clock, directory } = test;
    const read: typeof store.read = async (work) => {
      const seen = await store.read(work);
      await directory.externalPeople.admit(jane);
      return seen;
    };
    const parts = { store: { read, write: store.write }, clock, newId, journal: createJournal(newId) };
    await createExternalPeople(parts).admit(jane);
    const lines = (await test.auditLines()).filter(({ actor }) => actor.name === 'authority');
    expect(lines.map(({ action }) => action)).toEqual(['user.first-sign-in']);
  });

  it('may come by the e-mail address, where the answer bears it', async () => {
    server.answers((_asked, response) => sendJson(response, { username: 'jane', email: 'jane@example.org' }));
    expect(await check('Jane@Example.org')).toMatchObject({ ok: true });
    expect(await check('john@example.org')).toMatchObject({ ok: false, reason: 'unavailable' });
    expect((await user('jane')).email).toBe('jane@example.org');
  });

  it('gets no role that is unknown, and owner only where the setting allows it', async () => {
    server.answers(lettingIn(PASSWORD, { jane: { roles: ['owner', 'captain'] } }));
    await check('jane');
    expect((await user('jane')).role).toBe('user');
    expect(logged).toMatchObject([{ roles: ['owner', 'captain'] }]);
    await test.directory.authority.set(ACTOR, { ownersAllowed: true });
    await check('jane');
    expect((await user('jane')).role).toBe('owner');
    server.answers(lettingIn(PASSWORD, { jane: { roles: ['user'] } }));
    expect(await check('jane'), 'the last owner stays one').toMatchObject({ ok: false });
    expect((await user('jane')).role).toBe('owner');
    await test.directory.authority.set(ACTOR, { ownersAllowed: false });
    expect(await check('jane')).toMatchObject({ ok: false, reason: 'wrong' });
    expect((await user('jane')).role).toBe('owner');
  });

  it('gets no e-mail address that somebody else has', async () => {
    await test.directory.authority.remove(ACTOR);
    await test.directory.users.add(ACTOR, { username: 'john', email: 'jane@example.org' });
    await test.directory.authority.set(ACTOR, { url: server.url, caPem: server.caPem });
    server.answers(lettingIn(PASSWORD, { jane: { email: 'JANE@example.org' } }));
    expect(await check('jane')).toMatchObject({ ok: true });
    expect((await user('jane')).email).toBeNull();
  });

  it('is never somebody whose password is kept here or at a source, nor somebody who is switched off', async () => {
    await test.directory.authority.remove(ACTOR);
    await test.directory.users.add(ACTOR, { username: 'local', password: 'correct horse battery' });
    await test.directory.users.add(ACTOR, { username: 'gone' });
    await test.directory.users.setEnabled(ACTOR, 'gone', false);
    await importPeople(test, ['jdoe']);
    await test.directory.authority.set(ACTOR, { url: server.url, caPem: server.caPem });
    server.answers(
      lettingIn(PASSWORD, { local: { roles: ['admin'] }, jdoe: { roles: ['admin'] }, gone: {} }),
    );
    for (const name of ['local', 'jdoe', 'gone']) {
      expect(await check(name), name).toMatchObject({ ok: false, reason: 'wrong' });
      expect((await user(name)).role, name).toBe('user');
    }
  });
});

describe('the external authority', () => {
  it('is not asked while none is set, nor about what is no username', async () => {
    for (const name of ['admin', 'my password!', 'my p@ssword!', 'a@b@c', 'a b', '']) {
      expect(await check(name), name).toMatchObject({ ok: false, reason: 'wrong' });
    }
    await test.directory.authority.remove(ACTOR);
    expect(await check('jane')).toBeNull();
    expect(server.asked).toEqual([]);
  });

  it('is shown the token, which is kept sealed, and goes to no other server', async () => {
    const token = randomBytes(20).toString('hex');
    await test.directory.authority.set(ACTOR, { token });
    await check('jane');
    expect(server.asked[0]?.token).toBe(token);
    const settings = await test.store.read((transaction) => transaction.settings());
    expect(JSON.stringify(settings)).not.toContain(token);
    expect(JSON.stringify(await test.auditLines())).not.toContain(token);
    const elsewhere = { url: 'https://login.example.com/' };
    await expect(test.directory.authority.set(ACTOR, elsewhere)).rejects.toMatchObject({ field: 'token' });
    await test.directory.authority.set(ACTOR, { ...elsewhere, token: null });
    expect(await test.directory.authority.current(ACTOR)).toMatchObject({ hasToken: false });
  });

  it.each<[string, Parameters<TestAuthority['answers']>[0]]>([
    ['an error', (_asked, response) => void response.writeHead(500).end('{}')],
    ['a redirect', (_asked, response) => void response.writeHead(307, { location: server.url }).end()],
    ['403', (_asked, response) => void response.writeHead(403).end()],
    ['no JSON', (_asked, response) => void response.end('<html>')],
    ['another form', (_asked, response) => sendJson(response, { roles: 'admin' })],
    ['somebody else', (_asked, response) => sendJson(response, { username: 'john', roles: ['admin'] })],
    ['too much', (_asked, response) => sendJson(response, { name: 'x'.repeat(ANSWER_BYTES_MAX) })],
    [
      'half an answer',
      (_asked, response) =>
        void response.writeHead(200, { 'content-length': 9 }).write('{', () => response.destroy()),
    ],
    ['nothing in time', () => undefined],
  ])('lets nobody in by answering with %s, and is asked once', async (_what, answering) => {
    server.answers(answering);
    expect(await check('jane')).toMatchObject({ ok: false, reason: 'unavailable' });
    expect(authority.isAway()).toBe(true);
    expect(server.asked).toHaveLength(1);
    expect(JSON.stringify(logged)).not.toContain(PASSWORD);
    await expect(user('jane')).rejects.toMatchObject({ code: 'not-found' });
    server.answers(lettingIn(PASSWORD, {}));
    expect(await check('jane')).toMatchObject({ ok: false, reason: 'wrong' });
    expect(authority.isAway()).toBe(false);
  });

  it('keeps nobody waiting for a turn for longer than an answer may take', async () => {
    const held: ServerResponse[] = [];
    const allAsked = new Promise<void>((resolve) => {
      server.answers((_asked, response) => {
        if (held.push(response) === CHECKS_MAX) resolve();
      });
    });
    const checks = Array.from({ length: CHECKS_MAX + 1 }, (_, index) => check(`person-${index}`));
    await allAsked;
    test.clock.advance(1001);
    for (const response of held) response.writeHead(401).end();
    const reasons = (await Promise.all(checks)).map((verdict) => !verdict?.ok && verdict?.reason);
    expect(reasons.toSorted()).toEqual(['busy', ...Array(CHECKS_MAX).fill('wrong')]);
    expect(server.asked).toHaveLength(CHECKS_MAX);
  });

  it('must show a certificate that is trusted', async () => {
    await test.directory.authority.set(ACTOR, { caPem: null });
    expect(await check('jane')).toMatchObject({ ok: false, reason: 'unavailable' });
    expect(server.asked).toEqual([]);
  });

  it('is set only by who may give the roles that it gives, and only where passwords stay secret', async () => {
    const { directory, store } = test;
    const urls = [
      ...['http://login.example.com/', 'ftp://127.0.0.1/', 'https://user@login.example.com/', 'login'],
      ...['https://169.254.169.254/', 'https://login.example.com/?key=secret'],
    ];
    for (const url of urls) {
      await expect(directory.authority.set(ACTOR, { url }), url).rejects.toMatchObject({ field: 'url' });
    }
    await expect(directory.authority.set(ACTOR, { timeoutSeconds: 99 })).rejects.toMatchObject({
      code: 'invalid',
    });
    const admin = { ...ACTOR, authority: { ...ACTOR.authority, rank: 300 } };
    const lower = { ...ACTOR, authority: { ...ACTOR.authority, rank: 299 } };
    await expect(directory.authority.set(lower, {})).rejects.toMatchObject({ code: 'forbidden' });
    await directory.authority.set(admin, {});
    await expect(directory.authority.set(admin, { ownersAllowed: true })).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect((await store.read((transaction) => transaction.settings())).authority?.ownersAllowed).toBe(false);
  });
});

describe('the examination of the external authority', () => {
  const examined = () => examineAuthority(test.directory.authority);

  it('tells whether it refuses nobody as it should, and is silent where none is set', async () => {
    server.answers(lettingIn(PASSWORD, {}));
    expect(await examined()).toMatchObject([
      { state: 'well', sentence: expect.stringContaining(server.url) },
    ]);
    expect(server.asked).toEqual([{ username: '', password: '', token: null }]);
    for (const status of [200, 307, 404, 503]) {
      server.answers((_asked, response) => void response.writeHead(status).end());
      const sentence = expect.stringContaining(`status ${status}`);
      expect(await examined()).toMatchObject([{ state: 'wrong', sentence }]);
    }
    server.answers(() => undefined);
    expect(await examined()).toMatchObject([{ sentence: expect.stringContaining('no answer in time') }]);
    await test.directory.authority.set(ACTOR, { caPem: null });
    expect(await examined()).toMatchObject([
      { state: 'wrong', sentence: expect.stringContaining('LEAF_SIGNATURE') },
    ]);
    await test.directory.authority.remove(ACTOR);
    expect(await examined()).toEqual([]);
  });
});

describe('while an external authority is set', () => {
  it('users, groups and roles are not managed here, whoever asks', async () => {
    const { users, groups, roles, links } = test.directory;
    const attempts: Record<string, () => Promise<unknown>> = {
      'users.add': () => users.add(ACTOR, { username: 'jdoe' }),
      'users.edit': () => users.edit(ACTOR, 'jdoe', {}),
      'users.setEnabled': () => users.setEnabled(ACTOR, 'jdoe', false),
      'users.delete': () => users.delete(ACTOR, 'jdoe'),
      'users.setPassword': () => users.setPassword(ACTOR, 'jdoe', PASSWORD),
      'groups.add': () => groups.add(ACTOR, { name: 'staff' }),
      'groups.edit': () => groups.edit(ACTOR, 'staff', {}),
      'groups.delete': () => groups.delete(ACTOR, 'staff'),
      'groups.addMember': () => groups.addMember(ACTOR, 'staff', { name: 'jdoe' }),
      'groups.removeMember': () => groups.removeMember(ACTOR, 'staff', { name: 'jdoe' }),
      'groups.copyMembers': () => groups.copyMembers(ACTOR, 'staff', 'staff', { ownersOnly: false }),
      'roles.add': () => roles.add(ACTOR, { name: 'helpdesk' }),
      'roles.edit': () => roles.edit(ACTOR, 'helpdesk', {}),
      'roles.delete': () => roles.delete(ACTOR, 'helpdesk'),
      'roles.setGrant': () => roles.setGrant(ACTOR, 'jdoe', 'users.read', true),
      'links.unlink': () => links.unlink(ACTOR, 'jdoe', null),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      await expect(attempt(), name).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(`managed by the external authority ${server.url}`),
      });
    }
    expect(await test.directory.authority.managedAt()).toBe(server.url);
    await test.directory.authority.remove(ACTOR);
    await users.add(ACTOR, { username: 'jdoe' });
  });
});
