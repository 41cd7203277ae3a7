/** The guard between plan and apply: it pauses a run that would take suspiciously much away. */
import type { ImportedState } from '../core/directory/imports.ts';
import type { Group } from '../core/model/group.ts';
import type { SyncPolicy } from '../core/model/sync-policy.ts';
import type { User } from '../core/model/user.ts';
import type { Plan, Upstream } from './plan.ts';

/**
 * Of memberships a larger share may go than of users and groups: people change groups more often than they leave.
 * In percent.
 */
export const GUARD_MEMBERS_PERCENT_MIN = 50;

type GuardPolicy = Pick<SyncPolicy, 'guardPercent' | 'guardMinimum' | 'localMembers'>;

/** Why a person should look before this plan is applied, in one sentence; null where it may go ahead. */
export function guardReason(
  policy: GuardPolicy,
  upstream: Upstream,
  state: ImportedState,
  plan: Plan,
): string | null {
  if (upstream.users.length === 0 && state.users.length > 0) {
    return `The source lists nobody at all, while ${state.users.length} users are imported from it: check the base DN, the filter and the rights of the bind account; nothing was changed.`;
  }
  const { usersDisabled, usersDeleted, groupsSuspended, groupsDeleted, membersRemoved } = plan.counters;
  const deleted = deletedIds(plan);
  const users = leavingOf(state.users, deleted, usersDisabled);
  const groups = leavingOf(state.groups, deleted, groupsSuspended);
  const members = state.memberships.filter(
    ({ fromSource }) => fromSource || policy.localMembers === 'remove',
  );
  const { guardPercent: percent, guardMinimum } = policy;
  const membersPercent = Math.max(percent, GUARD_MEMBERS_PERCENT_MIN);
  const excess = [
    { verb: 'suspend', ...users, noun: 'users', percent },
    { verb: 'suspend', ...groups, noun: 'groups', percent },
    { verb: 'delete', count: usersDeleted, of: state.users.length, noun: 'users', percent },
    { verb: 'delete', count: groupsDeleted, of: state.groups.length, noun: 'groups', percent },
    {
      ...{ verb: 'remove', count: membersRemoved, of: members.length, noun: 'memberships of groups' },
      percent: membersPercent,
    },
  ].find((it) => it.count >= guardMinimum && it.count > (it.of * it.percent) / 100);
  if (excess === undefined) return null;
  const { verb, count, of, noun } = excess;
  return `This sync would ${verb} ${count} of ${of} ${noun}: check that the source is complete; nothing was changed.`;
}

/** Of the entries that are not suspended, those that will be, or will be gone. */
function leavingOf(
  entries: readonly (User | Group)[],
  deleted: ReadonlySet<string>,
  suspended: number,
): { count: number; of: number } {
  const listed = entries.filter(isListed);
  return { count: suspended + listed.filter(({ id }) => deleted.has(id)).length, of: listed.length };
}

function deletedIds({ stages }: Plan): ReadonlySet<string> {
  const steps = stages.flatMap((stage) => stage.steps.map(({ step }) => step));
  return new Set(
    steps.flatMap((step) => (step.type === 'delete-user' || step.type === 'delete-group' ? step.id : [])),
  );
}

function isListed({ origin }: { readonly origin: { readonly suspendedSince: Date | null } | null }): boolean {
  return origin?.suspendedSince === null;
}
