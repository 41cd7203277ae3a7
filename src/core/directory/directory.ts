/** Every way to look at the directory and to change it: one call, one transaction, one audit line. */
import type { Application, SecondFactorRule } from '../model/application.ts';
import type { AttributeChanges, AttributeDefinition } from '../model/attribute-definition.ts';
import type { Actor } from '../model/audit.ts';
import type { Picture } from '../model/avatar.ts';
import type { Group, GroupPermissions, MemberKind, Membership } from '../model/group.ts';
import type { ImageType } from '../model/image.ts';
import type { MetadataChanges } from '../model/metadata.ts';
import type { OrganizationUses, Visibility } from '../model/organization.ts';
import type { PosixSettings } from '../model/posix.ts';
import type { SeededSettings, Settings } from '../model/settings.ts';
import type { PresetName, Source, SyncMark } from '../model/source.ts';
import type { AttributeMap, DialectChanges } from '../model/source-dialect.ts';
import type { SignInChanges } from '../model/source-sign-in.ts';
import type { SyncPolicy } from '../model/sync-policy.ts';
import type {
  RunPlace,
  SyncCounters,
  SyncItem,
  SyncPhase,
  SyncProblem,
  SyncReportItem,
  SyncRun,
} from '../model/sync-run.ts';
import type { User } from '../model/user.ts';
import type { UserQuery } from '../model/user-search.ts';
import type { Audit } from './audit.ts';
import type { ExternalAuthorityKeeper } from './external-authority.ts';
import type { ExternalPeople } from './external-people.ts';
import type { Imports } from './imports.ts';
import type { Nesting } from './nesting.ts';
import type { Newcomers } from './newcomers.ts';
import type { OpenIdKeeper } from './openid.ts';
import type { Roles } from './roles.ts';
import type { Sessions } from './sessions.ts';
import type { Page } from './store.ts';
import type { Tokens } from './tokens.ts';
import type { NewUser, UserChanges } from './user-changes.ts';

export type { NewUser, UserChanges, UserExtras } from './user-changes.ts';

export interface Directory {
  readonly users: Users;
  readonly groups: Groups;
  readonly organizations: Organizations;
  readonly attributes: AttributesKeeper;
  readonly quotas: Quotas;
  readonly applications: Applications;
  readonly signIns: SignIns;
  readonly sources: Sources;
  readonly syncRuns: SyncRuns;
  readonly settings: SettingsKeeper;
  readonly imports: Imports;
  readonly newcomers: Newcomers;
  readonly links: Links;
  readonly nesting: Nesting;
  readonly roles: Roles;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly authority: ExternalAuthorityKeeper;
  readonly externalPeople: ExternalPeople;
  readonly openId: OpenIdKeeper;
  readonly audit: Audit;
}

/** Refuses, by throwing, a change of what is not as its caller saw it; asked within the transaction of the change. */
export type Precondition<Row> = (present: Row) => void;

/** A group that a user is a direct member of. */
export interface GroupOfUser {
  readonly name: string;
  readonly owner: boolean;
  readonly fromSource: boolean;
}

