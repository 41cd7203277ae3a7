/** Rosters that read each other: both ways at once, and in a ring. */
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type LdifEntry, values } from '../support/ldif.ts';
import { BIND_DN, BIND_PASSWORD, startRoster, type TestRoster } from '../support/roster.ts';
import { PASSWORD, signIn } from './support/scenario.ts';

let rosters: TestRoster[] = [];

afterEach(async () => {
  await Promise.all(rosters.map((roster) => roster.remove()));
  rosters = [];
});

async function start(count: number): Promise<TestRoster[]> {
  rosters = await Promise.all(Array.from({ length: count }, () => startRoster()));
  return rosters;
}

/** Makes `reader` read `read`, by its administrator's account. */
async function federate(
  reader: TestRoster,
  read: TestRoster,
  options: readonly string[] = [],
): Promise<void> {
  const caFile = path.join(reader.folder, 'peer.pem');
  await copyFile(read.caFile, caFile);
  const where = ['--url', read.ldapsUrl, '--ca-file', caFile, '--bind-dn', BIND_DN, '--bind-password-stdin'];
  const what = ['--preset', 'roster', '--base-dn', 'ou=users,dc=roster', '--sync-groups', ...options];
  expect(await reader.cli(['sources', 'add', 'peer', ...what, ...where], `${BIND_PASSWORD}\n`)).toMatchObject(
    {
      status: 0,
      stderr: '',
    },
  );
}

async function add(roster: TestRoster, username: string): Promise<void> {
  const added = await roster.cli(
    ['users', 'add', username, '--email', `${username}@example.org`, '--password-stdin'],
    `${PASSWORD}\n`,
  );
  expect(added).toMatchObject({ status: 0 });
}

async function addGroup(roster: TestRoster, name: string, member: string): Promise<void> {
  expect(await roster.cli(['groups', 'add', name])).toMatchObject({ status: 0 });
  expect(await roster.cli(['groups', 'add-member', name, member])).toMatchObject({ status: 0 });
}

/** Each reads its peer once; resolves with what the commands printed. */
async function round(among: readonly TestRoster[]): Promise<string[]> {
  const said: string[] = [];
  for (const roster of among) {
    const { status, stdout, stderr } = await roster.cli(['sources', 'sync', 'peer']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    said.push(stdout);
  }
  return said;
}

/** All but the owner, whom every Roster has of its own. */
async function people(roster: TestRoster): Promise<string[]> {
  const entries = await roster.search(['-b', 'ou=users,dc=roster', '(!(uid=admin))', 'uid']);
  return entries
    .flatMap((entry) => values(entry, 'uid'))
    .filter((uid) => uid !== '')
    .sort();
}

async function entryOf(roster: TestRoster, uid: string): Promise<LdifEntry | undefined> {
  return (await roster.search(['-b', 'ou=users,dc=roster', `(uid=${uid})`, '*', '+']))[0];
}

const NOT_THE_OWNER = ['--filter', '(&(objectClass=inetOrgPerson)(!(uid=admin)))'];

test('two that read each other have everybody once, and stay as they are', async () => {
  const [one, two] = await start(2);
  if (one === undefined || two === undefined) return;
  await federate(one, two, NOT_THE_OWNER);
  await federate(two, one, NOT_THE_OWNER);
  await add(one, 'anna');
  await add(two, 'bert');
  await addGroup(one, 'staff', 'anna');
  await round([one, two]);
  await round([one, two]);
  for (const roster of [one, two]) expect(await people(roster)).toEqual(['anna', 'bert']);
  for (const said of await round([one, two])) expect(said).toMatch(/^Nothing changed\.[^:]*$/);

  expect(await signIn(two, 'anna', PASSWORD)).toMatchObject({ status: 0 });
  expect(await signIn(one, 'bert', PASSWORD)).toMatchObject({ status: 0 });
  expect(await signIn(two, 'anna', 'wrong')).toMatchObject({ status: 49 });
  const [staff] = await two.search(['-b', 'ou=groups,dc=roster', '(cn=staff)', 'memberUid']);
  expect(values(staff, 'memberUid')).toEqual(['anna']);
});

test('who is renamed keeps the id; who goes does not come back from where it went', async () => {
  const [one, two] = await start(2);
  if (one === undefined || two === undefined) return;
  await federate(one, two, NOT_THE_OWNER);
  await federate(two, one, NOT_THE_OWNER);
  for (const username of ['anna', 'stays']) await add(one, username);
  await round([two, one]);
  const before = values(await entryOf(two, 'anna'), 'entryUUID');
  expect(await one.cli(['users', 'edit', 'anna', '--username', 'anne'])).toMatchObject({ status: 0 });
  await round([two, one]);
  expect(values(await entryOf(two, 'anne'), 'entryUUID')).toEqual(before);

  expect(await one.cli(['users', 'delete', 'anne', '--yes'])).toMatchObject({ status: 0 });
  // First the one that she came from: the other still lists her.
  await round([one, two]);
  await round([one, two]);
  expect(await people(one)).toEqual(['stays']);
  expect(await people(two)).toEqual(['stays']);
});

test('in a ring of three everybody arrives everywhere once, and who goes is gone everywhere', async () => {
  const ring = await start(3);
  for (const [index, roster] of ring.entries()) {
    const next = ring[(index + 1) % ring.length];
    if (next !== undefined) await federate(roster, next, NOT_THE_OWNER);
    await add(roster, `person${index}`);
  }
  const everybody = ['person0', 'person1', 'person2'];
  for (let rounds = 0; rounds < ring.length; rounds += 1) await round(ring);
  for (const roster of ring) expect(await people(roster)).toEqual(everybody);
  for (const said of await round(ring)) expect(said).toMatch(/^Nothing changed\.[^:]*$/);
  for (const roster of ring) expect(await signIn(roster, 'person0', PASSWORD)).toMatchObject({ status: 0 });

  expect(await ring[0]?.cli(['users', 'delete', 'person0', '--yes'])).toMatchObject({ status: 0 });
  for (let rounds = 0; rounds < ring.length; rounds += 1) await round(ring);
  for (const roster of ring) expect(await people(roster)).toEqual(['person1', 'person2']);
});

test('a Roster that is made to read itself says so', async () => {
  const [one] = await start(1);
  if (one === undefined) return;
  await federate(one, one, NOT_THE_OWNER);
  expect(await one.cli(['sources', 'sync', 'peer'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('The source is this Roster itself'),
  });
});
