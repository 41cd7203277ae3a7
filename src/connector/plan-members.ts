/** Plans memberships: what the source lists against what is here; what people added by hand stays, if the policy says so. */
import type { Digested, SettledState, StepOf } from '../core/directory/imports.ts';
import { type Group, type Membership, subgroupsOf, wouldCycle } from '../core/model/group.ts';
import { normaliseGroupName } from '../core/model/names.ts';
import type { SyncPolicy } from '../core/model/sync-policy.ts';
import type { User } from '../core/model/user.ts';
import { memberKey } from './member-key.ts';
import type { MatchedGroup } from './plan-groups.ts';
import { type PlannedStep, valid } from './plan-steps.ts';
import { type InTurns, visitInTurns } from './plan-turns.ts';
import type { MatchedUser } from './plan-users.ts';

export interface MemberPlanInput {
  readonly users: readonly MatchedUser[];
  readonly groups: readonly MatchedGroup[];
  /** Imports whose entries were skipped: they are members all the same. */
  readonly skipped: { readonly users: readonly User[]; readonly groups: readonly Group[] };
  /** Of the groups that the source no longer lists, those whose members go too. */
  readonly emptied: readonly Group[];
  /** Users and groups that this plan deletes: their memberships end with them. */
  readonly deletedIds: ReadonlySet<string>;
  readonly policy: Pick<SyncPolicy, 'localMembers'>;
  readonly memberships: readonly Membership[];
  /** Other imports: they are members all the same. */
  readonly settled: Pick<SettledState, 'users' | 'groups'> | null;
}

export interface MemberPlan {
  readonly removals: readonly PlannedStep<StepOf<'remove-members'>>[];
  readonly additions: readonly PlannedStep<StepOf<'add-members'>>[];
  /** Members upstream that are no import, or would make a group contain itself. */
  readonly ignored: number;
  /** Of groups whose members nothing but they themselves can change. */
  readonly digests: readonly Digested[];
}

/** Members that one step adds at most, so that steps stay of like weight. */
const MEMBERS_PER_STEP = 500;

type Member = Pick<Membership, 'memberId' | 'memberKind'>;

export function* planMembers(input: MemberPlanInput): InTurns<MemberPlan> {
  const { groups, emptied, deletedIds } = input;
  const mirrors = input.policy.localMembers === 'remove';
  const stays = ({ groupId, memberId }: Membership) => !deletedIds.has(groupId) && !deletedIds.has(memberId);
  const memberships = deletedIds.size === 0 ? input.memberships : input.memberships.filter(stays);
  const finder = yield* memberFinder(input);
  const mirrored = new Set(mirrors ? groups.map(({ id }) => id) : []);
  const subgroups = subgroupsOf(
    memberships.filter(({ fromSource, groupId }) => !fromSource && !mirrored.has(groupId)),
  );
  const present = yield* byGroup(memberships);
  const removals: PlannedStep<StepOf<'remove-members'>>[] = [];
  const additions: PlannedStep<StepOf<'add-members'>>[] = [];
  const digests: Digested[] = [];
  let ignored = 0;
  for (const { id, entry, name } of groups) {
    const listed = yield* listedMembers(entry, finder);
    const { digest } = entry;
    if (digest !== undefined && listed.settled && isSettled(entry, name)) digests.push({ id, digest });
    const wanted = withoutCycles(id, listed.members, subgroups);
    ignored += listed.unknown + listed.members.length - wanted.size;
    const now = present.get(id) ?? [];
    const unlisted = now.filter(
      ({ memberId, fromSource }) => !wanted.has(memberId) && (fromSource || mirrors),
    );
    removals.push(...removalsOf(id, entry.dn, unlisted));
    for (const { memberId } of now) wanted.delete(memberId);
    additions.push(...additionsOf(id, entry.dn, [...wanted.values()]));
    yield;
  }
  for (const { id, origin } of emptied) {
    const imported = (present.get(id) ?? []).filter(({ fromSource }) => fromSource);
    removals.push(...removalsOf(id, origin?.dn ?? '', imported));
  }
  return { removals, additions, ignored, digests };
}

/** Whether neither somebody else's name nor the want of an id has a say in what becomes of the entry. */
function isSettled({ externalId, name, memberUids }: MatchedGroup['entry'], given: string): boolean {
  return externalId !== null && memberUids.length === 0 && valid(name, normaliseGroupName) === given;
}

function* byGroup(memberships: readonly Membership[]): InTurns<Map<string, Membership[]>> {
  const groups = new Map<string, Membership[]>();
  yield* visitInTurns(memberships, (membership) => {
    const known = groups.get(membership.groupId);
    if (known === undefined) groups.set(membership.groupId, [membership]);
    else known.push(membership);
  });
  return groups;
}

interface MemberFinder {
  readonly byDn: ReadonlyMap<string, Member>;
  /** By one key for every spelling; made when first needed, since most directories spell a DN in one way. */
  byDnKey(): InTurns<ReadonlyMap<string, Member>>;
  /** By username or id, in lower case. */
  readonly byUid: ReadonlyMap<string, Member>;
}

