/** Writes what a sync planned: the only way by which imported users and groups change. */
import type { Group, Membership } from '../model/group.ts';
import type { Source } from '../model/source.ts';
import type { User } from '../model/user.ts';

/** The fields of a user that its source owns. */
export interface ImportedUserFields {
  readonly username: string;
  readonly email: string | null;
  readonly otherEmails: readonly string[];
  readonly displayName: string;
  readonly givenName: string;
  readonly familyName: string;
}

export interface ImportedGroupFields {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
}

/** One planned step. Ids of new users and groups are chosen when planning, so that later steps can name them. */
export type ImportStep =
  /** suspended: the user is disabled upstream. */
  | {
      readonly type: 'create-user';
      readonly id: string;
      readonly externalId: string;
      readonly dn: string;
      readonly fields: ImportedUserFields;
      readonly suspended: boolean;
    }
  /** New fields and DN; suspended: true disables it (gone or disabled upstream), false enables it again. */
  | {
      readonly type: 'update-user';
      readonly id: string;
      readonly dn: string;
      readonly fields: ImportedUserFields;
      readonly suspended: boolean;
    }
  | {
      readonly type: 'create-group';
      readonly id: string;
      readonly externalId: string;
      readonly dn: string;
      readonly fields: ImportedGroupFields;
    }
  | {
      readonly type: 'update-group';
      readonly id: string;
      readonly dn: string;
      readonly fields: ImportedGroupFields;
      readonly suspended: boolean;
    }
  | {
      readonly type: 'add-members';
      readonly groupId: string;
      readonly members: readonly Pick<Membership, 'memberId' | 'memberKind'>[];
    }
  | { readonly type: 'remove-members'; readonly groupId: string; readonly memberIds: readonly string[] };

/** Steps of one type. */
export type StepOf<Type extends ImportStep['type']> = Extract<ImportStep, { type: Type }>;

/** What a source's imports look like in Roster now. */
export interface ImportedState {
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  /** Of the groups above, all memberships, whoever put them there. */
  readonly memberships: readonly Membership[];
}

/** Names and addresses held by anybody, to find conflicts before writing. */
export interface TakenNames {
  /** username -> id of its holder */
  readonly usernames: ReadonlyMap<string, string>;
  /** emailKey(address) -> id of its holder */
  readonly emails: ReadonlyMap<string, string>;
  readonly groupNames: ReadonlyMap<string, string>;
}

/** What the connector is given of core. */
export interface Imports {
  /** Read in pages; memory in the order of the source's own entries. */
  stateOf(sourceId: string): Promise<ImportedState>;
  /** Holders of these names and addresses that are not imports of `sourceId`. */
  takenByOthers(
    sourceId: string,
    names: { usernames: readonly string[]; emails: readonly string[]; groupNames: readonly string[] },
  ): Promise<TakenNames>;
  /**
   * Applies steps in one transaction: rows, changes, one audit line. The run's lease is checked in the same
   * transaction, so that a run that lost its lease writes nothing (DirectoryError 'conflict'). Entries are held to
   * the rules of names.ts ('invalid', 'conflict'); a nesting that closes a cycle is 'invalid'. Members that are not
   * there are left out, and so are removals of what people added by hand.
   */
  apply(source: Source, runId: string, steps: readonly ImportStep[]): Promise<void>;
}
