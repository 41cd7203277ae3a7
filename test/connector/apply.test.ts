import { expect, test } from 'vitest';
import { applyPlan, CHUNK_ROWS_MAX, FAULTS_MAX } from '../../src/connector/apply.ts';
import { addCounts, type Plan, type Stage } from '../../src/connector/plan.ts';
import type { PlannedStep } from '../../src/connector/plan-steps.ts';
import type { RunState } from '../../src/connector/progress.ts';
import type { ImportStep } from '../../src/core/directory/imports.ts';
import { DirectoryError } from '../../src/core/errors.ts';
import {
  NO_COUNTERS,
  SYNC_ITEMS_MAX,
  type SyncItem,
  type SyncProblem,
} from '../../src/core/model/sync-run.ts';
import { sourceAt } from '../support/slapd-source.ts';

const CONFLICT = new DirectoryError('conflict', 'The username is taken.');

test('steps are applied in order, in chunks of bounded size', async () => {
  const count = 2 * CHUNK_ROWS_MAX + 201;
  const { chunks, counters, problems } = await apply([users(count)], () => {});
  expect(chunks.map((steps) => steps.length)).toEqual([CHUNK_ROWS_MAX, CHUNK_ROWS_MAX, 201]);
  expect(chunks.flat()).toEqual(users(count).steps.map(({ step }) => step));
  expect([counters.usersCreated, problems]).toEqual([count, []]);
});

test('an exchange is one transaction however long it is', async () => {
  const { chunks } = await apply([{ ...users(CHUNK_ROWS_MAX + 1), together: true }], () => {});
  expect(chunks).toHaveLength(1);
});

test('entries at fault are isolated, all others are written', async () => {
  const bad = new Set(['id-3', 'id-777']);
  const { counters, problems, applied } = await apply([users(1000)], (steps) => {
    if (steps.some((step) => 'id' in step && bad.has(step.id))) throw CONFLICT;
  });
  expect(problems).toEqual([...bad].map((id) => ({ dn: `uid=${id}`, reason: CONFLICT.message })));
  expect(counters).toMatchObject({ usersCreated: 998, problems: 2 });
  expect(applied).toHaveLength(998);
});

test('what follows from an entry at fault is left out', async () => {
  const members = ['id-1', 'id-2'].map((memberId) => ({ memberId, memberKind: 'user' as const }));
  const add: PlannedStep = {
    step: { type: 'add-members', groupId: 'group', members },
    dn: 'cn=group',
    counts: { membersAdded: 2 },
  };
  const { counters, applied } = await apply([users(2), { steps: [add], together: false }], (steps) => {
    if (steps.some((step) => 'id' in step && step.id === 'id-1')) throw CONFLICT;
  });
  expect(applied.at(-1)).toMatchObject({ members: [{ memberId: 'id-2' }] });
  expect(counters).toMatchObject({ usersCreated: 1, membersAdded: 1, problems: 1 });
});

test('whoever could not be updated still joins groups', async () => {
  const [create] = users(1).steps;
  if (create?.step.type !== 'create-user') throw new Error('there is no step');
  const { externalId: _, type: __, ...entry } = create.step;
  const update: PlannedStep = { ...create, step: { ...entry, type: 'update-user' } };
  const member = { memberId: 'id-1', memberKind: 'user' } as const;
  const add: PlannedStep = {
    step: { type: 'add-members', groupId: 'group', members: [member] },
    dn: 'cn=group',
    counts: { membersAdded: 1 },
  };
  const stages = [[update], [add]].map((steps) => ({ steps, together: false }));
  const { applied, counters } = await apply(stages, (steps) => {
    if (steps.some(({ type }) => type === 'update-user')) throw CONFLICT;
  });
  expect(applied).toMatchObject([{ type: 'add-members', members: [member] }]);
  expect(counters).toMatchObject({ membersAdded: 1, problems: 1 });
});

test('each member is touched once, after all memberships, and those of a run that broke off too', async () => {
  const add = (groupId: string, memberId: string): PlannedStep => {
    const step = { type: 'add-members', groupId, members: [{ memberId, memberKind: 'user' }] } as const;
    return { step, dn: groupId, counts: { membersAdded: 1 } };
  };
  const removed = { type: 'remove-members', groupId: 'a', memberIds: ['carol'] } as const;
  const steps = [add('a', 'jdoe'), add('b', 'jdoe'), { step: removed, dn: 'a', counts: {} }];
  const run = await apply([{ steps, together: false }], () => {}, undefined, ['alice', 'jdoe']);
  expect(run.touched).toEqual(['alice', 'jdoe', 'carol']);
  expect(run.chunks.at(-1)).toMatchObject([{ type: 'touch-users' }]);
});

