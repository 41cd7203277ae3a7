/** How runs end that nobody watches: broken connections, cancelling, and reading only what has changed. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { CHUNK_ROWS_MAX } from '../../src/connector/apply.ts';
import { type Connector, createConnector } from '../../src/connector/connector.ts';
import type { Imports } from '../../src/core/directory/imports.ts';
import { newId } from '../../src/core/ids.ts';
import { silentLogger } from '../../src/core/log.ts';
import type { Source } from '../../src/core/model/source.ts';
import type { SyncRun } from '../../src/core/model/sync-run.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../support/directory.ts';
import { directoryLdif, startSlapd, type TestSlapd } from '../support/slapd.ts';
import { newSourceAt } from '../support/slapd-source.ts';

/** More than one chunk writes. */
const USERS = CHUNK_ROWS_MAX + 200;
const MIDDLE_BYTES = 60_000;
/** Of entries that have not changed for long. */
const OLD = 'objectClass: inetOrgPerson\nmodifyTimestamp: 20200101000000Z';
const ldif = directoryLdif({ users: USERS, groups: 5 }).replaceAll('objectClass: inetOrgPerson', OLD);
const INCREMENTAL = 'Of people only what had changed was read.';

let slapd: TestSlapd;
let proxy: CuttingProxy;
let roster: TestDirectory;
let waited: number[];
let connectors: Connector[];

beforeAll(async () => {
  slapd = await startSlapd({ ldif, sizeLimit: 'unlimited' });
});

afterAll(() => slapd?.stop());

beforeEach(async () => {
  proxy = await startCuttingProxy(Number(new URL(slapd.url).port));
  roster = await openTestDirectory();
  roster.clock.advance(Date.now() - roster.clock.now().getTime());
  waited = [];
  connectors = [];
});

afterEach(async () => {
  for (const connector of connectors) await connector.stop();
  await roster.remove();
  await proxy.stop();
});

function connectorOf(imports: Imports = roster.directory.imports): Connector {
  const connector = createConnector({
    ...{ directory: { ...roster.directory, imports }, clock: roster.clock, log: silentLogger, newId },
    wait: async (ms) => {
      waited.push(ms);
    },
  });
  connectors.push(connector);
  return connector;
}

function addSource(url = `ldaps://127.0.0.1:${proxy.port}`): Promise<Source> {
  return roster.directory.sources.add(ACTOR, { ...newSourceAt(slapd), url, schedule: '0 * * * *' });
}

/** A run as the schedule begins it. */
async function scheduled(connector = connectorOf()): Promise<SyncRun> {
  const source = await roster.directory.sources.find('corp');
  const slot = source.nextRunAt ?? new Date(0);
  return (await connector.sync(ACTOR, source, { slot })).done;
}

async function byHand(): Promise<SyncRun> {
  return (await connectorOf().sync(ACTOR, await roster.directory.sources.find('corp'))).done;
}

test('a connection that breaks in the middle is made again, and everything read from the beginning', async () => {
  const source = await addSource();
  const middle = proxy.afterBytes(MIDDLE_BYTES);
  const { done } = await connectorOf().sync(ACTOR, source);
  await middle;
  proxy.cut();
  expect(await done).toMatchObject({ state: 'succeeded', counters: { usersCreated: USERS, problems: 0 } });
  expect(waited).toEqual([1000]);
});

test('a directory that stays away fails the run after three further attempts, and changes nothing', async () => {
  const source = await addSource();
  const middle = proxy.afterBytes(MIDDLE_BYTES);
  const { done } = await connectorOf().sync(ACTOR, source);
  await middle;
  await proxy.stop();
  expect(await done).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('refuses connections'),
  });
  expect(waited).toEqual([1000, 4000, 15_000]);
  expect((await roster.directory.imports.stateOf(source.id)).users).toEqual([]);
});

test('what is wrong with the source itself is not tried again', async () => {
  await addSource(slapd.url);
  await roster.directory.sources.edit(ACTOR, 'corp', { baseDn: `ou=nowhere,${slapd.baseDn}` });
  expect(await byHand()).toMatchObject({ state: 'failed', reason: expect.stringContaining('ou=nowhere') });
  expect(waited).toEqual([]);
});

