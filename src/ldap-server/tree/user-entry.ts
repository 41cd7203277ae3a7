/** A user as an entry: inetOrgPerson, with the attributes by which Active Directory's clients look people up. */
import type { User } from '../../core/model/user.ts';
import { isEnabled } from '../../core/model/user.ts';
import { attributeType as type } from './attribute-types.ts';
import type { Dit, Name } from './dit.ts';
import { constant, createEntry, defineShape, type Entry } from './entry.ts';
import { formatTime } from './matching-rules.ts';
import { byKey, type Reference } from './reference.ts';

interface UserRow {
  readonly name: Name;
  readonly user: User;
  /** The groups it is in, directly or through other groups. */
  readonly memberOf: readonly Reference[];
  readonly subschemaDn: string;
}

/** `memberOf`: every group that the user is in, directly or through other groups. */
export function userEntry(dit: Dit, reference: Reference, user: User, memberOf: readonly Reference[]): Entry {
  return createEntry(reference, dit.users.key, USER, {
    name: reference,
    user,
    memberOf: [...memberOf].sort(byKey),
    subschemaDn: dit.subschema.dn,
  });
}

/** userAccountControl: NORMAL_ACCOUNT, and with ACCOUNTDISABLE (Microsoft's [MS-ADTS] section 2.2.16). */
const NORMAL_ACCOUNT = '512';
const DISABLED_ACCOUNT = '514';

const USER = defineShape<UserRow>('user', [
  [type.objectClass, constant('top', 'person', 'organizationalPerson', 'inetOrgPerson', 'user')],
  [type.uid, { values: ({ user }) => [user.username] }],
  [type.username, { values: ({ user }) => [user.username] }],
  [type.sAMAccountName, { values: ({ user }) => [user.username] }],
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
  [type.createTimestamp, { values: ({ user }) => [formatTime(user.createdAt)] }],
  [type.modifyTimestamp, { values: ({ user }) => [formatTime(user.updatedAt)] }],
  [
    type.pwdChangedTime,
    { values: ({ user }) => (user.passwordChangedAt ? [formatTime(user.passwordChangedAt)] : []) },
  ],
  [type.structuralObjectClass, constant('inetOrgPerson')],
  [type.subschemaSubentry, { values: ({ subschemaDn }) => [subschemaDn] }],
  [type.hasSubordinates, constant('FALSE')],
]);

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
