/** Writes the memberships of an import; what people added by hand is not the source's to change. */
import { DirectoryError } from '../errors.ts';
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
import type { WriteTransaction } from './store.ts';

/** What this transaction has written already, and so needs no second touch. */
export interface Written {
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly at: Date;
}

/** How many memberships came and went, and whom that touched. */
export interface TouchedMembers {
  readonly added: number;
  readonly removed: number;
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

/**
 * Removes, then adds, and moves updatedAt of the groups and users concerned. Members that are not there (their own
 * step may have failed) are left out. Throws DirectoryError 'invalid' for a cycle.
 */
export async function importMemberships(
  transaction: WriteTransaction,
  source: Source,
  steps: readonly ImportStep[],
  written: Written,
): Promise<TouchedMembers> {
  const groups = await groupsOf(transaction, source, steps, written.groups);
  const [wanted, unwanted] = [wantedBy(steps), unwantedBy(steps)];
  const present = await transaction.membershipsByKeys([...wanted.values(), ...unwanted.values()]);
  const isRemoved = (membership: Membership) => membership.fromSource && unwanted.has(keyOf(membership));
  const removed = present.filter(isRemoved);
  const staying = new Set(present.filter((membership) => !isRemoved(membership)).map(keyOf));
  const missing = [...wanted.values()].filter((membership) => !staying.has(keyOf(membership)));
  const added = await withoutMissing(transaction, missing, written);
  if (removed.length > 0) await transaction.deleteMemberships(removed);
  await refuseCycles(transaction, added);
  if (added.length > 0) await transaction.putMemberships(added);
  const changed = [...added, ...removed];
  const touched = {
    users: new Set(changed.filter(({ memberKind }) => memberKind === 'user').map(({ memberId }) => memberId)),
    groups: new Set(changed.map(({ groupId }) => groupId)),
  };
  await touch(transaction, groups, touched, written);
  return { added: added.length, removed: removed.length, ...touched };
}

/** The groups whose members the steps change, all of this source. */
async function groupsOf(
  transaction: WriteTransaction,
  source: Source,
  steps: readonly ImportStep[],
  written: ReadonlyMap<string, Group>,
): Promise<ReadonlyMap<string, Group>> {
  const named = [...stepsOf(steps, 'add-members'), ...stepsOf(steps, 'remove-members')];
  const ids = [...new Set(named.map(({ groupId }) => groupId))];
  const loaded = await transaction.groupsByIds(ids.filter((id) => !written.has(id)));
  const rows = new Map([...written, ...loaded.map((group) => [group.id, group] as const)]);
  return new Map(ids.map((id) => [id, ownedBy(source, rows.get(id))]));
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
  const users = await transaction.usersByIds(idsOf('user', written.users));
  const groups = await transaction.groupsByIds(idsOf('group', written.groups));
  const there = new Set([
    ...[...written.users.keys(), ...users.map(({ id }) => id)].map((id) => `user ${id}`),
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

async function touch(
  transaction: WriteTransaction,
  groups: ReadonlyMap<string, Group>,
  touched: Pick<TouchedMembers, 'users' | 'groups'>,
  written: Written,
): Promise<void> {
  const users = [...touched.users].filter((id) => !written.users.has(id));
  if (users.length > 0) await transaction.touchUsers(users, written.at);
  const moved = [...groups.values()].filter(({ id }) => touched.groups.has(id) && !written.groups.has(id));
  if (moved.length > 0) {
    await transaction.updateGroups(moved.map((group) => ({ ...group, updatedAt: written.at })));
  }
}
