/** Counters against the database itself, before and after each sync. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyPlan } from '../../src/connector/apply.ts';
import type { Upstream } from '../../src/connector/plan.ts';
import { prepareSync } from '../../src/connector/prepare.ts';
import type { RunState } from '../../src/connector/progress.ts';
import { newId } from '../../src/core/ids.ts';
import type { Group, Membership } from '../../src/core/model/group.ts';
import type { Source } from '../../src/core/model/source.ts';
import type { SyncPolicy } from '../../src/core/model/sync-policy.ts';
import { NO_COUNTERS, type SyncCounters } from '../../src/core/model/sync-run.ts';
import type { User } from '../../src/core/model/user.ts';
import { ACTOR, NEW_SOURCE, openTestDirectory, type TestDirectory } from '../support/directory.ts';
import { anyPolicy, anyUpstream } from '../support/upstream.ts';

const HISTORIES = 15;
const DAY_MS = 24 * 60 * 60 * 1000;
const signal = new AbortController().signal;

test('count what changed in the database, whatever a source lists from time to time', async () => {
  const step = fc.record({ of: fc.nat(1), upstream: anyUpstream(), days: fc.constantFrom(0, 20, 40) });
  const history = fc.array(step, { minLength: 3, maxLength: 5 });
  const policies = fc.tuple(anyPolicy(), anyPolicy(), fc.boolean());
  await fc.assert(
    fc.asyncProperty(history, policies, async (steps, [first, second, ranked]) => {
      const roster = await openTestDirectory();
      try {
        const sources = [
          await addSource(roster, 'corp', { ...first, conflicts: 'link' }),
          await addSource(roster, 'lab', { ...second, precedence: ranked ? 1 : 0 }),
        ];
        await addByHand(roster);
        for (const { of, upstream, days } of steps) {
          roster.clock.advance(days * DAY_MS + 1);
          const [source] = sources.slice(of);
          if (source !== undefined) await expectCountsOfSync(roster, source, upstream);
        }
      } finally {
        await roster.remove();
      }
    }),
    { numRuns: HISTORIES },
  );
}, 60_000);

async function expectCountsOfSync(roster: TestDirectory, source: Source, upstream: Upstream): Promise<void> {
  const before = await readAll(roster);
  const counters = await sync(roster, source, upstream);
  const after = await readAll(roster);
  const { usersSeen: _users, groupsSeen: _groups, problems: _problems, ...changes } = counters;
  expect(changes).toEqual(differenceOf(before, after));
  await addMemberByHand(roster, after);
}

/** Without the guard, which is tested elsewhere. */
async function sync(roster: TestDirectory, source: Source, upstream: Upstream): Promise<SyncCounters> {
  const { directory, clock } = roster;
  const { imports, syncRuns } = directory;
  const { id: runId } = await syncRuns.begin(ACTOR, source);
  let state: RunState = { phase: 'apply', done: 0, total: null, counters: NO_COUNTERS };
  const progress = {
    get state() {
      return state;
    },
    async show(change: Partial<RunState>) {
      state = { ...state, ...change };
    },
    async renew() {},
  };
  const { plan, describe } = await prepareSync({ directory, clock, newId, signal }, source, upstream);
  const problems = await applyPlan({
    imports,
    source,
    runId,
    plan,
    untouched: [],
    describe,
    progress,
    signal,
  });
  await syncRuns.finish(runId, { state: 'succeeded', reason: 'Done.', counters: state.counters, problems });
  return state.counters;
}

function addSource({ directory }: TestDirectory, name: string, policy: SyncPolicy): Promise<Source> {
  return directory.sources.add(ACTOR, { ...NEW_SOURCE, name, policy });
}

/** People and a group whose names and addresses sources list too. */
async function addByHand({ directory: { users, groups } }: TestDirectory): Promise<void> {
  await users.add(ACTOR, { username: 'u0', email: 'e0@x' });
  await users.add(ACTOR, { username: 'u1', email: 'e1@x' });
  await groups.add(ACTOR, { name: 'g0' });
  await groups.addMember(ACTOR, 'g0', { name: 'u0' });
}

/** Somebody joins a group by hand, local or imported. */
async function addMemberByHand({ directory }: TestDirectory, { users, groups }: Content): Promise<void> {
  const [user, group] = [users.at(-1), groups.at(-1)];
  if (user === undefined || group === undefined) return;
  const name = { name: user.username, kind: 'user' } as const;
  for (const { name: groupName } of [group, { name: 'g0' }]) {
    await directory.groups.addMember(ACTOR, groupName, name).catch(() => undefined);
  }
}

interface Content {
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  readonly memberships: readonly Membership[];
}

async function readAll({ store }: TestDirectory): Promise<Content> {
  const content = { users: [] as User[], groups: [] as Group[], memberships: [] as Membership[] };
  await store.readDirectory({
    users: (chunk) => void content.users.push(...chunk),
    groups: (chunk) => void content.groups.push(...chunk),
    memberships: (chunk) => void content.memberships.push(...chunk),
    applications() {},
  });
  return content;
}

function differenceOf(before: Content, after: Content) {
  const users = changesOf(before.users, after.users);
  const groups = changesOf(before.groups, after.groups);
  const key = ({ groupId, memberId }: Membership) => `${groupId} ${memberId}`;
  const [had, has] = [new Set(before.memberships.map(key)), new Set(after.memberships.map(key))];
  return {
    usersCreated: users.created,
    usersUpdated: users.changed.filter(([old, now]) => !isDeepStrictEqual(lasting(old), lasting(now))).length,
    usersDisabled: users.changed.filter(([old, now]) => !isSuspended(old) && isSuspended(now)).length,
    usersEnabled: users.changed.filter(([old, now]) => isSuspended(old) && !isSuspended(now)).length,
    usersDeleted: users.deleted,
    groupsCreated: groups.created,
    groupsUpdated: groups.changed.filter(
      ([old, now]) =>
        (isSuspended(old) || !isSuspended(now)) &&
        (isSuspended(old) !== isSuspended(now) || !isDeepStrictEqual(lasting(old), lasting(now))),
    ).length,
    groupsSuspended: groups.changed.filter(([old, now]) => !isSuspended(old) && isSuspended(now)).length,
    groupsDeleted: groups.deleted,
    membersAdded: [...has].filter((it) => !had.has(it)).length,
    membersRemoved: [...had].filter((it) => !has.has(it)).length,
  };
}

type Entry = User | Group;

function changesOf(before: readonly Entry[], after: readonly Entry[]) {
  const was = new Map(before.map((entry) => [entry.id, entry]));
  const is = new Set(after.map(({ id }) => id));
  return {
    created: after.filter(({ id }) => !was.has(id)).length,
    deleted: before.filter(({ id }) => !is.has(id)).length,
    changed: after.flatMap((entry): [Entry, Entry][] => {
      const old = was.get(entry.id);
      return old === undefined ? [] : [[old, entry]];
    }),
  };
}

function isSuspended({ origin }: Entry): boolean {
  return origin !== null && origin.suspendedSince !== null;
}

/** What a person would call a change: not times, nor being suspended. */
function lasting({ origin, ...entry }: Entry) {
  return {
    ...entry,
    origin: origin === null ? null : { ...origin, suspendedSince: null, goneSince: null },
    ...{ updatedAt: null, ownUpdatedAt: null },
  };
}
