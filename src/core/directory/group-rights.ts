/** What the owners of a group may do with it, without any further permission. */
import type { Permission } from '../access/permissions.ts';
import { requirePermission } from '../access/require.ts';
import type { Actor } from '../model/audit.ts';
import type { Group } from '../model/group.ts';
import { nameKey } from '../model/names.ts';
import { requireGroup } from './lookup.ts';
import type { GroupLookup } from './store.ts';

/** The group by that name, for its owners or whoever has the permission. Throws DirectoryError: forbidden, not-found. */
export async function requireManaged(
  lookup: GroupLookup,
  actor: Actor,
  name: string,
  permission: Permission = 'groups.members',
): Promise<Group> {
  const group = await lookup.groupByName(nameKey(name));
  if (group !== null) await requireOwnerOr(lookup, actor, group, permission);
  // Lest the answer tell who owns no group which ones there are.
  else requirePermission(actor, permission);
  return group ?? requireGroup(lookup, name);
}

/** For an owner of the group, or whoever has the permission. Throws DirectoryError 'forbidden'. */
export async function requireOwnerOr(
  lookup: GroupLookup,
  actor: Actor,
  group: Group,
  permission: Permission,
): Promise<void> {
  const needed = group.organization === null ? permission : (OF_ORGANIZATIONS[permission] ?? permission);
  if (actor.authority.permissions.has(needed) || (await isOwner(lookup, actor, group))) return;
  // First, lest the answer tell who may not see groups that this is an organization.
  requirePermission(actor, permission);
  requirePermission(actor, needed);
}

/** What is asked of an organization in the place of what is asked of a group. */
const OF_ORGANIZATIONS: Partial<Record<Permission, Permission>> = {
  'groups.read': 'organizations.read',
  'groups.members': 'organizations.edit',
};

async function isOwner(lookup: GroupLookup, { authority }: Actor, group: Group): Promise<boolean> {
  if (authority.userId === null || !authority.permissions.has('groups.own')) return false;
  const key = { groupId: group.id, memberId: authority.userId };
  const [membership] = await lookup.membershipsByKeys([key]);
  return membership?.owner === true;
}
