/** Synchronizing a real OpenLDAP into a real store. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Connector, createConnector } from '../../src/connector/connector.ts';
import { newId } from '../../src/core/ids.ts';
import { silentLogger } from '../../src/core/log.ts';
import type { Source } from '../../src/core/model/source.ts';
import type { SyncRun } from '../../src/core/model/sync-run.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../support/directory.ts';
import { directoryLdif, startSlapd, type TestSlapd } from '../support/slapd.ts';
import { newSourceAt } from '../support/slapd-source.ts';

let slapd: TestSlapd;
let roster: TestDirectory;
let connector: Connector;

beforeAll(async () => {
  slapd = await startSlapd({ ldif: directoryLdif({ users: 1000, groups: 50 }), sizeLimit: 'unlimited' });
});

afterAll(async () => {
  await slapd?.stop();
});

beforeEach(async () => {
  roster = await openTestDirectory();
  connector = connectorOf(roster);
});

afterEach(async () => {
  await connector.stop();
  await roster.remove();
});

test('a first sync imports everybody, a second one changes nothing', async () => {
  const source = await addSource();
  const first = await sync(source);
  expect(first).toMatchObject({ state: 'succeeded', reason: 'Imported 1000 users and 50 groups.' });
  expect(first.counters).toMatchObject({
    usersSeen: 1000,
    usersCreated: 1000,
    groupsCreated: 50,
    problems: 0,
  });
  const state = await roster.directory.imports.stateOf(source.id);
  expect([state.users.length, state.groups.length]).toEqual([1000, 50]);
  expect(state.memberships.length).toBe(first.counters.membersAdded);
  const nested = state.memberships.filter(({ memberKind }) => memberKind === 'group');
  expect(nested).toHaveLength(1);

  const second = await sync(source);
  expect(second).toMatchObject({ state: 'succeeded', reason: 'Nothing changed.' });
  expect(await roster.directory.imports.stateOf(source.id)).toEqual(state);
});

test('somebody who goes upstream is suspended, and no longer when back; a rename keeps the id', async () => {
  const people = `ou=people,${slapd.baseDn}`;
  const source = await addSource();
  await sync(source);
  const before = await roster.directory.users.byUsername(ACTOR, 'user7');
  await slapd.modify(`dn: uid=user7,${people}\nchangetype: modrdn\nnewrdn: uid=seventh\ndeleteoldrdn: 1\n`);
  const renamed = await sync(source);
  expect(renamed.counters).toMatchObject({ usersUpdated: 1, usersCreated: 0, usersDisabled: 0 });
  expect((await roster.directory.users.byUsername(ACTOR, 'seventh')).id).toBe(before.id);
  await slapd.modify(`dn: uid=seventh,${people}\nchangetype: modrdn\nnewrdn: uid=user7\ndeleteoldrdn: 1\n`);

  await slapd.modify(
    `dn: uid=user7,${people}\nchangetype: modrdn\nnewrdn: uid=user7\ndeleteoldrdn: 0\nnewsuperior: ou=groups,${slapd.baseDn}\n`,
  );
  expect((await sync(source)).counters).toMatchObject({ usersDisabled: 1 });
  expect((await roster.directory.users.byUsername(ACTOR, 'seventh')).origin?.suspendedSince).toBeInstanceOf(
    Date,
  );
  await slapd.modify(
    `dn: uid=user7,ou=groups,${slapd.baseDn}\nchangetype: modrdn\nnewrdn: uid=user7\ndeleteoldrdn: 0\nnewsuperior: ${people}\n`,
  );
  expect((await sync(source)).counters).toMatchObject({ usersEnabled: 1, usersUpdated: 1 });
  expect((await roster.directory.users.byUsername(ACTOR, 'user7')).origin?.suspendedSince).toBeNull();
});

test('a local user and its address are never taken over', async () => {
  await roster.directory.users.add(ACTOR, { username: 'user1', email: 'user2@example.com' });
  const source = await addSource();
  const run = await sync(source);
  expect(run).toMatchObject({ state: 'succeeded', counters: { usersCreated: 999, problems: 2 } });
  expect(run.problems.map(({ dn }) => dn.slice(0, 9)).sort()).toEqual(['uid=user1', 'uid=user2']);
  expect((await roster.directory.users.byUsername(ACTOR, 'user1')).origin).toBeNull();
  expect((await roster.directory.users.byUsername(ACTOR, 'user2')).email).toBeNull();
});

test('a source that suddenly lists nobody pauses the run and changes nothing', async () => {
  const source = await addSource();
  await sync(source);
  const before = await roster.directory.imports.stateOf(source.id);
  const run = await sync(await roster.directory.sources.edit(ACTOR, 'corp', { filter: '(uid=nobody)' }));
  expect(run).toMatchObject({ state: 'paused', reason: expect.stringContaining('1000 users are imported') });
  expect(await roster.directory.imports.stateOf(source.id)).toEqual(before);
});

test('a run goes by the source as it is when it begins, whatever its caller has read before', async () => {
  const before = await addSource();
  await roster.directory.sources.edit(ACTOR, 'corp', { filter: '(uid=user1)' });
  expect(await sync(before)).toMatchObject({ state: 'succeeded', counters: { usersCreated: 1 } });
});

test('a connection that breaks in the middle fails the run and changes nothing', async () => {
  const proxy = await startCuttingProxy(Number(new URL(slapd.url).port));
  const source = await addSource({ url: `ldaps://127.0.0.1:${proxy.port}` });
  const middle = proxy.afterBytes(60_000);
  const { done } = await connector.sync(ACTOR, source);
  await middle;
  await proxy.stop();
  expect(await done).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('refuses connections'),
  });
  expect((await roster.directory.imports.stateOf(source.id)).users).toEqual([]);
});

test('stopping ends a run as failed, with the reason', async () => {
  const proxy = await startCuttingProxy(Number(new URL(slapd.url).port));
  const source = await addSource({ url: `ldaps://127.0.0.1:${proxy.port}` });
  const middle = proxy.afterBytes(60_000);
  const { done } = await connector.sync(ACTOR, source);
  await middle;
  await connector.stop();
  expect(await done).toMatchObject({ state: 'failed', reason: 'Roster is shutting down.' });
  await proxy.stop();
});

test('while a run is alive another one of the same source is refused', async () => {
  const source = await addSource();
  const { run, done } = await connector.sync(ACTOR, source);
  await expect(connector.sync(ACTOR, source)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(run.id),
  });
  expect((await done).state).toBe('succeeded');
});

test('a run that lost its lease writes nothing more, its end neither', async () => {
  const proxy = await startCuttingProxy(Number(new URL(slapd.url).port));
  const source = await addSource({ url: `ldaps://127.0.0.1:${proxy.port}` });
  const middle = proxy.afterBytes(60_000);
  const { run, done } = await connector.sync(ACTOR, source);
  await middle;
  roster.clock.advance(60_000);
  const [aborted] = await (await roster.another()).syncRuns.abortDead();
  expect(aborted?.id).toBe(run.id);
  await proxy.stop();
  expect(await done).toEqual(aborted);
});

test('testing a source tells step by step what works, with the first entries', async () => {
  const source = await addSource();
  const good = await connector.test(source);
  expect(good.steps.map(({ name, ok }) => [name, ok])).toEqual([
    ['connect', true],
    ['tls', true],
    ['bind', true],
    ['base', true],
    ['filter', true],
    ['users', true],
    ['group-base', true],
    ['group-filter', true],
    ['groups', true],
  ]);
  expect([good.ok, good.users.length, good.groups.length]).toEqual([true, 3, 3]);
  const bad = await connector.test({ ...source, groupBaseDn: `ou=nowhere,${slapd.baseDn}` });
  expect(bad.ok).toBe(false);
  expect(bad.steps.at(-1)).toMatchObject({
    name: 'group-base',
    ok: false,
    message: expect.stringContaining('ou=nowhere'),
  });
});

function connectorOf({ directory, clock }: TestDirectory): Connector {
  return createConnector({ directory, clock, log: silentLogger, newId, wait: async () => {} });
}

async function addSource(changes: { url?: string } = {}): Promise<Source> {
  return roster.directory.sources.add(ACTOR, { ...newSourceAt(slapd), ...changes });
}

async function sync(source: Source): Promise<SyncRun> {
  return (await connector.sync(ACTOR, source)).done;
}
