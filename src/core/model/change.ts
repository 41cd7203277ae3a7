/** The change feed's vocabulary: what changed, in commit order. */
import type { Application } from './application.ts';
import type { Group, Membership } from './group.ts';
import type { User } from './user.ts';

/**
 * `membership` touches one member of a group; `group` the group with all its memberships.
 * The row names what was touched; readers read its present state.
 */
export type ChangeSubject = 'user' | 'group' | 'membership' | 'source' | 'application' | 'setting';

export interface Change {
  /** Increasing in commit order over all writers. */
  readonly seq: number;
  readonly subject: ChangeSubject;
  /** Id of the user, group, source, application; name of the setting. For a membership the group's id. */
  readonly subjectId: string;
  /** For a membership the member's id, else null. */
  readonly memberId: string | null;
  readonly at: Date;
}

export type NewChange = Omit<Change, 'seq' | 'at'>;

/** The present state of everything touched since some sequence, coalesced, read in one consistent snapshot. */
export interface DirectoryDelta {
  /** The last sequence that this delta includes. */
  readonly seq: number;
  /** null: the user is gone. */
  readonly users: ReadonlyMap<string, User | null>;
  /** Groups that changed as a whole, with all memberships. null: the group is gone. */
  readonly groups: ReadonlyMap<
    string,
    { readonly group: Group; readonly memberships: readonly Membership[] } | null
  >;
  /** Single memberships that changed, of groups that are not in `groups`; with the group's present row. */
  readonly memberships: readonly MembershipDelta[];
  /** null: the application is gone. */
  readonly applications: ReadonlyMap<string, Application | null>;
  readonly sourcesChanged: boolean;
  readonly settingsChanged: boolean;
}

export interface MembershipDelta {
  readonly group: Group;
  readonly memberId: string;
  /** null: no longer a member. */
  readonly membership: Membership | null;
}
