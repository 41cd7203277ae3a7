/** The columns in which users and groups keep where they come from. */
import type { Origin } from '../../model/origin.ts';
import { optionalInteger, optionalText, toDate, toMs } from './columns.ts';

export interface OriginColumns {
  readonly source_id: string | null;
  readonly external_id: string | null;
  readonly source_dn: string | null;
  readonly suspended_at: number | null;
  readonly gone_at: number | null;
  /** JSON: an array of ids of instances. */
  readonly source_path: string | null;
}

export interface ImportColumns extends OriginColumns {
  /** See ImportDigest. */
  readonly sync_digest: string | null;
}

export const importColumns = {
  source_id: optionalText,
  external_id: optionalText,
  source_dn: optionalText,
  suspended_at: optionalInteger,
  gone_at: optionalInteger,
  source_path: optionalText,
  sync_digest: optionalText,
};

export function toImportColumns(origin: Origin | null, digest: string | null): ImportColumns {
  return {
    source_id: origin?.sourceId ?? null,
    external_id: origin?.externalId ?? null,
    source_dn: origin?.dn ?? null,
    suspended_at: toMs(origin?.suspendedSince ?? null),
    gone_at: toMs(origin?.goneSince ?? null),
    source_path: origin?.via === undefined ? null : JSON.stringify(origin.via),
    sync_digest: digest,
  };
}

export function toOrigin(row: OriginColumns): Origin | null {
  if (row.source_id === null || row.external_id === null) return null;
  return {
    sourceId: row.source_id,
    externalId: row.external_id,
    dn: row.source_dn ?? '',
    suspendedSince: toDate(row.suspended_at),
    ...(row.gone_at !== null && { goneSince: new Date(row.gone_at) }),
    ...(row.source_path !== null && { via: JSON.parse(row.source_path) }),
  };
}
