/** Refuses what an actor may not do: everything that is not permitted. */
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import type { Authority } from './authority.ts';
import { BASE_PERMISSIONS, OWNER_RANK, PERMISSIONS, type Permission } from './permissions.ts';

/** Throws DirectoryError 'forbidden'. */
export function requirePermission({ authority }: Actor, permission: Permission): void {
  if (authority.permissions.has(permission)) return;
  throw new DirectoryError('forbidden', `You may not ${PERMISSIONS[permission]} (permission ${permission}).`);
}

/**
 * For whoever acts on another user or on a role: he must be of a higher rank, and permitted all that the other is;
 * otherwise a new password for the other would be a way up. Owners may act on owners. Throws DirectoryError 'forbidden'.
 */
export function requireAbove(actor: Actor, subject: Authority, what: 'user' | 'role' = 'user'): void {
  if (isAbove(actor, subject)) return;
  throw new DirectoryError(
    'forbidden',
    `This ${what} ranks as high as you, or has permissions that you do not have.`,
  );
}

/** See requireAbove. */
export function isAbove({ authority }: Actor, subject: Authority): boolean {
  const isHigher = authority.rank > subject.rank || authority.rank >= OWNER_RANK;
  return isHigher && missingOf(authority, subject) === undefined;
}

/** For whoever gives a role or permissions: at most what he has himself. Throws DirectoryError 'forbidden'. */
export function requireUpTo({ authority }: Actor, given: Authority): void {
  if (given.rank > authority.rank)
    throw new DirectoryError('forbidden', 'Nobody gives a role above the own.');
  const missing = missingOf(authority, given);
  if (missing === undefined) return;
  throw new DirectoryError('forbidden', `You do not have the permission ${missing} and cannot give it.`);
}

/** Whether the actor may do all that the other may, and is of no lower rank. */
export function isUpTo({ authority }: Actor, subject: Authority): boolean {
  return subject.rank <= authority.rank && missingOf(authority, subject) === undefined;
}

/** What everybody has does not count: a token without it may yet manage users. */
function missingOf({ permissions }: Authority, wanted: Authority): Permission | undefined {
  return [...wanted.permissions].find(
    (permission) => !permissions.has(permission) && !BASE_PERMISSIONS.includes(permission),
  );
}