/**
 * What is set later counts: people before groups of the same DN, and an id before a username that reads the same,
 * since people choose their usernames, and would choose somebody's groups by it.
 */
function* memberFinder({ users, groups, skipped, settled }: MemberPlanInput): InTurns<MemberFinder> {
  const byDn = new Map<string, Member>();
  const byUid = new Map<string, Member>();
  for (const { id, origin } of skipped.groups) byDn.set(origin?.dn ?? '', memberOf('group', id));
  for (const { id, dn } of settled?.groups ?? []) byDn.set(dn, memberOf('group', id));
  for (const { id, entry } of groups) byDn.set(entry.dn, memberOf('group', id));
  yield* visitInTurns(skipped.users, ({ id, origin, username }) => {
    byDn.set(origin?.dn ?? '', memberOf('user', id));
    byUid.set(username, memberOf('user', id));
  });
  yield* visitInTurns(settled?.users ?? [], ({ id, dn, name }) => {
    byDn.set(dn, memberOf('user', id));
    byUid.set(name, memberOf('user', id));
  });
  yield* visitInTurns(users, ({ id, entry: { dn, username } }) => {
    byDn.set(dn, memberOf('user', id));
    if (username !== null) byUid.set(username.toLowerCase(), memberOf('user', id));
  });
  yield* visitInTurns(settled?.users ?? [], ({ id, externalId }) =>
    byUid.set(externalId.toLowerCase(), memberOf('user', id)),
  );
  yield* visitInTurns(users, ({ id, key }) => byUid.set(key.toLowerCase(), memberOf('user', id)));
  let byKey: Map<string, Member> | null = null;
  return {
    byDn,
    byUid,
    *byDnKey() {
      if (byKey !== null) return byKey;
      const keyed = new Map<string, Member>();
      yield* visitInTurns(byDn, ([dn, member]) => keyed.set(memberKey(dn), member));
      byKey = keyed;
      return keyed;
    },
  };
}

function memberOf(memberKind: Member['memberKind'], memberId: string): Member {
  return { memberId, memberKind };
}

function* listedMembers(
  { memberDns, memberUids }: MatchedGroup['entry'],
  { byDn, byDnKey, byUid }: MemberFinder,
): InTurns<{ members: readonly Member[]; unknown: number; settled: boolean }> {
  const members = new Map<string, Member>();
  let unknown = 0;
  const count = (member: Member | undefined) => {
    if (member === undefined) unknown += 1;
    else members.set(member.memberId, member);
  };
  const byKey = memberDns.every((dn) => byDn.has(dn)) ? byDn : yield* byDnKey();
  yield* visitInTurns(memberDns, (dn) => count(byDn.get(dn) ?? byKey.get(memberKey(dn))));
  yield* visitInTurns(memberUids, (uid) => count(byUid.get(uid.toLowerCase())));
  const found = [...members.values()];
  // Whoever is not found may come; nested groups may close a cycle, or no longer.
  const settled = unknown === 0 && found.every(({ memberKind }) => memberKind === 'user');
  return { members: found, unknown, settled };
}

function nest(subgroups: Map<string, Set<string>>, groupId: string, memberId: string): void {
  const below = subgroups.get(groupId);
  if (below === undefined) subgroups.set(groupId, new Set([memberId]));
  else below.add(memberId);
}

/** By id; of nestings those that close no cycle with the ones before, which are added to `subgroups`. */
function withoutCycles(
  groupId: string,
  members: readonly Member[],
  subgroups: Map<string, Set<string>>,
): Map<string, Member> {
  const kept = new Map<string, Member>();
  for (const member of members) {
    if (member.memberKind === 'group') {
      if (wouldCycle(groupId, member.memberId, subgroups)) continue;
      nest(subgroups, groupId, member.memberId);
    }
    kept.set(member.memberId, member);
  }
  return kept;
}

function removalsOf(
  groupId: string,
  dn: string,
  unlisted: readonly Membership[],
): PlannedStep<StepOf<'remove-members'>>[] {
  const memberIds = unlisted.map(({ memberId }) => memberId);
  if (memberIds.length === 0) return [];
  return [
    {
      step: { type: 'remove-members', groupId, memberIds },
      dn,
      counts: { membersRemoved: memberIds.length },
    },
  ];
}

function additionsOf(
  groupId: string,
  dn: string,
  missing: readonly Member[],
): PlannedStep<StepOf<'add-members'>>[] {
  const steps: PlannedStep<StepOf<'add-members'>>[] = [];
  for (let at = 0; at < missing.length; at += MEMBERS_PER_STEP) {
    const members = missing.slice(at, at + MEMBERS_PER_STEP);
    steps.push({
      step: { type: 'add-members', groupId, members },
      dn,
      counts: { membersAdded: members.length },
    });
  }
  return steps;
}