test('a run is cancelled from another server while it reads, and changes nothing', async () => {
  const source = await addSource();
  const middle = proxy.afterBytes(MIDDLE_BYTES);
  const { run, done } = await connectorOf().sync(ACTOR, source);
  await middle;
  const asked = await (await roster.another({ hostname: 'host-b' })).syncRuns.cancel(ACTOR, run.id);
  expect(asked).toMatchObject({ state: 'running', cancelRequested: true });
  expect(await done).toMatchObject({ state: 'cancelled', reason: expect.stringContaining('was cancelled') });
  expect((await roster.directory.imports.stateOf(source.id)).users).toEqual([]);
  expect((await roster.auditLines()).map(({ action }) => action)).toContain('source.sync-cancel');
});

test('a run that is cancelled while it writes keeps what it wrote, and its counters tell it', async () => {
  const source = await addSource(slapd.url);
  const { imports, syncRuns } = roster.directory;
  const connector = connectorOf({
    ...imports,
    async apply(...work) {
      const counts = await imports.apply(...work);
      await syncRuns.cancel(ACTOR, work[1]);
      return counts;
    },
  });
  const run = await (await connector.sync(ACTOR, source)).done;
  expect(run.state).toBe('cancelled');
  const { users } = await imports.stateOf(source.id);
  expect(run.counters.usersCreated).toBe(users.length);
  expect(users.length).toBeGreaterThan(0);
  expect(users.length).toBeLessThan(USERS);
  expect(await byHand()).toMatchObject({
    state: 'succeeded',
    counters: { usersCreated: USERS - users.length },
  });
});

test('a run that has ended cannot be cancelled', async () => {
  await addSource(slapd.url);
  const { id } = await byHand();
  await expect(connectorOf().cancel(ACTOR, id)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('has ended already'),
  });
});

test('runs of a schedule read only what has changed, groups always; runs by hand read everything', async () => {
  const people = `ou=people,${slapd.baseDn}`;
  const group = `cn=group2,ou=groups,${slapd.baseDn}`;
  await addSource(slapd.url);
  const first = await scheduled();
  expect(first).toMatchObject({ state: 'succeeded', counters: { usersCreated: USERS } });
  expect(first.reason).not.toContain(INCREMENTAL);
  expect(await scheduled()).toMatchObject({ reason: `Nothing changed. ${INCREMENTAL}` });

  await slapd.modify(
    [
      `dn: uid=user1,${people}\nchangetype: modrdn\nnewrdn: uid=first\ndeleteoldrdn: 1\n`,
      `dn: uid=user2,${people}\nchangetype: modify\nreplace: mail\nmail: second@example.com\n`,
      `dn: uid=user3,${people}\nchangetype: delete\n`,
      `dn: uid=newest,${people}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: newest\ncn: N\nsn: N\n`,
      `dn: ${group}\nchangetype: modify\nadd: member\nmember: uid=newest,${people}\n`,
    ].join('\n'),
  );
  const second = await scheduled();
  expect(second).toMatchObject({
    state: 'succeeded',
    reason: expect.stringContaining(INCREMENTAL),
    counters: { usersCreated: 1, usersUpdated: 2, usersDisabled: 1, problems: 0 },
  });
  expect(second.counters.membersAdded).toBeGreaterThan(0);
  const full = await byHand();
  expect(full.reason).toMatch(/^Nothing changed\./);
  expect(full.reason).not.toContain(INCREMENTAL);
});

test('a changed source is read wholly at its next run', async () => {
  await addSource(slapd.url);
  await scheduled();
  await roster.directory.sources.edit(ACTOR, 'corp', { filter: '(&(objectClass=inetOrgPerson)(uid=*))' });
  expect((await scheduled()).reason).not.toContain(INCREMENTAL);
  expect((await scheduled()).reason).toContain(INCREMENTAL);
});

test('a run that fails does not move the mark on', async () => {
  await addSource(slapd.url);
  await scheduled();
  const { syncMark } = await roster.directory.sources.find('corp');
  expect(syncMark).not.toBeNull();
  const lost = connectorOf({ ...roster.directory.imports, stateOf: () => Promise.reject(new Error('lost')) });
  expect((await scheduled(lost)).state).toBe('failed');
  expect((await roster.directory.sources.find('corp')).syncMark).toEqual(syncMark);
});
