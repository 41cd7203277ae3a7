/** The first tables: the directory, its sources, settings, change feed and audit lines. */
import type { MigrationInterface, QueryRunner, TableColumnOptions } from 'typeorm';
import {
  createTables,
  flag,
  index,
  integer,
  optional,
  primary,
  reference,
  sequence,
  type TableDescription,
  text,
  timestamps,
  unique,
} from './table-description.ts';

export class Directory1764000000000 implements MigrationInterface {
  up(queryRunner: QueryRunner): Promise<void> {
    return createTables(queryRunner, tables);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const { name } of tables.toReversed()) await queryRunner.dropTable(name);
  }
}

const origin: readonly TableColumnOptions[] = [
  optional(text('source_id')),
  optional(text('external_id')),
  optional(text('source_dn')),
  optional(integer('suspended_at')),
];

const sources: TableDescription = {
  name: 'sources',
  columns: [
    primary(text('id')),
    text('name'),
    text('preset'),
    text('url'),
    optional(text('ca_pem')),
    text('base_dn'),
    text('bind_dn'),
    text('bind_password_sealed'),
    text('filter'),
    text('username_field'),
    flag('sync_groups'),
    text('group_base_dn'),
    text('group_filter'),
    text('group_name_field'),
    flag('enabled'),
    ...timestamps,
  ],
  indices: [unique('sources', 'name')],
};

const users: TableDescription = {
  name: 'users',
  columns: [
    primary(text('id')),
    integer('posix_number'),
    text('username'),
    optional(text('email')),
    optional(text('email_key')),
    text('other_emails'),
    text('display_name'),
    text('given_name'),
    text('family_name'),
    text('role'),
    flag('active'),
    optional(text('password_hash')),
    optional(integer('password_changed_at')),
    ...origin,
    ...timestamps,
  ],
  indices: [
    unique('users', 'posix_number'),
    unique('users', 'username'),
    unique('users', 'email_key'),
    unique('users', 'source_id', 'external_id'),
    index('users', 'source_id', 'id'),
  ],
  foreignKeys: [reference('users_source', 'source_id', 'sources')],
};

const groups: TableDescription = {
  name: 'groups',
  columns: [
    primary(text('id')),
    integer('posix_number'),
    text('name'),
    text('display_name'),
    text('description'),
    ...origin,
    ...timestamps,
  ],
  indices: [
    unique('groups', 'posix_number'),
    unique('groups', 'name'),
    unique('groups', 'source_id', 'external_id'),
    index('groups', 'source_id', 'id'),
  ],
  foreignKeys: [reference('groups_source', 'source_id', 'sources')],
};

const memberships: TableDescription = {
  name: 'memberships',
  withoutRowid: true,
  columns: [
    primary(text('group_id')),
    primary(text('member_id')),
    text('member_kind'),
    flag('owner'),
    flag('from_source'),
  ],
  indices: [
    index('memberships', 'member_id'),
    {
      name: 'memberships_nestings',
      columnNames: ['group_id', 'member_id'],
      where: "member_kind = 'group'",
    },
  ],
  foreignKeys: [reference('memberships_group', 'group_id', 'groups', 'CASCADE')],
};

const syncRuns: TableDescription = {
  name: 'sync_runs',
  columns: [
    primary(text('id')),
    text('source_id'),
    text('state'),
    text('phase'),
    integer('progress_done'),
    optional(integer('progress_total')),
    text('counters'),
    text('problems'),
    text('reason'),
    integer('started_at'),
    optional(integer('finished_at')),
    text('holder'),
    integer('lease_expires_at'),
  ],
  indices: [
    index('sync_runs', 'source_id', 'started_at'),
    index('sync_runs', 'started_at'),
    index('sync_runs', 'state'),
  ],
  foreignKeys: [reference('sync_runs_source', 'source_id', 'sources', 'CASCADE')],
};

const settings: TableDescription = { name: 'settings', columns: [primary(text('name')), text('value')] };

const counters: TableDescription = {
  name: 'counters',
  columns: [primary(text('name')), integer('taken')],
};

const changes: TableDescription = {
  name: 'changes',
  columns: [sequence, text('subject'), text('subject_id'), optional(text('member_id')), integer('at')],
};

const auditLines: TableDescription = {
  name: 'audit_lines',
  columns: [
    sequence,
    text('id'),
    integer('at'),
    text('door'),
    text('actor'),
    optional(text('address')),
    text('action'),
    optional(text('subject_id')),
    text('details'),
  ],
};

const tables = [sources, users, groups, memberships, syncRuns, settings, counters, changes, auditLines];
