/** The port to storage: what core/directory needs of a database. core/storage implements it over TypeORM. */
import type { Application } from '../model/application.ts';
import type { AttributeDefinition } from '../model/attribute-definition.ts';
import type { AuditLine } from '../model/audit.ts';
import type { Picture } from '../model/avatar.ts';
import type { DirectoryDelta, NewChange } from '../model/change.ts';
import type { ExtraCredentials } from '../model/extra-credentials.ts';
import type { Group, Membership, MembershipKey } from '../model/group.ts';
import type { StoredImage } from '../model/image.ts';
import type { OpenIdIdentity } from '../model/openid.ts';
import type { StorageUse } from '../model/quota.ts';
import type { CustomRole, Grant } from '../model/role.ts';
import type { Session } from '../model/session.ts';
import type { Settings } from '../model/settings.ts';
import type { Source } from '../model/source.ts';
import type { RunPlace, SyncItem, SyncReportItem, SyncRun } from '../model/sync-run.ts';
import type { Token } from '../model/token.ts';
import type { User } from '../model/user.ts';
import type { UserQuery } from '../model/user-search.ts';

/** A page of a list, ordered by name: what follows `after` (exclusive; null for the beginning). */
export interface Page {
  readonly after: string | null;
  /** 1 to 1000. */
  readonly limit: number;
}

export interface OrganizationQuery extends Page {
  readonly search: string;
  /** Id of a user who sees public ones and the own; null: all. */
  readonly seenBy: string | null;
}

export type ImportSubject = 'user' | 'group';

/** What a sync knows of an import before it reads more. */
export interface ImportDigest {
  readonly id: string;
  readonly externalId: string;
  /**
   * Of the entry upstream where the import is all that this entry makes of it; '' where no sync has found that, null
   * where others have written it since.
   */
  readonly digest: string | null;
  readonly suspended: boolean;
}

/** By what an import can be named as a member upstream. */
export interface ImportIdentity {
  readonly id: string;
  readonly externalId: string;
  readonly dn: string;
  readonly name: string;
}

/** Who changes memberships. */
export type Writer = 'sync' | 'others';

export interface UserLookup {
  user(id: string): Promise<User | null>;
  userByUsername(username: string): Promise<User | null>;
  /** Compares without regard to case. */
  userByEmail(email: string): Promise<User | null>;
  /** In the order of usernames. */
  users(page: Page): Promise<readonly User[]>;
  /** In the order that the query asks for. */
  findUsers(query: UserQuery): Promise<readonly User[]>;
  usersByIds(ids: readonly string[]): Promise<readonly User[]>;
  /** Of these ids, those that are users'. */
  userIds(ids: readonly string[]): Promise<readonly string[]>;
  /** Of these names, those that are taken, with who holds them. Any number of names. */
  usersByUsernames(usernames: readonly string[]): Promise<readonly User[]>;
  usersByEmails(emails: readonly string[]): Promise<readonly User[]>;
  /** All owners, disabled ones too. */
  owners(): Promise<readonly User[]>;
  /** The pictures of those of these users that have one, by id. */
  avatars(userIds: readonly string[]): Promise<ReadonlyMap<string, Picture>>;
  /** Imported users of a source that have one of these ids there. */
  usersByExternalIds(sourceId: string, externalIds: readonly string[]): Promise<readonly User[]>;
  /** Imported users of a source, in the order of ids, `after` being an id. */
  usersOfSource(sourceId: string, page: Page): Promise<readonly User[]>;
}

