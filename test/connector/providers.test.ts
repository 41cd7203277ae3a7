/** Each provider's dialect and quirks, from adding the source to signing in. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Connector, createConnector } from '../../src/connector/connector.ts';
import { openLdapSource } from '../../src/connector/ldap-source.ts';
import { presets } from '../../src/connector/presets/index.ts';
import type { UpstreamUser } from '../../src/connector/source.ts';
import type { Verdict } from '../../src/core/credentials/verdict.ts';
import type { NewSource } from '../../src/core/directory/directory.ts';
import { newId } from '../../src/core/ids.ts';
import { silentLogger } from '../../src/core/log.ts';
import type { Source } from '../../src/core/model/source.ts';
import type { SyncRun } from '../../src/core/model/sync-run.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from '../support/directory.ts';
import {
  type FakeProvider,
  type FakeProviderOptions,
  type ProfileName,
  passwordOf,
  startFakeProvider,
} from '../support/fake-provider/index.ts';
import { sourceOf } from '../support/provider-source.ts';

const PROFILES: readonly ProfileName[] = [
  ...(['jumpcloud', 'okta', 'active-directory', 'openldap', '389ds', 'freeipa'] as const),
  ...(['google', 'entra-domain-services', 'cloudron', 'roster'] as const),
];

let roster: TestDirectory;
let connector: Connector;
const providers: FakeProvider[] = [];

beforeEach(async () => {
  roster = await openTestDirectory();
  // A peer is told who asks.
  await roster.directory.settings.seed(ACTOR, {
    settings: { allow: [], bindPasswordHash: '' },
    owner: { username: 'owner', passwordHash: '' },
  });
  connector = createConnector({
    directory: roster.directory,
    clock: roster.clock,
    log: silentLogger,
    newId,
    wait: async () => undefined,
  });
});

afterEach(async () => {
  await connector.stop();
  await roster.remove();
  for (const provider of providers.splice(0)) await provider.stop();
});

async function start(options: FakeProviderOptions): Promise<FakeProvider> {
  const provider = await startFakeProvider({
    people: ['jane', 'joe', 'max'],
    groups: { staff: ['jane', 'joe'], board: ['jane'] },
    ...options,
  });
  providers.push(provider);
  return provider;
}

function add(provider: FakeProvider, changes: Partial<NewSource> = {}): Promise<Source> {
  return roster.directory.sources.add(ACTOR, sourceOf(provider, changes));
}

async function sync(source: Source): Promise<SyncRun> {
  return (await connector.sync(ACTOR, source)).done;
}

/** Usernames by the name of their group. */
async function members(source: Source): Promise<Record<string, string[]>> {
  const { users, groups, memberships } = await roster.directory.imports.stateOf(source.id);
  const names = new Map(users.map(({ id, username }) => [id, username]));
  return Object.fromEntries(
    groups.map(({ id, name }) => {
      const own = memberships.filter(({ groupId }) => groupId === id);
      return [name, own.map(({ memberId }) => names.get(memberId) ?? memberId).sort()];
    }),
  );
}

async function signIn(
  username: string,
  password: string,
  secondFactor: string | null = null,
): Promise<Verdict> {
  const { origin } = await roster.directory.users.byUsername(ACTOR, username);
  if (origin === null) throw new Error(`${username} is no import`);
  return connector.remote.verify(origin, username, password, secondFactor);
}

