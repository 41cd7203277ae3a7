/** The table of sync runs. */
import { EntitySchema } from 'typeorm';
import { NO_COUNTERS, type SyncPhase, type SyncRun, type SyncState } from '../../model/sync-run.ts';
import { flag, integer, optionalInteger, text, toDate, toMs } from './columns.ts';

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
  readonly cancel_requested: boolean | 0 | 1;
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
    cancel_requested: flag,
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
    cancel_requested: run.cancelRequested,
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
    // Runs of older releases know fewer counters.
    counters: { ...NO_COUNTERS, ...JSON.parse(row.counters) },
    problems: JSON.parse(row.problems),
    reason: row.reason,
    startedAt: new Date(row.started_at),
    finishedAt: toDate(row.finished_at),
    cancelRequested: Boolean(row.cancel_requested),
    holder: row.holder,
    leaseExpiresAt: new Date(row.lease_expires_at),
  };
}
