/** All tables, for TypeORM: names and columns. Keys, indexes and references are made by the migrations. */
import { ApplicationTable } from './applications.ts';
import { AuditLineTable } from './audit-lines.ts';
import { ChangeTable } from './changes.ts';
import { CounterTable } from './counters.ts';
import { GroupTable } from './groups.ts';
import { MembershipTable } from './memberships.ts';
import { SettingTable } from './settings.ts';
import { SourceTable } from './sources.ts';
import { SyncRunTable } from './sync-runs.ts';
import { UserTable } from './users.ts';

export const TABLES = [
  ApplicationTable,
  AuditLineTable,
  ChangeTable,
  CounterTable,
  GroupTable,
  MembershipTable,
  SettingTable,
  SourceTable,
  SyncRunTable,
  UserTable,
];
