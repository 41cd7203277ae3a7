/** All tables, for TypeORM: names and columns. Keys, indexes and references are made by the migrations. */
import { ApplicationTable } from './applications.ts';
import { AttributeImageTable } from './attribute-images.ts';
import { AuditLineTable } from './audit-lines.ts';
import { AvatarTable } from './avatars.ts';
import { ChangeTable } from './changes.ts';
import { CounterTable } from './counters.ts';
import { ExtraCredentialsTable } from './extra-credentials.ts';
import { GrantTable } from './grants.ts';
import { GroupTable } from './groups.ts';
import { MembershipTable } from './memberships.ts';
import { OpenIdIdentityTable } from './openid-identities.ts';
import { RoleTable } from './roles.ts';
import { SessionTable } from './sessions.ts';
import { SettingTable } from './settings.ts';
import { SourceTable } from './sources.ts';
import { StorageUseTable } from './storage-uses.ts';
import { SyncItemTable, SyncPlanTable } from './sync-items.ts';
import { SyncRunTable } from './sync-runs.ts';
import { TokenTable } from './tokens.ts';
import { UserTable } from './users.ts';

export const TABLES = [
  ApplicationTable,
  AttributeImageTable,
  AuditLineTable,
  AvatarTable,
  ChangeTable,
  CounterTable,
  ExtraCredentialsTable,
  GrantTable,
  GroupTable,
  MembershipTable,
  OpenIdIdentityTable,
  RoleTable,
  SessionTable,
  SettingTable,
  SourceTable,
  StorageUseTable,
  SyncItemTable,
  SyncPlanTable,
  SyncRunTable,
  TokenTable,
  UserTable,
];
