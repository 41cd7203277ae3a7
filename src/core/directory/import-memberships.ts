/** Writes the memberships of an import; what people added by hand stays, unless the source's policy is to mirror it. */
import { DirectoryError } from '../errors.ts';
import type { NewChange } from '../model/change.ts';
import {
  cycleSentence,
  type Group,
  type MemberKind,
  type Membership,
  type MembershipKey,
  subgroupsOf,
  wouldCycle,
} from '../model/group.ts';
import type { Source } from '../model/source.ts';
import type { User } from '../model/user.ts';
import { ownedBy, stepsOf } from './import-entries.ts';
import type { ImportStep } from './imports.ts';
import { changeOf, membershipChange } from './journal.ts';
import type { Writer, WriteTransaction } from './store.ts';

/** What this transaction has written already, and so needs no second touch. */
export interface Written {
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, Group>;
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
  const present = await transaction.membershipsByKeys([...wanted.values(), ...unwanted.values()]);
  const mirrors = source.policy.localMembers === 'remove';
  const isRemoved = (membership: Membership) =>
    (membership.fromSource || mirrors) && unwanted.has(keyOf(membership));
  const removed = present.filter(isRemoved);
  const staying = new Set(present.filter((membership) => !isRemoved(membership)).map(keyOf));
  const missing = [...wanted.values()].filter((membership) => !staying.has(keyOf(membership)));
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
  const byGroup = new Map<string, Membership[]>();
  for (const membership of changed) {
    const known = byGroup.get(membership.groupId);
    if (known === undefined) byGroup.set(membership.groupId, [membership]);
    else known.push(membership);
  }
  return [...byGroup].flatMap(([id, members]) => {
    if (written.has(id)) return [];
    const whole = members.length * WHOLE_GROUP_SHARE >= (counts.get(id) ?? 0);
    return whole ? changeOf('group', id) : members.map(({ memberId }) => membershipChange(id, memberId));
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

function wantedBy(steps: readonly ImportStep[]): ReadonlyMap<string, Membership> {
  const wanted = stepsOf(steps, 'add-members').flatMap(({ groupId, members }) =>
    members.map((member): Membership => ({ groupId, ...member, owner: false, fromSource: true })),
  );
  return new Map(wanted.map((membership) => [keyOf(membership), membership]));
}

function unwantedBy(steps: readonly ImportStep[]): ReadonlyMap<string, MembershipKey> {
  const unwanted = stepsOf(steps, 'remove-members').flatMap(({ groupId, memberIds }) =>
    memberIds.map((memberId) => ({ groupId, memberId })),
  );
  return new Map(unwanted.map((key) => [keyOf(key), key]));
}

function keyOf({ groupId, memberId }: MembershipKey): string {
  return `${groupId} ${memberId}`;
}

async function withoutMissing(
  transaction: WriteTransaction,
  memberships: readonly Membership[],
  written: Written,
): Promise<readonly Membership[]> {
  const idsOf = (kind: MemberKind, known: ReadonlyMap<string, unknown>) => [
    ...new Set(
      memberships
        .filter(({ memberId, memberKind }) => memberKind === kind && !known.has(memberId))
        .map(({ memberId }) => memberId),
    ),
  ];
  const users = await transaction.userIds(idsOf('user', written.users));
  const groups = await transaction.groupsByIds(idsOf('group', written.groups));
  const there = new Set([
    ...[...written.users.keys(), ...users].map((id) => `user ${id}`),
    ...[...written.groups.keys(), ...groups.map(({ id }) => id)].map((id) => `group ${id}`),
  ]);
  return memberships.filter(({ memberId, memberKind }) => there.has(`${memberKind} ${memberId}`));
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
