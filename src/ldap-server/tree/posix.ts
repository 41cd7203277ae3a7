/** Users and groups as accounts of Unix systems: the classes and attributes of RFC 2307, where they are switched on. */
import type { Group } from '../../core/model/group.ts';
import type { PosixSettings } from '../../core/model/posix.ts';
import type { User } from '../../core/model/user.ts';
import { attributeType as type } from './attribute-types.ts';
import type { AttributeSource, Sources } from './entry.ts';

/** What a user's entry holds beside its other attributes. */
export function posixAccount({ homeDirectory, loginShell }: PosixSettings): Sources<{ readonly user: User }> {
  return [
    [type.uidNumber, number(({ user }) => user.posixNumber)],
    // Each user is alone in a group of its own, which has no entry.
    [type.gidNumber, number(({ user }) => user.posixNumber)],
    [type.gecos, { values: ({ user }) => [gecos(user)] }],
    [type.homeDirectory, { values: ({ user }) => [homeDirectory.replaceAll('%u', folderName(user))] }],
    [type.loginShell, { values: () => [loginShell] }],
  ];
}

/** As posixAccount, of a group. */
export const POSIX_GROUP: Sources<{ readonly group: Group }> = [
  [type.gidNumber, number(({ group }) => group.posixNumber)],
];

/** A number as it is served is its key. */
function number<Row>(of: (row: Row) => number): AttributeSource<Row> {
  const values = (row: Row) => [String(of(row))];
  return { values, keys: values };
}

/** A username may be "..", which leads elsewhere. */
function folderName({ id, username }: User): string {
  return /^\.+$/.test(username) ? id : username;
}

/** The name in ASCII, as far as it can be told, without what separates the fields of /etc/passwd. */
function gecos({ username, displayName }: User): string {
  const plain = displayName.replaceAll('ß', 'ss').normalize('NFKD').replace(/\p{M}/gu, '');
  const words = plain
    .replace(/[:,]/g, ' ')
    .replace(/[^ -~]/g, '')
    .split(' ')
    .filter(Boolean);
  return words.join(' ') || username;
}
