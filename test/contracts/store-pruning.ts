/** What a store forgets with time, and what it never does. */
import { describe, expect, test } from 'vitest';
import type { AuditLine } from '../../src/core/model/audit.ts';
import type { SyncItem } from '../../src/core/model/sync-run.ts';
import { prune } from '../../src/core/storage/prune.ts';
import { aSource, aSyncItem, aSyncRun, KEEP_ALL, THEN } from '../support/rows.ts';
import type { StoreContext } from './store.ts';

const never = new AbortController().signal;
const clock = { now: () => THEN };

export function pruningContract({ store, database }: StoreContext): void {
  describe('pruning', () => {
    test('deletes audit lines that are too old', async () => {
      await appendLines([5000, 2000, 1001, 1000, 0]);
      await prune({ database: await database(), clock }, never, { ...KEEP_ALL, auditLinesAgeMs: 1000 });
      expect(await lineIds()).toEqual(['line-0', 'line-1000']);
    });

    test('deletes audit lines beyond a number, the oldest first, thousands of them in steps', async () => {
      const ages = Array.from({ length: 6000 }, (_, index) => 6000 - index);
      await appendLines(ages);
      await prune({ database: await database(), clock }, never, { ...KEEP_ALL, auditLinesMax: 2 });
      expect(await lineIds()).toEqual(['line-1', 'line-2']);
    });

    test('keeps the newest sync runs of each source, and those that are running', async () => {
      const [corp, lab] = [aSource({ name: 'corp' }), aSource({ name: 'lab' })];
      const ended = [corp, corp, corp, lab].map((source, index) =>
        aSyncRun(source, { state: 'succeeded', startedAt: new Date(THEN.getTime() + index) }),
      );
      const running = aSyncRun(corp, { startedAt: new Date(0) });
      await store().write(async (it) => {
        for (const source of [corp, lab]) await it.insertSource(source);
        for (const run of [running, ...ended]) await it.insertSyncRun(run);
      });
      await prune({ database: await database(), clock }, never, { ...KEEP_ALL, syncRunsMax: 2 });
      const left = await store().read((it) => it.syncRuns(null, 9));
      expect(left).toEqual([...ended.slice(1).reverse(), running]);
    });

    test('forgets what runs did entry by entry, and keeps the runs', async () => {
      const corp = aSource({ name: 'corp' });
      // The store prunes by the clock of this machine when it opens.
      const later = new Date('2100-01-01');
      const ended = [5000, 1001, 1000].map((ageMs) => {
        const finishedAt = new Date(later.getTime() - ageMs);
        return aSyncRun(corp, { state: 'succeeded', startedAt: finishedAt, finishedAt });
      });
      const runs = [...ended, aSyncRun(corp, { startedAt: new Date(0) })];
      await store().write(async (it) => {
        await it.insertSource(corp);
        for (const run of runs) await it.insertSyncRun(run);
        for (const { id } of runs) await it.appendSyncItems(id, [aSyncItem({ name: id })]);
      });
      const dependencies = { database: await database(), clock: { now: () => later } };
      await prune(dependencies, never, { ...KEEP_ALL, syncItemsAgeMs: 1000 });
      const left = await store().read(async (it) => {
        const items: SyncItem[] = [];
        for (const { id } of runs) items.push(...(await it.syncItems(id, { after: null, limit: 9 })));
        return items.map(({ name }) => name);
      });
      expect(left).toEqual(runs.slice(2).map(({ id }) => id));
      expect(await store().read((it) => it.syncRuns(null, 9))).toHaveLength(4);
    });

    test('changes nothing where all is young and little', async () => {
      await appendLines([0]);
      await prune({ database: await database(), clock }, never, KEEP_ALL);
      expect(await lineIds()).toEqual(['line-0']);
    });
  });

  async function appendLines(agesMs: readonly number[]): Promise<void> {
    await store().write(async (it) => {
      for (const ageMs of agesMs) await it.appendAudit(lineOf(ageMs));
    });
  }

  async function lineIds(): Promise<string[]> {
    return (await store().read((it) => it.auditLines(10))).map(({ id }) => id);
  }
}

function lineOf(ageMs: number): AuditLine {
  return {
    id: `line-${ageMs}`,
    at: new Date(THEN.getTime() - ageMs),
    actor: { door: 'cli', name: 'console', address: null, userId: null },
    action: 'user.add',
    subjectId: null,
    details: {},
  };
}
