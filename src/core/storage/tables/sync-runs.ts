/** The table of sync runs. */
import { EntitySchema } from 'typeorm';
import type { SyncPhase, SyncRun, SyncState } from '../../model/sync-run.ts';
import { integer, optionalInteger, text, toDate, toMs } from './columns.ts';

export interface SyncRunRow {
  readonly id: string;
  readonly source_id: string;
  readonly state: SyncState;
  readonly phase: SyncPhase;
  readonly progress_done: number;
  readonly progress_total: number | null;
  /** JSON: SyncCounters. */
  readonly counters: string;
  /** JSON: an array of SyncProblem. */
  readonly problems: string;
  readonly reason: string;
  readonly started_at: number;
  readonly finished_at: number | null;
  readonly holder: string;
  readonly lease_expires_at: number;
}

export const SyncRunTable = new EntitySchema<SyncRunRow>({
  name: 'sync_runs',
  columns: {
    id: { ...text, primary: true },
    source_id: text,
    state: text,
    phase: text,
    progress_done: integer,
    progress_total: optionalInteger,
    counters: text,
    problems: text,
    reason: text,
    started_at: integer,
    finished_at: optionalInteger,
    holder: text,
    lease_expires_at: integer,
  },
});

export function toSyncRunRow(run: SyncRun): SyncRunRow {
  return {
    id: run.id,
    source_id: run.sourceId,
    state: run.state,
    phase: run.phase,
    progress_done: run.progress.done,
    progress_total: run.progress.total,
    counters: JSON.stringify(run.counters),
    problems: JSON.stringify(run.problems),
    reason: run.reason,
    started_at: run.startedAt.getTime(),
    finished_at: toMs(run.finishedAt),
    holder: run.holder,
    lease_expires_at: run.leaseExpiresAt.getTime(),
  };
}

export function toSyncRun(row: SyncRunRow): SyncRun {
  return {
    id: row.id,
    sourceId: row.source_id,
    state: row.state,
    phase: row.phase,
    progress: { done: row.progress_done, total: row.progress_total },
    counters: JSON.parse(row.counters),
    problems: JSON.parse(row.problems),
    reason: row.reason,
    startedAt: new Date(row.started_at),
    finishedAt: toDate(row.finished_at),
    holder: row.holder,
    leaseExpiresAt: new Date(row.lease_expires_at),
  };
}
