/** What a sync would do, shown first, and a paused sync that goes on when a person has looked at its plan. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Connector, createConnector } from '../../src/connector/connector.ts';
import { NO_AUTHORITY } from '../../src/core/access/authority.ts';
import { newId } from '../../src/core/ids.ts';
import { silentLogger } from '../../src/core/log.ts';
import type { Source } from '../../src/core/model/source.ts';
import type { SyncRun } from '../../src/core/model/sync-run.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../support/directory.ts';
import { directoryLdif, startSlapd, type TestSlapd } from '../support/slapd.ts';
import { newSourceAt } from '../support/slapd-source.ts';

let slapd: TestSlapd;
let roster: TestDirectory;
let connector: Connector;
let source: Source;

beforeAll(async () => {
  slapd = await startSlapd({ ldif: directoryLdif({ users: 40, groups: 3 }), sizeLimit: 'unlimited' });
});

afterAll(async () => {
  await slapd?.stop();
});

beforeEach(async () => {
  roster = await openTestDirectory();
  const { directory, clock } = roster;
  connector = createConnector({ directory, clock, log: silentLogger, newId });
  source = await directory.sources.add(ACTOR, newSourceAt(slapd));
});

afterEach(async () => {
  await connector.stop();
  await roster.remove();
});

test('a preview lists what would change, from what to what, and writes nothing', async () => {
  const before = await roster.auditLines();
  const preview = await connector.preview(ACTOR, source);
  expect(preview).toMatchObject({
    pause: null,
    summary: 'Imported 40 users and 3 groups.',
    counters: { usersCreated: 40, groupsCreated: 3 },
  });
  expect(preview.items).toHaveLength(preview.itemsTotal);
  expect(preview.items).toContainEqual({
    ...{ kind: 'user', action: 'create', name: 'user7', moreChanges: 0 },
    dn: `uid=user7,ou=people,${slapd.baseDn}`,
    changes: expect.arrayContaining([
      { field: 'username', from: null, to: 'user7' },
      { field: 'email', from: null, to: 'user7@example.com' },
    ]),
  });
  expect(preview.items.filter(({ action }) => action === 'members')).not.toEqual([]);
  expect((await stateOf()).users).toEqual([]);
  expect(await roster.directory.syncRuns.list(source.id, 1)).toEqual([]);
  expect(await roster.auditLines()).toEqual(before);
});

test('a preview is for those who may synchronize', async () => {
  const stranger = { ...ACTOR, authority: NO_AUTHORITY };
  await expect(connector.preview(stranger, source)).rejects.toMatchObject({ code: 'forbidden' });
});

test('a run that would take too much away waits with its plan, until a person confirms that plan', async () => {
  await sync(source);
  await limitTo(5);
  const paused = await sync(source);
  expect(paused).toMatchObject({ state: 'paused', reason: expect.stringContaining('suspend 35 of 40') });
  const planned = await roster.directory.syncRuns.items(paused.id, { after: null, limit: 1000 });
  const suspensions = planned.filter(({ action }) => action === 'suspend').map(({ name }) => name);
  expect(suspensions).toHaveLength(35);
  expect(suspensions).toContain('user6');

  const confirmed = await confirm(paused);
  expect(confirmed).toMatchObject({
    state: 'succeeded',
    reason: expect.stringMatching(/^Confirmed by console\. .*35 users suspended/),
    counters: { usersDisabled: 35 },
  });
  const done35 = await roster.directory.syncRuns.items(confirmed.id, { after: null, limit: 1000 });
  expect(done35.filter(({ action }) => action === 'suspend')).toHaveLength(35);
  expect(await roster.auditLines()).toContainEqual(
    expect.objectContaining({
      action: 'source.sync',
      details: expect.objectContaining({ runId: confirmed.id, confirms: paused.id }),
    }),
  );
});

test('what the source takes away beyond the plan that was confirmed pauses again', async () => {
  await sync(source);
  await limitTo(5);
  const paused = await sync(source);
  const before = await stateOf();
  await limitTo(4);
  const again = await confirm(paused);
  expect(again).toMatchObject({
    state: 'paused',
    reason: expect.stringMatching(/^The source takes more away/),
  });
  expect(await stateOf()).toEqual(before);

  await expect(connector.confirm(ACTOR, paused.id)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(again.id),
  });
  expect(await confirm(again)).toMatchObject({
    state: 'succeeded',
    counters: { usersDisabled: 36 },
  });
});

test('a plan that has become smaller, or adds to the directory, goes ahead', async () => {
  await sync(source);
  await limitTo(5);
  const paused = await sync(source);
  await limitTo(9);
  expect(await confirm(paused)).toMatchObject({
    state: 'succeeded',
    counters: { usersDisabled: 31 },
  });
});

test('a run that is not paused has nothing to confirm', async () => {
  const run = await sync(source);
  await expect(connector.confirm(ACTOR, run.id)).rejects.toMatchObject({ code: 'conflict' });
  await expect(connector.confirm(ACTOR, newId())).rejects.toMatchObject({ code: 'not-found' });
});

test('a user is bound to an entry by hand, and the next sync brings its fields', async () => {
  const { users } = roster.directory;
  await users.add(ACTOR, { username: 'user3', email: 'old@example.org', password: 'Sunny.Day.2024!' });
  expect((await sync(source)).counters).toMatchObject({ usersCreated: 39, problems: 1 });
  const dn = `uid=user3,ou=people,${slapd.baseDn}`;
  const linked = await connector.link(ACTOR, 'user3', source, { dn: dn.toUpperCase() });
  expect(linked).toMatchObject({ passwordHash: null, origin: { dn, sourceId: source.id } });
  expect((await sync(source)).counters).toMatchObject({ usersUpdated: 1, usersCreated: 0, problems: 0 });
  expect(await users.byUsername(ACTOR, 'user3')).toMatchObject({ email: 'user3@example.com' });

  const externalId = linked.origin?.externalId ?? '';
  await roster.directory.links.unlink(ACTOR, 'user3', null);
  expect(await connector.link(ACTOR, 'user3', source, { externalId })).toMatchObject({ origin: { dn } });
});

test.each([
  ['nowhere', 'ou=people'],
  ['group1', 'ou=groups'],
])('an entry that a sync would not find is not bound: %s below %s', async (name, unit) => {
  await roster.directory.users.add(ACTOR, { username: 'jane' });
  const dn = `cn=${name},${unit},${slapd.baseDn}`;
  await expect(connector.link(ACTOR, 'jane', source, { dn })).rejects.toMatchObject({ code: 'not-found' });
});

test('one person is brought in by hand, with groups, and a sync changes nothing about him', async () => {
  const user = await connector.importUser(ACTOR, source, 'user1');
  expect(user).toMatchObject({ username: 'user1', origin: { sourceId: source.id } });
  await expect(connector.importUser(ACTOR, source, 'nobody')).rejects.toMatchObject({ code: 'not-found' });
  const run = await sync(source);
  expect(run.counters).toMatchObject({ usersCreated: 39, usersUpdated: 0 });
  expect((await roster.directory.users.byUsername(ACTOR, 'user1')).id).toBe(user.id);
  expect(await roster.auditLines()).toContainEqual(
    expect.objectContaining({ action: 'user.import', actor: expect.objectContaining({ name: 'console' }) }),
  );
});

/** Lets the source list the first people alone. */
async function limitTo(count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `(uid=user${index + 1})`);
  source = await roster.directory.sources.edit(ACTOR, source.id, { filter: `(|${names.join('')})` });
}

function stateOf() {
  return roster.directory.imports.stateOf(source.id);
}

async function confirm(run: SyncRun): Promise<SyncRun> {
  roster.clock.advance(1);
  return (await connector.confirm(ACTOR, run.id)).done;
}

/** A moment later than the run before. */
async function sync(at: Source): Promise<SyncRun> {
  roster.clock.advance(1);
  return (await connector.sync(ACTOR, at)).done;
}
