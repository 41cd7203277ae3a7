/** The table of all routes of the API. */
import { aboutRoutes } from './about.ts';
import { type AppPasswordsApiDependencies, appPasswordRoutes } from './app-passwords.ts';
import { type ApplicationsApiDependencies, applicationRoutes } from './applications.ts';
import { type AttributesApiDependencies, attributeRoutes } from './attributes.ts';
import { type AuditApiDependencies, auditRoutes } from './audit.ts';
import { type AuthApiDependencies, authRoutes } from './auth.ts';
import { type AuthorityApiDependencies, authorityRoutes } from './authority.ts';
import { type ExportApiDependencies, exportRoutes } from './export.ts';
import { type GroupsApiDependencies, groupRoutes } from './groups.ts';
import { type ImpersonationApiDependencies, impersonationRoutes } from './impersonation.ts';
import { type ImportApiDependencies, importRoutes } from './import.ts';
import { type MeApiDependencies, meRoutes } from './me.ts';
import { type OpenIdApiDependencies, openIdRoutes } from './openid.ts';
import { type OrganizationsApiDependencies, organizationRoutes } from './organizations.ts';
import { type PasswordLinksApiDependencies, passwordLinkRoutes } from './password-links.ts';
import { type RolesApiDependencies, roleRoutes } from './roles.ts';
import type { Route } from './route.ts';
import { type SecondFactorApiDependencies, secondFactorRoutes } from './second-factor.ts';
import { type SettingsApiDependencies, settingsRoutes } from './settings.ts';
import { type SourcesApiDependencies, sourceRoutes } from './sources.ts';
import { type StorageApiDependencies, storageRoutes } from './storage.ts';
import { type SyncRunsApiDependencies, syncRunRoutes } from './sync-runs.ts';
import { type UserActionsApiDependencies, userActionRoutes } from './user-actions.ts';
import { type UserLinksApiDependencies, userLinkRoutes } from './user-links.ts';
import { type UsersApiDependencies, userRoutes } from './users.ts';

export type ApiDependencies = AuthApiDependencies &
  MeApiDependencies &
  UsersApiDependencies &
  UserActionsApiDependencies &
  UserLinksApiDependencies &
  PasswordLinksApiDependencies &
  ImpersonationApiDependencies &
  SecondFactorApiDependencies &
  AppPasswordsApiDependencies &
  GroupsApiDependencies &
  OrganizationsApiDependencies &
  AttributesApiDependencies &
  StorageApiDependencies &
  RolesApiDependencies &
  ApplicationsApiDependencies &
  SourcesApiDependencies &
  SyncRunsApiDependencies &
  SettingsApiDependencies &
  OpenIdApiDependencies &
  AuthorityApiDependencies &
  AuditApiDependencies &
  ImportApiDependencies &
  ExportApiDependencies;

export function apiRoutes(dependencies: ApiDependencies): readonly Route[] {
  const routes = [
    ...authRoutes(dependencies),
    ...meRoutes(dependencies),
    ...userRoutes(dependencies),
    ...userActionRoutes(dependencies),
    ...userLinkRoutes(dependencies),
    ...passwordLinkRoutes(dependencies),
    ...impersonationRoutes(dependencies),
    ...secondFactorRoutes(dependencies),
    ...appPasswordRoutes(dependencies),
    ...groupRoutes(dependencies),
    ...organizationRoutes(dependencies),
    ...attributeRoutes(dependencies),
    ...storageRoutes(dependencies),
    ...roleRoutes(dependencies),
    ...applicationRoutes(dependencies),
    ...sourceRoutes(dependencies),
    ...syncRunRoutes(dependencies),
    ...settingsRoutes(dependencies),
    ...openIdRoutes(dependencies),
    ...authorityRoutes(dependencies),
    ...auditRoutes(dependencies),
    ...importRoutes(dependencies),
    ...exportRoutes(dependencies),
  ];
  return [...aboutRoutes(routes, dependencies.authority), ...routes];
}
