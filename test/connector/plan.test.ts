import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Plan, type PlanInput, planSync, type Upstream } from '../../src/connector/plan.ts';
import type { ImportedState, ImportStep } from '../../src/core/directory/imports.ts';
import type { Membership } from '../../src/core/model/group.ts';
import { DEFAULT_POLICY } from '../../src/core/model/sync-policy.ts';
import type { SyncCounters } from '../../src/core/model/sync-run.ts';
import { applySteps, EMPTY_STATE, NOBODY } from '../support/import-model.ts';
import { completed } from '../support/turns.ts';
import { anyPolicy, anyUpstream, group, user } from '../support/upstream.ts';

/** When the model suspends. */
const NOW = new Date(0);
const DAY_MS = 24 * 60 * 60 * 1000;

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
    const taken = { ...NOBODY, usernames: new Map([['a', 'local']]) };
    const plan = planOf({ users: [user('a')], groups: null }, { taken });
    expect(plan.stages).toEqual([]);
    expect(plan.problems).toEqual([
      {
        dn: user('a').dn,
        reason:
          'The username "a" is taken by somebody else here, so the entry was not imported: rename one of the two, or link them if they are one person (roster users link).',
        takenUsername: 'a',
      },
    ]);
  });

  test('a taken address is left out, the person is imported', () => {
    const taken = { ...NOBODY, emails: new Map([['a@example.org', 'local']]) };
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

  test('who comes back under another id with the same username and address is the same person', () => {
    const state = stateOf({ users: [user('a'), user('b')], groups: null });
    const back = user('a', { externalId: 'id-new', dn: 'uid=a,ou=new,dc=x' });
    const plan = planOf({ users: [back, user('b')], groups: null }, { state });
    expect(stepsOf(plan)).toMatchObject([
      { type: 'update-user', id: state.users[0]?.id, externalId: 'id-new', anew: true, suspended: false },
    ]);
    expect(plan.counters).toMatchObject({ usersUpdated: 1, usersDisabled: 0, usersCreated: 0 });
  });

  test('a source that gives stable ids at last keeps its people and groups', () => {
    const weak = {
      users: [user('a', { externalId: null }), user('b', { externalId: null, email: null })],
      groups: [group('g', { externalId: null })],
    };
    const state = stateOf(weak);
    const strong = { users: [user('a'), user('b', { email: null })], groups: [group('g')] };
    const plan = planOf(strong, { state });
    expect(stepsOf(plan)).toMatchObject([
      { type: 'update-user', externalId: 'id-a' },
      { type: 'update-user', externalId: 'id-b' },
      { type: 'update-group', externalId: 'id-g' },
    ]);
    expect(stepsOf(plan).some((step) => 'anew' in step)).toBe(false);
    expect(planOf(strong, { state: applied(state, plan) }).stages).toEqual([]);
  });

  test('who is gone since a day to come is gone since now: the clock was ahead', () => {
    const state = stateOf({ users: [user('a'), user('b')], groups: [group('g'), group('h')] });
    const listed = { users: [user('b')], groups: [group('h')] };
    const ahead = new Date(NOW.getTime() + 100 * DAY_MS);
    const gone = applied(state, planOf(listed, { state, now: ahead }), ahead);
    const plan = planOf(listed, { state: gone });
    expect(stepsOf(plan)).toMatchObject([
      { type: 'update-user', gone: true },
      { type: 'update-group', gone: true },
    ]);
    expect(plan.counters).toMatchObject({ usersDisabled: 0, usersUpdated: 0, groupsSuspended: 0 });
    expect(planOf(listed, { state: applied(gone, plan) }).stages).toEqual([]);
  });

  test('who is gone is deleted after the days of grace where the policy says so, and frees the name', () => {
    const policy = { ...DEFAULT_POLICY, removal: 'delete', removalGraceDays: 30 } as const;
    const upstream = { users: [user('b')], groups: null };
    const plan = planOf(upstream, {
      state: stateOf({ users: [user('a'), user('b')], groups: null }),
      policy,
    });
    expect(plan.counters).toMatchObject({ usersDisabled: 1, usersDeleted: 0 });
    const state = applied(stateOf({ users: [user('a'), user('b')], groups: null }), plan);
    const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS);
    expect(planOf(upstream, { state, policy, now: inDays(29) }).stages).toEqual([]);
    const successor = { users: [user('b'), user('a2', { username: 'a' })], groups: null };
    const later = planOf(successor, { state, policy, now: inDays(30) });
    expect(stepsOf(later).map(({ type }) => type)).toEqual(['delete-user', 'create-user']);
    expect(later.counters).toMatchObject({ usersDeleted: 1, usersCreated: 1, problems: 0 });
  });

  test('whoever has been given a role here is suspended, and never deleted nor recognised by name', () => {
    const policy = { ...DEFAULT_POLICY, removal: 'delete', removalGraceDays: 0 } as const;
    const imported = stateOf({ users: [user('a')], groups: null });
    const state = { ...imported, users: imported.users.map((it) => ({ ...it, role: 'admin' })) };
    const upstream = { users: [user('a', { externalId: 'id-new' })], groups: null };
    const plan = planOf(upstream, { state, policy });
    expect(plan.counters).toMatchObject({ usersDisabled: 1, usersDeleted: 0, usersCreated: 0, problems: 1 });
  });

  test('a local user is taken over where the address is the same too, and the rule is to link', () => {
    const { users } = stateOf({ users: [user('a')], groups: null });
    const local = users.map((it) => ({ ...it, id: 'local', origin: null }));
    const taken = {
      ...NOBODY,
      usernames: new Map([['a', 'local']]),
      emails: new Map([['a@example.org', 'local']]),
      adoptable: { users: new Map(local.map((it) => [it.username, it])), groups: new Map() },
    };
    const plan = planOf({ users: [user('a', { email: 'A@example.org' })], groups: null }, { taken });
    expect(stepsOf(plan)).toMatchObject([
      { type: 'adopt-user', id: 'local', externalId: 'id-a', fields: { email: 'A@example.org' } },
    ]);
    const other = planOf({ users: [user('a', { email: 'other@example.org' })], groups: null }, { taken });
    expect([other.stages, other.problems.length]).toEqual([[], 1]);
  });

  test('the days of grace count from when somebody is gone, not from when the source disabled him', () => {
    const policy = { ...DEFAULT_POLICY, removal: 'delete', removalGraceDays: 30 } as const;
    const disabled = { users: [user('a', { disabled: true }), user('b')], groups: null };
    const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS);
    const state = stateOf(disabled);
    expect(state.users.map(({ origin }) => origin?.suspendedSince)).toContainEqual(expect.any(Date));
    const upstream = { users: [user('b')], groups: null };
    const plan = planOf(upstream, { state, policy, now: inDays(60) });
    expect(stepsOf(plan)).toMatchObject([{ type: 'update-user', suspended: true, gone: true }]);
    expect(plan.counters).toMatchObject({ usersDisabled: 0, usersUpdated: 0, usersDeleted: 0 });
    const known = applied(state, plan, inDays(60));
    expect(planOf(upstream, { state: known, policy, now: inDays(89) }).stages).toEqual([]);
    expect(planOf(upstream, { state: known, policy, now: inDays(90) }).counters.usersDeleted).toBe(1);
    const back = planOf(disabled, { state: known, policy, now: inDays(89) });
    expect(stepsOf(back)).toMatchObject([{ type: 'update-user', suspended: true }]);
    const again = applied(known, back, inDays(89));
    expect(planOf(upstream, { state: again, policy, now: inDays(100) }).counters.usersDeleted).toBe(0);
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

  test('nobody gets the groups of somebody else by choosing that id as a username', () => {
    const [a] = users;
    if (a === undefined) throw new Error('no users');
    const chooser = { ...a, dn: 'uid=chooser,dc=x', externalId: 'id-chooser', username: 'id-a' };
    const plan = planOf({ users: [...users, chooser], groups: [group('g', { memberUids: ['id-a'] })] });
    const created = plan.stages.flatMap(({ steps }) => steps.map(({ step }) => step));
    const owner = created.find((step) => step.type === 'create-user' && step.externalId === 'id-a');
    const added = created.find((step) => step.type === 'add-members');
    expect(added).toMatchObject({ members: [{ memberId: owner && 'id' in owner && owner.id }] });
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

  test('where groups gone are removed, they lose their members at once, and go after the days of grace', () => {
    const policy = { ...DEFAULT_POLICY, goneGroups: 'remove', removalGraceDays: 30 } as const;
    const imported = stateOf({ users, groups: [group('g', { memberUids: ['a', 'b'] })] });
    const plan = planOf({ users, groups: [] }, { state: imported, policy });
    expect(plan.counters).toMatchObject({ groupsSuspended: 1, membersRemoved: 2, groupsDeleted: 0 });
    const state = applied(imported, plan);
    const later = planOf({ users, groups: [] }, { state, policy, now: new Date(30 * DAY_MS) });
    expect(stepsOf(later)).toMatchObject([{ type: 'delete-group', id: state.groups[0]?.id }]);
  });

  test('where the policy is to mirror the source, members added by hand go', () => {
    const groups = [group('g', { memberUids: ['a'] })];
    const imported = stateOf({ users, groups });
    const byHand = imported.users.slice(0, 2).map(({ id: memberId }): Membership => {
      const groupId = imported.groups[0]?.id ?? '';
      return { groupId, memberId, memberKind: 'user', owner: false, fromSource: false };
    });
    const state = { ...imported, memberships: byHand };
    const policy = { ...DEFAULT_POLICY, localMembers: 'remove' } as const;
    const plan = planOf({ users, groups }, { state, policy });
    expect(stepsOf(plan)).toMatchObject([{ type: 'remove-members', memberIds: [imported.users[1]?.id] }]);
  });

  test('a group made anew upstream under its old name is the same group', () => {
    const state = stateOf({ users, groups: [group('g')] });
    const plan = planOf({ users, groups: [group('g', { externalId: 'id-new' })] }, { state });
    expect(stepsOf(plan)).toMatchObject([{ type: 'update-group', externalId: 'id-new' }]);
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
    ...NOBODY,
    usernames: new Map([['u0', 'local']]),
    emails: new Map([['e0@x', 'local']]),
    groupNames: new Map([['g0', 'local']]),
  };
  const snapshots = fc.array(anyUpstream(), { minLength: 1, maxLength: 5 });

  test('each plan applies step by step, counts what it does, and leaves nothing to do', () => {
    fc.assert(
      fc.property(snapshots, anyPolicy(), fc.boolean(), (upstreams, policy, emptyGroupsVanish) => {
        let state = EMPTY_STATE;
        for (const [index, upstream] of upstreams.entries()) {
          const now = new Date(index * 20 * DAY_MS);
          const input = { taken, policy, emptyGroupsVanish, now };
          const plan = planOf(upstream, { state, ...input });
          const after = applied(state, plan, now);
          expect(differenceOf(state, after)).toEqual(countedChanges(plan.counters));
          expect(planOf(upstream, { state: after, ...input }).stages).toEqual([]);
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

function shuffle<Item>(items: readonly Item[], dice: fc.Stream<number>): Item[] {
  return items
    .map((item) => ({ item, at: dice.next().value ?? 0 }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function fail(): never {
  throw new Error('there is no plan');
}

/** Ids are given in the order in which the plan asks for them. */
function planOf(upstream: Upstream, input: Partial<PlanInput> = {}): Plan {
  const state = input.state ?? EMPTY_STATE;
  const ids = [...state.users, ...state.groups].map(({ id }) => Number(id.replace('new-', '')));
  let last = Math.max(0, ...ids.filter(Number.isInteger));
  return completed(
    planSync({
      upstream,
      state,
      taken: NOBODY,
      policy: DEFAULT_POLICY,
      now: NOW,
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
function applied(state: ImportedState, { stages }: Plan, at = NOW): ImportedState {
  return stages.reduce((before, { steps, together }) => {
    const all = steps.map(({ step }) => step);
    return together
      ? applySteps(before, all, at)
      : all.reduce((now, step) => applySteps(now, [step], at), before);
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
    usersDeleted: goneFrom(before.users, after.users),
    groupsCreated: after.groups.filter(isNew).length,
    groupsDeleted: goneFrom(before.groups, after.groups),
    groupsSuspended: after.groups.filter((entry) => suspended(entry) && !suspended(was.get(entry.id))).length,
    membersAdded: [...has].filter((each) => !had.has(each)).length,
    membersRemoved: [...had].filter((each) => !has.has(each)).length,
  };
}

function goneFrom(before: readonly { id: string }[], after: readonly { id: string }[]): number {
  const left = new Set(after.map(({ id }) => id));
  return before.filter(({ id }) => !left.has(id)).length;
}
