/** Reads sources and their sync runs. */
import { LessThan, MoreThan } from 'typeorm';
import type { SourceLookup } from '../directory/store.ts';
import { first } from './page.ts';
import type { Session } from './session.ts';
import { SourceTable, toSource } from './tables/sources.ts';
import { SyncItemTable, type SyncPlanRow, SyncPlanTable, toSyncReportItem } from './tables/sync-items.ts';
import { SyncRunTable, toSyncRun } from './tables/sync-runs.ts';

export function createSourceLookup(session: Session): SourceLookup {
  return {
    async source(id) {
      return first(await session.find(SourceTable, { where: { id } }), toSource);
    },
    async sourceByName(name) {
      return first(await session.find(SourceTable, { where: { name } }), toSource);
    },
    async sources() {
      return (await session.find(SourceTable, { order: { name: 'ASC' } })).map(toSource);
    },
    async syncRun(id) {
      return first(await session.find(SyncRunTable, { where: { id } }), toSyncRun);
    },
    async syncRuns(sourceId, limit, after = null) {
      const of = sourceId === null ? {} : { source_id: sourceId };
      const older = after && [
        { ...of, started_at: LessThan(after.startedAt) },
        { ...of, started_at: after.startedAt, id: LessThan(after.id) },
      ];
      const where = older ?? of;
      const order = { started_at: 'DESC', id: 'DESC' } as const;
      return (await session.find(SyncRunTable, { where, order, take: limit })).map(toSyncRun);
    },
    async syncItems(runId, { after, limit }) {
      const beyond = after === null ? {} : { seq: MoreThan(after) };
      const where = { run_id: runId, ...beyond };
      const rows = await session.find(SyncItemTable, { where, order: { seq: 'ASC' }, take: limit });
      return rows.map(toSyncReportItem);
    },
    async syncPlan(runId) {
      const words = ({ removals }: SyncPlanRow) => (removals === '' ? [] : removals.split(' '));
      return first(await session.find(SyncPlanTable, { where: { run_id: runId } }), words);
    },
    async runningSyncRuns() {
      return (await session.find(SyncRunTable, { where: { state: 'running' } })).map(toSyncRun);
    },
  };
}
