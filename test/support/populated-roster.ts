/** A served Roster with the people and groups that the conformance tests let real clients find. */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { openRoster } from '../../src/app.ts';
import { CONSOLE } from '../../src/cli/session.ts';
import { readConfig } from '../../src/core/config/config.ts';
import { disk } from '../../src/core/config/disk.ts';
import { aJpeg } from './pictures.ts';
import { BIND_DN, BIND_PASSWORD, startRoster, type TestRoster } from './roster.ts';
import { ED25519 } from './ssh-keys.ts';

/** A person that may sign in: a member of staff, and through it of everyone. */
export const JANE = {
  username: 'jdoe',
  dn: 'uid=jdoe,ou=users,dc=roster',
  name: 'Jane Doe',
  email: 'jdoe@example.org',
  password: 'Correct-horse-7',
} as const;

/** What else is known of her. */
export const JANES_PROFILE = {
  employeeNumber: 'E-007',
  language: 'de-CH',
  affiliations: ['CERN', 'ETH Zürich'],
  sshPublicKeys: [`${ED25519} jane@laptop`],
} as const;

/** Holds every kind of byte, some of which are no UTF-8. */
export const JANES_PHOTO = aJpeg(20_000, '\0\r\n');

/** Another one, a member of guests only. */
export const RICHARD = {
  username: 'rroe',
  dn: 'uid=rroe,ou=users,dc=roster',
  name: 'Richard Roe',
  email: 'rroe@example.org',
  password: 'Correct-horse-8',
} as const;

export const STAFF_DN = 'cn=staff,ou=groups,dc=roster';
export const GUESTS_DN = 'cn=guests,ou=groups,dc=roster';
/** Holds the group staff. */
export const EVERYONE_DN = 'cn=everyone,ou=groups,dc=roster';

/** As startRoster, with JANE, RICHARD and the groups; the CA file is readable by clients that give up root. */
export async function startPopulatedRoster(env: Readonly<Record<string, string>> = {}): Promise<TestRoster> {
  const roster = await startRoster(env);
  await chmod(roster.folder, 0o711);
  await populate(roster, env);
  await untilServed(roster, env['ROSTER_BIND_PASSWORD'] ?? BIND_PASSWORD);
  return roster;
}

/** Writes to the running server's database, as the command line does, in one process. */
async function populate({ folder }: TestRoster, env: Readonly<Record<string, string>>): Promise<void> {
  const places = { ROSTER_DATA_DIR: join(folder, 'data'), ROSTER_CERTS_DIR: join(folder, 'certs') };
  const config = readConfig({ ...places, ROSTER_LOG_LEVEL: 'silent', ...env }, disk);
  const { directory, close } = await openRoster(config);
  for (const { username, name, email, password } of [JANE, RICHARD]) {
    await directory.users.add(CONSOLE, { username, displayName: name, email, password });
  }
  await directory.users.edit(CONSOLE, JANE.username, { ...JANES_PROFILE, avatar: JANES_PHOTO });
  for (const name of ['staff', 'guests', 'everyone']) await directory.groups.add(CONSOLE, { name });
  await directory.groups.addMember(CONSOLE, 'staff', { name: JANE.username, owner: false });
  await directory.groups.addMember(CONSOLE, 'guests', { name: RICHARD.username, owner: false });
  await directory.groups.addMember(CONSOLE, 'everyone', { name: 'staff', owner: false });
  await close();
}

/** Asks until the last change above is readable over LDAPS. */
async function untilServed(roster: TestRoster, password: string): Promise<void> {
  const admin = { dn: BIND_DN, password };
  const filter = `(&(objectClass=groupOfNames)(cn=everyone)(member=${STAFF_DN}))`;
  while ((await roster.search(['-b', 'dc=roster', filter, '1.1'], admin)).length === 0);
}
