/** Plans memberships: what the source lists against what a sync put here; what people added by hand stays. */
import { type Group, type Membership, subgroupsOf, wouldCycle } from '../core/model/group.ts';
import { dnKey, parseDn } from '../core/syntax/dn.ts';
import type { MatchedGroup } from './plan-groups.ts';
import { type PlannedStep, type StepOf, valid } from './plan-steps.ts';
import type { MatchedUser } from './plan-users.ts';

export interface MemberPlanInput {
  readonly users: readonly MatchedUser[];
  readonly groups: readonly MatchedGroup[];
  /** Of the groups that the source no longer lists, those whose members go too. */
  readonly emptied: readonly Group[];
  readonly memberships: readonly Membership[];
}

export interface MemberPlan {
  readonly removals: readonly PlannedStep<StepOf<'remove-members'>>[];
  readonly additions: readonly PlannedStep<StepOf<'add-members'>>[];
  /** Members upstream that are no import, or would make a group contain itself. */
  readonly ignored: number;
}

/** Members that one step adds at most, so that steps stay of like weight. */
const MEMBERS_PER_STEP = 500;

type Member = Pick<Membership, 'memberId' | 'memberKind'>;

export function planMembers({ users, groups, emptied, memberships }: MemberPlanInput): MemberPlan {
  const find = memberFinder(users, groups);
  const subgroups = subgroupsOf(memberships.filter(({ fromSource }) => !fromSource));
  const present = byGroup(memberships);
  const removals: PlannedStep<StepOf<'remove-members'>>[] = [];
  const additions: PlannedStep<StepOf<'add-members'>>[] = [];
  let ignored = 0;
  for (const { id, entry } of groups) {
    const listed = listedMembers(entry, find);
    const wanted = withoutCycles(id, listed.members, subgroups);
    ignored += listed.unknown + listed.members.length - wanted.size;
    const now = present.get(id) ?? [];
    removals.push(
      ...removalsOf(
        id,
        entry.dn,
        now.filter(({ memberId }) => !wanted.has(memberId)),
      ),
    );
    for (const { memberId } of now) wanted.delete(memberId);
    additions.push(...additionsOf(id, entry.dn, [...wanted.values()]));
  }
  for (const { id, origin } of emptied)
    removals.push(...removalsOf(id, origin?.dn ?? '', present.get(id) ?? []));
  return { removals, additions, ignored };
}

function byGroup(memberships: readonly Membership[]): Map<string, Membership[]> {
  const groups = new Map<string, Membership[]>();
  for (const membership of memberships) {
    const known = groups.get(membership.groupId);
    if (known === undefined) groups.set(membership.groupId, [membership]);
    else known.push(membership);
  }
  return groups;
}

interface MemberFinder {
  byDn(dn: string): Member | undefined;
  byUid(uid: string): Member | undefined;
}

function memberFinder(users: readonly MatchedUser[], groups: readonly MatchedGroup[]): MemberFinder {
  // People come last: where a person and a group bear one DN, it is the person's.
  const byDn = new Map<string, Member>();
  for (const { id, entry } of groups) byDn.set(entry.dn, { memberKind: 'group', memberId: id });
  for (const { id, entry } of users) byDn.set(entry.dn, { memberKind: 'user', memberId: id });
  // Most directories write a DN in one way only, so that the keys are rarely needed.
  let keys: Map<string, Member> | null = null;
  const byKey = () => {
    keys ??= new Map(Array.from(byDn, ([dn, member]) => [keyOf(dn) ?? dn, member]));
    return keys;
  };
  const byUid = uidsOf(users);
  return {
    byDn: (dn) => byDn.get(dn) ?? byKey().get(keyOf(dn) ?? dn),
    byUid: (uid) => byUid.get(uid.toLowerCase()),
  };
}

/** A username counts before an id that reads the same. */
function uidsOf(users: readonly MatchedUser[]): Map<string, Member> {
  const uids = new Map<string, Member>();
  for (const { id, key } of users) uids.set(key.toLowerCase(), { memberKind: 'user', memberId: id });
  for (const { id, entry } of users) {
    if (entry.username !== null) uids.set(entry.username.toLowerCase(), { memberKind: 'user', memberId: id });
  }
  return uids;
}

/** One key for every spelling of a DN: case, blanks, escapes. Null for what is no DN. */
function keyOf(dn: string): string | null {
  return valid(dn, (text) => dnKey(parseDn(text)));
}

function listedMembers(
  entry: MatchedGroup['entry'],
  find: MemberFinder,
): { members: Member[]; unknown: number } {
  const found = [...entry.memberDns.map(find.byDn), ...entry.memberUids.map(find.byUid)];
  const known = found.filter((member) => member !== undefined);
  const members = [...new Map(known.map((member) => [member.memberId, member])).values()];
  return { members, unknown: found.length - known.length };
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
  const memberIds = unlisted.filter(({ fromSource }) => fromSource).map(({ memberId }) => memberId);
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
