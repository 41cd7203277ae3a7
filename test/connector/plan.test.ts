import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Plan, type PlanInput, planSync, type Upstream } from '../../src/connector/plan.ts';
import type { UpstreamGroup, UpstreamUser } from '../../src/connector/source.ts';
import type { ImportedState, ImportStep } from '../../src/core/directory/imports.ts';
import type { Membership } from '../../src/core/model/group.ts';
import type { SyncCounters } from '../../src/core/model/sync-run.ts';
import { applySteps, EMPTY_STATE } from '../support/import-model.ts';
import { completed } from '../support/turns.ts';

describe('people', () => {
  test('new ones are created, and nothing is left to do after', () => {
    const upstream = { users: [user('jane'), user('john')], groups: null };
    const plan = planOf(upstream);
    expect(stepsOf(plan).map(({ type }) => type)).toEqual(['create-user', 'create-user']);
    expect(plan.counters).toMatchObject({ usersSeen: 2, usersCreated: 2, problems: 0 });
    expect(planOf(upstream, { state: applied(EMPTY_STATE, plan) }).stages).toEqual([]);
  });

  test('a rename keeps the id', () => {
    const state = stateOf({ users: [user('jane')], groups: null });
    const plan = planOf(
      { users: [user('jane', { username: 'janet', dn: 'uid=janet,dc=x' })], groups: null },
      { state },
    );
    expect(stepsOf(plan)).toMatchObject([
      { type: 'update-user', id: state.users[0]?.id, fields: { username: 'janet' } },
    ]);
  });

  test('two who exchange usernames and addresses do so in one transaction', () => {
    const state = stateOf({ users: [user('a'), user('b'), user('c')], groups: null });
    const swapped = [
      user('a', { username: 'b', email: 'b@example.org' }),
      user('b', { username: 'a', email: 'a@example.org' }),
      user('c', { displayName: 'Changed' }),
    ];
    const { stages } = planOf({ users: swapped, groups: null }, { state });
    expect(stages.map(({ together, steps }) => [together, steps.length])).toEqual([
      [true, 2],
      [false, 1],
    ]);
  });

  test('who is gone is suspended, once; who is back is enabled again', () => {
    const both = { users: [user('a'), user('b')], groups: null };
    const state = stateOf(both);
    const one = { users: [user('a')], groups: null };
    const plan = planOf(one, { state });
    expect(plan.counters).toMatchObject({ usersDisabled: 1, usersUpdated: 0 });
    const without = applied(state, plan);
    expect(planOf(one, { state: without }).stages).toEqual([]);
    expect(planOf(both, { state: without }).counters).toMatchObject({ usersEnabled: 1, usersUpdated: 0 });
  });

  test('who is disabled upstream is suspended; a newcomer comes so, and counts as created', () => {
    const state = stateOf({ users: [user('a')], groups: null });
    const plan = planOf(
      { users: [user('a', { disabled: true }), user('b', { disabled: true })], groups: null },
      { state },
    );
    expect(plan.counters).toMatchObject({ usersCreated: 1, usersDisabled: 1 });
    const after = applied(state, plan);
    expect(after.users.every(({ origin }) => origin?.suspendedSince !== null)).toBe(true);
  });

  test.each([
    ['Jane Doe', /letters a to z.*Set usernameField/],
    ['jane@example.org', /Set usernameField/],
    ['admin', /reserved/],
    ['x'.repeat(200), /1 to 199/],
  ])('the username %s is a problem, not an import', (username, reason) => {
    const plan = planOf({ users: [user('a', { username }), user('b')], groups: null });
    expect(plan.problems).toEqual([{ dn: 'uid=a,dc=x', reason: expect.stringMatching(reason) }]);
    expect(plan.counters).toMatchObject({ usersSeen: 2, usersCreated: 1, problems: 1 });
  });

  test('an import whose new name breaks a rule keeps the old one, and is not suspended', () => {
    const state = stateOf({ users: [user('a')], groups: null });
    const plan = planOf(
      { users: [user('a', { username: 'admin', displayName: 'New' })], groups: null },
      { state },
    );
    expect(stepsOf(plan)).toMatchObject([
      { type: 'update-user', suspended: false, fields: { username: 'a', displayName: 'New' } },
    ]);
    expect(plan.problems).toHaveLength(1);
  });

  test('a username that somebody else here has is never taken over', () => {
    const taken = { usernames: new Map([['a', 'local']]), emails: new Map(), groupNames: new Map() };
    const plan = planOf({ users: [user('a')], groups: null }, { taken });
    expect(plan.stages).toEqual([]);
    expect(plan.problems[0]?.reason).toBe(
      'The username "a" is taken by somebody else here, so the entry was not imported: rename one of the two.',
    );
  });

  test('a taken address is left out, the person is imported', () => {
    const taken = {
      usernames: new Map(),
      emails: new Map([['a@example.org', 'local']]),
      groupNames: new Map(),
    };
    const plan = planOf(
      { users: [user('a'), user('b', { email: 'not an address' })], groups: null },
      { taken },
    );
    expect(stepsOf(plan)).toMatchObject([{ fields: { email: null } }, { fields: { email: null } }]);
    expect(plan.problems).toHaveLength(2);
  });

  test('an entry without a stable id among others that have one is skipped, and its import is left alone', () => {
    const state = stateOf({ users: [user('a'), user('b')], groups: null });
    const plan = planOf({ users: [user('a', { externalId: null }), user('b')], groups: null }, { state });
    expect(plan.stages).toEqual([]);
    expect(plan.problems[0]?.reason).toContain('no stable id');
  });

  test('where nobody has a stable id, names stand in, and a warning says so', () => {
    const users = [user('a', { externalId: null }), user('b', { externalId: null })];
    const plan = planOf({ users, groups: null });
    expect(stepsOf(plan)).toMatchObject([{ externalId: 'username:a' }, { externalId: 'username:b' }]);
    expect(plan.warnings[0]).toContain('no stable ids of people');
  });

  test('an entry that comes twice counts once', () => {
    const plan = planOf({ users: [user('a'), user('a', { dn: 'uid=a,cn=compat,dc=x' })], groups: null });
    expect(plan.counters).toMatchObject({ usersCreated: 1, problems: 0 });
  });

  test('somebody new under the username of somebody who is gone is a problem', () => {
    const state = stateOf({ users: [user('a'), user('b')], groups: null });
    const plan = planOf(
      { users: [user('a2', { username: 'a', email: null }), user('b')], groups: null },
      { state },
    );
    expect(plan.problems[0]?.reason).toContain('"a" is taken');
    expect(plan.counters).toMatchObject({ usersCreated: 0, usersDisabled: 1 });
  });
});

