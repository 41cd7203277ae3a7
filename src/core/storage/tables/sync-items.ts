/** The tables of what runs did, entry by entry, and of the plans that wait for a person. */
import { EntitySchema } from 'typeorm';
import type { SyncItem, SyncReportItem } from '../../model/sync-run.ts';
import { integer, text } from './columns.ts';

export interface SyncItemRow {
  readonly seq: number;
  readonly run_id: string;
  /** JSON: SyncItem. */
  readonly item: string;
}

export const SyncItemTable = new EntitySchema<SyncItemRow>({
  name: 'sync_items',
  columns: {
    seq: { ...integer, primary: true, generated: 'increment' },
    run_id: text,
    item: text,
  },
});

export interface SyncPlanRow {
  readonly run_id: string;
  /** Space-separated. */
  readonly removals: string;
}

export const SyncPlanTable = new EntitySchema<SyncPlanRow>({
  name: 'sync_plans',
  columns: { run_id: { ...text, primary: true }, removals: text },
});

export function toSyncItemRow(runId: string, item: SyncItem): Omit<SyncItemRow, 'seq'> {
  return { run_id: runId, item: JSON.stringify(item) };
}

export function toSyncReportItem(row: SyncItemRow): SyncReportItem {
  return { seq: row.seq, ...JSON.parse(row.item) };
}
