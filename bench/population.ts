/** The made-up company that both servers serve: people and groups told by their number alone. */

export interface Size {
  readonly users: number;
  readonly groups: number;
  /** Members of each group. */
  readonly members: number;
}

export interface Person {
  readonly username: string;
  readonly mail: string;
  readonly commonName: string;
  readonly givenName: string;
  readonly familyName: string;
}

export const BASE_DN = 'dc=roster';
export const USERS_DN = `ou=users,${BASE_DN}`;
export const GROUPS_DN = `ou=groups,${BASE_DN}`;
/** The account that both servers exempt from limits. */
export const ADMIN_DN = `cn=admin,ou=system,${BASE_DN}`;
export const ADMIN_PASSWORD = 'bench-admin-password';
/** Everybody's. */
export const PASSWORD = 'bench-user-password';

const GIVEN_NAMES = 500;

/** `index` counts from 1. */
export function person(index: number): Person {
  const username = `user${index}`;
  const givenName = `Given${index % GIVEN_NAMES}`;
  const familyName = `User ${index}`;
  return {
    username,
    mail: `${username}@example.org`,
    commonName: `${givenName} ${familyName}`,
    givenName,
    familyName,
  };
}

export function userDn(index: number): string {
  return `uid=user${index},${USERS_DN}`;
}

export function groupName(index: number): string {
  return `group${index}`;
}

export function groupDn(index: number): string {
  return `cn=${groupName(index)},${GROUPS_DN}`;
}

/** The numbers of a group's members: the groups take turns through all people. */
export function membersOf(group: number, { users, members }: Size): readonly number[] {
  const first = (group - 1) * members;
  return Array.from({ length: Math.min(members, users) }, (_, step) => ((first + step) % users) + 1);
}

/** The numbers of each person's groups; those in none are left out. */
export function groupsByMember(size: Size): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  for (let group = 1; group <= size.groups; group += 1) {
    for (const member of membersOf(group, size)) {
      const known = groups.get(member);
      if (known === undefined) groups.set(member, [group]);
      else known.push(group);
    }
  }
  return groups;
}
