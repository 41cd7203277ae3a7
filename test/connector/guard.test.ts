import { describe, expect, test } from 'vitest';
import { guardReason } from '../../src/connector/guard.ts';
import { planSync, type Upstream } from '../../src/connector/plan.ts';
import type { ImportedState } from '../../src/core/directory/imports.ts';
import { DEFAULT_POLICY, type SyncPolicy } from '../../src/core/model/sync-policy.ts';
import { applySteps, EMPTY_STATE, NOBODY } from '../support/import-model.ts';
import { completed } from '../support/turns.ts';

const NOW = new Date('2024-05-01T12:00:00.000Z');

describe('with 100 users imported', () => {
  const state = imported(100, 0);

  test.each([
    [100, false],
    [99, false],
    [80, false],
    [79, true],
    [1, true],
    [0, true],
  ])('when %i are left the run pauses: %s', (left, pauses) => {
    expect(reasonOf(upstreamOf(left, 0), state) !== null).toBe(pauses);
  });

  test('the sentence says how many', () => {
    expect(reasonOf(upstreamOf(50, 0), state)).toContain('suspend 50 of 100 users');
    expect(reasonOf(upstreamOf(0, 0), state)).toContain('lists nobody at all, while 100 users');
  });
});

test('a few of a few may go, but not all', () => {
  const state = imported(DEFAULT_POLICY.guardMinimum, 0);
  expect(reasonOf(upstreamOf(1, 0), state)).toBeNull();
  expect(reasonOf(upstreamOf(0, 0), state)).not.toBeNull();
  expect(DEFAULT_POLICY).toMatchObject({ guardMinimum: 10, guardPercent: 20 });
});

test("the share and the number from which a run pauses are the source's own", () => {
  const state = imported(100, 0);
  expect(reasonOf(upstreamOf(95, 0), state, { guardPercent: 4, guardMinimum: 5 })).not.toBeNull();
  expect(reasonOf(upstreamOf(95, 0), state, { guardPercent: 4, guardMinimum: 6 })).toBeNull();
  expect(reasonOf(upstreamOf(1, 0), state, { guardPercent: 100 })).toBeNull();
  expect(reasonOf(upstreamOf(0, 0), state, { guardPercent: 100 })).toContain('lists nobody at all');
});

test('whoever would be deleted at once counts as suspended too; after the grace as deleted', () => {
  const at = { removal: 'delete', removalGraceDays: 0 } as const;
  expect(reasonOf(upstreamOf(50, 0), imported(100, 0), at)).toContain('suspend 50 of 100 users');
  const suspended = suspendedBut(50, imported(100, 0));
  expect(reasonOf(upstreamOf(50, 0), suspended, at)).toContain('delete 50 of 100 users');
  expect(reasonOf(upstreamOf(50, 0), suspended)).toBeNull();
});

test('many groups deleted at once pause the run', () => {
  const state = imported(5, 40);
  const policy = { goneGroups: 'remove', removalGraceDays: 0 } as const;
  expect(reasonOf(upstreamOf(5, 20), state, policy)).toContain('suspend 20 of 40 groups');
});

test('nobody found where nobody is imported is no reason to pause', () => {
  expect(reasonOf(upstreamOf(0, 0), EMPTY_STATE)).toBeNull();
});

test('newcomers who are disabled upstream are no reason to pause', () => {
  const { users } = upstreamOf(50, 0);
  const upstream = { users: users.map((user) => ({ ...user, disabled: true })), groups: null };
  expect(reasonOf(upstream, EMPTY_STATE)).toBeNull();
});

test('many groups gone at once pause the run', () => {
  const state = imported(5, 40);
  expect(reasonOf(upstreamOf(5, 32), state)).toBeNull();
  expect(reasonOf(upstreamOf(5, 20), state)).toContain('suspend 20 of 40 groups');
});

test.each([
  [20, 'remove 20 of 20 memberships of groups'],
  [11, 'remove 11 of 20 memberships of groups'],
  [10, null],
])('when %i of 20 groups lose their members the run pauses: %s', (emptied, sentence) => {
  const state = imported(5, 20);
  const { users, groups } = upstreamOf(5, 20);
  const members = (index: number) => (index < emptied ? [] : ['uid=u1']);
  const left = groups?.map((group, index) => ({ ...group, memberDns: members(index) })) ?? null;
  const reason = reasonOf({ users, groups: left }, state);
  if (sentence === null) expect(reason).toBeNull();
  else expect(reason).toContain(sentence);
});

