/** The guard between plan and apply: it pauses a run that would take suspiciously much away. */
import type { ImportedState, TakenNames } from '../core/directory/imports.ts';
import type { Group } from '../core/model/group.ts';
import type { SyncPolicy } from '../core/model/sync-policy.ts';
import type { User } from '../core/model/user.ts';
import type { Plan, Upstream } from './plan.ts';
import type { PlanStep } from './plan-steps.ts';
import { NOTHING_SETTLED } from './settling.ts';

/**
 * Of memberships a larger share may go than of users and groups: people change groups more often than they leave.
 * In percent.
 */
export const GUARD_MEMBERS_PERCENT_MIN = 50;

/** So many that are all of them are no accident of a small number. */
const ALL_MIN = 2;

type GuardPolicy = Pick<SyncPolicy, 'guardPercent' | 'guardMinimum' | 'localMembers'>;

/** Why a person should look before this plan is applied, in one sentence; null where it may go ahead. */
export function guardReason(
  policy: GuardPolicy,
  upstream: Upstream,
  state: ImportedState,
  plan: Plan,
  adoptable: TakenNames['adoptable'],
  /** Of the settled groups, as those of `state` are counted. */
  settledMembers = 0,
): string | null {
  const settled = upstream.settling?.counts ?? NOTHING_SETTLED;
  if (upstream.users.length + settled.users === 0 && state.users.length > 0) {
    return `The source lists nobody at all, while ${state.users.length} users are imported from it: check the base DN, the filter and the rights of the bind account; nothing was changed.`;
  }
  const { usersDisabled, usersDeleted, groupsSuspended, groupsDeleted, membersRemoved } = plan.counters;
  const deleted = idsOf(plan, ['delete-user', 'delete-group']);
  const adopted = idsOf(plan, ['adopt-user', 'adopt-group']);
  const users = leavingOf(state.users, settled.listedUsers, deleted, usersDisabled);
  const groups = leavingOf(state.groups, settled.listedGroups, deleted, groupsSuspended);
  if (upstream.groups?.length === 0 && settled.groups === 0 && groups.of > 0) {
    return `The source lists no groups at all, while ${groups.of} are imported from it: check the group base DN, the group filter and the rights of the bind account; nothing was changed.`;
  }
  const [allUsers, allGroups] = [state.users.length + settled.users, state.groups.length + settled.groups];
  const members = state.memberships.filter(
    ({ fromSource }) => fromSource || policy.localMembers === 'remove',
  );
  const { guardPercent: percent, guardMinimum } = policy;
  const membersPercent = Math.max(percent, GUARD_MEMBERS_PERCENT_MIN);
  const excess = [
    { verb: 'suspend', ...users, noun: 'users', percent },
    { verb: 'suspend', ...groups, noun: 'groups', percent },
    { verb: 'take over', ...takenFrom(adoptable.users, adopted, allUsers), noun: 'users', percent },
    { verb: 'take over', ...takenFrom(adoptable.groups, adopted, allGroups), noun: 'groups', percent },
    { verb: 'delete', count: usersDeleted, of: allUsers, noun: 'users', percent },
    { verb: 'delete', count: groupsDeleted, of: allGroups, noun: 'groups', percent },
    {
      ...{
        verb: 'remove',
        count: membersRemoved,
        of: members.length + settledMembers,
        noun: 'memberships of groups',
      },
      percent: membersPercent,
    },
  ].find((it) => it.count >= guardMinimum && it.count > (it.of * it.percent) / 100);
  const all = [
    { verb: 'suspend', ...users, noun: 'users' },
    { verb: 'suspend', ...groups, noun: 'groups' },
  ].find(({ count, of }) => count === of && of >= ALL_MIN);
  const found = excess ?? all;
  if (found === undefined) return null;
  const { verb, count, of, noun } = found;
  return `This sync would ${verb} ${count} of ${of} ${noun}: check that the source is complete; nothing was changed.`;
}

/** Of the entries that are not suspended, those that will be, or will be gone. */
function leavingOf(
  entries: readonly (User | Group)[],
  others: number,
  deleted: ReadonlySet<string>,
  suspended: number,
): { count: number; of: number } {
  const listed = entries.filter(isListed);
  return { count: suspended + listed.filter(({ id }) => deleted.has(id)).length, of: listed.length + others };
}

/** What other sources had until now, of all that this one will have of it and has already. */
function takenFrom(
  adoptable: ReadonlyMap<string, User | Group>,
  adopted: ReadonlySet<string>,
  own: number,
): { count: number; of: number } {
  const taken = [...adoptable.values()].filter(({ id, origin }) => origin !== null && adopted.has(id));
  return { count: taken.length, of: own + taken.length };
}

function idsOf({ stages }: Plan, types: readonly PlanStep['type'][]): ReadonlySet<string> {
  const steps = stages.flatMap((stage) => stage.steps.map(({ step }) => step));
  return new Set(steps.flatMap((step) => ('id' in step && types.includes(step.type) ? step.id : [])));
}

function isListed({ origin }: { readonly origin: { readonly suspendedSince: Date | null } | null }): boolean {
  return origin?.suspendedSince === null;
}
