/** Reads what users may do, in the transaction that asks. */
import type { Authority } from '../access/authority.ts';
import { BUILT_IN_ROLES, isPermission, OWNER_RANK, type Permission } from '../access/permissions.ts';
import { requireAbove, requirePermission } from '../access/require.ts';
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import { nameKey } from '../model/names.ts';
import { builtInRole, isBuiltInRole, type Role, roleOf } from '../model/role.ts';
import type { User } from '../model/user.ts';
import { notFound, quote, requireUser } from './lookup.ts';
import type { AccessLookup, UserLookup } from './store.ts';

/** Of the role, with the single permissions that are given to the user or taken away; owners may do everything. */
export async function authorityOf(
  lookup: AccessLookup,
  { id, role }: Pick<User, 'id' | 'role'>,
): Promise<Authority> {
  // A role that is not there gives what everybody has.
  const { rank, permissions } = (await findRole(lookup, role)) ?? BUILT_IN_ROLES.user;
  const all = new Set(permissions.filter(isPermission));
  if (rank < OWNER_RANK) {
    for (const { permission, allowed } of await lookup.grantsOf(id)) {
      if (!allowed) all.delete(permission);
      else if (isPermission(permission)) all.add(permission);
    }
  }
  return { userId: id, rank, permissions: all };
}

/** The user by that name: the one who asks, who needs `self`, or one on whom he may act. Throws as requireSubject. */
export async function requireOwnOrOver(
  lookup: AccessLookup & UserLookup,
  actor: Actor,
  permission: Permission,
  username: string,
): Promise<User> {
  const own = await ownUser(lookup, actor);
  if (own?.username === nameKey(username)) {
    requirePermission(actor, 'self');
    return own;
  }
  return requireSubject(lookup, actor, permission, username);
}

/** The user by that name, on whom the actor may act. Throws DirectoryError: forbidden, not-found. */
export async function requireSubject(
  lookup: AccessLookup & UserLookup,
  actor: Actor,
  permission: Permission,
  username: string,
): Promise<User> {
  // First, lest the answer tell who may not see users which ones there are.
  requirePermission(actor, permission);
  const user = await requireUser(lookup, username);
  requireAbove(actor, await authorityOf(lookup, user));
  return user;
}

/** The user who asks; null for actors that are none. */
export async function ownUser(lookup: UserLookup, { authority }: Actor): Promise<User | null> {
  return authority.userId === null ? null : lookup.user(authority.userId);
}

/** The id of the user who asks. Throws DirectoryError 'forbidden' for those who are none. */
export function requireSelf(actor: Actor): string {
  requirePermission(actor, 'self');
  const { userId } = actor.authority;
  if (userId !== null) return userId;
  throw new DirectoryError('forbidden', 'Only users have sessions, tokens and a password of their own.');
}

export async function findRole(lookup: AccessLookup, name: string): Promise<Role | null> {
  const key = nameKey(name);
  if (isBuiltInRole(key)) return builtInRole(key);
  const custom = await lookup.role(key);
  return custom === null ? null : roleOf(custom);
}

/** Throws DirectoryError 'not-found'. */
export async function requireRole(lookup: AccessLookup, name: string): Promise<Role> {
  return (await findRole(lookup, name)) ?? notFound(`There is no role named ${quote(name)}.`);
}

/** As an authority, to be held against an actor's. */
export function authorityOfRole({ rank, permissions }: Pick<Role, 'rank' | 'permissions'>): Authority {
  return { userId: null, rank, permissions: new Set(permissions) };
}

/** Throws DirectoryError 'invalid' (field `permissions`). */
export function checkPermissions(names: readonly string[]): readonly Permission[] {
  return [...new Set(names)].map(checkPermission);
}

/** Throws DirectoryError 'invalid' (field `permissions`). */
export function checkPermission(name: string): Permission {
  if (isPermission(name)) return name;
  throw new DirectoryError('invalid', `There is no permission named ${quote(name)}.`, {
    field: 'permissions',
  });
}