/** Names are taken in any case. Throws DirectoryError: invalid, not-found, conflict, forbidden. */
export interface Users {
  /** Those that match; needs users.read. */
  find(actor: Actor, query: UserQuery): Promise<readonly User[]>;
  /** null: nobody has that address. Needs users.read. */
  byEmail(actor: Actor, email: string): Promise<User | null>;
  /** The groups of these users by their ids, in the order of names; those of others need users.read. */
  groupsOf(actor: Actor, users: readonly User[]): Promise<ReadonlyMap<string, readonly GroupOfUser[]>>;
  list(actor: Actor, page: Page): Promise<readonly User[]>;
  /** Whether the actor ranks above this user, so that his permissions count for it; see requireAbove. */
  isBelow(actor: Actor, user: User): Promise<boolean>;
  /** Oneself, or with users.read anybody. */
  byUsername(actor: Actor, username: string): Promise<User>;
  add(actor: Actor, input: NewUser): Promise<User>;
  /** null: the user has none. */
  avatar(actor: Actor, username: string): Promise<Picture | null>;
  /** An imported user's names and e-mail address are its source's: 'forbidden'. */
  edit(
    actor: Actor,
    username: string,
    changes: UserChanges,
    precondition?: Precondition<User>,
  ): Promise<User>;
  /** Anybody, imported or not; 'conflict' for the last owner who can sign in. */
  setEnabled(actor: Actor, username: string, enabled: boolean): Promise<User>;
  /** 'forbidden' while a source lists the user; 'conflict' for the last owner who can sign in. */
  delete(actor: Actor, username: string, precondition?: Precondition<User>): Promise<User>;
  /** An imported user has its password upstream: 'forbidden'. Sessions, API tokens and app passwords end. */
  setPassword(actor: Actor, username: string, password: string): Promise<User>;
  /** Of the user who asks, once the old one was checked; ends all sessions but the one of the id `keepSession`. */
  setOwnPassword(actor: Actor, password: string, keepSession?: string): Promise<User>;
}

/** What may be said of a group beside its names; what is given is changed. */
export interface GroupExtras {
  /** null: none. */
  readonly email?: string | null;
  readonly permissions?: GroupPermissions | null;
  /** By name, those that were defined for groups. */
  readonly attributes?: AttributeChanges;
  readonly metadata?: MetadataChanges;
}

export interface NewGroup extends GroupExtras {
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
}

export interface GroupWithMembers {
  readonly group: Group;
  readonly memberships: readonly Membership[];
}

/** What is given is changed. */
export interface GroupChanges extends GroupExtras {
  readonly name?: string;
  readonly displayName?: string;
  readonly description?: string;
}

/** A user or a group by its name; without `kind` a name that both have is a 'conflict' (field `kind`). */
export interface MemberName {
  readonly name: string;
  readonly kind?: MemberKind;
}

export interface NamedMember extends Membership {
  readonly name: string;
}

export interface ChangedMember extends NamedMember {
  /** What it was before; null: no member. */
  readonly before: Membership | null;
}

