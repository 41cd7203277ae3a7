/** The guard between plan and apply: it pauses a run that would suspend suspiciously many. */
import type { ImportedState } from '../core/directory/imports.ts';
import type { Plan, Upstream } from './plan.ts';

/** A run pauses when it would suspend more than this share of what is imported and not suspended ... */
export const GUARD_SHARE_MAX = 0.2;
/** ... and at least so many. */
export const GUARD_COUNT_MIN = 10;
/** The same for memberships: people change groups more often than they leave, so that it may be more of them. */
export const GUARD_MEMBERS_SHARE_MAX = 0.5;

/** Why a person should look before this plan is applied, in one sentence; null where it may go ahead. */
export function guardReason(upstream: Upstream, state: ImportedState, plan: Plan): string | null {
  if (upstream.users.length === 0 && state.users.length > 0) {
    return `The source lists nobody at all, while ${state.users.length} users are imported from it: check the base DN, the filter and the rights of the bind account; nothing was changed.`;
  }
  const { usersDisabled, groupsSuspended, membersRemoved } = plan.counters;
  const enabled = state.users.filter(isListed).length;
  if (isTooMany(usersDisabled, enabled)) return tooMany(`suspend ${usersDisabled} of ${enabled} users`);
  const groups = state.groups.filter(isListed).length;
  if (isTooMany(groupsSuspended, groups)) return tooMany(`suspend ${groupsSuspended} of ${groups} groups`);
  const members = state.memberships.filter(({ fromSource }) => fromSource).length;
  if (isTooMany(membersRemoved, members, GUARD_MEMBERS_SHARE_MAX)) {
    return tooMany(`remove ${membersRemoved} of ${members} memberships of groups`);
  }
  return null;
}

function isListed({ origin }: { readonly origin: { readonly suspendedSince: Date | null } | null }): boolean {
  return origin?.suspendedSince === null;
}

function isTooMany(count: number, of: number, shareMax = GUARD_SHARE_MAX): boolean {
  return count >= GUARD_COUNT_MIN && count > of * shareMax;
}

function tooMany(what: string): string {
  return `This sync would ${what}: check that the source is complete; nothing was changed.`;
}
