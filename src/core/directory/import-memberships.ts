/** Writes the memberships of an import; what people added by hand stays, unless the source's policy is to mirror it. */
import { DirectoryError } from '../errors.ts';
import type { NewChange } from '../model/change.ts';
import {
  cycleSentence,
  type Group,
  type Membership,
  type MembershipKey,
  subgroupsOf,
  wouldCycle,
} from '../model/group.ts';
import { MembershipIndex } from '../model/membership-index.ts';
import type { Source } from '../model/source.ts';
import type { User } from '../model/user.ts';
import { byId, ownedBy, stepsOf } from './import-entries.ts';
import type { ImportStep } from './imports.ts';
import { changeOf, membershipChange } from './journal.ts';
import type { Created } from './run-memory.ts';
import type { Writer, WriteTransaction } from './store.ts';

/** What this transaction has written already, and so needs no second touch. */
export interface Written {
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, Group>;
  /** By the transactions before. */
  readonly before: Created;
  readonly at: Date;
  readonly writer: Writer;
}

/** How many memberships came and went, of which groups, and what followers are told of it. */
export interface ChangedMembers {
  readonly added: number;
  readonly removed: number;
  readonly groups: ReadonlySet<string>;
  readonly changes: readonly NewChange[];
}

/** Where at least one in so many of its members changes, a group is read anew as a whole. */
const WHOLE_GROUP_SHARE = 4;

/**
 * Removes, then adds, and moves updatedAt of the groups concerned; that of users is moved by steps of its own. Members
 * that are not there (their own step may have failed) are left out. Throws DirectoryError 'invalid' for a cycle.
 */
export async function importMemberships(
  transaction: WriteTransaction,
  source: Source,
  steps: readonly ImportStep[],
  written: Written,
): Promise<ChangedMembers> {
  await requireGroups(transaction, source, steps, written.groups);
  const [wanted, unwanted] = [wantedBy(steps), unwantedBy(steps)];
  const mayBeThere = wanted.values().filter(({ groupId }) => !written.before.groups.has(groupId));
  const present = await transaction.membershipsByKeys([...mayBeThere, ...unwanted.values()]);
  const mirrors = source.policy.localMembers === 'remove';
  const isRemoved = (membership: Membership) =>
    (membership.fromSource || mirrors) && unwanted.has(membership);
  const removed = present.filter(isRemoved);
  const staying = new MembershipIndex(present.filter((membership) => !isRemoved(membership)));
  const missing = wanted.values().filter((membership) => !staying.has(membership));
  const added = await withoutMissing(transaction, missing, written);
  if (removed.length > 0) await transaction.deleteMemberships(removed, written.writer);
  await refuseCycles(transaction, added);
  if (added.length > 0) await transaction.putMemberships(added, written.writer);
  const changed = [...added, ...removed];
  const touched = new Set(changed.map(({ groupId }) => groupId));
  const moved = [...touched].filter((id) => !written.groups.has(id));
  if (moved.length > 0) await transaction.touchGroups(moved, written.at);
  const changes = changesOf(changed, await transaction.memberCounts(moved), written.groups);
  return { added: added.length, removed: removed.length, groups: touched, changes };
}

/** Of groups that were written themselves the change is told already. */
function changesOf(
  changed: readonly Membership[],
  counts: ReadonlyMap<string, number>,
  written: ReadonlyMap<string, Group>,
): readonly NewChange[] {
  return [...new MembershipIndex(changed).groups()].flatMap(([id, members]) => {
    if (written.has(id)) return [];
    const whole = members.size * WHOLE_GROUP_SHARE >= (counts.get(id) ?? 0);
    return whole
      ? changeOf('group', id)
      : [...members.keys()].map((memberId) => membershipChange(id, memberId));
  });
}

/** The groups whose members the steps change are all there, and all of this source. */
async function requireGroups(
  transaction: WriteTransaction,
  source: Source,
  steps: readonly ImportStep[],
  written: ReadonlyMap<string, Group>,
): Promise<void> {
  const named = [...stepsOf(steps, 'add-members'), ...stepsOf(steps, 'remove-members')];
  const ids = [...new Set(named.map(({ groupId }) => groupId))];
  const loaded = await transaction.groupsByIds(ids.filter((id) => !written.has(id)));
  const rows = new Map([...written, ...loaded.map((group) => [group.id, group] as const)]);
  for (const id of ids) ownedBy(source, rows.get(id));
}

function wantedBy(steps: readonly ImportStep[]): MembershipIndex<Membership> {
  const wanted = new MembershipIndex<Membership>();
  for (const { groupId, members } of stepsOf(steps, 'add-members')) {
    for (const { memberId, memberKind } of members)
      wanted.set({ groupId, memberId, memberKind, owner: false, fromSource: true });
  }
  return wanted;
}

function unwantedBy(steps: readonly ImportStep[]): MembershipIndex<MembershipKey> {
  const unwanted = new MembershipIndex<MembershipKey>();
  for (const { groupId, memberIds } of stepsOf(steps, 'remove-members')) {
    for (const memberId of memberIds) unwanted.set({ groupId, memberId });
  }
  return unwanted;
}

async function withoutMissing(
  transaction: WriteTransaction,
  memberships: readonly Membership[],
  written: Written,
): Promise<readonly Membership[]> {
  const { before } = written;
  const known = { user: [written.users, before.users], group: [written.groups, before.groups] };
  const others = { user: new Set<string>(), group: new Set<string>() };
  for (const { memberId, memberKind } of memberships)
    if (!known[memberKind].some((ids) => ids.has(memberId))) others[memberKind].add(memberId);
  const users = new Set(await transaction.userIds([...others.user]));
  const groups = byId(await transaction.groupsByIds([...others.group]));
  const there = { user: [...known.user, users], group: [...known.group, groups] };
  return memberships.filter(({ memberId, memberKind }) => there[memberKind].some((ids) => ids.has(memberId)));
}

/** The source may close a cycle only together with nestings that people made here. */
async function refuseCycles(transaction: WriteTransaction, added: readonly Membership[]): Promise<void> {
  const nestings = added.filter(({ memberKind }) => memberKind === 'group');
  if (nestings.length === 0) return;
  const subgroups = subgroupsOf(await transaction.nestings());
  for (const { groupId, memberId } of nestings) {
    if (wouldCycle(groupId, memberId, subgroups)) await refuseCycle(transaction, groupId, memberId);
    subgroups.set(groupId, new Set([...(subgroups.get(groupId) ?? []), memberId]));
  }
}

async function refuseCycle(transaction: WriteTransaction, groupId: string, memberId: string): Promise<never> {
  const group = await transaction.group(groupId);
  const member = await transaction.group(memberId);
  throw new DirectoryError('invalid', cycleSentence(group?.name ?? groupId, member?.name ?? memberId));
}
