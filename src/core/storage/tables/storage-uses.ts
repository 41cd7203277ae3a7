/** The table of storage that users take in applications. */
import { EntitySchema } from 'typeorm';
import type { StorageUse } from '../../model/quota.ts';
import { integer, text } from './columns.ts';

export interface StorageUseRow {
  readonly user_id: string;
  readonly application_id: string;
  readonly used_mb: number;
  readonly reported_at: number;
}

export const StorageUseTable = new EntitySchema<StorageUseRow>({
  name: 'storage_uses',
  columns: {
    user_id: { ...text, primary: true },
    application_id: { ...text, primary: true },
    used_mb: integer,
    reported_at: integer,
  },
});

export function toStorageUseRow(use: StorageUse): StorageUseRow {
  return {
    user_id: use.userId,
    application_id: use.applicationId,
    used_mb: use.usedMB,
    reported_at: use.reportedAt.getTime(),
  };
}

export function toStorageUse(row: StorageUseRow): StorageUse {
  return {
    userId: row.user_id,
    applicationId: row.application_id,
    usedMB: row.used_mb,
    reportedAt: new Date(row.reported_at),
  };
}
