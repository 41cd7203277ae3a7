/** The port to storage: what core/directory needs of a database. core/storage implements it over TypeORM. */
import type { Application } from '../model/application.ts';
import type { AuditLine } from '../model/audit.ts';
import type { DirectoryDelta, NewChange } from '../model/change.ts';
import type { Group, Membership, MembershipKey } from '../model/group.ts';
import type { Settings } from '../model/settings.ts';
import type { Source } from '../model/source.ts';
import type { SyncRun } from '../model/sync-run.ts';
import type { User } from '../model/user.ts';

/** A page of a list, ordered by name: what follows `after` (exclusive; null for the beginning). */
export interface Page {
  readonly after: string | null;
  /** 1 to 1000. */
  readonly limit: number;
}

export interface UserLookup {
  user(id: string): Promise<User | null>;
  userByUsername(username: string): Promise<User | null>;
  /** Compares without regard to case. */
  userByEmail(email: string): Promise<User | null>;
  /** In the order of usernames. */
  users(page: Page): Promise<readonly User[]>;
  usersByIds(ids: readonly string[]): Promise<readonly User[]>;
  /** Of these names, those that are taken, with who holds them. Any number of names. */
  usersByUsernames(usernames: readonly string[]): Promise<readonly User[]>;
  usersByEmails(emails: readonly string[]): Promise<readonly User[]>;
  /** All owners, disabled ones too. */
  owners(): Promise<readonly User[]>;
  /** Imported users of a source, in the order of ids, `after` being an id. */
  usersOfSource(sourceId: string, page: Page): Promise<readonly User[]>;
}

export interface GroupLookup {
  group(id: string): Promise<Group | null>;
  groupByName(name: string): Promise<Group | null>;
  groups(page: Page): Promise<readonly Group[]>;
  groupsByIds(ids: readonly string[]): Promise<readonly Group[]>;
  groupsByNames(names: readonly string[]): Promise<readonly Group[]>;
  groupsOfSource(sourceId: string, page: Page): Promise<readonly Group[]>;
  memberships(groupIds: readonly string[]): Promise<readonly Membership[]>;
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
  /** Newest first; of one source, or of all for null. */
  syncRuns(sourceId: string | null, limit: number): Promise<readonly SyncRun[]>;
  runningSyncRuns(): Promise<readonly SyncRun[]>;
}

export interface ApplicationLookup {
  applicationByName(name: string): Promise<Application | null>;
  /** In the order of names. */
  applications(): Promise<readonly Application[]>;
}

export interface ReadTransaction extends UserLookup, GroupLookup, SourceLookup, ApplicationLookup {
  /** Those that are set; all of them after the first start. */
  settings(): Promise<Partial<Settings>>;
  auditLines(limit: number): Promise<readonly AuditLine[]>;
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
  insertUsers(users: readonly User[]): Promise<void>;
  /**
   * Replaces whole rows by id. Rows of one call may exchange usernames and addresses among themselves:
   * uniqueness holds after the call, not between its rows.
   */
  updateUsers(users: readonly User[]): Promise<void>;
  deleteUsers(ids: readonly string[]): Promise<void>;
  /** Sets updatedAt alone, for users whose memberships changed. */
  touchUsers(ids: readonly string[], at: Date): Promise<void>;
  insertGroups(groups: readonly Group[]): Promise<void>;
  /** As updateUsers, for groups and their names. */
  updateGroups(groups: readonly Group[]): Promise<void>;
  deleteGroups(ids: readonly string[]): Promise<void>;
  /** Inserts, or replaces `owner` and `fromSource` of those that exist. */
  putMemberships(memberships: readonly Membership[]): Promise<void>;
  deleteMemberships(keys: readonly MembershipKey[]): Promise<void>;
  insertSource(source: Source): Promise<void>;
  updateSource(source: Source): Promise<void>;
  /** Its sync runs go with it; 'conflict' while users or groups come from it. */
  deleteSource(id: string): Promise<void>;
  insertApplication(application: Application): Promise<void>;
  updateApplication(application: Application): Promise<void>;
  deleteApplication(id: string): Promise<void>;
  insertSyncRun(run: SyncRun): Promise<void>;
  updateSyncRun(run: SyncRun): Promise<void>;
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