describe('groups', () => {
  const users = [user('a'), user('b'), user('c')];

  test('members are found by DN in any spelling, by username and by id', () => {
    const memberDns = ['UID=A, DC=X', 'uid=\\62,dc=x'];
    const plan = planOf({ users, groups: [group('g', { memberDns, memberUids: ['C', 'id-a'] })] });
    expect(plan.counters).toMatchObject({ groupsCreated: 1, membersAdded: 3 });
    expect(plan.ignoredMembers).toBe(0);
  });

  test('members that are nobody here are ignored and counted', () => {
    const memberDns = ['cn=dummy', '', 'not a dn', 'uid=a,dc=x'];
    const plan = planOf({ users, groups: [group('g', { memberDns, memberUids: ['nobody'] })] });
    expect(plan.counters).toMatchObject({ membersAdded: 1, problems: 0 });
    expect(plan.ignoredMembers).toBe(4);
  });

  test('nesting is kept, a cycle loses its last edge', () => {
    const groups = [
      group('g', { memberDns: ['cn=h,dc=x', 'cn=g,dc=x'] }),
      group('h', { memberDns: ['cn=i,dc=x'] }),
      group('i', { memberDns: ['cn=g,dc=x'] }),
    ];
    const plan = planOf({ users, groups });
    expect(plan.counters.membersAdded).toBe(2);
    expect(plan.ignoredMembers).toBe(2);
  });

  test('a group that is gone is suspended and keeps its members', () => {
    const state = stateOf({ users, groups: [group('g', { memberUids: ['a', 'b'] })] });
    const plan = planOf({ users, groups: [] }, { state });
    expect(plan.counters).toMatchObject({ groupsSuspended: 1, membersRemoved: 0 });
    expect(planOf({ users, groups: [] }, { state: applied(state, plan) }).stages).toEqual([]);
  });

  test('where empty groups vanish, a group that is gone loses its members', () => {
    const state = stateOf({ users, groups: [group('g', { memberUids: ['a', 'b'] })] });
    const plan = planOf({ users, groups: [] }, { state, emptyGroupsVanish: true });
    expect(plan.counters).toMatchObject({ groupsSuspended: 1, membersRemoved: 2 });
  });

  test('groups of a source that no longer synchronizes groups stay as they are', () => {
    const state = stateOf({ users, groups: [group('g', { memberUids: ['a'] })] });
    expect(planOf({ users, groups: null }, { state }).stages).toEqual([]);
  });

  test('members added by hand stay, whether the source lists them or not', () => {
    const groups = [group('g', { memberUids: ['a'] })];
    const imported = stateOf({ users, groups });
    const byHand = imported.users.map(
      ({ id }): Membership => ({
        groupId: imported.groups[0]?.id ?? '',
        memberId: id,
        memberKind: 'user',
        owner: false,
        fromSource: false,
      }),
    );
    const state = { ...imported, memberships: byHand };
    expect(planOf({ users, groups }, { state }).stages).toEqual([]);
    expect(planOf({ users, groups: [group('g')] }, { state }).stages).toEqual([]);
  });

  test('an import whose entry is skipped stays in its groups', () => {
    const groups = [
      group('g', { memberDns: ['uid=a,dc=x', 'cn=h,dc=x'] }),
      group('h', { memberUids: ['a'] }),
    ];
    const state = stateOf({ users, groups });

    const [g, h] = groups;
    const upstream = {
      users: users.map((entry) => (entry.username === 'a' ? { ...entry, externalId: null } : entry)),
      groups: [g ?? fail(), { ...(h ?? fail()), externalId: null }],
    };
    const plan = planOf(upstream, { state });
    expect(plan.stages).toEqual([]);
    expect(plan.problems).toHaveLength(2);
  });

  test('a nesting made by hand and one of the source never close a cycle', () => {
    const groups = [group('g'), group('h')];
    const imported = stateOf({ users, groups });
    const [g = '', h = ''] = imported.groups.map(({ id }) => id);
    const nested: Membership = {
      groupId: h,
      memberId: g,
      memberKind: 'group',
      owner: false,
      fromSource: false,
    };
    const upstream = { users, groups: [group('g', { memberDns: ['cn=h,dc=x'] }), group('h')] };
    const plan = planOf(upstream, { state: { ...imported, memberships: [nested] } });
    expect([plan.stages, plan.ignoredMembers]).toEqual([[], 1]);
  });
});