test('the report tells of the first steps of the plan, of which some cannot be written', async () => {
  const { told } = await apply([users(SYNC_ITEMS_MAX + 2)], (steps) => {
    if (steps.some((step) => 'id' in step && step.id === 'id-3')) throw CONFLICT;
  });
  expect(told).toHaveLength(SYNC_ITEMS_MAX - 1);
  expect(told.at(-1)).toBe(`uid=id-${SYNC_ITEMS_MAX}`);
});

test('a database that is away ends the run at once', async () => {
  let calls = 0;
  const away = new DirectoryError('unavailable', 'The database does not answer.');
  const applying = apply([users(1000)], () => {
    calls += 1;
    throw away;
  });
  await expect(applying).rejects.toBe(away);
  expect(calls).toBe(1);
});

test('with very many entries at fault the run gives up', async () => {
  const applying = apply([users(FAULTS_MAX + 500)], () => {
    throw CONFLICT;
  });
  await expect(applying).rejects.toThrow(`More than ${FAULTS_MAX} entries could not be written`);
});

test('aborting stops before the next chunk', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const applying = apply([users(CHUNK_ROWS_MAX + 1)], () => controller.abort(reason), controller.signal);
  await expect(applying).rejects.toBe(reason);
});

function users(count: number): Stage {
  const steps = Array.from({ length: count }, (_, index): PlannedStep => {
    const [id, dn] = [`id-${index + 1}`, `uid=id-${index + 1}`];
    const texts = { displayName: id, givenName: '', familyName: '' };
    const fields = { username: id, email: null, otherEmails: [], ...texts };
    const step = { type: 'create-user', id, externalId: id, dn, fields, suspended: false } as const;
    return { step, dn, counts: { usersCreated: 1 } };
  });
  return { steps, together: false };
}

/** Applies to a function that throws where it refuses a chunk. */
async function apply(
  stages: Stage[],
  accept: (steps: readonly ImportStep[]) => void,
  signal = new AbortController().signal,
  untouched: readonly string[] = [],
) {
  let state: RunState = { phase: 'apply', done: 0, total: null, counters: NO_COUNTERS };
  const chunks: (readonly ImportStep[])[] = [];
  const told: string[] = [];
  const progress = {
    get state() {
      return state;
    },
    async show(change: Partial<RunState>) {
      state = { ...state, ...change };
    },
    async renew() {},
  };
  const imports = {
    async apply(
      _source: unknown,
      _runId: string,
      steps: readonly ImportStep[],
      items: readonly SyncItem[] = [],
    ) {
      accept(steps);
      told.push(...items.map(({ dn }) => dn));
      chunks.push(steps);
      return { ...NO_COUNTERS, ...countsOf(steps) };
    },
    async keepDigests() {},
  };
  const source = sourceAt({ url: '', caPem: '', baseDn: 'dc=x', readerDn: '', readerPassword: '' });
  const counters = addCounts(
    NO_COUNTERS,
    stages.flatMap(({ steps }) => steps),
  );
  const plan: Plan = {
    stages,
    counters,
    problems: [],
    warnings: [],
    ignoredMembers: 0,
    digests: { users: [], groups: [] },
  };
  const problems: readonly SyncProblem[] = await applyPlan({
    imports,
    source,
    runId: 'run',
    plan,
    untouched,
    describe: ({ dn }) => ({ kind: 'user', action: 'create', name: dn, dn, changes: [], moreChanges: 0 }),
    progress,
    signal,
  });
  const touched = chunks.flat().flatMap((step) => (step.type === 'touch-users' ? step.userIds : []));
  const applied = chunks.flat().filter(({ type }) => type !== 'touch-users');
  return { chunks, told, applied, touched, problems, counters: state.counters };
}

/** What a database would count. */
function countsOf(steps: readonly ImportStep[]) {
  return {
    usersCreated: steps.filter(({ type }) => type === 'create-user').length,
    membersAdded: steps.reduce((sum, it) => sum + (it.type === 'add-members' ? it.members.length : 0), 0),
  };
}
