/** The guard between plan and apply: it pauses a run that would disable suspiciously many. */
import type { ImportedState } from '../core/directory/imports.ts';
import { NO_COUNTERS } from '../core/model/sync-run.ts';
import { addCounts, type Plan, type Upstream } from './plan.ts';

/** A run pauses when it would suspend more than this share of what is imported and not suspended ... */
export const GUARD_SHARE_MAX = 0.2;
/** ... and at least so many. */
export const GUARD_COUNT_MIN = 10;

/** Why a person should look before this plan is applied, in one sentence; null where it may go ahead. */
export function guardReason(upstream: Upstream, state: ImportedState, plan: Plan): string | null {
  if (upstream.users.length === 0 && state.users.length > 0) {
    return `The source lists nobody at all, while ${state.users.length} users are imported from it: check the base DN, the filter and the rights of the bind account; nothing was changed.`;
  }
  const { usersDisabled, groupsSuspended, membersRemoved, membersAdded } = plan.counters;
  const users = usersDisabled - disabledAtBirth(plan);
  const enabled = state.users.filter(isListed).length;
  if (isTooMany(users, enabled)) return tooMany(`disable ${users} of ${enabled} users`);
  const groups = state.groups.filter(isListed).length;
  if (isTooMany(groupsSuspended, groups)) return tooMany(`suspend ${groupsSuspended} of ${groups} groups`);
  const members = state.memberships.filter(({ fromSource }) => fromSource).length;
  if (membersRemoved === members && membersAdded === 0 && members >= GUARD_COUNT_MIN) {
    return tooMany(`empty all groups of their ${members} members`);
  }
  return null;
}

function isListed({ origin }: { readonly origin: { readonly suspendedSince: Date | null } | null }): boolean {
  return origin?.suspendedSince === null;
}

function isTooMany(count: number, of: number): boolean {
  return count >= GUARD_COUNT_MIN && count > of * GUARD_SHARE_MAX;
}

/** People who are new here and disabled upstream: nobody loses anything by them. */
function disabledAtBirth({ stages }: Plan): number {
  const created = new Set<string>();
  for (const { steps } of stages) {
    for (const { step } of steps) if (step.type === 'create-user') created.add(step.id);
  }
  const born = stages
    .flatMap(({ steps }) => steps)
    .filter(({ step }) => step.type === 'update-user' && created.has(step.id));
  return addCounts(NO_COUNTERS, born).usersDisabled;
}

function tooMany(what: string): string {
  return `This sync would ${what}: check that the source is complete; nothing was changed.`;
}
