/** The fields of a user as they are given, brought into the form in which they are kept. */
import type { AttributeChanges } from '../model/attribute-definition.ts';
import { avatarOf, type Picture } from '../model/avatar.ts';
import { changedMetadata, NO_METADATA } from '../model/metadata.ts';
import { emailKey, nameKey, normaliseEmail, normaliseText, normaliseUsername } from '../model/names.ts';
import { EMPTY_PROFILE, normaliseProfile } from '../model/profile.ts';
import { sshFingerprint } from '../model/ssh-key.ts';
import type { User } from '../model/user.ts';
import type { NewUser, UserChanges } from './user-changes.ts';

/** What people say of a user. */
export type UserFields = Pick<
  User,
  | 'username'
  | 'email'
  | 'displayName'
  | 'givenName'
  | 'familyName'
  | 'confirmed'
  | 'profile'
  | 'avatar'
  | 'metadata'
>;

/** Throws DirectoryError 'invalid'. `picture`: what pictureOf made of the given one; `username`: already checked. */
export function normaliseUser(
  input: NewUser,
  picture: Picture | null,
  username = normaliseUsername(input.username),
): UserFields {
  const givenName = normaliseText(input.givenName ?? '', 'givenName');
  const familyName = normaliseText(input.familyName ?? '', 'familyName');
  const displayName = normaliseText(input.displayName ?? `${givenName} ${familyName}`, 'displayName');
  const email = input.email ?? null;
  return {
    username,
    email: email === null ? null : normaliseEmail(email),
    displayName: displayName || username,
    givenName,
    familyName,
    confirmed: input.confirmed ?? false,
    profile: { ...EMPTY_PROFILE, ...normaliseProfile(input) },
    avatar: avatarOf(picture),
    metadata: changedMetadata(NO_METADATA, input.metadata ?? {}),
  };
}

/**
 * The fields that are given, in the form in which they are kept; a name that stays need not fit the rules of today.
 * Throws DirectoryError 'invalid'. `picture`: what pictureOf made of the given one.
 */
export function changedUserFields(
  before: User,
  changes: UserChanges,
  picture: Picture | null,
): Partial<UserFields> {
  const { metadata, avatar } = changes;
  const profile = normaliseProfile(changes);
  return {
    ...changedNames(before, changes),
    ...changedAddress(before, changes),
    ...(Object.keys(profile).length > 0 && { profile: { ...before.profile, ...profile } }),
    ...(avatar !== undefined && { avatar: avatarOf(picture) }),
    ...(metadata !== undefined && { metadata: changedMetadata(before.metadata, metadata) }),
  };
}

function changedNames(before: User, changes: UserChanges): Partial<UserFields> {
  const { username, displayName, givenName, familyName } = changes;
  const newName = username === undefined || nameKey(username) === before.username ? null : username;
  const name = newName === null ? before.username : normaliseUsername(newName);
  return {
    ...(newName !== null && { username: name }),
    ...(displayName !== undefined && { displayName: normaliseText(displayName, 'displayName') || name }),
    ...(givenName !== undefined && { givenName: normaliseText(givenName, 'givenName') }),
    ...(familyName !== undefined && { familyName: normaliseText(familyName, 'familyName') }),
  };
}

/** Another address is not known to be the person's, whatever the one before was. */
function changedAddress(before: User, changes: UserChanges): Partial<UserFields> {
  const { confirmed } = changes;
  if (changes.email === undefined) return confirmed === undefined ? {} : { confirmed };
  const email = changes.email === null ? null : normaliseEmail(changes.email);
  const isSame = keyOf(email) === keyOf(before.email);
  const known = confirmed ?? (isSame && before.confirmed);
  return { email, ...(known !== before.confirmed && { confirmed: known }) };
}

function keyOf(email: string | null): string {
  return email === null ? '' : emailKey(email);
}

/** Whether the changes touch what a source owns of the users that come from it. */
export function changesImported(changes: UserChanges): boolean {
  const { username, email, displayName, givenName, familyName } = changes;
  return [username, email, displayName, givenName, familyName].some((field) => field !== undefined);
}

/** What the audit is told of changed fields: keys as their fingerprints, of metadata the names alone. */
export function toldOf(fields: Partial<User>, before: Pick<User, 'profile' | 'metadata'>) {
  const { profile, metadata, attributes: _named, ...others } = fields;
  return {
    ...others,
    ...(profile && toldProfile(before.profile, profile)),
    ...(metadata && { metadata: changedKeys(before.metadata, metadata) }),
  };
}

/** Of attributes the names alone. */
export function toldAttributes(changes: AttributeChanges = {}): Readonly<Record<string, unknown>> {
  const names = Object.keys(changes);
  return names.length === 0 ? {} : { attributes: names };
}

function toldProfile(before: User['profile'], after: User['profile']): Partial<User['profile']> {
  const { sshPublicKeys, ...others } = after;
  const changed = changedKeys(before, after);
  return {
    ...Object.fromEntries(Object.entries(others).filter(([field]) => changed.includes(field))),
    ...(changed.includes('sshPublicKeys') && { sshPublicKeys: sshPublicKeys.map(sshFingerprint) }),
  };
}

function changedKeys(before: object, after: object): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const text = (holder: object, key: string) => JSON.stringify(Reflect.get(holder, key));
  return [...keys].filter((key) => text(before, key) !== text(after, key));
}
