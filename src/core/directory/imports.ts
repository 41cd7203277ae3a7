/** Writes what a sync planned: the only way by which imported users and groups change. */
import type { Picture } from '../model/avatar.ts';
import type { Group, Membership } from '../model/group.ts';
import type { ProfileChanges } from '../model/profile.ts';
import type { Source } from '../model/source.ts';
import type { SyncCounters, SyncItem } from '../model/sync-run.ts';
import type { User } from '../model/user.ts';
import type { ImportDigest, ImportIdentity, ImportSubject } from './store.ts';

/** The fields of a user that its source owns; of the profile, those that the source tells. */
export interface ImportedUserFields extends ProfileChanges {
  readonly username: string;
  readonly email: string | null;
  readonly otherEmails: readonly string[];
  readonly displayName: string;
  readonly givenName: string;
  readonly familyName: string;
  /** Checked by the rules of avatars; absent: it stays as it is. */
  readonly avatar?: Picture | null;
}

export interface ImportedGroupFields {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
}

/**
 * One planned step. Ids of new users and groups are chosen when planning, so that later steps can name them.
 * via: see Origin. digest: of the entry, where it makes nothing else of the user than this; see ImportDigest.
 */
export type ImportStep =
  /** suspended: the user is disabled upstream. */
  | {
      readonly type: 'create-user';
      readonly id: string;
      readonly externalId: string;
      readonly dn: string;
      readonly via?: readonly string[];
      readonly fields: ImportedUserFields;
      readonly suspended: boolean;
      readonly digest?: string;
    }
  /**
   * New fields and DN; suspended: true disables it (gone or disabled upstream), false enables it again. gone: it
   * is no longer listed. externalId: the entry has got another one upstream. anew: it is another entry, recognised
   * by username and address, so that what the one before had been given here ends.
   */
  | {
      readonly type: 'update-user';
      readonly id: string;
      readonly externalId?: string;
      readonly anew?: true;
      readonly dn: string;
      readonly via?: readonly string[];
      readonly fields: ImportedUserFields;
      readonly suspended: boolean;
      readonly digest?: string;
      readonly gone?: true;
    }
  /** Makes somebody else's user an import of this source, where mayAdoptUser allows it. */
  | {
      readonly type: 'adopt-user';
      readonly id: string;
      readonly externalId: string;
      readonly dn: string;
      readonly via?: readonly string[];
      readonly fields: ImportedUserFields;
      readonly suspended: boolean;
      readonly digest?: string;
    }
  /** Gone for longer than the days of grace. */
  | { readonly type: 'delete-user'; readonly id: string }
  | {
      readonly type: 'create-group';
      readonly id: string;
      readonly externalId: string;
      readonly dn: string;
      readonly via?: readonly string[];
      readonly fields: ImportedGroupFields;
    }
  | {
      readonly type: 'update-group';
      readonly id: string;
      readonly externalId?: string;
      readonly dn: string;
      readonly via?: readonly string[];
      readonly fields: ImportedGroupFields;
      readonly suspended: boolean;
      readonly gone?: true;
    }
  /** As adopt-user, where mayAdoptGroup allows it. */
  | {
      readonly type: 'adopt-group';
      readonly id: string;
      readonly externalId: string;
      readonly dn: string;
      readonly via?: readonly string[];
      readonly fields: ImportedGroupFields;
    }
  | { readonly type: 'delete-group'; readonly id: string }
  | {
      readonly type: 'add-members';
      readonly groupId: string;
      readonly members: readonly Pick<Membership, 'memberId' | 'memberKind'>[];
    }
  | { readonly type: 'remove-members'; readonly groupId: string; readonly memberIds: readonly string[] }
  /**
   * Moves updatedAt of users whose memberships other steps have changed: once for each, however many groups. Other ids
   * are left out.
   */
  | { readonly type: 'touch-users'; readonly userIds: readonly string[] };

/** Steps of one type. */
export type StepOf<Type extends ImportStep['type']> = Extract<ImportStep, { type: Type }>;

/** What a source's imports look like in Roster now. */
export interface ImportedState {
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  /** Of the groups above, all memberships, whoever put them there; of other groups of the source those of groups. */
  readonly memberships: readonly Membership[];
  /** What else is imported, where it was asked for. */
  readonly settled?: SettledState;
}

/** Imports that the source lists as it did when a sync last found them to be all that it makes of them. */
export interface SettledState {
  /** Empty where no group may have changed. */
  readonly users: readonly ImportIdentity[];
  readonly groups: readonly ImportIdentity[];
}

/** Ids of imports that a sync must look at. */
export interface Unsettled {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** Names and addresses held by anybody, to find conflicts before writing. */
export interface TakenNames {
  /** username -> id of its holder */
  readonly usernames: ReadonlyMap<string, string>;
  /** emailKey(address) -> id of its holder */
  readonly emails: ReadonlyMap<string, string>;
  readonly groupNames: ReadonlyMap<string, string>;
  /** Of the holders, those that the source may take over: by username, by group name. */
  readonly adoptable: {
    /** A local one only where the address upstream is the same. */
    readonly users: ReadonlyMap<string, User>;
    readonly groups: ReadonlyMap<string, Group>;
  };
}

/** How many rows steps have changed, as the database before and after tells. */
export type ImportCounts = Omit<SyncCounters, 'usersSeen' | 'groupsSeen' | 'problems'>;

export interface Digested {
  readonly id: string;
  readonly digest: string;
}

/** What the connector is given of core. */
export interface Imports {
  /** Those of stateOf, alone. */
  usersOf(sourceId: string): Promise<readonly User[]>;
  /** Read in pages; memory in the order of the source's own entries. */
  stateOf(sourceId: string, unsettled?: Unsettled): Promise<ImportedState>;
  /** Of all imports. A run that is given marks them first, so that it may keep digests; see keepDigests. */
  digestsOf(sourceId: string, runId: string | null): Promise<Record<ImportSubject, readonly ImportDigest[]>>;
  identitiesOf(sourceId: string): Promise<Record<ImportSubject, readonly ImportIdentity[]>>;
  groupsWithMembers(memberIds: readonly string[]): Promise<readonly string[]>;
  countMemberships(sourceId: string): Promise<{ readonly all: number; readonly imported: number }>;
  /** Of imports that others have not written since the run began. */
  keepDigests(
    source: Source,
    runId: string,
    subject: ImportSubject,
    digests: readonly Digested[],
  ): Promise<void>;
  /** Holders of these names and addresses that are not imports of `sourceId`, or are settled. */
  takenByOthers(
    sourceId: string,
    names: { usernames: readonly string[]; emails: readonly string[]; groupNames: readonly string[] },
    isSettled?: (id: string) => boolean,
  ): Promise<TakenNames>;
  /**
   * Applies steps in one transaction: rows, changes, one audit line, and `items` for the run's report. The run's lease is checked in the same
   * transaction, so that a run that lost its lease writes nothing (DirectoryError 'conflict'). Entries are held to
   * the rules of names.ts ('invalid', 'conflict'); a nesting that closes a cycle is 'invalid'. Members that are not
   * there are left out, and so are removals of what people added by hand, unless the source's policy is to mirror it.
   */
  apply(
    source: Source,
    runId: string,
    steps: readonly ImportStep[],
    items?: readonly SyncItem[],
  ): Promise<ImportCounts>;
}