describe('whatever the source lists, time after time', () => {
  const taken = {
    usernames: new Map([['u0', 'local']]),
    emails: new Map([['e0@x', 'local']]),
    groupNames: new Map([['g0', 'local']]),
  };
  const snapshots = fc.array(anyUpstream(), { minLength: 1, maxLength: 5 });

  test('each plan applies step by step, counts what it does, and leaves nothing to do', () => {
    fc.assert(
      fc.property(snapshots, fc.boolean(), (upstreams, emptyGroupsVanish) => {
        let state = EMPTY_STATE;
        for (const upstream of upstreams) {
          const plan = planOf(upstream, { state, taken, emptyGroupsVanish });
          const after = applied(state, plan);
          expect(differenceOf(state, after)).toEqual(countedChanges(plan.counters));
          expect(planOf(upstream, { state: after, taken, emptyGroupsVanish }).stages).toEqual([]);
          expectNoTakeover(after);
          state = after;
        }
      }),
      { numRuns: 500 },
    );
  });

  test('the order in which entries come does not matter', () => {
    fc.assert(
      fc.property(anyUpstream(), anyUpstream(), fc.infiniteStream(fc.nat()), (before, now, dice) => {
        const state = applied(EMPTY_STATE, planOf(before, { taken }));
        const shuffled = { users: shuffle(now.users, dice), groups: now.groups && shuffle(now.groups, dice) };
        const [plan, other] = [now, shuffled].map((upstream) => planOf(upstream, { state, taken }));
        expect(applied(state, other ?? fail())).toEqual(applied(state, plan ?? fail()));
        expect(other?.counters).toEqual(plan?.counters);
      }),
    );
  });

  function expectNoTakeover({ users, groups }: ImportedState): void {
    for (const { username, email } of users)
      expect([username, email]).not.toEqual(expect.arrayContaining(['u0']));
    expect(users.map(({ email }) => email)).not.toContain('e0@x');
    expect(groups.map(({ name }) => name)).not.toContain('g0');
  }
});

function anyUpstream(): fc.Arbitrary<Upstream> {
  const anyUser = fc.record({
    id: fc.nat(7),
    username: fc.constantFrom('u0', 'u1', 'u2', 'u3', 'U4', 'admin', 'not valid', null),
    email: fc.constantFrom('e0@x', 'e1@x', 'E1@x', 'e2@x', 'nonsense', null),
    displayName: fc.constantFrom('Jane', ' J\n ', '', null),
    disabled: fc.boolean(),
  });
  const anyGroup = fc.record({
    id: fc.nat(5),
    name: fc.constantFrom('g0', 'g1', 'g2', 'g3', 'admins', null),
    memberDns: fc.array(
      fc.constantFrom('uid=0,dc=x', 'UID=1, dc=x', 'uid=2,dc=x', 'cn=0,dc=x', 'cn=1,dc=x', 'cn=2,DC=X', '?'),
    ),
    memberUids: fc.array(fc.constantFrom('u1', 'u2', 'U3', 'nobody')),
  });
  const [users, groups] = [fc.array(anyUser, { maxLength: 8 }), fc.array(anyGroup, { maxLength: 6 })];
  return fc.record({ users, groups: fc.option(groups), weak: fc.boolean() }).map((it) => ({
    users: it.users.map(({ id, ...fields }, index) => {
      const names = it.weak
        ? { externalId: null, dn: `uid=${index},dc=x` }
        : { dn: dnOf('uid', id, index, it.users) };
      return user(String(id), { ...fields, ...names });
    }),
    groups:
      it.groups?.map(({ id, ...fields }, index, all) =>
        group(String(id), { ...fields, dn: dnOf('cn', id, index, all), description: String(index % 2) }),
      ) ?? null,
  }));
}

