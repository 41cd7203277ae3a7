/** A preset: the dialect of one kind of directory, as plain data. */

/** Attribute names are lower-case; where several are listed the first that an entry has counts. */
export interface Preset {
  /** What people call this kind of directory. */
  readonly title: string;
  readonly userFilter: string;
  readonly usernameField: string;
  readonly groupFilter: string;
  readonly groupNameField: string;
  /** Where groups usually are: where the people are, or in ou=groups beside them. */
  readonly groupBase: 'same' | 'sibling';
  /** What stays with an entry for life: objectGUID, entryUUID, ... None at all makes names stand in for it. */
  readonly ids: readonly string[];
  /** Those of `ids` by which the directory can be searched. */
  readonly searchableIds: readonly string[];
  readonly email: readonly string[];
  readonly otherEmails: readonly string[];
  readonly displayName: readonly string[];
  readonly givenName: readonly string[];
  readonly familyName: readonly string[];
  /** Marks of a disabled entry; their meaning is in mapping.ts. */
  readonly disabledMarks: readonly DisabledMark[];
  readonly groupDisplayName: readonly string[];
  readonly description: readonly string[];
  /** Members by DN. */
  readonly memberDns: readonly string[];
  /** Members by username or id. */
  readonly memberUids: readonly string[];
  /** The directory hides a group that has lost its last member: a group that is gone has no members. */
  readonly emptyGroupsVanish: boolean;
  /** What to try when usernames break our rule; a sentence. */
  readonly usernameHint: string;
}

export type DisabledMark = 'useraccountcontrol' | 'nsaccountlock' | 'pwdaccountlockedtime';
