/** Writes the made-up company as LDIF for slapadd, with {SSHA} passwords and ready memberOf values. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  BASE_DN,
  GROUPS_DN,
  groupDn,
  groupName,
  groupsByMember,
  membersOf,
  PASSWORD,
  person,
  type Size,
  USERS_DN,
  userDn,
} from './population.ts';

const SALT_BYTES = 8;
/** As the owner that Roster makes at its first start, so that both list as many entries. */
const OWNER = ['objectClass: inetOrgPerson', 'uid: admin', 'cn: admin', 'sn: admin'];

export async function writeLdif(file: string, size: Size): Promise<void> {
  await pipeline(Readable.from(entries(size)), createWriteStream(file));
}

function* entries(size: Size): Generator<string> {
  yield entry(BASE_DN, ['objectClass: dcObject', 'objectClass: organization', 'dc: roster', 'o: Example']);
  yield entry(USERS_DN, ['objectClass: organizationalUnit', 'ou: users']);
  yield entry(GROUPS_DN, ['objectClass: organizationalUnit', 'ou: groups']);
  yield entry(`uid=admin,${USERS_DN}`, OWNER);
  const groups = groupsByMember(size);
  for (let index = 1; index <= size.users; index += 1) yield userEntry(index, groups.get(index) ?? []);
  for (let index = 1; index <= size.groups; index += 1) yield groupEntry(index, size);
}

function userEntry(index: number, groups: readonly number[]): string {
  const { username, mail, commonName, givenName, familyName } = person(index);
  return entry(userDn(index), [
    'objectClass: inetOrgPerson',
    `uid: ${username}`,
    `cn: ${commonName}`,
    `displayName: ${commonName}`,
    `givenName: ${givenName}`,
    `sn: ${familyName}`,
    `mail: ${mail}`,
    `userPassword: ${saltedSha1(PASSWORD, index)}`,
    ...groups.map((group) => `memberOf: ${groupDn(group)}`),
  ]);
}

function groupEntry(index: number, size: Size): string {
  return entry(groupDn(index), [
    'objectClass: groupOfNames',
    `cn: ${groupName(index)}`,
    ...membersOf(index, size).map((member) => `member: ${userDn(member)}`),
  ]);
}

function entry(dn: string, lines: readonly string[]): string {
  return `dn: ${dn}\n${lines.join('\n')}\n\n`;
}

/** A salt per person, and the same in every run. */
function saltedSha1(password: string, index: number): string {
  const salt = Buffer.alloc(SALT_BYTES);
  salt.writeUInt32BE(index);
  const digest = createHash('sha1').update(password).update(salt).digest();
  return `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`;
}
