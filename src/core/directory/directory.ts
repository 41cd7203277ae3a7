/** Every way to look at the directory and to change it: one call, one transaction, one audit line. */
import type { Actor } from '../model/audit.ts';
import type { Group, Membership } from '../model/group.ts';
import type { Settings } from '../model/settings.ts';
import type { PresetName, Source } from '../model/source.ts';
import type { SyncCounters, SyncPhase, SyncProblem, SyncRun } from '../model/sync-run.ts';
import type { User } from '../model/user.ts';
import type { Imports } from './imports.ts';
import type { Page } from './store.ts';

export interface Directory {
  readonly users: Users;
  readonly groups: Groups;
  readonly sources: Sources;
  readonly syncRuns: SyncRuns;
  readonly settings: SettingsKeeper;
  readonly imports: Imports;
}

export interface NewUser {
  readonly username: string;
  readonly email?: string | null;
  readonly displayName?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  /** Clear text; absent: no local password yet. */
  readonly password?: string;
}

/** Names are taken in any case. Throws DirectoryError: invalid, not-found, conflict, forbidden. */
export interface Users {
  list(page: Page): Promise<readonly User[]>;
  byUsername(username: string): Promise<User>;
  add(actor: Actor, input: NewUser): Promise<User>;
  /** An imported user has its password upstream: 'forbidden'. */
  setPassword(actor: Actor, username: string, password: string): Promise<User>;
}

export interface NewGroup {
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
}

export interface GroupWithMembers {
  readonly group: Group;
  readonly memberships: readonly Membership[];
}

export interface Groups {
  list(page: Page): Promise<readonly Group[]>;
  byName(name: string): Promise<GroupWithMembers>;
  add(actor: Actor, input: NewGroup): Promise<Group>;
  /** Adds a user, or where no user has that name a group; `owner` only for users. A nesting that closes a cycle is 'invalid'. */
  addMember(actor: Actor, groupName: string, member: { name: string; owner?: boolean }): Promise<Membership>;
}

export interface NewSource {
  readonly name: string;
  readonly preset: PresetName;
  readonly url: string;
  readonly caPem?: string | null;
  readonly baseDn: string;
  readonly bindDn: string;
  readonly bindPassword: string;
  readonly filter: string;
  readonly usernameField: string;
  readonly syncGroups: boolean;
  readonly groupBaseDn: string;
  readonly groupFilter: string;
  readonly groupNameField: string;
}

export interface Sources {
  list(): Promise<readonly Source[]>;
  /** By id or by name. */
  find(idOrName: string): Promise<Source>;
  byId(id: string): Promise<Source | null>;
  /** Checks every field (URL, DNs, filters, attribute names, certificate) and seals the bind password. */
  add(actor: Actor, input: NewSource): Promise<Source>;
  /** The bind password in clear, for the connector alone. 'unavailable' where this server's key does not open it. */
  bindPassword(source: Source): string;
}

export interface SyncRuns {
  byId(id: string): Promise<SyncRun>;
  list(sourceId: string | null, limit: number): Promise<readonly SyncRun[]>;
  /** Takes the source's lease. 'conflict' naming the run while another run of that source is alive. */
  begin(actor: Actor, source: Source): Promise<SyncRun>;
  /** Shows progress and renews the lease. 'conflict' where the lease is lost: the caller must stop. */
  progress(
    runId: string,
    state: { phase: SyncPhase; done: number; total: number | null; counters: SyncCounters },
  ): Promise<void>;
  finish(
    runId: string,
    end: {
      state: 'succeeded' | 'failed' | 'paused';
      reason: string;
      counters: SyncCounters;
      problems: readonly SyncProblem[];
    },
  ): Promise<SyncRun>;
  /** Marks runs whose process is gone or whose lease has run out as aborted; returns them. */
  abortDead(): Promise<readonly SyncRun[]>;
}

export interface SettingsKeeper {
  /** 'unavailable' before the first start has seeded them. */
  current(): Promise<Settings>;
  /** First start: writes those that are missing, in one transaction; tells which were written. */
  seed(
    actor: Actor,
    initial: { settings: Settings; owner: { username: string; passwordHash: string } },
  ): Promise<{ seeded: boolean }>;
}
