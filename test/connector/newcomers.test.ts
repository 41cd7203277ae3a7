/** First sign-ins of people whom no sync has brought yet. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AWAY_MS } from '../../src/connector/away.ts';
import { type Connector, createConnector } from '../../src/connector/connector.ts';
import { LOOKUPS_PER_MINUTE_MAX } from '../../src/connector/newcomers.ts';
import { createPasswords } from '../../src/core/credentials/passwords.ts';
import type { Verdict } from '../../src/core/credentials/verdict.ts';
import { createCredentials } from '../../src/core/credentials/verify.ts';
import type { NewSource } from '../../src/core/directory/directory.ts';
import { newId } from '../../src/core/ids.ts';
import { silentLogger } from '../../src/core/log.ts';
import type { Source } from '../../src/core/model/source.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../support/directory.ts';
import {
  type FakeProvider,
  type ProfileName,
  passwordOf,
  startFakeProvider,
} from '../support/fake-provider/index.ts';
import { sourceOf } from '../support/provider-source.ts';

const WRONG = { ok: false, reason: 'wrong' };
const passwords = createPasswords({ cost: 4, concurrent: 2, queueMax: 100 });

let roster: TestDirectory;
let connector: Connector;
let provider: FakeProvider;

beforeEach(async () => {
  roster = await openTestDirectory();
  const { directory, clock } = roster;
  connector = createConnector({ directory, clock, log: silentLogger, newId });
});

afterEach(async () => {
  await connector.stop();
  await roster.remove();
  await provider.stop();
});

async function begin(
  profile: ProfileName,
  changes: Partial<NewSource> = {},
  people: readonly string[] = ['jane', 'joe'],
): Promise<Source> {
  const groups = { staff: people, board: people.slice(0, 1) };
  provider = await startFakeProvider({ profile, people, groups });
  const source = sourceOf(provider, { signIn: { createUsers: true }, ...changes });
  return roster.directory.sources.add(ACTOR, source);
}

function signIn(name: string, password: string): Promise<Verdict> {
  const credentials = createCredentials({ passwords, remote: connector.remote, clock: roster.clock });
  return credentials.verifyNewcomer(password, { address: '192.0.2.7', name });
}

async function groupsOf(username: string): Promise<string[]> {
  const { id, origin } = await roster.directory.users.byUsername(ACTOR, username);
  const { groups, memberships } = await roster.directory.imports.stateOf(origin?.sourceId ?? '');
  const own = new Set(memberships.filter(({ memberId }) => memberId === id).map(({ groupId }) => groupId));
  return groups.flatMap((group) => (own.has(group.id) ? [group.name] : [])).sort();
}

test.each(['okta', 'active-directory', 'openldap', 'cloudron', '389ds'] as const)(
  'somebody unknown who is right at %s is created with the groups there',
  async (profile) => {
    const source = await begin(profile);
    expect(await signIn('jane', passwordOf('jane'))).toMatchObject({ ok: true });
    expect(await roster.directory.users.byUsername(ACTOR, 'jane')).toMatchObject({
      email: 'jane@example.com',
      origin: { sourceId: source.id },
    });
    expect(await groupsOf('jane')).toEqual(['board', 'staff']);
    const run = await (await connector.sync(ACTOR, source)).done;
    expect(run).toMatchObject({ state: 'succeeded', counters: { usersCreated: 1, problems: 0 } });
    expect(await groupsOf('jane')).toEqual(['board', 'staff']);
  },
);

test('a username that reads like the id of somebody else gives nobody the groups of that one', async () => {
  await begin('cloudron', {}, ['joe']);
  const { id } = provider.directory.people.get('joe')?.value ?? { id: '' };
  provider.directory.putPerson(`uid-${id}`);
  expect(await signIn(`uid-${id}`, passwordOf(`uid-${id}`))).toMatchObject({ ok: true });
  expect(await groupsOf(`uid-${id}`)).toEqual([]);
  expect(await signIn('joe', passwordOf('joe'))).toMatchObject({ ok: true });
  expect(await groupsOf('joe')).toEqual(['board', 'staff']);
});

test('memberOf tells the groups where they list nobody', async () => {
  const source = await begin('openldap', { dialect: { membersFrom: 'users' } });
  provider.knobs.members = false;
  expect(source.dialect.membersFrom).toBe('users');
  expect(await signIn('jane', passwordOf('jane'))).toMatchObject({ ok: true });
  expect(await groupsOf('jane')).toEqual(['board', 'staff']);
});

test('of the groups that an entry names only those are taken that a sync reads too', async () => {
  const groupBaseDn = 'cn=staff,ou=groups,dc=example,dc=com';
  await begin('openldap', { groupBaseDn, dialect: { membersFrom: 'users' } });
  expect(await signIn('jane', passwordOf('jane'))).toMatchObject({ ok: true });
  expect(await groupsOf('jane')).toEqual(['staff']);
});

test('the primary group of Active Directory is among them', async () => {
  await begin('active-directory');
  provider.directory.putPerson('jane', { primaryGroup: 'board' });
  expect(await signIn('jane', passwordOf('jane'))).toMatchObject({ ok: true });
  expect(await groupsOf('jane')).toEqual(['board', 'staff']);
});

test('an e-mail address names somebody as well as a username', async () => {
  await begin('okta', { dialect: { usernameFrom: 'before-at' } }, ['jane@example.com']);
  expect(await signIn('jane@example.com', passwordOf('jane@example.com'))).toMatchObject({ ok: true });
  expect((await roster.directory.users.byUsername(ACTOR, 'jane')).email).toBe('jane@example.com');
});

test('while the source does not answer nobody is told who is known here, and who is not', async () => {
  const source = await begin('openldap');
  await (await connector.sync(ACTOR, source)).done;
  const { id, origin } = await roster.directory.users.byUsername(ACTOR, 'jane');
  await provider.stop();
  const credentials = createCredentials({ passwords, remote: connector.remote, clock: roster.clock });
  const context = { address: '192.0.2.7', name: 'x', door: { kind: 'pages' } } as const;
  const account = { userId: id, username: 'jane', enabled: true, extraCredentials: 0, secondFactor: false };
  const imported = { ...account, passwordHash: null, origin };
  const local = { ...account, origin: null, passwordHash: await passwords.hash('correct horse') };
  const unknown = await signIn('stranger', 'wrong');
  expect(unknown).toMatchObject({ ok: false, reason: 'unavailable' });
  for (const known of [imported, local, null]) {
    expect(await credentials.verify(known, 'wrong', context)).toEqual(unknown);
  }
  const secret = { id: 'admin', hash: local.passwordHash };
  expect(await credentials.verifySecret(secret, 'wrong', context)).toEqual(unknown);
  expect(await credentials.verify(local, 'correct horse', context)).toMatchObject({ ok: true });
  const proof = { address: '192.0.2.7', name: 'x' };
  expect(await credentials.verify(local, 'wrong', proof)).toMatchObject(WRONG);
  roster.clock.advance(AWAY_MS);
  expect(await credentials.verify(local, 'wrong', context)).toMatchObject(WRONG);
});

describe('nobody is created', () => {
  test.each<[string, string, string, Partial<NewSource>]>([
    ['by a wrong password', 'jane', 'wrong', {}],
    ['under a name that the source does not know', 'nobody', passwordOf('jane'), {}],
    ['by a name that would be a filter', '*', passwordOf('jane'), {}],
    ['where the source does not say so', 'jane', passwordOf('jane'), { signIn: {} }],
    ['whom the filter leaves out', 'jane', passwordOf('jane'), { filter: '(!(uid=jane))' }],
  ])('%s, and all that looks alike', async (_, name, password, changes) => {
    await begin('openldap', changes);
    expect(await signIn(name, password)).toMatchObject(WRONG);
    expect(
      await roster.directory.imports.stateOf((await roster.directory.sources.find('corp')).id),
    ).toMatchObject({
      users: [],
    });
  });

  test('under the name of a local user', async () => {
    await begin('openldap');
    await roster.directory.users.add(ACTOR, { username: 'jane' });
    expect(await signIn('jane', passwordOf('jane'))).toMatchObject(WRONG);
    expect((await roster.directory.users.byUsername(ACTOR, 'jane')).origin).toBeNull();
  });

  test('by a source that is switched off while it is asked', async () => {
    const source = await begin('openldap');
    await roster.directory.sources.setEnabled(ACTOR, 'corp', false);
    const names = { username: 'jane', displayName: 'Jane', givenName: '', familyName: '' };
    const fields = { ...names, email: null, otherEmails: [] };
    await expect(
      roster.directory.newcomers.admit(source, { externalId: '1', dn: 'uid=jane', fields, groups: [] }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  test('by a disabled source, or somebody disabled there', async () => {
    await begin('active-directory');
    provider.directory.putPerson('joe', { state: 'disabled' });
    expect(await signIn('joe', passwordOf('joe'))).toMatchObject(WRONG);
    await roster.directory.sources.setEnabled(ACTOR, 'corp', false);
    expect(await signIn('jane', passwordOf('jane'))).toMatchObject(WRONG);
  });
});

test('an e-mail address that somebody has is left out', async () => {
  await begin('openldap');
  await roster.directory.users.add(ACTOR, { username: 'local', email: 'JANE@example.com' });
  expect(await signIn('jane', passwordOf('jane'))).toMatchObject({ ok: true });
  expect((await roster.directory.users.byUsername(ACTOR, 'jane')).email).toBeNull();
});

test('first sign-ins during a sync give one user, without a problem', async () => {
  const people = Array.from({ length: 60 }, (_, index) => `user${index}`);
  const source = await begin('openldap', {}, people);
  const { done } = await connector.sync(ACTOR, source);
  const verdicts = await Promise.all(
    [...people.slice(0, 8), 'user0', 'user1'].map((name) => connector.remote.admit(name, passwordOf(name))),
  );
  expect(verdicts.filter(({ ok }) => !ok)).toEqual([]);
  expect(await done).toMatchObject({ state: 'succeeded', problems: [] });
  expect(await (await connector.sync(ACTOR, source)).done).toMatchObject({ problems: [] });
  const { users, memberships } = await roster.directory.imports.stateOf(source.id);
  expect(users.map(({ username }) => username).sort()).toEqual([...people].sort());
  expect(memberships).toHaveLength(61);
});

test('the sources are asked in the order of precedence, and the password is shown to the first that knows the name', async () => {
  await begin('openldap');
  const other = await startFakeProvider({ profile: 'openldap', people: ['jane'] });
  try {
    other.directory.putPerson('jane', { password: 'other' });
    const above = { name: 'above', policy: { precedence: 5 }, signIn: { createUsers: true } };
    await roster.directory.sources.add(ACTOR, sourceOf(other, above));
    expect(await signIn('jane', passwordOf('jane'))).toMatchObject(WRONG);
    expect(provider.operations.connections).toBe(0);
    expect(await signIn('joe', passwordOf('joe'))).toMatchObject({ ok: true });
  } finally {
    await other.stop();
  }
});

test('who uses up the questions to a source does not hand its people to the one below', async () => {
  await begin('openldap');
  const other = await startFakeProvider({ profile: 'openldap', people: ['joe'] });
  try {
    const above = { name: 'above', policy: { precedence: 5 }, signIn: { createUsers: true } };
    await roster.directory.sources.add(ACTOR, sourceOf(other, above));
    for (let index = 0; index <= LOOKUPS_PER_MINUTE_MAX; index += 1)
      await connector.remote.admit(`nobody${index}`, 'x');
    roster.clock.advance(1);
    expect(await connector.remote.admit('joe', passwordOf('joe'))).toMatchObject(WRONG);
    roster.clock.advance(60_000);
    expect(await connector.remote.admit('joe', passwordOf('joe'))).toMatchObject({ ok: true });
    const { origin } = await roster.directory.users.byUsername(ACTOR, 'joe');
    expect((await roster.directory.sources.find('above')).id).toBe(origin?.sourceId);
  } finally {
    await other.stop();
  }
});

test('an unknown name is asked about once a minute, and all unknown names together so often', async () => {
  await begin('openldap');
  await signIn('nobody', 'a');
  await signIn('nobody', 'b');
  expect(provider.operations.searches).toBe(1);
  roster.clock.advance(60_000);
  await signIn('nobody', 'c');
  expect(provider.operations.searches).toBe(2);
  for (let index = 0; index < LOOKUPS_PER_MINUTE_MAX + 20; index += 1) {
    await connector.remote.admit(`nobody${index}`, 'x');
  }
  expect(provider.operations.searches).toBeLessThanOrEqual(LOOKUPS_PER_MINUTE_MAX + 2);
});
