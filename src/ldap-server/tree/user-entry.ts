/** A user as an entry: inetOrgPerson, with the attributes by which Active Directory's clients look people up. */
import type { PosixSettings } from '../../core/model/posix.ts';
import { quotaOf } from '../../core/model/quota.ts';
import type { User } from '../../core/model/user.ts';
import { isEnabled } from '../../core/model/user.ts';
import { foldCase } from '../../core/syntax/folding.ts';
import { attributeType as type } from './attribute-types.ts';
import type { Dit } from './dit.ts';
import {
  type AttributeSource,
  constant,
  createEntry,
  defineShape,
  type Entry,
  replaceValue,
  type Shape,
  type Sources,
  type StoredEntry,
  time,
} from './entry.ts';
import { formatTime } from './matching-rules.ts';
import { posixAccount } from './posix.ts';
import type { Reference, ReferenceSet } from './reference.ts';
import { PLAIN_SCHEMA, type Schema } from './schema.ts';

interface UserRow {
  readonly reference: Reference;
  readonly user: User;
  /** The groups it is in, directly or through other groups. */
  readonly memberOf: ReferenceSet;
  /** null: the user's. */
  readonly updatedAt: Date | null;
  readonly subschemaDn: string;
}

/**
 * Makes the entry of a user. `memberOf`: every group that the user is in, directly or through other groups; of these,
 * what may be seen. `updatedAt`: in the place of the user's.
 */
export type MakeUserEntry = (
  reference: Reference,
  user: User,
  memberOf: ReferenceSet,
  updatedAt?: Date,
) => StoredEntry;

export function userEntries(dit: Dit, posix: PosixSettings, schema = PLAIN_SCHEMA): MakeUserEntry {
  const shape = shapeFor(posix, schema);
  return (reference, user, memberOf, updatedAt) =>
    createEntry(
      reference,
      dit.users.key,
      shape,
      {
        reference,
        user,
        memberOf,
        updatedAt: updatedAt ?? null,
        subschemaDn: dit.subschema.dn,
      },
      user.avatar,
    );
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

const CLASSES = ['top', 'person', 'organizationalPerson', 'inetOrgPerson', 'user', 'ldapPublicKey'];

/** What most searches ask for: confirmed without a list, and without the user's row. */
const USERNAME: AttributeSource<UserRow> = {
  values: ({ reference }) => [reference.name],
  holds: ({ reference: { name } }, key) => name === key || foldCase(name) === key,
  isShort: true,
};

const ATTRIBUTES: Sources<UserRow> = [
  [type.uid, USERNAME],
  [type.username, USERNAME],
  [type.sAMAccountName, USERNAME],
  [type.userPrincipalName, { values: ({ user }) => (user.email === null ? [] : [user.email]) }],
  [type.cn, { values: ({ user }) => [commonName(user)] }],
  [type.displayName, { values: ({ user }) => [commonName(user)] }],
  [type.givenName, { values: ({ user }) => filled(user.givenName) }],
  [type.sn, { values: ({ user }) => [surname(user)] }],
  [type.mail, { values: ({ user }) => addresses(user) }],
  [type.mailAlternateAddress, { values: ({ user }) => user.otherEmails }],
  [type.o, { values: ({ user }) => user.profile.affiliations }],
  [type.title, { values: ({ user }) => filled(user.profile.title) }],
  [type.telephoneNumber, { values: ({ user }) => filled(user.profile.phone) }],
  [type.mobile, { values: ({ user }) => filled(user.profile.mobile) }],
  [type.departmentNumber, { values: ({ user }) => filled(user.profile.department) }],
  [type.employeeNumber, { values: ({ user }) => filled(user.profile.employeeNumber) }],
  [type.preferredLanguage, { values: ({ user }) => filled(user.profile.language) }],
  [type.sshPublicKey, { values: ({ user }) => user.profile.sshPublicKeys }],
  [type.rosterQuota, { values: ({ user }) => quotaText(user) }],
  [type.jpegPhoto, { values: ({ user: { avatar } }) => (avatar === null ? NONE : [avatar.digest]) }],
  [type.objectCategory, constant('person')],
  [type.userAccountControl, { values: ({ user }) => [isEnabled(user) ? NORMAL_ACCOUNT : DISABLED_ACCOUNT] }],
  [
    type.memberOf,
    {
      values: ({ memberOf }) => memberOf.sorted().map(({ dn }) => dn),
      keys: ({ memberOf }) => memberOf.sorted().map(({ key }) => key),
      holds: ({ memberOf }, key) => memberOf.holds(key),
    },
  ],
  [type.entryUUID, { values: ({ user }) => [user.id] }],
  [type.entryDN, { values: ({ reference }) => [reference.dn], keys: ({ reference }) => [reference.key] }],
  [type.createTimestamp, time(({ user }) => user.createdAt)],
  [type.modifyTimestamp, time(({ user, updatedAt }) => updatedAt ?? user.updatedAt)],
  [
    type.pwdChangedTime,
    { values: ({ user }) => (user.passwordChangedAt ? [formatTime(user.passwordChangedAt)] : []) },
  ],
  [type.rosterVia, { values: ({ user }) => user.origin?.via ?? NONE }],
  [type.structuralObjectClass, constant('inetOrgPerson')],
  [type.subschemaSubentry, { values: ({ subschemaDn }) => [subschemaDn] }],
  [type.hasSubordinates, constant('FALSE')],
];

function shapeFor(posix: PosixSettings, schema: Schema): Shape<UserRow> {
  const classes = [...(posix.enabled ? ['posixAccount'] : []), ...schema.classesOf.user];
  const defined = schema.sourcesOf<UserRow>('user', ({ user }) => user.attributes);
  return shapeOf(classes, [...(posix.enabled ? posixAccount(posix) : []), ...defined]);
}

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

/** As Nextcloud and others read it: "500 MB". */
function quotaText({ metadata }: User): readonly string[] {
  const quota = quotaOf(metadata);
  return quota === null ? NONE : [`${quota} MB`];
}

const NONE: readonly string[] = [];

function filled(text: string): readonly string[] {
  return text === '' ? NONE : [text];
}
