import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Source } from '../../../src/core/model/source.ts';
import { NO_COUNTERS, SYNC_PROBLEMS_MAX } from '../../../src/core/model/sync-run.ts';
import {
  ACTOR,
  AUDITED,
  NEW_SOURCE,
  openTestDirectory,
  type TestDirectory,
} from '../../support/directory.ts';

const LEASE_MS = 15_000;
const COUNTERS = { ...NO_COUNTERS, usersSeen: 3, usersCreated: 2 };
const ABORTED = { state: 'aborted', reason: 'The process that ran it ended before it finished.' };

let test: TestDirectory;
let corp: Source;
beforeEach(async () => {
  test = await openTestDirectory();
  corp = await test.directory.sources.add(ACTOR, NEW_SOURCE);
});
afterEach(() => test.remove());

describe('a sync run', () => {
  it('begins, shows its progress, and ends', async () => {
    const { syncRuns } = test.directory;
    const begun = await syncRuns.begin(ACTOR, corp);
    expect(begun).toMatchObject({
      sourceId: corp.id,
      state: 'running',
      phase: 'connect',
      counters: NO_COUNTERS,
    });
    await syncRuns.progress(begun.id, { phase: 'apply', done: 2, total: 3, counters: COUNTERS });
    expect(await syncRuns.byId(begun.id)).toMatchObject({
      state: 'running',
      phase: 'apply',
      progress: { done: 2, total: 3 },
      counters: COUNTERS,
    });
    const at = test.clock.advance(1000);
    const problems = [{ dn: 'uid=x', reason: 'It has no name.' }];
    const reason = 'Imported 2 users.';
    const end = { state: 'succeeded', reason, counters: COUNTERS, problems } as const;
    const ended = await syncRuns.finish(begun.id, end);
    expect(ended).toMatchObject({ ...end, finishedAt: at });
    expect(await syncRuns.byId(begun.id)).toEqual(ended);
    const lines = await test.auditLines();
    expect(lines).toContainEqual(expect.objectContaining({ action: 'source.sync', actor: AUDITED }));
    expect(lines).toContainEqual(
      expect.objectContaining({
        action: 'source.sync-end',
        actor: { door: 'sync', name: 'corp', address: null, userId: null },
        details: { runId: begun.id, state: 'succeeded', reason, counters: COUNTERS },
      }),
    );
  });

  it('is listed newest first, of its source or of all', async () => {
    const { sources, syncRuns } = test.directory;
    const other = await sources.add(ACTOR, { ...NEW_SOURCE, name: 'other' });
    const first = await syncRuns.begin(ACTOR, corp);
    test.clock.advance(1);
    const second = await syncRuns.begin(ACTOR, other);
    const ids = async (sourceId: string | null) => (await syncRuns.list(sourceId, 10)).map(({ id }) => id);
    expect(await ids(null)).toEqual([second.id, first.id]);
    expect(await ids(corp.id)).toEqual([first.id]);
    await expect(syncRuns.list(null, 0)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('keeps a bounded number of problems', async () => {
    const { syncRuns } = test.directory;
    const { id } = await syncRuns.begin(ACTOR, corp);
    const problems = Array.from({ length: SYNC_PROBLEMS_MAX + 1 }, () => ({
      dn: 'uid=x',
      reason: 'No name.',
    }));
    const ended = await syncRuns.finish(id, { state: 'failed', reason: 'No.', counters: COUNTERS, problems });
    expect(ended.problems).toHaveLength(SYNC_PROBLEMS_MAX);
  });

  it('does not begin for a source that is switched off or gone', async () => {
    const { syncRuns } = test.directory;
    await test.store.write((transaction) => transaction.updateSource({ ...corp, enabled: false }));
    await expect(syncRuns.begin(ACTOR, corp)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(syncRuns.begin(ACTOR, { ...corp, id: 'gone' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(syncRuns.byId('gone')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('the lease of a source', () => {
  it('is had by one of two that begin at once, and the other is told by which run', async () => {
    const other = await test.another({ hostname: 'host-b' });
    const outcomes = await Promise.allSettled(
      [test.directory, other].map(({ syncRuns }) => syncRuns.begin(ACTOR, corp)),
    );
    const [run, ...more] = await test.directory.syncRuns.list(corp.id, 10);
    expect(more).toEqual([]);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'conflict', message: `The source corp is being synced already by run ${run?.id}.` },
    });
  });

  it('is had by one even within one process', async () => {
    const { syncRuns } = test.directory;
    await syncRuns.begin(ACTOR, corp);
    await expect(syncRuns.begin(ACTOR, corp)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('lives on with every progress', async () => {
    const { syncRuns } = test.directory;
    const { id } = await syncRuns.begin(ACTOR, corp);
    for (let beat = 0; beat < 3; beat += 1) {
      test.clock.advance(LEASE_MS - 1);
      expect(await syncRuns.abortDead()).toEqual([]);
      await syncRuns.progress(id, { phase: 'apply', done: beat, total: null, counters: NO_COUNTERS });
    }
    expect(await syncRuns.byId(id)).toMatchObject({ state: 'running' });
  });

  it.each([
    ['ran out', { hostname: 'host-b' }, LEASE_MS],
    ['belongs to a process of this host that is gone', { pid: 300 }, 0],
    ['belongs to an earlier process with our id', { pid: 100 }, 0],
  ])('is taken over when it %s; who lost it can write nothing more', async (_, holder, laterMs) => {
    const lost = await test.another(holder);
    const before = await lost.syncRuns.begin(ACTOR, corp);
    test.clock.advance(laterMs);
    const after = await test.directory.syncRuns.begin(ACTOR, corp);
    expect(after.id).not.toBe(before.id);
    expect(await lost.syncRuns.byId(before.id)).toMatchObject({ ...ABORTED, finishedAt: test.clock.now() });
    const progress = { phase: 'apply', done: 0, total: null, counters: NO_COUNTERS } as const;
    const end = { state: 'succeeded', reason: 'Done.', counters: NO_COUNTERS, problems: [] } as const;
    for (const id of [before.id, after.id]) {
      await expect(lost.syncRuns.progress(id, progress)).rejects.toMatchObject({ code: 'conflict' });
      await expect(lost.syncRuns.finish(id, end)).rejects.toMatchObject({ code: 'conflict' });
      await expect(lost.imports.apply(corp, id, [])).rejects.toMatchObject({ code: 'conflict' });
    }
    expect(await test.directory.syncRuns.byId(after.id)).toMatchObject({ state: 'running' });
  });

  it('of a living process of this host, or of another host, is left alone until it runs out', async () => {
    test.processes.add(200);
    const { sources, syncRuns } = test.directory;
    const other = await sources.add(ACTOR, { ...NEW_SOURCE, name: 'other' });
    await (await test.another({ pid: 200 })).syncRuns.begin(ACTOR, corp);
    await (await test.another({ hostname: 'host-b' })).syncRuns.begin(ACTOR, other);
    expect(await syncRuns.abortDead()).toEqual([]);
    await expect(syncRuns.begin(ACTOR, corp)).rejects.toMatchObject({ code: 'conflict' });
    test.clock.advance(LEASE_MS);
    expect(await syncRuns.abortDead()).toMatchObject([ABORTED, ABORTED]);
    expect(await syncRuns.abortDead()).toEqual([]);
    const actions = (await test.auditLines()).map(({ action }) => action);
    expect(actions.filter((action) => action === 'source.sync-end')).toHaveLength(2);
  });
});