/** Names are taken in any case. Throws DirectoryError: invalid, not-found, conflict, forbidden. */
export interface Groups {
  /** Those whose names hold `search`, in the order of names; needs groups.read. */
  find(actor: Actor, query: Page & { readonly search: string }): Promise<readonly Group[]>;
  /** The direct members in the order of their ids, `after` being one; for owners of the group, and with groups.read. */
  members(actor: Actor, groupName: string, page: Page): Promise<readonly NamedMember[]>;
  /** Makes the direct members of one group (or its owners alone) members of another; tells how many were none. */
  copyMembers(
    actor: Actor,
    from: string,
    to: string,
    options: { readonly ownersOnly: boolean },
  ): Promise<number>;
  list(actor: Actor, page: Page): Promise<readonly Group[]>;
  /** For owners of the group, and with groups.read. */
  byName(actor: Actor, name: string): Promise<GroupWithMembers>;
  /** As byName, but for the members, who may be many. */
  withoutMembers(actor: Actor, name: string): Promise<Group>;
  add(actor: Actor, input: NewGroup): Promise<Group>;
  /** An imported group's names and description are its source's: 'forbidden'. */
  edit(actor: Actor, name: string, changes: GroupChanges, precondition?: Precondition<Group>): Promise<Group>;
  /** Its members stay. 'forbidden' while a source lists the group. */
  delete(actor: Actor, name: string, precondition?: Precondition<Group>): Promise<Group>;
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
export interface OrganizationChanges {
  /** Its name in DNs and addresses, by the rules of group names; no group has the same. */
  readonly slug?: string;
  /** Absent at first, or blank: the slug. */
  readonly name?: string;
  readonly description?: string;
  /** At first private. */
  readonly visibility?: Visibility;
}

export interface NewOrganization extends OrganizationChanges {
  readonly slug: string;
  /** Username of who manages its members; null: nobody; absent: the user who adds it, if any. */
  readonly owner?: string | null;
}

/** The group that an organization is: `name` is its slug, `displayName` its name. */
export type Organization = Group;

export interface OrganizationDetails extends OrganizationUses {
  readonly organization: Organization;
  /** Usernames. */
  readonly owners: readonly string[];
}

/** Slugs are taken in any case. Throws DirectoryError: invalid, not-found, conflict, forbidden. */
export interface Organizations {
  /** Those that the actor sees, in the order of slugs: public ones, the own, with organizations.read all. */
  find(actor: Actor, query: Page & { readonly search: string }): Promise<readonly Organization[]>;
  /** 'not-found' also where the actor does not see it. */
  bySlug(actor: Actor, slug: string): Promise<OrganizationDetails>;
  /** Those that a user is directly in, as far as the actor sees them; of others with users.read. */
  ofUser(actor: Actor, username: string): Promise<readonly Organization[]>;
  /** As those of a group, of organizations alone. */
  members: Groups['members'];
  addMember: Groups['addMember'];
  removeMember: Groups['removeMember'];
  add(actor: Actor, input: NewOrganization): Promise<Organization>;
  edit(
    actor: Actor,
    slug: string,
    changes: OrganizationChanges,
    precondition?: Precondition<Organization>,
  ): Promise<Organization>;
  /** 'conflict' unless `expected` is what goes with it. Its members stay users and groups. */
  delete(actor: Actor, slug: string, expected: OrganizationUses): Promise<Organization>;
}

/** What is given is changed; what has values stays of its kind, but may come to have several. */
export type AttributeDefinitionChanges = Partial<Omit<AttributeDefinition, 'id' | 'subject' | 'type'>>;

export interface NewAttributeDefinition extends AttributeDefinitionChanges {
  readonly name: string;
  readonly subject: AttributeDefinition['subject'];
  readonly type: AttributeDefinition['type'];
}

export interface DefinedAttribute {
  readonly definition: AttributeDefinition;
  /** Users or groups that have it. */
  readonly holders: number;
}

/** Values by name. */
export type NamedAttributes = Readonly<Record<string, readonly string[]>>;

/** Names are taken in any case. Throws DirectoryError: invalid, not-found, conflict, forbidden. */
export interface AttributesKeeper {
  /** In the order in which they were added; for everybody who signs in. */
  list(actor: Actor): Promise<readonly AttributeDefinition[]>;
  byName(actor: Actor, name: string): Promise<DefinedAttribute>;
  /** At first: one value, which all read and administrators write. */
  add(actor: Actor, input: NewAttributeDefinition): Promise<AttributeDefinition>;
  edit(actor: Actor, name: string, changes: AttributeDefinitionChanges): Promise<AttributeDefinition>;
  /** Its values go with it: 'conflict' unless as many have it as `holders` says. */
  delete(actor: Actor, name: string, holders: number): Promise<AttributeDefinition>;
  /** Oneself, but for what the bind DN alone may read, or with users.read anybody. */
  ofUser(actor: Actor, username: string): Promise<NamedAttributes>;
  /** For owners of the group, and with groups.read. */
  ofGroup(actor: Actor, name: string): Promise<NamedAttributes>;
  /** What a user or group has in an attribute of the type image; for whom ofUser and ofGroup tell of it. */
  image(
    actor: Actor,
    subject: AttributeDefinition['subject'],
    holder: string,
    name: string,
  ): Promise<{ readonly type: ImageType; readonly octets: Buffer }>;
}

/** What a user may take and takes of storage, in whole megabytes. */
export interface Storage {
  /** From the metadata of that name; null: no limit. */
  readonly maxStorageMB: number | null;
  /** Of all applications. */
  readonly usedMB: number;
  readonly isExceeded: boolean;
  /** By name, as each last said. */
  readonly applications: readonly { readonly name: string; readonly usedMB: number; readonly at: Date }[];
}

/** Names are taken in any case. Throws DirectoryError: invalid, not-found, conflict, forbidden. */
export interface Quotas {
  /** Oneself, or with users.read or users.storage anybody. */
  of(actor: Actor, username: string): Promise<Storage>;
  /** Needs users.storage. 'conflict' for more than the user may take, where the setting storageLimited is on. */
  report(actor: Actor, username: string, application: string, usedMB: number): Promise<Storage>;
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
  readonly secondFactor?: SecondFactorRule;
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
  list(actor: Actor): Promise<readonly Application[]>;
  byName(actor: Actor, name: string): Promise<Application>;
  /** Names of the groups that it is given, in the order of names; those that are gone are left out. */
  groupNames(actor: Actor, application: Pick<Application, 'groups'>): Promise<readonly string[]>;
  add(actor: Actor, input: NewApplication): Promise<Application>;
  edit(
    actor: Actor,
    name: string,
    changes: ApplicationChanges,
    precondition?: Precondition<Application>,
  ): Promise<Application>;
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
  /** With `clientKeyPem`: what Roster shows the server of itself. null: nothing. */
  readonly clientCertificatePem?: string | null;
  /** Clear text. */
  readonly clientKeyPem?: string | null;
  readonly baseDn: string;
  readonly bindDn: string;
  readonly bindPassword: string;
  readonly filter: string;
  readonly usernameField: string;
  readonly syncGroups: boolean;
  readonly groupBaseDn: string;
  readonly groupFilter: string;
  readonly groupNameField: string;
  /** A cron expression; absent or null: it is synchronized when somebody says so. */
  readonly schedule?: string | null;
  /** Default UTC. */
  readonly timeZone?: string;
  /** What is not given is as the preset has it, or stays; null: as the preset has it again. */
  readonly dialect?: Omit<Resettable<DialectChanges>, 'attributes'> & {
    readonly attributes?: Resettable<Partial<AttributeMap>>;
  };
  /** As `dialect`. */
  readonly signIn?: Resettable<SignInChanges>;
  /** What is not given has its default, or stays. */
  readonly policy?: Partial<SyncPolicy>;
}

/** Changes of rules, where null takes back what was set before. */
export type Resettable<Rules> = { readonly [Name in keyof Rules]?: Rules[Name] | null };

/** What lets the connector in at a source. */
export interface SourceAccess {
  readonly bindPassword: string;
  readonly clientKeyPem: string | null;
  /** Whether ldap:// may leave this machine. */
  readonly plainLdap: boolean;
}

/** An entry upstream, as a user here is bound to it. */
export interface LinkedEntry {
  readonly externalId: string;
  readonly dn: string;
}

/** Binds users to entries upstream by hand, and sets them free. Throws DirectoryError: not-found, conflict, forbidden. */
export interface Links {
  /**
   * The user becomes an import: the local password goes, and the next sync brings the fields. 'forbidden' for owners,
   * 'conflict' where the entry is imported as somebody else.
   */
  link(actor: Actor, username: string, source: Source, entry: LinkedEntry): Promise<User>;
  /** The user becomes a local one; without a password (clear text) a disabled one. 'conflict' where it is that. */
  unlink(actor: Actor, username: string, password: string | null): Promise<User>;
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
  check(input: Omit<NewSource, 'bindPassword' | 'clientKeyPem'>): Promise<void>;
  /**
   * With another URL, CA or client certificate the bind password (and the key) must be given anew: 'invalid' (field
   * `bindPassword`, `clientKeyPem`).
   */
  edit(
    actor: Actor,
    idOrName: string,
    changes: SourceChanges,
    precondition?: Precondition<Source>,
  ): Promise<Source>;
  /** A source that is switched off is neither synced nor asked about passwords. */
  setEnabled(actor: Actor, idOrName: string, enabled: boolean): Promise<Source>;
  /** Due later than its schedule says, as after a clock that was ahead: brought back. Otherwise it stays as it is. */
  reschedule(id: string): Promise<void>;
  /**
   * Nobody is deleted: 'conflict' while users or groups come from it, unless `keepImports`, by which they stay as
   * local ones, the users disabled. Tells how many stayed. 'conflict' while it is being synced.
   */
  delete(
    actor: Actor,
    idOrName: string,
    options: { readonly keepImports: boolean },
  ): Promise<{ readonly source: Source; readonly users: number; readonly groups: number }>;
  /** Secrets in clear text, for the connector alone. 'unavailable' where this server's key does not open them. */
  access(source: Source): SourceAccess;
}

export interface BeginOptions {
  /** The time at which a schedule wanted this run: 'conflict' where another server has begun it. */
  readonly slot?: Date;
  /** The paused run whose plan somebody confirms by it. */
  readonly confirms?: string;
}

export interface SyncRuns {
  byId(id: string): Promise<SyncRun>;
  /** Newest first; of one source, or of all for null. `after`: older than that. */
  list(sourceId: string | null, limit: number, after?: RunPlace | null): Promise<readonly SyncRun[]>;
  /** Takes the source's lease. 'conflict' naming the run while another run of that source is alive. */
  begin(actor: Actor, source: Source, options?: BeginOptions): Promise<SyncRun>;
  /**
   * Shows progress and renews the lease; returns the run, which may have been asked to end. 'conflict' where the
   * lease is lost: the caller must stop.
   */
  progress(
    runId: string,
    state: { phase: SyncPhase; done: number; total: number | null; counters: SyncCounters },
  ): Promise<SyncRun>;
  /** Asks a run to end, wherever it runs. 'conflict' where it has ended. */
  cancel(actor: Actor, runId: string): Promise<SyncRun>;
  /** What the run did, or for a paused one what it would have done, in its order; `after` is a seq. */
  items(
    runId: string,
    page: { readonly after: number | null; readonly limit: number },
  ): Promise<readonly SyncReportItem[]>;
  /** What the plan of a paused run takes away, in the connector's words; null where no plan is kept. */
  plannedRemovals(runId: string): Promise<readonly string[] | null>;
  finish(
    runId: string,
    end: {
      state: 'succeeded' | 'failed' | 'paused' | 'cancelled';
      reason: string;
      counters: SyncCounters;
      problems: readonly SyncProblem[];
      /** From where the next incremental run goes on; kept unless the source was changed meanwhile. */
      mark?: SyncMark | null;
      /** Of a paused run: what it would have done, and the removals that a person is to confirm. */
      plan?: { readonly items: readonly SyncItem[]; readonly removals: readonly string[] };
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
  /** Off: the port is closed, and everybody's connection with it. */
  readonly ldapServed?: boolean;
  readonly passwordModify?: boolean;
  /** What is given of it is changed. */
  readonly posix?: Partial<PosixSettings>;
  readonly profilesLocked?: boolean;
  readonly storageLimited?: boolean;
  /** 30 to 3650. */
  readonly auditDays?: number;
  /** 8 to 64. */
  readonly passwordLengthMinimum?: number;
  /** 0 to 4. */
  readonly passwordScoreMinimum?: number;
  /** Names of roles. */
  readonly secondFactorRoles?: readonly string[] | 'all';
}

export interface SettingsKeeper {
  /** 'unavailable' before the first start has seeded them. */
  current(): Promise<Settings>;
  /** First start: writes those that are missing, and the owner, in one transaction; `owner` null: others were added. */
  seed(
    actor: Actor,
    initial: { settings: SeededSettings; owner: { username: string; passwordHash: string } | null },
  ): Promise<{ seeded: boolean }>;
  /** Running servers follow at once. Throws DirectoryError 'invalid'. */
  change(actor: Actor, changes: SettingsChanges, precondition?: Precondition<Settings>): Promise<void>;
}
