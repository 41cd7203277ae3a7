/** A group and its memberships: users and other groups (nesting without cycles), some of the users as owners. */
import { DirectoryError } from '../errors.ts';
import { type Attributes, NO_ATTRIBUTES } from './attribute-definition.ts';
import { type Metadata, NO_METADATA } from './metadata.ts';
import type { Visibility } from './organization.ts';
import type { Origin } from './origin.ts';

export interface Group {
  /** UUID; never changes, served as entryUUID. */
  readonly id: string;
  /** gidNumber; nobody else's, ever. */
  readonly posixNumber: number;
  /** Unique, lower-case; see names.ts. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /** By which all its members are reached; no other group's and no user's; null: none. */
  readonly email: string | null;
  /** A tag for applications: Roster itself does nothing by it. null: none. */
  readonly permissions: GroupPermissions | null;
  /** Who may see it, of a group that is an organization; null: it is none. */
  readonly organization: Visibility | null;
  /** Values of the attributes that administrators defined. */
  readonly attributes: Attributes;
  /** Served to nobody over LDAP. */
  readonly metadata: Metadata;
  readonly origin: Origin | null;
  readonly createdAt: Date;
  /** Moves with every change of the group, memberships included. */
  readonly updatedAt: Date;
}

/** What members may do with one another's data, in the words of OMERO. */
export const GROUP_PERMISSIONS = ['private', 'read-only', 'read-annotate', 'read-write'] as const;

export type GroupPermissions = (typeof GROUP_PERMISSIONS)[number];

/** Of a group of which nothing more is known than its names. */
export const NO_GROUP_EXTRAS: Pick<
  Group,
  'email' | 'permissions' | 'organization' | 'attributes' | 'metadata'
> = {
  email: null,
  permissions: null,
  organization: null,
  attributes: NO_ATTRIBUTES,
  metadata: NO_METADATA,
};

/** Throws DirectoryError 'invalid' (field `permissions`). */
export function checkGroupPermissions(text: string): GroupPermissions {
  const known = GROUP_PERMISSIONS.find((each) => each === text);
  if (known !== undefined) return known;
  throw new DirectoryError(
    'invalid',
    `The permissions of a group are one of ${GROUP_PERMISSIONS.join(', ')}, not ${JSON.stringify(text.slice(0, 80))}.`,
    { field: 'permissions' },
  );
}

export type MemberKind = 'user' | 'group';

export interface Membership {
  readonly groupId: string;
  readonly memberId: string;
  readonly memberKind: MemberKind;
  /** An owner manages the group; owners are members too. Only users can be owners. */
  readonly owner: boolean;
  /** True where a sync put it there; what people added by hand stays when the source says otherwise. */
  readonly fromSource: boolean;
}

export type MembershipKey = Pick<Membership, 'groupId' | 'memberId'>;

/** A map of group to its direct subgroups, from any memberships. */
export function subgroupsOf(memberships: Iterable<Membership>): Map<string, Set<string>> {
  const subgroups = new Map<string, Set<string>>();
  for (const { groupId, memberId, memberKind } of memberships) {
    if (memberKind !== 'group') continue;
    const known = subgroups.get(groupId);
    if (known === undefined) subgroups.set(groupId, new Set([memberId]));
    else known.add(memberId);
  }
  return subgroups;
}

/** The groups that `groupId` contains, directly or through others, from a map of group to its direct subgroups. */
export function groupsBelow(groupId: string, subgroups: ReadonlyMap<string, Iterable<string>>): Set<string> {
  const seen = new Set<string>();
  const pending = [groupId];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    for (const child of subgroups.get(id) ?? []) {
      if (!seen.has(child)) {
        seen.add(child);
        pending.push(child);
      }
    }
  }
  return seen;
}

/** Whether making `memberId` a member of `groupId` would let a group contain itself. */
export function wouldCycle(
  groupId: string,
  memberId: string,
  subgroups: ReadonlyMap<string, Iterable<string>>,
): boolean {
  return groupId === memberId || groupsBelow(memberId, subgroups).has(groupId);
}

/** Why the group named `member` cannot be nested in the one named `group`. */
export function cycleSentence(group: string, member: string): string {
  if (group === member) return `${member} cannot be a member of itself.`;
  return `${member} cannot be a member of ${group}: ${group} is already in ${member}.`;
}