describe.each(PROFILES)('%s', (profile) => {
  test('is tested, synchronized and asked about passwords', async () => {
    const provider = await start({ profile, tls: profile === 'google' ? 'client-certificate' : false });
    const source = await add(provider);
    const tested = await connector.test(source);
    expect(tested.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(tested.users.map(({ name }) => name).sort()).toEqual(['jane', 'joe', 'max']);
    expect(provider.operations.binds).toBe(1);

    expect(await sync(source)).toMatchObject({ state: 'succeeded', problems: [] });
    expect(await members(source)).toEqual({ board: ['jane'], staff: ['jane', 'joe'] });
    expect((await sync(source)).reason).toMatch(/Nothing changed/);

    expect(await signIn('jane', passwordOf('jane'))).toMatchObject({ ok: true });
    const wrong = await signIn('joe', 'wrong');
    expect(wrong).toEqual({ ok: false, reason: 'wrong' });
  });

  test('somebody renamed keeps the id, where the directory gives stable ones', async () => {
    const provider = await start({ profile });
    const source = await add(provider);
    await sync(source);
    const { id } = await roster.directory.users.byUsername(ACTOR, 'joe');
    provider.directory.putPerson('joe', { username: 'joseph', email: 'joseph@example.com' });
    provider.directory.putGroup('staff', { members: ['jane', 'joseph'] });
    await sync(source);
    const { id: after } = await roster.directory.users.byUsername(ACTOR, 'joseph');
    const weak = profile === 'okta' || profile === 'jumpcloud';
    expect(after === id).toBe(!weak);
    expect((await members(source))['staff']).toContain('joseph');
    expect(await signIn('joseph', passwordOf('joe'))).toMatchObject({ ok: true });
  });
});

test('an empty page with a cookie is followed by the pages after it', async () => {
  const people = Array.from({ length: 25 }, (_, index) => `user${index}`);
  const provider = await start({
    profile: '389ds',
    people,
    knobs: { emptyPageWithCookie: true, pageMax: 10 },
  });
  const source = await add(provider);
  expect((await sync(source)).counters.usersCreated).toBe(25);
});

test.each([0, 1499, 1500, 1501, 3001, 10_001])(
  'a group of %i members in Active Directory is whole',
  async (size) => {
    const everybody = Array.from({ length: size }, (_, index) => `user${index}`);
    const provider = await start({ profile: 'active-directory', people: [], groups: {} });
    for (const username of everybody) provider.directory.putPerson(username);
    provider.directory.putGroup('all', { members: everybody });
    provider.directory.putPerson('somebody');
    const source = await add(provider);
    await sync(source);
    expect((await members(source))['all']).toHaveLength(size);
  },
);

test.each([
  ['member', 'openldap'],
  ['uniqueMember', 'okta'],
  ['memberUid', 'cloudron'],
] as const)('groups list their members by %s', async (attribute, profile) => {
  const provider = await start({ profile });
  const source = await add(provider, { dialect: { attributes: { members: [], memberUids: [] } } });
  await sync(source);
  expect(await members(source)).toEqual({ board: [], staff: [] });
  const field = attribute === 'memberUid' ? 'memberUids' : 'members';
  await roster.directory.sources.edit(ACTOR, 'corp', { dialect: { attributes: { [field]: [attribute] } } });
  await sync(await roster.directory.sources.find('corp'));
  expect(await members(source)).toEqual({ board: ['jane'], staff: ['jane', 'joe'] });
});

test('where groups list nobody, memberOf of people tells their members, asked for by name', async () => {
  const knobs = { members: false, memberOf: 'operational' } as const;
  const provider = await start({ profile: 'openldap', knobs });
  const source = await add(provider, { dialect: { membersFrom: 'users' } });
  await sync(source);
  expect(await members(source)).toEqual({ board: ['jane'], staff: ['jane', 'joe'] });
});

test('a directory without memberOf is none the worse', async () => {
  const provider = await start({ profile: '389ds', knobs: { memberOf: 'none' } });
  const source = await add(provider);
  await sync(source);
  expect(await members(source)).toEqual({ board: ['jane'], staff: ['jane', 'joe'] });
});

test('the primary group of Active Directory has its members, though it lists nobody', async () => {
  const provider = await start({
    profile: 'active-directory',
    groups: { accounting: ['jane', 'joe', 'max'] },
  });
  provider.directory.putPerson('jane', { primaryGroup: 'accounting' });
  provider.directory.putPerson('max', { primaryGroup: 'accounting' });
  const source = await add(provider);
  await sync(source);
  expect(await members(source)).toEqual({ accounting: ['jane', 'joe', 'max'] });
});

test.each(['critical', 'ignored'] as const)(
  'a server whose paging is %s is read in one search',
  async (paging) => {
    const provider = await start({ profile: 'openldap', knobs: { paging } });
    const source = await add(provider);
    expect((await sync(source)).counters.usersCreated).toBe(3);
  },
);

test('a server that refuses an empty base is read all the same: the root DSE is not needed', async () => {
  const provider = await start({ profile: 'google', knobs: { rejectEmptyBase: true } });
  const source = await add(provider);
  expect((await connector.test(source)).ok).toBe(true);
  expect(await sync(source)).toMatchObject({ state: 'succeeded', counters: { usersCreated: 3 } });
});

test('a tree that shows everybody twice gives each person once', async () => {
  const provider = await start({ profile: 'freeipa', knobs: { duplicateTree: true } });
  const source = await add(provider, { baseDn: 'cn=accounts,dc=example,dc=com' });
  expect((await sync(source)).counters).toMatchObject({ usersCreated: 3, problems: 0 });
});

test('a token that wears off is renewed by a bind before the next page', async () => {
  const people = Array.from({ length: 5 }, (_, index) => `user${index}`);
  const provider = await start({
    profile: 'okta',
    people,
    knobs: { tokenSearches: 1, pageMax: 1, bindsPerSecond: null },
  });
  const source = await add(provider);
  const signal = new AbortController().signal;
  const preset = { ...presets.okta, bindLastsMs: 60_000 };
  let now = 0;
  const access = roster.directory.sources.access(source);
  const session = await openLdapSource(source, preset, access, {
    signal,
    now: () => {
      now += 60_000;
      return now;
    },
  });
  const found: UpstreamUser[] = [];
  for await (const page of session.users()) found.push(...page);
  session.close();
  expect(found).toHaveLength(5);
  expect(provider.operations).toMatchObject({ binds: 6, searches: 5 });
});

test('a sync takes one more search for each page, however many people there are', async () => {
  const searches: number[] = [];
  for (const size of [20, 60]) {
    const people = Array.from({ length: size }, (_, index) => `user${index}`);
    const provider = await start({ profile: 'openldap', people, knobs: { pageMax: 10 } });
    await sync(await add(provider, { name: `corp${size}` }));
    searches.push(provider.operations.searches);
  }
  expect((searches[1] ?? 0) - (searches[0] ?? 0)).toBe(4);
});

test('a source that is disabled while it is read ends its run within seconds', async () => {
  const provider = await start({ profile: 'openldap', knobs: { delayMs: 20_000 } });
  const source = await add(provider);
  const { done } = await connector.sync(ACTOR, source);
  await roster.directory.sources.setEnabled(ACTOR, source.name, false);
  expect(await done).toMatchObject({
    state: 'failed',
    reason: 'The source corp was disabled while it was synced; what had been applied until then stays.',
  });
});

test('a connection lost between pages is read from the first page again: cookies stay on their connection', async () => {
  const people = Array.from({ length: 30 }, (_, index) => `user${index}`);
  const provider = await start({ profile: 'openldap', people, knobs: { pageMax: 10, finAfterPage: 2 } });
  const source = await add(provider);
  expect(await sync(source)).toMatchObject({ state: 'succeeded', counters: { usersCreated: 30 } });
  expect(provider.operations.connections).toBe(2);
});

test.each<[string, Partial<NewSource>, RegExp]>([
  ['connect', { url: 'ldaps://127.0.0.1:1' }, /refuses connections/],
  ['tls', { caPem: null }, /is not trusted: give the CA/],
  ['bind', { bindPassword: 'wrong' }, /refused to bind as cn=reader/],
  ['base', { baseDn: 'ou=nowhere,dc=example,dc=com' }, /ou=nowhere,dc=example,dc=com does not exist/],
  ['filter', { filter: '(uid=nobody)' }, /No users were found below/],
  ['group-base', { groupBaseDn: 'ou=nowhere,dc=example,dc=com' }, /does not exist/],
  ['group-filter', { groupFilter: '(cn=nothing)' }, /No groups were found below/],
])('a test that fails at the step %s names it, and what to mend', async (name, changes, sentence) => {
  const provider = await start({ profile: 'openldap', tls: true });
  const { ok, steps } = await connector.test(await add(provider, changes));
  expect(ok).toBe(false);
  expect(steps.at(-1)).toMatchObject({ name, ok: false, message: expect.stringMatching(sentence) });
  expect(steps.slice(0, -1).every((step) => step.ok)).toBe(true);
  expect(provider.operations.binds).toBeLessThanOrEqual(1);
});

test('a reader that may read nothing, or only itself, is told so by a test', async () => {
  const provider = await start({ profile: '389ds', knobs: { emptyOnNoAci: true } });
  const { steps } = await connector.test(await add(provider));
  expect(steps.at(-1)?.message).toMatch(/check the base DN, the filter and the rights of the bind account/);
});

test('referrals are not followed', async () => {
  const provider = await start({ profile: 'active-directory', knobs: { referralEntries: 3 } });
  const source = await add(provider);
  expect(await sync(source)).toMatchObject({ state: 'succeeded', counters: { usersCreated: 3 } });
});

describe('usernames that are addresses', () => {
  const people = ['jane@example.com', 'joe@example.com', 'joe@example.org'];

  test('are refused with the reason', async () => {
    const provider = await start({ profile: 'okta', people, groups: {} });
    const source = await add(provider);
    const tested = await connector.test(source);
    expect(tested.steps.find(({ name }) => name === 'users')?.message).toMatch(
      /^3 of 3 users looked at cannot be imported: A username may hold only .*before-at/,
    );
    const run = await sync(source);
    expect(run.problems[0]?.reason).toContain('usernameFrom');
    expect(run.counters.usersCreated).toBe(0);
  });

  test('are shortened to the part before the @ where the source says so, each once', async () => {
    const provider = await start({ profile: 'okta', people, groups: {} });
    const source = await add(provider, { dialect: { usernameFrom: 'before-at' } });
    const run = await sync(source);
    expect(run.counters.usersCreated).toBe(2);
    expect(run.problems.map(({ reason }) => reason)).toEqual([expect.stringContaining('"joe"')]);
    expect(await signIn('jane', passwordOf('jane@example.com'))).toMatchObject({ ok: true });
  });
});

test('an attribute map takes the place of what the preset has, field by field', async () => {
  const provider = await start({ profile: 'openldap' });
  const more = {
    employeeNumber: ['4711'],
    labeledURI: ['jane@home.example'],
    telephoneNumber: ['+41 44 123'],
  };
  provider.directory.putPerson('jane', { more });
  const attributes = { id: ['employeeNumber'], otherEmails: ['labeledURI'], displayName: ['uid'], phone: [] };
  const source = await add(provider, { dialect: { attributes } });
  await sync(source);
  const jane = await roster.directory.users.byUsername(ACTOR, 'jane');
  expect(jane).toMatchObject({
    displayName: 'jane',
    otherEmails: ['jane@home.example'],
    profile: { employeeNumber: '4711', phone: '' },
    origin: { externalId: '4711' },
  });
  expect(await signIn('jane', passwordOf('jane'))).toMatchObject({ ok: true });
});

describe('a sign-in', () => {
  test.each<[ProfileName, 'locked' | 'expired' | 'must-change' | 'disabled' | 'account-expired', string]>([
    ['active-directory', 'locked', 'locked'],
    ['active-directory', 'expired', 'password-expired'],
    ['active-directory', 'must-change', 'must-change'],
    ['active-directory', 'account-expired', 'account-expired'],
    ['okta', 'locked', 'locked'],
    ['okta', 'expired', 'password-expired'],
    ['okta', 'must-change', 'must-change'],
    ['389ds', 'locked', 'locked'],
    ['389ds', 'must-change', 'must-change'],
    ['389ds', 'account-expired', 'account-expired'],
    ['openldap', 'locked', 'locked'],
    ['openldap', 'expired', 'password-expired'],
    ['openldap', 'must-change', 'must-change'],
  ])('at %s of somebody who is %s is refused, and why is told apart', async (profile, state, why) => {
    const provider = await start({ profile });
    const source = await add(provider);
    await sync(source);
    provider.directory.putPerson('jane', { state });
    expect(await signIn('jane', passwordOf('jane'))).toEqual({ ok: false, reason: 'wrong', why });
    expect(
      provider.operations.bindDns.filter((dn) => /jane/i.test(dn) || dn.startsWith('CN=Jane')),
    ).toHaveLength(1);
  });

  test('hands a passcode after a comma on as it is, and one beside the name after a comma', async () => {
    const provider = await start({ profile: 'okta' });
    const source = await add(provider);
    await sync(source);
    provider.directory.putPerson('jane', { passcode: '123456' });
    const password = passwordOf('jane');
    expect(await signIn('jane', password)).toEqual({ ok: false, reason: 'wrong', why: 'second-factor' });
    expect(await signIn('jane', `${password},123456`)).toMatchObject({ ok: true });
    expect(await signIn('jane', password, '123456')).toMatchObject({ ok: true });
  });

  test('at a peer carries the second factor in the DN of the entry there', async () => {
    const provider = await start({ profile: 'roster' });
    const source = await add(provider);
    await sync(source);
    provider.directory.putPerson('jane', { passcode: '123456' });
    expect(await signIn('jane', passwordOf('jane'), '123456')).toMatchObject({ ok: true, rememberMs: 0 });
    expect(provider.operations.bindDns.at(-1)).toBe('uid=jane+totpToken=123456,ou=users,dc=peer');
    expect(await signIn('jane', passwordOf('jane'), '1,ou=x')).toMatchObject({ ok: false });
  });

  test('keeps to the pace of the provider, and is never refused for its limit', async () => {
    const provider = await start({ profile: 'okta' });
    const source = await add(provider);
    await sync(source);
    const verdicts = await Promise.all(['jane', 'joe', 'max'].map((name) => signIn(name, passwordOf(name))));
    expect(verdicts.map(({ ok }) => ok)).toEqual([true, true, true]);
  });

  test('at a provider that takes no more binds of theirs is busy, not wrong', async () => {
    const provider = await start({ profile: 'openldap' });
    const source = await add(provider);
    await sync(source);
    const dn = 'uid=jane,ou=People,dc=example,dc=com';
    provider.knobs.busyFor = [dn];
    expect(await signIn('jane', passwordOf('jane'))).toMatchObject({ ok: false, reason: 'busy' });
    expect(await signIn('joe', passwordOf('joe'))).toMatchObject({ ok: true });
  });

  test('ends in time where the provider is silent', async () => {
    const provider = await start({ profile: 'openldap' });
    const source = await add(provider, { signIn: { timeLimitSeconds: 1 } });
    await sync(source);
    provider.knobs.delayMs = 5_000;
    expect(await signIn('jane', passwordOf('jane'))).toMatchObject({
      reason: 'unavailable',
      message: 'The directory upstream cannot check passwords at the moment.',
    });
  });

  test('is remembered for as long as the source says: not at all for Active Directory', async () => {
    for (const [profile, rememberMs] of [
      ['active-directory', 0],
      ['openldap', 60_000],
    ] as const) {
      const source = await add(await start({ profile }), { name: profile });
      await sync(source);
      const { users } = await roster.directory.imports.stateOf(source.id);
      const [user] = users;
      if (user?.origin == null) continue;
      const verdict = await connector.remote.verify(user.origin, user.username, passwordOf(user.username));
      expect(verdict).toEqual({ ok: true, rememberMs });
      await roster.directory.sources.delete(ACTOR, profile, { keepImports: true });
      for (const { username } of users) await roster.directory.users.delete(ACTOR, username);
    }
  });
});
