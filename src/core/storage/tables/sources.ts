/** The table of sources. */
import { EntitySchema } from 'typeorm';
import type { PresetName, Source } from '../../model/source.ts';
import { DEFAULT_POLICY } from '../../model/sync-policy.ts';
import { flag, integer, optionalInteger, optionalText, text, toDate, toMs } from './columns.ts';

export interface SourceRow {
  readonly id: string;
  readonly name: string;
  readonly preset: PresetName;
  readonly url: string;
  readonly ca_pem: string | null;
  readonly client_certificate_pem: string | null;
  readonly client_key_sealed: string | null;
  readonly base_dn: string;
  readonly bind_dn: string;
  readonly bind_password_sealed: string;
  readonly filter: string;
  readonly username_field: string;
  readonly sync_groups: boolean | 0 | 1;
  readonly group_base_dn: string;
  readonly group_filter: string;
  readonly group_name_field: string;
  /** JSON: DialectChanges. */
  readonly dialect: string;
  /** JSON: SignInChanges. */
  readonly sign_in: string;
  /** JSON: SyncPolicy; what is missing has its default. */
  readonly policy: string;
  readonly schedule: string | null;
  readonly time_zone: string;
  readonly next_run_at: number | null;
  /** JSON: SyncMark. */
  readonly sync_mark: string | null;
  readonly enabled: boolean | 0 | 1;
  readonly created_at: number;
  readonly updated_at: number;
}

export const SourceTable = new EntitySchema<SourceRow>({
  name: 'sources',
  columns: {
    id: { ...text, primary: true },
    name: text,
    preset: text,
    url: text,
    ca_pem: optionalText,
    client_certificate_pem: optionalText,
    client_key_sealed: optionalText,
    base_dn: text,
    bind_dn: text,
    bind_password_sealed: text,
    filter: text,
    username_field: text,
    sync_groups: flag,
    group_base_dn: text,
    group_filter: text,
    group_name_field: text,
    dialect: text,
    sign_in: text,
    policy: text,
    schedule: optionalText,
    time_zone: text,
    next_run_at: optionalInteger,
    sync_mark: optionalText,
    enabled: flag,
    created_at: integer,
    updated_at: integer,
  },
});

export function toSourceRow(source: Source): SourceRow {
  return {
    id: source.id,
    name: source.name,
    preset: source.preset,
    url: source.url,
    ca_pem: source.caPem,
    client_certificate_pem: source.clientCertificatePem,
    client_key_sealed: source.clientKeySealed,
    base_dn: source.baseDn,
    bind_dn: source.bindDn,
    bind_password_sealed: source.bindPasswordSealed,
    filter: source.filter,
    username_field: source.usernameField,
    sync_groups: source.syncGroups,
    group_base_dn: source.groupBaseDn,
    group_filter: source.groupFilter,
    group_name_field: source.groupNameField,
    dialect: JSON.stringify(source.dialect),
    sign_in: JSON.stringify(source.signIn),
    policy: JSON.stringify(source.policy),
    schedule: source.schedule,
    time_zone: source.timeZone,
    next_run_at: toMs(source.nextRunAt),
    sync_mark: source.syncMark === null ? null : JSON.stringify(source.syncMark),
    enabled: source.enabled,
    created_at: source.createdAt.getTime(),
    updated_at: source.updatedAt.getTime(),
  };
}

export function toSource(row: SourceRow): Source {
  return {
    id: row.id,
    name: row.name,
    preset: row.preset,
    url: row.url,
    caPem: row.ca_pem,
    clientCertificatePem: row.client_certificate_pem,
    clientKeySealed: row.client_key_sealed,
    baseDn: row.base_dn,
    bindDn: row.bind_dn,
    bindPasswordSealed: row.bind_password_sealed,
    filter: row.filter,
    usernameField: row.username_field,
    syncGroups: Boolean(row.sync_groups),
    groupBaseDn: row.group_base_dn,
    groupFilter: row.group_filter,
    groupNameField: row.group_name_field,
    dialect: JSON.parse(row.dialect),
    signIn: JSON.parse(row.sign_in),
    policy: { ...DEFAULT_POLICY, ...JSON.parse(row.policy) },
    schedule: row.schedule,
    timeZone: row.time_zone,
    nextRunAt: toDate(row.next_run_at),
    syncMark: row.sync_mark === null ? null : JSON.parse(row.sync_mark),
    enabled: Boolean(row.enabled),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
