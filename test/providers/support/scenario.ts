/** What must work with every provider: import, sign-in, groups, renames, removals, by the command line. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LdifEntry, values } from '../../support/ldif.ts';
import { startPostgres } from '../../support/postgres.ts';
import { startRoster, type TestRoster } from '../../support/roster.ts';
import type { Provider } from './provider.ts';

export interface Scenario<P extends Provider> {
  readonly provider: P;
  readonly roster: TestRoster;
  /** What the command printed; fails the test unless it succeeds. */
  sync(): Promise<string>;
  person(username: string): Promise<LdifEntry | undefined>;
  /** Usernames, sorted. */
  membersOf(group: string): Promise<string[]>;
}

export const PASSWORD = 'Right-passw0rd!';

/** Starts the provider and a Roster that has it as its source, for all tests of a file or a part of it. */
export function startScenario<P extends Provider>(
  start: () => Promise<P>,
  database: 'sqlite' | 'postgresql' = 'sqlite',
): () => Scenario<P> {
  let scenario: Scenario<P>;
  let stop: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const provider = await start();
    stop = [() => provider.stop()];
    const postgres = database === 'sqlite' ? null : await startPostgres();
    if (postgres !== null) stop.push(() => postgres.stop());
    const roster = await startRoster(
      postgres === null ? {} : { DATABASE_URL: await postgres.createDatabase() },
    );
    stop.unshift(() => roster.remove());
    scenario = scenarioOf(provider, roster);
    await addProvider(roster, 'corp', provider);
  }, 120_000);
  afterAll(async () => {
    for (const end of stop) await end();
  });
  return () => scenario;
}

export async function addProvider(roster: TestRoster, name: string, provider: Provider): Promise<void> {
  const caFile = path.join(roster.folder, `${name}-ca.pem`);
  await writeFile(caFile, provider.caPem);
  const options = [...provider.source, '--ca-file', caFile, '--bind-password-stdin'];
  const added = await roster.cli(['sources', 'add', name, ...options], `${provider.bindPassword}\n`);
  expect(added).toMatchObject({ status: 0, stderr: '' });
}

function scenarioOf<P extends Provider>(provider: P, roster: TestRoster): Scenario<P> {
  return {
    provider,
    roster,
    async sync() {
      const { status, stdout, stderr } = await roster.cli(['sources', 'sync', 'corp']);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return stdout;
    },
    async person(username) {
      return (await roster.search(['-b', 'ou=users,dc=roster', `(uid=${username})`, '*', '+']))[0];
    },
    async membersOf(group) {
      const [entry] = await roster.search(['-b', 'ou=groups,dc=roster', `(cn=${group})`, 'memberUid']);
      return [...values(entry, 'memberUid')].sort();
    },
  };
}

export function signIn(roster: TestRoster, username: string, password: string): Promise<{ status: number }> {
  return roster.ldap('ldapwhoami', [], { dn: `uid=${username},ou=users,dc=roster`, password });
}

/** The tests that every provider must pass; each with people of its own. */
export function testProvider<P extends Provider>(scenario: () => Scenario<P>): void {
  test('people and groups are imported, and a second sync changes nothing', async () => {
    const { provider, sync, person, membersOf } = scenario();
    await provider.addPerson('anna', PASSWORD);
    await provider.addPerson('bert', PASSWORD);
    await provider.addGroup('staff', ['anna', 'bert']);
    await sync();
    expect(values(await person('anna'), 'mail')).toEqual(['anna@example.com']);
    expect(await membersOf('staff')).toEqual(['anna', 'bert']);
    expect(await sync()).toContain('Nothing changed');
  });

  test('people sign in with their password there, and with no other', async () => {
    const { provider, sync, roster } = scenario();
    await provider.addPerson('carl', PASSWORD);
    await sync();
    expect(await signIn(roster, 'carl', 'wrong')).toMatchObject({ status: 49 });
    expect(await signIn(roster, 'carl', PASSWORD)).toMatchObject({ status: 0 });
  });

  test('who joins or leaves a group there does so here', async () => {
    const { provider, sync, membersOf } = scenario();
    for (const username of ['dora', 'emil']) await provider.addPerson(username, PASSWORD);
    await provider.addGroup('team', ['dora']);
    await sync();
    await provider.addMember('team', 'emil');
    await sync();
    expect(await membersOf('team')).toEqual(['dora', 'emil']);
    await provider.removeMember('team', 'dora');
    await sync();
    expect(await membersOf('team')).toEqual(['emil']);
  });

  test('who is renamed stays the same person', async () => {
    const { provider, sync, person, roster } = scenario();
    await provider.addPerson('fritz', PASSWORD);
    await sync();
    const before = values(await person('fritz'), 'entryUUID');
    await provider.renamePerson('fritz', 'friedrich');
    await sync();
    expect(values(await person('friedrich'), 'entryUUID')).toEqual(before);
    expect(await person('fritz')).toBeUndefined();
    expect(await signIn(roster, 'friedrich', PASSWORD)).toMatchObject({ status: 0 });
  });

  test('who goes is no longer listed, and cannot sign in', async () => {
    const { provider, sync, person, roster } = scenario();
    await provider.addPerson('gerda', PASSWORD);
    await sync();
    expect(await signIn(roster, 'gerda', PASSWORD)).toMatchObject({ status: 0 });
    await provider.removePerson('gerda');
    await sync();
    expect(await person('gerda')).toBeUndefined();
    expect(await signIn(roster, 'gerda', PASSWORD)).toMatchObject({ status: 49 });
  });
}
