/** Puts the directory together out of its parts. */
import type { Clock } from '../clock.ts';
import type { Passwords } from '../credentials/passwords.ts';
import type { SecretBox } from '../credentials/secrets.ts';
import type { NewId } from '../ids.ts';
import { formatHolder, type Holder } from '../model/lease.ts';
import { type NextRun, nextRun } from '../model/schedule.ts';
import { createApplications } from './applications.ts';
import { createAttributes } from './attributes.ts';
import { createAudit } from './audit.ts';
import type { Directory } from './directory.ts';
import { createExternalAuthorityKeeper } from './external-authority.ts';
import { createExternalPeople } from './external-people.ts';
import { createGroups } from './groups.ts';
import { createImports } from './importing.ts';
import { createJournal } from './journal.ts';
import { createLinks } from './linking.ts';
import { createWhileManagedHere, managedParts } from './management.ts';
import { createNesting } from './nesting.ts';
import { createNewcomers } from './newcomers.ts';
import { createOpenId } from './openid.ts';
import { createOrganizations } from './organizations.ts';
import { createQuotas } from './quotas.ts';
import { createRoles } from './roles.ts';
import { createSessions } from './sessions.ts';
import { createSettings } from './settings.ts';
import { createSignIns } from './sign-ins.ts';
import { createSources } from './sources.ts';
import type { Store } from './store.ts';
import { createSyncRuns } from './sync-runs.ts';
import { createTokens } from './tokens.ts';
import { createUsers } from './users.ts';

export interface DirectoryDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly secretBox: SecretBox;
  /** This process, as the holder of sync runs. */
  readonly holder: Holder;
  /** Whether a process of this host exists. */
  readonly processAlive: (pid: number) => boolean;
  /** Whether sources may be reached by ldap:// beyond this machine; default: they may not. */
  readonly plainLdap?: boolean;
  /** Default: by the clock of this machine. */
  readonly nextRun?: NextRun;
  /** Whether attributes of that name are served over LDAP without having been defined; default: none are. */
  readonly isServed?: (name: string) => boolean;
}

export function createDirectory(dependencies: DirectoryDependencies): Directory {
  const defaults = { plainLdap: false, nextRun, isServed: () => false };
  const parts = { ...defaults, ...dependencies, journal: createJournal(dependencies.newId) };
  const groups = createGroups(parts);
  const authority = createExternalAuthorityKeeper(parts);
  const managed = { groups, users: createUsers(parts), roles: createRoles(parts), links: createLinks(parts) };
  return {
    ...managedParts(managed, createWhileManagedHere(authority)),
    authority,
    externalPeople: createExternalPeople(parts),
    organizations: createOrganizations({ ...parts, groups }),
    attributes: createAttributes(parts),
    quotas: createQuotas(parts),
    applications: createApplications(parts),
    signIns: createSignIns(parts),
    sources: createSources(parts),
    syncRuns: createSyncRuns(parts),
    settings: createSettings(parts),
    sessions: createSessions(parts),
    tokens: createTokens(parts),
    openId: createOpenId(parts),
    audit: createAudit(parts),
    nesting: createNesting(parts),
    newcomers: createNewcomers(parts),
    imports: createImports({ ...parts, holder: formatHolder(parts.holder) }),
  };
}
