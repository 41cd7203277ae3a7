/** Puts the made-up company into a Roster's database, through its store and in bulk. */
import { createPasswords } from '../src/core/credentials/passwords.ts';
import type { WriteTransaction } from '../src/core/directory/store.ts';
import { NO_ATTRIBUTES } from '../src/core/model/attribute-definition.ts';
import type { Group, Membership } from '../src/core/model/group.ts';
import { NO_METADATA } from '../src/core/model/metadata.ts';
import { EMPTY_PROFILE } from '../src/core/model/profile.ts';
import type { User } from '../src/core/model/user.ts';
import { groupName, membersOf, PASSWORD, person, type Size } from './population.ts';
import { openBenchStore } from './roster.ts';

/** Rows of one transaction. */
const CHUNK = 10_000;

/** Everybody has the same bcrypt hash: hashing a hundred thousand at the ordinary cost would take hours. */
export async function fillDatabase(dataDir: string, size: Size): Promise<void> {
  const passwordHash = await createPasswords().hash(PASSWORD);
  const at = new Date();
  const store = await openBenchStore(dataDir);
  const insert = async <Row>(
    count: number,
    row: (index: number) => Row,
    write: (transaction: WriteTransaction, rows: readonly Row[]) => Promise<void>,
  ): Promise<void> => {
    for (let first = 1; first <= count; first += CHUNK) {
      const length = Math.min(CHUNK, count - first + 1);
      const rows = Array.from({ length }, (_, step) => row(first + step));
      await store.write((transaction) => write(transaction, rows));
    }
  };
  await insert(
    size.users,
    (index) => user(index, passwordHash, at),
    (transaction, rows) => transaction.insertUsers(rows),
  );
  await insert(
    size.groups,
    (index) => group(index, at),
    (transaction, rows) => transaction.insertGroups(rows),
  );
  await insert(
    size.groups,
    (index) => memberships(index, size),
    (transaction, rows) => transaction.putMemberships(rows.flat()),
  );
  await store.close();
}

export function userId(index: number): string {
  return id(1, index);
}

function groupId(index: number): string {
  return id(2, index);
}

/** A UUID that tells kind and number. */
function id(kind: number, index: number): string {
  return `00000000-0000-4000-8000-${kind}${String(index).padStart(11, '0')}`;
}

/** Beyond those that the server gives to its own first user. */
function posixNumber(kind: number, index: number): number {
  return kind * 1_000_000 + index;
}

export function user(index: number, passwordHash: string, at: Date): User {
  const { username, mail, commonName, givenName, familyName } = person(index);
  return {
    id: userId(index),
    posixNumber: posixNumber(1, index),
    username,
    email: mail,
    otherEmails: [],
    displayName: commonName,
    givenName,
    familyName,
    confirmed: true,
    profile: EMPTY_PROFILE,
    avatar: null,
    attributes: NO_ATTRIBUTES,
    metadata: NO_METADATA,
    role: 'user',
    active: true,
    passwordHash,
    extraCredentials: 0,
    secondFactor: false,
    passwordChangedAt: at,
    origin: null,
    createdAt: at,
    updatedAt: at,
    ownUpdatedAt: at,
  };
}

export function group(index: number, at: Date): Group {
  const name = groupName(index);
  return {
    id: groupId(index),
    posixNumber: posixNumber(2, index),
    name,
    displayName: name,
    description: '',
    email: null,
    permissions: null,
    organization: null,
    attributes: NO_ATTRIBUTES,
    metadata: NO_METADATA,
    origin: null,
    createdAt: at,
    updatedAt: at,
  };
}

export function memberships(index: number, size: Size): readonly Membership[] {
  return membersOf(index, size).map((member) => ({
    groupId: groupId(index),
    memberId: userId(member),
    memberKind: 'user',
    owner: false,
    fromSource: false,
  }));
}
