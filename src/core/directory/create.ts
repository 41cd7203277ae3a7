/** Puts the directory together out of its parts. */
import type { Clock } from '../clock.ts';
import type { Passwords } from '../credentials/passwords.ts';
import type { SecretBox } from '../credentials/secrets.ts';
import type { NewId } from '../ids.ts';
import { formatHolder, type Holder } from '../model/lease.ts';
import { createApplications } from './applications.ts';
import type { Directory } from './directory.ts';
import { createGroups } from './groups.ts';
import { createImports } from './importing.ts';
import { createJournal } from './journal.ts';
import { createSettings } from './settings.ts';
import { createSignIns } from './sign-ins.ts';
import { createSources } from './sources.ts';
import type { Store } from './store.ts';
import { createSyncRuns } from './sync-runs.ts';
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
}

export function createDirectory(dependencies: DirectoryDependencies): Directory {
  const parts = { ...dependencies, journal: createJournal(dependencies.newId) };
  return {
    users: createUsers(parts),
    groups: createGroups(parts),
    applications: createApplications(parts),
    signIns: createSignIns(parts),
    sources: createSources(parts),
    syncRuns: createSyncRuns(parts),
    settings: createSettings(parts),
    imports: createImports({ ...parts, holder: formatHolder(parts.holder) }),
  };
}
