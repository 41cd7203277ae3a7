/** Whether somebody may change a user in the way asked for, beside what one permission tells. */
import type { Permission } from '../access/permissions.ts';
import { requirePermission, requireUpTo } from '../access/require.ts';
import { DirectoryError } from '../errors.ts';
import { type AttributeChanges, attributeKey } from '../model/attribute-definition.ts';
import type { Actor } from '../model/audit.ts';
import { nameKey } from '../model/names.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import type { Source } from '../model/source.ts';
import { isEnabled, type User } from '../model/user.ts';
import { authorityOfRole, ownUser, requireRole, requireSubject } from './authority.ts';
import { quote, requireUser } from './lookup.ts';
import type { ReadTransaction, UserLookup } from './store.ts';
import type { UserChanges } from './user-changes.ts';

/** What users may change of their own profile; the rest tells others who they are, and is said by others. */
const OWN_FIELDS: ReadonlySet<string> = new Set<keyof UserChanges>([
  ...(['email', 'displayName', 'givenName', 'familyName', 'fallbackEmail', 'language'] as const),
  ...(['phone', 'mobile', 'sshPublicKeys', 'avatar', 'attributes'] as const),
]);

/** The user whom the actor may change so: himself, or somebody of a lower role. Throws DirectoryError: forbidden, not-found. */
export async function requireEditable(
  transaction: ReadTransaction,
  actor: Actor,
  username: string,
  changes: UserChanges,
): Promise<User> {
  const { role, ...others } = changes;
  const own = await ownUser(transaction, actor);
  if (own?.username === nameKey(username)) {
    if (role !== undefined) throw new DirectoryError('forbidden', 'Nobody changes the own role.');
    refuseAddresses(actor, own, changes);
    if (!actor.authority.permissions.has('users.edit')) await requireOwnEdit(transaction, actor, changes);
    return own;
  }
  if (role !== undefined) requirePermission(actor, 'users.role');
  const isRoleAlone = role !== undefined && Object.keys(others).length === 0;
  return requireSubject(transaction, actor, isRoleAlone ? 'users.role' : 'users.edit', username);
}

/** Oneself, or with users.read anybody. Throws DirectoryError: forbidden, not-found. */
export async function requireVisible(lookup: UserLookup, actor: Actor, username: string): Promise<User> {
  const own = await ownUser(lookup, actor);
  if (own?.username === nameKey(username) && actor.authority.permissions.has('self')) return own;
  requirePermission(actor, 'users.read');
  return requireUser(lookup, username);
}

/** A link to choose a password goes to the address: another one is as good as a password, and outlives a stolen session. */
function refuseAddresses({ authority }: Actor, own: User, { email, fallbackEmail }: UserChanges): void {
  const isSame = (given: string | null | undefined, present: string | null) =>
    given === undefined || given === present;
  if (isSame(email, own.email) && isSame(fallbackEmail, own.profile.fallbackEmail)) return;
  if (authority.impersonated)
    throw new DirectoryError('forbidden', 'Nobody changes addresses in the name of somebody else.');
  if (authority.proven) return;
  throw new DirectoryError(
    'invalid',
    'Give your present password with another address of yours (by the API: PATCH /me).',
    { field: 'currentPassword' },
  );
}

async function requireOwnEdit(
  transaction: ReadTransaction,
  actor: Actor,
  changes: UserChanges,
): Promise<void> {
  requirePermission(actor, 'self');
  const { profilesLocked = DEFAULT_SETTINGS.profilesLocked } = await transaction.settings();
  if (profilesLocked) throw new DirectoryError('forbidden', 'Profiles are locked: ask an administrator.');
  await requireOwnAttributes(transaction, changes.attributes);
  const field = Object.keys(changes).find((name) => !OWN_FIELDS.has(name));
  if (field === undefined) return;
  throw new DirectoryError('forbidden', `You may not change ${field} of yourself.`, { field });
}

/** Those that were defined so. */
async function requireOwnAttributes(
  transaction: ReadTransaction,
  changes: AttributeChanges = {},
): Promise<void> {
  const { attributes = [] } = await transaction.settings();
  const own = attributes.filter(({ subject, writers }) => subject === 'user' && writers === 'self');
  const names = new Set(own.map(({ name }) => attributeKey(name)));
  const field = Object.keys(changes).find((name) => !names.has(attributeKey(name)));
  if (field === undefined) return;
  throw new DirectoryError('forbidden', `You may not change ${quote(field)} of yourself.`, {
    field: 'attributes',
  });
}

/** The role as it is kept, if the actor may give it. Throws DirectoryError: forbidden, not-found. */
export async function grantableRole(
  transaction: ReadTransaction,
  actor: Actor,
  name: string,
): Promise<string> {
  requirePermission(actor, 'users.role');
  const role = await requireRole(transaction, name);
  requireUpTo(actor, authorityOfRole(role));
  return role.name;
}

/** The user whose password the actor may set: not the own, for which the old one is asked. */
export async function requireOther(
  transaction: ReadTransaction,
  actor: Actor,
  permission: Permission,
  username: string,
): Promise<User> {
  const user = await requireSubject(transaction, actor, permission, username);
  if (user.id !== actor.authority.userId) return user;
  throw new DirectoryError('forbidden', 'Change your own password by giving the old one.');
}

/** Whether a password opens the account, here or at its source. */
export function canSignIn(user: User): boolean {
  return isEnabled(user) && (user.passwordHash !== null || user.origin !== null);
}

/** Somebody must stay who may do everything. Throws DirectoryError 'conflict'. */
export async function refuseLastOwner(
  lookup: UserLookup,
  user: User,
  verb: 'disabled' | 'deleted' | 'given a lower role',
): Promise<void> {
  if (user.role !== 'owner') return;
  if ((await lookup.owners()).some((owner) => owner.id !== user.id && canSignIn(owner))) return;
  throw new DirectoryError('conflict', `${user.username} is the last owner and cannot be ${verb}.`);
}

/** As refuseLastOwner, of all who come from a source at once: they are disabled when it is deleted. */
export async function refuseLastOwnersSource(lookup: UserLookup, { id, name }: Source): Promise<void> {
  const owners = (await lookup.owners()).filter(canSignIn);
  const [one] = owners;
  if (one === undefined || owners.some(({ origin }) => origin?.sourceId !== id)) return;
  const sentence = `${one.username} is the last owner, and comes from the source ${name}: make somebody else an owner first.`;
  throw new DirectoryError('conflict', sentence);
}