/** An entry that comes again under the same id does so under another DN. */
function dnOf(type: string, id: number, index: number, all: readonly { id: number }[]): string {
  const again = all.findIndex((other) => other.id === id) < index;
  return again ? `${type}=${id},ou=${index},dc=x` : `${type}=${id},dc=x`;
}

function shuffle<Item>(items: readonly Item[], dice: fc.Stream<number>): Item[] {
  return items
    .map((item) => ({ item, at: dice.next().value ?? 0 }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function fail(): never {
  throw new Error('there is no plan');
}

function user(name: string, fields: Partial<UpstreamUser> = {}): UpstreamUser {
  const nothing = { otherEmails: [], displayName: null, givenName: null, familyName: null, disabled: false };
  const named = {
    dn: `uid=${name},dc=x`,
    externalId: `id-${name}`,
    username: name,
    email: `${name}@example.org`,
  };
  return { ...nothing, ...named, ...fields };
}

function group(name: string, fields: Partial<UpstreamGroup> = {}): UpstreamGroup {
  const nothing = { displayName: null, description: null, memberDns: [], memberUids: [] };
  return { ...nothing, dn: `cn=${name},dc=x`, externalId: `id-${name}`, name, ...fields };
}

/** Ids are given in the order in which the plan asks for them. */
function planOf(upstream: Upstream, input: Partial<PlanInput> = {}): Plan {
  const state = input.state ?? EMPTY_STATE;
  let last = state.users.length + state.groups.length;
  return completed(
    planSync({
      upstream,
      state,
      taken: { usernames: new Map(), emails: new Map(), groupNames: new Map() },
      usernameHint: 'Set usernameField to another attribute.',
      emptyGroupsVanish: false,
      newId: () => `new-${++last}`,
      ...input,
    }),
  );
}

function stepsOf({ stages }: Plan): ImportStep[] {
  return stages.flatMap(({ steps }) => steps.map(({ step }) => step));
}

/** Each step in a transaction of its own, but for those that belong together. */
function applied(state: ImportedState, { stages }: Plan): ImportedState {
  return stages.reduce((before, { steps, together }) => {
    const all = steps.map(({ step }) => step);
    return together ? applySteps(before, all) : all.reduce((now, step) => applySteps(now, [step]), before);
  }, state);
}

function stateOf(upstream: Upstream): ImportedState {
  return applied(EMPTY_STATE, planOf(upstream));
}

type Changes = Omit<SyncCounters, 'usersSeen' | 'groupsSeen' | 'problems' | 'usersUpdated' | 'groupsUpdated'>;

function countedChanges({
  usersSeen,
  groupsSeen,
  problems,
  usersUpdated,
  groupsUpdated,
  ...changes
}: SyncCounters): Changes {
  return changes;
}

/** What the counters must say, by comparing the states alone. */
function differenceOf(before: ImportedState, after: ImportedState): Changes {
  const was = new Map([...before.users, ...before.groups].map((entry) => [entry.id, entry]));
  const isNew = ({ id }: { id: string }) => !was.has(id);
  const suspended = (entry?: { origin: { suspendedSince: Date | null } | null }) =>
    entry?.origin?.suspendedSince instanceof Date;
  const key = ({ groupId, memberId }: Membership) => `${groupId} ${memberId}`;
  const [had, has] = [new Set(before.memberships.map(key)), new Set(after.memberships.map(key))];
  return {
    usersCreated: after.users.filter(isNew).length,
    usersDisabled: after.users.filter(
      (entry) => !isNew(entry) && suspended(entry) && !suspended(was.get(entry.id)),
    ).length,
    usersEnabled: after.users.filter((entry) => !suspended(entry) && suspended(was.get(entry.id))).length,
    groupsCreated: after.groups.filter(isNew).length,
    groupsSuspended: after.groups.filter((entry) => suspended(entry) && !suspended(was.get(entry.id))).length,
    membersAdded: [...has].filter((each) => !had.has(each)).length,
    membersRemoved: [...had].filter((each) => !has.has(each)).length,
  };
}
