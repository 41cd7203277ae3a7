/** Plans told to people, and the removals by which plans are compared. */
import { expect, test } from 'vitest';
import { type Plan, planSync, type Upstream } from '../../src/connector/plan.ts';
import { createDescribe, plannedItems } from '../../src/connector/plan-items.ts';
import { isCovered, removalsOf } from '../../src/connector/plan-removals.ts';
import type { ImportedState } from '../../src/core/directory/imports.ts';
import { EMPTY_PROFILE } from '../../src/core/model/profile.ts';
import { DEFAULT_POLICY, type SyncPolicy } from '../../src/core/model/sync-policy.ts';
import { SYNC_ITEM_CHANGES_MAX, SYNC_ITEMS_MAX, type SyncItem } from '../../src/core/model/sync-run.ts';
import { applySteps, EMPTY_STATE, NOBODY } from '../support/import-model.ts';
import { completed } from '../support/turns.ts';
import { group, user } from '../support/upstream.ts';

const NOW = new Date(0);
const DELETE = { removal: 'delete', removalGraceDays: 0 } as const;

test('an item tells fields from what to what, and who joins or leaves', () => {
  const before = { users: [user('a'), user('b'), user('c')], groups: [group('g', { memberUids: ['a'] })] };
  const after = {
    users: [user('a', { displayName: 'Anne', email: null }), user('b'), user('d')],
    groups: [group('g', { memberUids: ['b', 'd'], description: 'All' })],
  };
  const items = itemsOf(after, stateOf(before));
  expect(items).toEqual([
    item({ kind: 'user', action: 'update', name: 'a', dn: 'uid=a,dc=x' }, [
      { field: 'email', from: 'a@example.org', to: null },
      { field: 'displayName', from: 'a', to: 'Anne' },
    ]),
    item({ kind: 'user', action: 'suspend', name: 'c', dn: 'uid=c,dc=x' }, []),
    item({ kind: 'user', action: 'create', name: 'd', dn: 'uid=d,dc=x' }, [
      { field: 'username', from: null, to: 'd' },
      { field: 'email', from: null, to: 'd@example.org' },
      { field: 'displayName', from: null, to: 'd' },
    ]),
    item({ kind: 'group', action: 'update', name: 'g', dn: 'cn=g,dc=x' }, [
      { field: 'description', from: null, to: 'All' },
    ]),
    item({ kind: 'group', action: 'members', name: 'g', dn: 'cn=g,dc=x' }, [
      { field: 'members', from: 'a', to: null },
    ]),
    item({ kind: 'group', action: 'members', name: 'g', dn: 'cn=g,dc=x' }, [
      { field: 'members', from: null, to: 'b' },
      { field: 'members', from: null, to: 'd' },
    ]),
  ]);
});

test('an item tells fields of the profile from what to what too', () => {
  const imported = stateOf({ users: [user('a')], groups: null });
  const profile = { ...EMPTY_PROFILE, title: 'Deputy' };
  const state = { ...imported, users: imported.users.map((it) => ({ ...it, profile })) };
  const [item] = itemsOf({ users: [user('a', { profile: { title: 'Head' } })], groups: null }, state);
  expect(item?.changes).toEqual([{ field: 'title', from: 'Deputy', to: 'Head' }]);
});

test('whoever moves to another entry shows the old and the new one', () => {
  const state = stateOf({ users: [user('a')], groups: null });
  const [moved] = itemsOf(
    { users: [user('a', { dn: 'uid=a,ou=new', externalId: 'id-2' })], groups: null },
    state,
  );
  expect(moved?.changes).toEqual([
    { field: 'dn', from: 'uid=a,dc=x', to: 'uid=a,ou=new' },
    { field: 'externalId', from: 'id-a', to: 'id-2' },
  ]);
});

test('who is deleted and who is back are told as such', () => {
  const both = { users: [user('a'), user('b')], groups: null };
  const one = { users: [user('a')], groups: null };
  const state = stateOf(both);
  const actions = (items: readonly SyncItem[]) => items.map(({ action, name }) => [action, name]);
  expect(actions(itemsOf(one, state, DELETE))).toEqual([['delete', 'b']]);
  expect(actions(itemsOf(both, stateOf(one, state)))).toEqual([['restore', 'b']]);
});

test('items and their changes are bounded, and say what they leave out', () => {
  const users = Array.from({ length: SYNC_ITEMS_MAX + 1 }, (_, index) => user(`u${index}`));
  const memberUids = users.slice(0, 150).map(({ username }) => username ?? '');
  expect(itemsOf({ users, groups: null }, EMPTY_STATE)).toHaveLength(SYNC_ITEMS_MAX);
  const members = itemsOf({ users: users.slice(0, 200), groups: [group('g', { memberUids })] }, EMPTY_STATE);
  expect(members.at(-1)).toMatchObject({ action: 'members', moreChanges: 150 - SYNC_ITEM_CHANGES_MAX });
  const long = itemsOf({ users: [user('a', { displayName: 'x'.repeat(400) })], groups: null }, EMPTY_STATE);
  expect(long[0]?.changes.at(-1)?.to).toHaveLength(201);
});

test('what a plan takes away does not depend on what it adds or changes', () => {
  const state = stateOf({ users: [user('a'), user('b')], groups: [group('g', { memberUids: ['a'] })] });
  const less = { users: [user('a')], groups: [group('g')] };
  const removals = removalsOf(planOf(less, state));
  expect(removals).toHaveLength(2);
  const more = { users: [user('a', { displayName: 'Anne' }), user('c')], groups: [group('g'), group('h')] };
  expect(removalsOf(planOf(more, state))).toEqual(removals);
});

test('a plan is covered by one that takes the same away or more, in the same way', () => {
  const state = stateOf({ users: [user('a'), user('b'), user('c')], groups: null });
  const plan = (left: readonly string[], policy = {}) =>
    planOf({ users: left.map((name) => user(name)), groups: null }, state, policy);
  const confirmed = removalsOf(plan(['a']));
  expect(isCovered(plan(['a']), confirmed)).toBe(true);
  expect(isCovered(plan(['a', 'b']), confirmed)).toBe(true);
  expect(isCovered(plan(['b']), confirmed)).toBe(false);
  expect(isCovered(plan(['a'], DELETE), confirmed)).toBe(false);
  expect(isCovered(plan(['a', 'b', 'c']), [])).toBe(true);
});

function item(
  named: Pick<SyncItem, 'kind' | 'action' | 'name' | 'dn'>,
  changes: SyncItem['changes'],
): SyncItem {
  return { ...named, changes, moreChanges: 0 };
}

function itemsOf(
  upstream: Upstream,
  state: ImportedState,
  policy: Partial<SyncPolicy> = {},
): readonly SyncItem[] {
  const plan = planOf(upstream, state, policy);
  return plannedItems(plan, createDescribe(plan, state, NOBODY));
}

function stateOf(upstream: Upstream, before = EMPTY_STATE): ImportedState {
  const { stages } = planOf(upstream, before);
  return applySteps(
    before,
    stages.flatMap(({ steps }) => steps.map(({ step }) => step)),
  );
}

function planOf(upstream: Upstream, state: ImportedState, policy: Partial<SyncPolicy> = {}): Plan {
  let last = state.users.length + state.groups.length;
  return completed(
    planSync({
      ...{ upstream, state, taken: NOBODY, usernameHint: '', emptyGroupsVanish: false },
      ...{ policy: { ...DEFAULT_POLICY, ...policy }, now: NOW, newId: () => `new-${++last}` },
    }),
  );
}
