/** A user as an entry: inetOrgPerson, with the attributes by which Active Directory's clients look people up. */
import type { PosixSettings } from '../../core/model/posix.ts';
import type { User } from '../../core/model/user.ts';
import { isEnabled } from '../../core/model/user.ts';
import { attributeType as type } from './attribute-types.ts';
import type { Dit, Name } from './dit.ts';
import {
  constant,
  createEntry,
  defineShape,
  type Entry,
  replaceValue,
  type Shape,
  type Sources,
  time,
} from './entry.ts';
import { formatTime } from './matching-rules.ts';
import { posixAccount } from './posix.ts';
import { byKey, type Reference } from './reference.ts';

interface UserRow {
  readonly name: Name;
  readonly user: User;
  /** The groups it is in, directly or through other groups. */
  readonly memberOf: readonly Reference[];
  readonly updatedAt: Date;
  readonly subschemaDn: string;
}

/**
 * Makes the entry of a user. `memberOf`: every group that the user is in, directly or through other groups; of these,
 * what may be seen. `updatedAt`: in the place of the user's.
 */
export type MakeUserEntry = (
  reference: Reference,
  user: User,
  memberOf: readonly Reference[],
  updatedAt?: Date,
) => Entry;

export function userEntries(dit: Dit, posix: PosixSettings): MakeUserEntry {
  const shape = posix.enabled ? shapeOf(['posixAccount'], posixAccount(posix)) : PLAIN;
  return (reference, user, memberOf, updatedAt = user.updatedAt) =>
    createEntry(reference, dit.users.key, shape, {
      name: reference,
      user,
      memberOf: [...memberOf].sort(byKey),
      updatedAt,
      subschemaDn: dit.subschema.dn,
    });
}

/** The entry of a user with another time of its last change, and otherwise the same ready bytes. */
export function withOwnTime(entry: Entry, updatedAt: Date): Entry {
  const time = formatTime(updatedAt);
  if (entry.values(type.modifyTimestamp)[0] === time) return entry;
  return replaceValue(entry, type.modifyTimestamp, time);
}

/** userAccountControl: NORMAL_ACCOUNT, and with ACCOUNTDISABLE (Microsoft's [MS-ADTS] section 2.2.16). */
const NORMAL_ACCOUNT = '512';
const DISABLED_ACCOUNT = '514';

const CLASSES = ['top', 'person', 'organizationalPerson', 'inetOrgPerson', 'user'];

const ATTRIBUTES: Sources<UserRow> = [
  [type.uid, { values: ({ user }) => [user.username] }],
  [type.username, { values: ({ user }) => [user.username] }],
  [type.sAMAccountName, { values: ({ user }) => [user.username] }],
  [type.userPrincipalName, { values: ({ user }) => (user.email === null ? [] : [user.email]) }],
  [type.cn, { values: ({ user }) => [commonName(user)] }],
  [type.displayName, { values: ({ user }) => [commonName(user)] }],
  [type.givenName, { values: ({ user }) => filled(user.givenName) }],
  [type.sn, { values: ({ user }) => [surname(user)] }],
  [type.mail, { values: ({ user }) => addresses(user) }],
  [type.mailAlternateAddress, { values: ({ user }) => user.otherEmails }],
  [type.objectCategory, constant('person')],
  [type.userAccountControl, { values: ({ user }) => [isEnabled(user) ? NORMAL_ACCOUNT : DISABLED_ACCOUNT] }],
  [
    type.memberOf,
    {
      values: ({ memberOf }) => memberOf.map(({ dn }) => dn),
      keys: ({ memberOf }) => memberOf.map(({ key }) => key),
    },
  ],
  [type.entryUUID, { values: ({ user }) => [user.id] }],
  [type.entryDN, { values: ({ name }) => [name.dn], keys: ({ name }) => [name.key] }],
  [type.createTimestamp, time(({ user }) => user.createdAt)],
  [type.modifyTimestamp, time(({ updatedAt }) => updatedAt)],
  [
    type.pwdChangedTime,
    { values: ({ user }) => (user.passwordChangedAt ? [formatTime(user.passwordChangedAt)] : []) },
  ],
  [type.structuralObjectClass, constant('inetOrgPerson')],
  [type.subschemaSubentry, { values: ({ subschemaDn }) => [subschemaDn] }],
  [type.hasSubordinates, constant('FALSE')],
];

const PLAIN = shapeOf([], []);

function shapeOf(moreClasses: readonly string[], more: Sources<UserRow>): Shape<UserRow> {
  const classes = constant(...CLASSES, ...moreClasses);
  return defineShape('user', [[type.objectClass, classes], ...ATTRIBUTES, ...more]);
}

function commonName(user: User): string {
  return user.displayName || user.username;
}

/** inetOrgPerson demands one: without a family name, the last word of the full name stands in. */
function surname(user: User): string {
  return user.familyName || commonName(user).trim().split(/\s+/).at(-1) || user.username;
}

/** The primary address first; each once. */
function addresses(user: User): readonly string[] {
  if (user.email === null) return user.otherEmails;
  return user.otherEmails.length === 0 ? [user.email] : [...new Set([user.email, ...user.otherEmails])];
}

function filled(text: string): readonly string[] {
  return text === '' ? [] : [text];
}