test.each([1, 2, 9])('when all of %i groups are gone the run pauses, though a group is new', (count) => {
  const state = imported(5, count);
  expect(reasonOf(upstreamOf(5, 0), state)).toContain(`no groups at all, while ${count} are imported`);
  const { users } = upstreamOf(5, 0);
  const groups = upstreamOf(0, 10).groups?.slice(9) ?? null;
  const reason = reasonOf({ users, groups }, state);
  if (count === 1) expect(reason).toBeNull();
  else expect(reason).toContain(`suspend ${count} of ${count} groups`);
});

test('groups that are suspended already are not missed again, nor those of a source without groups', () => {
  const state = imported(5, 3);
  const gone = applySteps(
    state,
    planOf(upstreamOf(5, 0), state).stages.flatMap(({ steps }) => steps.map(({ step }) => step)),
  );
  expect(reasonOf(upstreamOf(5, 0), gone)).toBeNull();
  expect(reasonOf({ ...upstreamOf(5, 0), groups: null }, state)).toBeNull();
});

test('when all of few users are others the run pauses', () => {
  const { users, groups } = upstreamOf(6, 0);
  expect(reasonOf({ users: users.slice(3), groups }, imported(3, 0))).toContain('suspend 3 of 3 users');
});

test.each([
  ['users', 9, false],
  ['users', 10, true],
  ['groups', 10, true],
] as const)('taking over %s of another source, %i of them, pauses the run: %s', (kind, count, pauses) => {
  const theirs = imported(kind === 'users' ? count : 0, kind === 'groups' ? count : 0);
  const adoptable = {
    users: new Map(theirs.users.map((user) => [user.username, user])),
    groups: new Map(theirs.groups.map((group) => [group.name, group])),
  };
  const taken = {
    usernames: new Map(theirs.users.map(({ username, id }) => [username, id])),
    emails: new Map<string, string>(),
    groupNames: new Map(theirs.groups.map(({ name, id }) => [name, id])),
    adoptable,
  };
  const upstream = upstreamOf(Math.max(count, 1), kind === 'groups' ? count : 0);
  const reason = reasonOf(upstream, EMPTY_STATE, {}, taken);
  if (pauses) expect(reason).toContain(`take over ${count} of ${count} ${kind}`);
  else expect(reason).toBeNull();
});

function upstreamOf(users: number, groups: number): Upstream {
  const nothing = { email: null, otherEmails: [], displayName: null, givenName: null, familyName: null };
  return {
    users: numbers(users).map((n) => ({
      ...nothing,
      ...{ dn: `uid=u${n}`, externalId: `u${n}`, username: `u${n}`, disabled: false },
    })),
    groups: numbers(groups).map((n) => ({
      ...{ dn: `cn=g${n}`, externalId: `g${n}`, name: `g${n}`, displayName: null, description: null },
      ...{ memberDns: ['uid=u1'], memberUids: [] },
    })),
  };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function imported(users: number, groups: number): ImportedState {
  const { stages } = planOf(upstreamOf(users, groups), EMPTY_STATE);
  return applySteps(
    EMPTY_STATE,
    stages.flatMap(({ steps }) => steps.map(({ step }) => step)),
  );
}

/** All but the first are gone upstream since long. */
function suspendedBut(left: number, state: ImportedState): ImportedState {
  const { stages } = planOf(upstreamOf(left, 0), state);
  return applySteps(
    state,
    stages.flatMap(({ steps }) => steps.map(({ step }) => step)),
    new Date(0),
  );
}

function reasonOf(
  upstream: Upstream,
  state: ImportedState,
  given: Partial<SyncPolicy> = {},
  taken = NOBODY,
): string | null {
  const policy = { ...DEFAULT_POLICY, ...given };
  return guardReason(policy, upstream, state, planOf(upstream, state, policy, taken), taken.adoptable);
}

function planOf(upstream: Upstream, state: ImportedState, policy = DEFAULT_POLICY, taken = NOBODY) {
  let last = 0;
  return completed(
    planSync({
      upstream,
      state,
      taken,
      policy,
      now: NOW,
      usernameHint: '',
      emptyGroupsVanish: false,
      newId: () => `id-${++last}`,
    }),
  );
}
