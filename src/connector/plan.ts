/** Compares what a source lists with what is imported, and says step by step what to change. */
import type { Digested, ImportedState, StepOf, TakenNames } from '../core/directory/imports.ts';
import type { NewId } from '../core/ids.ts';
import type { Group, Membership } from '../core/model/group.ts';
import { emailKey } from '../core/model/names.ts';
import type { SyncPolicy } from '../core/model/sync-policy.ts';
import { NO_COUNTERS, type SyncCounters, type SyncProblem } from '../core/model/sync-run.ts';
import type { User } from '../core/model/user.ts';
import { planGroups, wantedByGroups } from './plan-groups.ts';
import { planMembers } from './plan-members.ts';
import type { PlannedStep } from './plan-steps.ts';
import { type InTurns, visitInTurns } from './plan-turns.ts';
import { planUsers, wantedByUsers } from './plan-users.ts';
import { NOTHING_SETTLED, type Settling } from './settling.ts';
import type { UpstreamGroup, UpstreamUser } from './source.ts';

/** A complete enumeration. */
export interface Upstream {
  readonly users: readonly UpstreamUser[];
  /** null: this source's groups are not synchronized; those that were imported stay as they are. */
  readonly groups: readonly UpstreamGroup[] | null;
  /** Sentences about what was left out. */
  readonly warnings?: readonly string[];
  /** What is listed beside these as it was; absent: nothing. */
  readonly settling?: Settling;
}

export interface PlanInput {
  readonly upstream: Upstream;
  readonly state: ImportedState;
  readonly taken: TakenNames;
  /** What to try where usernames break our rule; a sentence. */
  readonly usernameHint: string;
  /** Groups that are gone have lost their members; otherwise they keep them. */
  readonly emptyGroupsVanish: boolean;
  readonly policy: SyncPolicy;
  readonly now: Date;
  readonly newId: NewId;
}

/** Steps of one kind, to be applied before the next stage begins. */
export interface Stage {
  readonly steps: PlannedStep[];
  /** They exchange names or addresses among themselves, and so go into one transaction. */
  readonly together: boolean;
}

export interface Plan {
  /** Without empty stages: none at all where nothing changed. Whoever applies them takes them out. */
  readonly stages: Stage[];
  /** What the run's counters will be when all steps are applied. */
  readonly counters: SyncCounters;
  readonly problems: readonly SyncProblem[];
  /** Sentences about the source as a whole. */
  readonly warnings: readonly string[];
  /** Members upstream that are no import here, or would make a group contain itself. */
  readonly ignoredMembers: number;
  /** What imports are settled by, beside those that the steps tell of; of groups once all steps are applied. */
  readonly digests: { readonly users: readonly Digested[]; readonly groups: readonly Digested[] };
}

/** Pure: the same input, in whatever order, gives the same plan. A plan made after it was applied has no steps. */
export function* planSync(input: PlanInput): InTurns<Plan> {
  const { upstream, state, taken, policy, now, newId } = input;
  const settled = upstream.settling?.counts ?? NOTHING_SETTLED;
  const users = yield* planUsers({
    ...{ ...input, upstream: upstream.users, imports: state.users },
    hasIds: settled.users > 0,
  });
  const holders = { taken: taken.groupNames, adoptable: taken.adoptable.groups };
  const groups =
    upstream.groups === null
      ? null
      : yield* planGroups({
          ...{ upstream: upstream.groups, imports: state.groups },
          ...{ holders, policy, now, newId, hasIds: settled.groups > 0 },
        });
  const deletions = yield* deletionsOf(users.expired, groups?.expired ?? [], state.memberships);
  const vanish = input.emptyGroupsVanish || policy.goneGroups === 'remove';
  const members =
    groups === null
      ? null
      : yield* planMembers({
          users: users.matched,
          groups: groups.matched,
          skipped: { users: users.skipped, groups: groups.skipped },
          emptied: vanish ? groups.gone : [],
          deletedIds: new Set(deletions.map(({ step }) => step.id)),
          policy,
          memberships: state.memberships,
          settled: state.settled ?? null,
        });
  yield;
  const stages = [
    stage(deletions),
    ...exchangesFirst(users.updates, namesOfUsers(state.users), (step) => userNames(step.fields)),
    stage(users.creates),
    ...exchangesFirst(groups?.updates ?? [], namesOfGroups(state.groups), (step) => [step.fields.name]),
    stage(groups?.creates ?? []),
    stage(members?.removals ?? []),
    stage(members?.additions ?? []),
  ].filter(({ steps }) => steps.length > 0);
  const problems = [...users.problems, ...(groups?.problems ?? [])];
  return {
    stages,
    problems,
    counters: countersOf(upstream, stages, problems.length),
    warnings: [...warningsOf(users.weak, groups?.weak ?? false), ...(upstream.warnings ?? [])],
    ignoredMembers: members?.ignored ?? 0,
    digests: { users: users.digests, groups: members?.digests ?? [] },
  };
}

