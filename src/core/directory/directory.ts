/** Every way to look at the directory and to change it: one call, one transaction, one audit line. */
import type { Application } from '../model/application.ts';
import type { Actor } from '../model/audit.ts';
import type { Group, MemberKind, Membership } from '../model/group.ts';
import type { PosixSettings } from '../model/posix.ts';
import type { SeededSettings, Settings } from '../model/settings.ts';
import type { PresetName, Source } from '../model/source.ts';
import type { SyncCounters, SyncPhase, SyncProblem, SyncRun } from '../model/sync-run.ts';
import type { User } from '../model/user.ts';
import type { Imports } from './imports.ts';
import type { Page } from './store.ts';

export interface Directory {
  readonly users: Users;
  readonly groups: Groups;
  readonly applications: Applications;
  readonly signIns: SignIns;
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

/** What is given is changed. */
export interface UserChanges {
  readonly username?: string;
  /** null: none. */
  readonly email?: string | null;
  readonly displayName?: string;
  readonly givenName?: string;
  readonly familyName?: string;
}

/** Names are taken in any case. Throws DirectoryError: invalid, not-found, conflict, forbidden. */
export interface Users {
  list(page: Page): Promise<readonly User[]>;
  byUsername(username: string): Promise<User>;
  add(actor: Actor, input: NewUser): Promise<User>;
  /** An imported user's fields are its source's: 'forbidden'. */
  edit(actor: Actor, username: string, changes: UserChanges): Promise<User>;
  /** Anybody, imported or not; 'conflict' for the last owner who can sign in. */
  setEnabled(actor: Actor, username: string, enabled: boolean): Promise<User>;
  /** 'forbidden' while a source lists the user; 'conflict' for the last owner who can sign in. */
  delete(actor: Actor, username: string): Promise<User>;
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

/** What is given is changed. */
export interface GroupChanges {
  readonly name?: string;
  readonly displayName?: string;
  readonly description?: string;
}

/** A user or a group by its name; without `kind` a name that both have is a 'conflict' (field `kind`). */
export interface MemberName {
  readonly name: string;
  readonly kind?: MemberKind;
}

export interface ChangedMember extends Membership {
  readonly name: string;
  /** What it was before; null: no member. */
  readonly before: Membership | null;
}

/** Names are taken in any case. Throws DirectoryError: invalid, not-found, conflict, forbidden. */
export interface Groups {
  list(page: Page): Promise<readonly Group[]>;
  byName(name: string): Promise<GroupWithMembers>;
  add(actor: Actor, input: NewGroup): Promise<Group>;
  /** An imported group's fields are its source's: 'forbidden'. */
  edit(actor: Actor, name: string, changes: GroupChanges): Promise<Group>;
  /** Its members stay. 'forbidden' while a source lists the group. */
  delete(actor: Actor, name: string): Promise<Group>;
  /** `owner` only for users; absent: it stays what it was. A nesting that closes a cycle is 'invalid'. */
  addMember(
    actor: Actor,
    groupName: string,
    member: MemberName & { owner?: boolean },
  ): Promise<ChangedMember>;
  /** A membership that a source made is the source's to end: 'forbidden'. */
  removeMember(
    actor: Actor,
    groupName: string,
    member: MemberName,
  ): Promise<{ kind: MemberKind; name: string }>;
}

/** What is given is changed. */
export interface ApplicationChanges {
  readonly name?: string;
  readonly description?: string;
  /** Addresses and ranges; none: wherever the general allow-list lets connections in. */
  readonly allow?: readonly string[];
  readonly everyone?: boolean;
  /** By name. */
  readonly groups?: readonly string[];
  readonly enabled?: boolean;
}

export interface NewApplication extends ApplicationChanges {
  readonly name: string;
  /** Clear text. */
  readonly password: string;
}

/** Names are taken in any case. Throws DirectoryError: invalid, not-found, conflict. */
export interface Applications {
  /** All of them, in the order of names. */
  list(): Promise<readonly Application[]>;
  byName(name: string): Promise<Application>;
  add(actor: Actor, input: NewApplication): Promise<Application>;
  edit(actor: Actor, name: string, changes: ApplicationChanges): Promise<Application>;
  setPassword(actor: Actor, name: string, password: string): Promise<Application>;
  delete(actor: Actor, name: string): Promise<void>;
}

export interface SignIns {
  /** Audits that guesses are refused; most calls write nothing, lest guessers fill the audit. */
  throttled(signIn: { readonly accountId: string | null; readonly address: string | null }): Promise<void>;
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

/** What is given is changed; a source stays of its kind. */
export type SourceChanges = Partial<Omit<NewSource, 'preset'>>;

/** Throws DirectoryError: invalid, not-found, conflict. */
export interface Sources {
  list(): Promise<readonly Source[]>;
  /** By id or by name. */
  find(idOrName: string): Promise<Source>;
  byId(id: string): Promise<Source | null>;
  /** Checks every field (URL, DNs, filters, attribute names, certificate) and seals the bind password. */
  add(actor: Actor, input: NewSource): Promise<Source>;
  /** Throws what `add` would throw, before somebody is asked for the bind password. */
  check(input: Omit<NewSource, 'bindPassword'>): Promise<void>;
  /** With another URL or CA the bind password must be given anew: 'invalid' (field `bindPassword`). */
  edit(actor: Actor, idOrName: string, changes: SourceChanges): Promise<Source>;
  /** A source that is switched off is neither synced nor asked about passwords. */
  setEnabled(actor: Actor, idOrName: string, enabled: boolean): Promise<Source>;
  /**
   * Nobody is deleted: 'conflict' while users or groups come from it, unless `keepImports`, by which they stay as
   * local ones, the users disabled. Tells how many stayed. 'conflict' while it is being synced.
   */
  delete(
    actor: Actor,
    idOrName: string,
    options: { readonly keepImports: boolean },
  ): Promise<{ readonly source: Source; readonly users: number; readonly groups: number }>;
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

/** What is given is changed. */
export interface SettingsChanges {
  /** Addresses and ranges; none: nobody can connect. */
  readonly allow?: readonly string[];
  /** Clear text. */
  readonly bindPassword?: string;
  readonly passwordModify?: boolean;
  /** What is given of it is changed. */
  readonly posix?: Partial<PosixSettings>;
}

export interface SettingsKeeper {
  /** 'unavailable' before the first start has seeded them. */
  current(): Promise<Settings>;
  /** First start: writes those that are missing, in one transaction; tells which were written. */
  seed(
    actor: Actor,
    initial: { settings: SeededSettings; owner: { username: string; passwordHash: string } },
  ): Promise<{ seeded: boolean }>;
  /** Running servers follow at once. Throws DirectoryError 'invalid'. */
  change(actor: Actor, changes: SettingsChanges): Promise<void>;
}