export interface GroupLookup {
  group(id: string): Promise<Group | null>;
  groupByName(name: string): Promise<Group | null>;
  /** Compares without regard to case. */
  groupByEmail(email: string): Promise<Group | null>;
  groups(page: Page): Promise<readonly Group[]>;
  /** Those whose names hold `search`, in the order of names; no organizations. */
  findGroups(query: Page & { readonly search: string }): Promise<readonly Group[]>;
  /** As findGroups, of organizations alone. */
  findOrganizations(query: OrganizationQuery): Promise<readonly Group[]>;
  groupsByIds(ids: readonly string[]): Promise<readonly Group[]>;
  groupsByNames(names: readonly string[]): Promise<readonly Group[]>;
  groupsByEmails(emails: readonly string[]): Promise<readonly Group[]>;
  groupsOfSource(sourceId: string, page: Page): Promise<readonly Group[]>;
  memberships(groupIds: readonly string[]): Promise<readonly Membership[]>;
  /** Those of one group in the order of member ids, `after` being one. */
  membershipPage(groupId: string, page: Page): Promise<readonly Membership[]>;
  /** How many members each of these groups has; those without any are left out. */
  memberCounts(groupIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The memberships in which these users or groups are the members. */
  membershipsOfMembers(memberIds: readonly string[]): Promise<readonly Membership[]>;
  /** Those of these memberships that exist. */
  membershipsByKeys(keys: readonly MembershipKey[]): Promise<readonly Membership[]>;
  /** All memberships of groups in groups, for the check against cycles. */
  nestings(): Promise<readonly Membership[]>;
}

export interface SourceLookup {
  source(id: string): Promise<Source | null>;
  sourceByName(name: string): Promise<Source | null>;
  sources(): Promise<readonly Source[]>;
  syncRun(id: string): Promise<SyncRun | null>;
  /** Newest first; of one source, or of all for null. `after`: older than that. */
  syncRuns(sourceId: string | null, limit: number, after?: RunPlace | null): Promise<readonly SyncRun[]>;
  runningSyncRuns(): Promise<readonly SyncRun[]>;
  /** In the order in which they were appended; `after` is a seq. */
  syncItems(
    runId: string,
    page: { readonly after: number | null; readonly limit: number },
  ): Promise<readonly SyncReportItem[]>;
  /** What the plan of a paused run takes away; null where none is kept. */
  syncPlan(runId: string): Promise<readonly string[] | null>;
}

export interface ApplicationLookup {
  applicationByName(name: string): Promise<Application | null>;
  /** In the order of names. */
  applications(): Promise<readonly Application[]>;
}

export interface AccessLookup {
  /** Custom roles alone. */
  role(name: string): Promise<CustomRole | null>;
  /** In the order of names. */
  roles(): Promise<readonly CustomRole[]>;
  hasUserOfRole(name: string): Promise<boolean>;
  grantsOf(userId: string): Promise<readonly Grant[]>;
  /** Of all users who come from a source. */
  grantsAtSource(sourceId: string): Promise<readonly Grant[]>;
  session(id: string): Promise<Session | null>;
  /** By the hash of its present or its previous secret. */
  sessionByHash(hash: string): Promise<Session | null>;
  sessionsOf(userId: string): Promise<readonly Session[]>;
  tokenByHash(hash: string): Promise<Token | null>;
  tokensOf(userId: string): Promise<readonly Token[]>;
  openIdIdentity(issuer: string, subject: string): Promise<OpenIdIdentity | null>;
  openIdIdentitiesOf(userId: string): Promise<readonly OpenIdIdentity[]>;
  extraCredentials(userId: string): Promise<ExtraCredentials | null>;
  /** By the hash of a link. */
  extraCredentialsByLink(hash: string): Promise<ExtraCredentials | null>;
}

/** null: whichever. */
export interface AuditQuery {
  readonly actor: string | null;
  readonly actorId: string | null;
  readonly action: string | null;
  readonly subjectId: string | null;
  /** Inclusive. */
  readonly from: Date | null;
  /** Exclusive. */
  readonly to: Date | null;
  /** What is older than this line. */
  readonly before: AuditPlace | null;
}

/** Where a line stands in the audit. */
export interface AuditPlace {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly seq: number;
}

export interface AuditLookup {
  auditLines(limit: number): Promise<readonly AuditLine[]>;
  /** The newest first. */
  auditSearch(
    query: AuditQuery & { readonly limit: number },
  ): Promise<readonly { readonly seq: number; readonly line: AuditLine }[]>;
}

export interface ReadTransaction
  extends UserLookup,
    GroupLookup,
    SourceLookup,
    ApplicationLookup,
    AccessLookup,
    AuditLookup {
  /** Of the change feed; 0 where nothing has ever changed. */
  lastSequence(): Promise<number>;
  /** Of all imported users or groups of a source, in the order of ids; a page may be of any size. */
  importDigests(subject: ImportSubject, sourceId: string, page: Page): Promise<readonly ImportDigest[]>;
  /** As importDigests. */
  importIdentities(subject: ImportSubject, sourceId: string, page: Page): Promise<readonly ImportIdentity[]>;
  /** Of the groups of a source: how many memberships, and how many of them syncs put there. */
  countMemberships(sourceId: string): Promise<{ readonly all: number; readonly imported: number }>;
  /** Ids of the groups that have any of these members. */
  groupsWithMembers(memberIds: readonly string[]): Promise<readonly string[]>;
  /** Those that are set; all of them after the first start. */
  settings(): Promise<Partial<Settings>>;
  /** One for each application that said so. */
  storageUseOf(userId: string): Promise<readonly StorageUse[]>;
  /** How many users or groups have values of it. */
  attributeHolders(attribute: Pick<AttributeDefinition, 'id' | 'subject'>): Promise<number>;
  /** What a user or group has in an attribute of the type image. */
  attributeImage(holderId: string, attributeId: string): Promise<StoredImage | null>;
  /** Of attributes, by digest. */
  images(digests: readonly string[]): Promise<ReadonlyMap<string, StoredImage>>;
}

/**
 * Writes take any number of rows and split them into statements the database can take.
 * A name, address or external id that is taken fails with DirectoryError 'conflict' and undoes the transaction.
 */
export interface WriteTransaction extends ReadTransaction {
  /**
   * Counts `count` further users and groups; returns how many were counted before, for model/posix.ts to number them.
   * What was deleted stays counted, so that no number is ever given again.
   */
  takePosixSerials(count: number): Promise<number>;
  /** `digests`: by id, see ImportDigest. */
  insertUsers(users: readonly User[], digests?: ReadonlyMap<string, string>): Promise<void>;
  /**
   * Replaces whole rows by id. Rows of one call may exchange usernames and addresses among themselves:
   * uniqueness holds after the call, not between its rows. Forgets digests that are not given.
   */
  updateUsers(users: readonly User[], digests?: ReadonlyMap<string, string>): Promise<void>;
  /** Their avatars go with them. */
  deleteUsers(ids: readonly string[]): Promise<void>;
  /** null: none any more. The user's row, which tells of it, is written apart. */
  putAvatar(userId: string, picture: Picture | null): Promise<void>;
  /** Sets updatedAt alone, for users whose memberships changed. */
  touchUsers(ids: readonly string[], at: Date): Promise<void>;
  insertGroups(groups: readonly Group[], digests?: ReadonlyMap<string, string>): Promise<void>;
  /** As touchUsers. */
  touchGroups(ids: readonly string[], at: Date): Promise<void>;
  /** As updateUsers, for groups and their names; forgets their digests. */
  updateGroups(groups: readonly Group[]): Promise<void>;
  deleteGroups(ids: readonly string[]): Promise<void>;
  /** Inserts, or replaces `owner` and `fromSource` of those that exist. */
  putMemberships(memberships: readonly Membership[], writer?: Writer): Promise<void>;
  deleteMemberships(keys: readonly MembershipKey[], writer?: Writer): Promise<void>;
  /** Marks the imports of a source that others have written ('' for null), so that what they write from now on is known. */
  expectDigests(sourceId: string): Promise<void>;
  /** Of those alone that nobody but syncs has written since expectDigests. */
  keepDigests(
    subject: ImportSubject,
    digests: readonly { readonly id: string; readonly digest: string }[],
  ): Promise<void>;
  insertSource(source: Source): Promise<void>;
  updateSource(source: Source): Promise<void>;
  /** Its sync runs go with it; 'conflict' while users or groups come from it. */
  deleteSource(id: string): Promise<void>;
  insertApplication(application: Application): Promise<void>;
  updateApplication(application: Application): Promise<void>;
  deleteApplication(id: string): Promise<void>;
  insertRole(role: CustomRole): Promise<void>;
  updateRole(role: CustomRole): Promise<void>;
  deleteRole(name: string): Promise<void>;
  putGrant(grant: Grant): Promise<void>;
  deleteGrant(grant: Pick<Grant, 'userId' | 'permission'>): Promise<void>;
  /** Sessions, tokens and grants of a user go with the user. */
  insertSession(session: Session): Promise<void>;
  updateSession(session: Session): Promise<void>;
  deleteSessions(ids: readonly string[]): Promise<void>;
  insertToken(token: Token): Promise<void>;
  updateToken(token: Token): Promise<void>;
  deleteTokens(ids: readonly string[]): Promise<void>;
  /** It goes with its user; 'conflict' where the user has one at the same provider. */
  insertOpenIdIdentity(identity: OpenIdIdentity): Promise<void>;
  /** All of a user. */
  deleteOpenIdIdentities(userId: string): Promise<void>;
  /** In the place of those that the user has. */
  putExtraCredentials(extras: ExtraCredentials): Promise<void>;
  insertSyncRun(run: SyncRun): Promise<void>;
  updateSyncRun(run: SyncRun): Promise<void>;
  /** They go with their run. */
  appendSyncItems(runId: string, items: readonly SyncItem[]): Promise<void>;
  /** Words without blanks. It goes with its run. */
  putSyncPlan(runId: string, removals: readonly string[]): Promise<void>;
  /** Replaces what was said before. */
  putStorageUse(use: StorageUse): Promise<void>;
  /** By the id of the attribute; null: none any more. The holder's row, which tells of them, is written apart. */
  putAttributeImages(
    subject: AttributeDefinition['subject'],
    holderId: string,
    images: ReadonlyMap<string, StoredImage | null>,
  ): Promise<void>;
  /** Takes away all values of it. The rows count as unchanged: whoever reads them anew finds it gone. */
  dropAttribute(attribute: Pick<AttributeDefinition, 'id' | 'subject'>): Promise<void>;
  putSetting<Name extends keyof Settings>(name: Name, value: Settings[Name]): Promise<void>;
  /** Appends to the change feed; sequences follow commit order because writers take one lock. */
  appendChanges(changes: readonly NewChange[], at: Date): Promise<void>;
  appendAudit(line: AuditLine): Promise<void>;
}

/** Receives the whole directory in chunks; see Store.readDirectory. */
export interface DirectorySink {
  users(chunk: readonly User[]): void;
  groups(chunk: readonly Group[]): void;
  memberships(chunk: readonly Membership[]): void;
  applications(chunk: readonly Application[]): void;
}

/** A row as both databases keep it, by its columns. */
export type CopiedRow = Readonly<Record<string, string | number | boolean | null>>;

/** Some rows of one table. */
export interface CopiedRows {
  readonly table: string;
  readonly rows: readonly CopiedRow[];
}

export interface Store {
  /** One consistent read of committed rows. */
  read<T>(work: (transaction: ReadTransaction) => Promise<T>): Promise<T>;
  /**
   * One transaction, one writer at a time over all processes on the database; waits its turn without blocking
   * the event loop, up to 10 seconds, then DirectoryError 'busy'. Whatever `work` throws undoes everything.
   */
  write<T>(work: (transaction: WriteTransaction) => Promise<T>): Promise<T>;
  /**
   * Streams the whole directory (users first, then groups, memberships, applications) out of one consistent snapshot,
   * giving way to the event loop between chunks. Returns the sequence of the last change it includes.
   */
  readDirectory(sink: DirectorySink): Promise<number>;
  /** The form in which everything is kept, by the name of the last migration. */
  readonly form: string;
  /** Tells all that is kept but sessions and changes, out of one consistent snapshot. */
  copyOut(sink: (part: CopiedRows) => Promise<void>): Promise<void>;
  /**
   * Replaces everything by what copyOut told of a store of the same form, in one transaction; sessions end, and followers
   * read the directory anew. Throws DirectoryError: invalid, conflict.
   */
  copyIn(parts: AsyncIterable<CopiedRows>, at: Date): Promise<void>;
  /** Follows commits, of this and of all other processes; see ChangeFeed. */
  readonly changes: ChangeFeed;
  /** Resolves when the database answers; DirectoryError 'unavailable' otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** What a follower of the feed is told; calls never overlap. */
export interface ChangeListener {
  changed(delta: DirectoryDelta): void | Promise<void>;
  /** The feed no longer reaches back to the follower's sequence: read the directory anew, then follow again. */
  lost(): void | Promise<void>;
}

export interface ChangeFeed {
  /** Tells `listener` everything after `seq`, within milliseconds of its commit; catches up after an outage. */
  follow(seq: number, listener: ChangeListener): ChangeSubscription;
}

export interface ChangeSubscription {
  /** Why the feed is behind (database away); null while it follows. */
  readonly trouble: string | null;
  /** Resolves when everything committed before this call has been told to the listener. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}
