/** What a store forgets with time, and what it never does. */
import { describe, expect, test } from 'vitest';
import type { AuditLine } from '../../src/core/model/audit.ts';
import { prune } from '../../src/core/storage/prune.ts';
import { aSource, aSyncRun, KEEP_ALL, THEN } from '../support/rows.ts';
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
    actor: { door: 'cli', name: 'console', address: null },
    action: 'user.add',
    subjectId: null,
    details: {},
  };
}