/** The names and addresses that a plan may give away, but for those that imports have: to ask who else has them. */
export function* wantedNames({ users, groups }: Upstream, state: Pick<ImportedState, 'users' | 'groups'>) {
  const wanted = yield* wantedByUsers(users, state.users);
  return { ...wanted, groupNames: groups === null ? [] : wantedByGroups(groups, state.groups) };
}

export function stepCount({ stages }: Plan): number {
  return stages.reduce((sum, { steps }) => sum + steps.length, 0);
}

/** The sum of what these steps count for. */
export function addCounts(
  counters: SyncCounters,
  steps: readonly Pick<PlannedStep, 'counts'>[],
): SyncCounters {
  const sum = { ...counters };
  for (const { counts } of steps) {
    for (const name of Object.keys(counts) as (keyof SyncCounters)[]) sum[name] += counts[name] ?? 0;
  }
  return sum;
}

/** They come first: their names are free from then on. */
function* deletionsOf(
  users: readonly User[],
  groups: readonly Group[],
  memberships: readonly Membership[],
): InTurns<PlannedStep<StepOf<'delete-user' | 'delete-group'>>[]> {
  const ended = new Map([...users, ...groups].map(({ id }) => [id, 0]));
  if (ended.size === 0) return [];
  yield* visitInTurns(memberships, ({ groupId, memberId }) => {
    const id = ended.has(memberId) ? memberId : groupId;
    const count = ended.get(id);
    if (count !== undefined) ended.set(id, count + 1);
  });
  const counted = ({ id, origin }: User | Group) => ({
    dn: origin?.dn ?? '',
    membersRemoved: ended.get(id) ?? 0,
  });
  return [
    ...users.map((user) => {
      const { dn, membersRemoved } = counted(user);
      const step = { type: 'delete-user', id: user.id } as const;
      return { step, dn, counts: { usersDeleted: 1, membersRemoved } };
    }),
    ...groups.map((group) => {
      const { dn, membersRemoved } = counted(group);
      const step = { type: 'delete-group', id: group.id } as const;
      return { step, dn, counts: { groupsDeleted: 1, membersRemoved } };
    }),
  ];
}

type Update =
  | PlannedStep<StepOf<'update-user' | 'adopt-user'>>
  | PlannedStep<StepOf<'update-group' | 'adopt-group'>>;

/**
 * Updates that take a name which another import has now stand in a stage of their own, together with that other one.
 * `holders` tells who has which name.
 */
function exchangesFirst<Step extends Update>(
  updates: readonly Step[],
  holders: ReadonlyMap<string, string>,
  namesOf: (step: Step['step']) => readonly string[],
): Stage[] {
  const exchanging = new Set<string>();
  for (const { step } of updates) {
    for (const name of namesOf(step)) {
      const holder = holders.get(name);
      if (holder !== undefined && holder !== step.id) exchanging.add(holder).add(step.id);
    }
  }
  return [
    { steps: updates.filter(({ step }) => exchanging.has(step.id)), together: true },
    stage(updates.filter(({ step }) => !exchanging.has(step.id))),
  ];
}

function stage(steps: readonly PlannedStep[]): Stage {
  return { steps: [...steps], together: false };
}

function namesOfUsers(users: ImportedState['users']): Map<string, string> {
  return new Map(users.flatMap((user) => userNames(user).map((name) => [name, user.id] as const)));
}

/** The @ keeps addresses and usernames apart. */
function userNames({ username, email }: { username: string; email: string | null }): string[] {
  return email === null ? [username] : [username, emailKey(email)];
}

function namesOfGroups(groups: ImportedState['groups']): Map<string, string> {
  return new Map(groups.map(({ name, id }) => [name, id]));
}

function countersOf(upstream: Upstream, stages: readonly Stage[], problems: number): SyncCounters {
  const settling = upstream.settling;
  const seen = {
    usersSeen: upstream.users.length + (settling?.users.count ?? 0),
    groupsSeen: (upstream.groups?.length ?? 0) + (settling?.groups.count ?? 0),
    problems,
  };
  return addCounts(
    { ...NO_COUNTERS, ...seen },
    stages.flatMap(({ steps }) => steps),
  );
}

function warningsOf(weakUsers: boolean, weakGroups: boolean): string[] {
  if (!weakUsers && !weakGroups) return [];
  const what = weakUsers ? (weakGroups ? 'people and groups' : 'people') : 'groups';
  return [
    `The source gives no stable ids of ${what}: they are matched by name, so that a rename looks like somebody new.`,
  ];
}
