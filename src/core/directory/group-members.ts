/** Puts members into groups and takes them out. */
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { NewChange } from '../model/change.ts';
import {
  cycleSentence,
  type Group,
  type MemberKind,
  type Membership,
  subgroupsOf,
  wouldCycle,
} from '../model/group.ts';
import { nameKey } from '../model/names.ts';
import type { Groups, MemberName } from './directory.ts';
import { requireManaged } from './group-rights.ts';
import { changeOf, type Journal, membershipChange } from './journal.ts';
import { notFound, quote, sourceNameOf } from './lookup.ts';
import type { ReadTransaction, Store, WriteTransaction } from './store.ts';

export interface GroupMembersDependencies {
  readonly store: Pick<Store, 'write'>;
  readonly clock: Clock;
  readonly journal: Journal;
}

export function createGroupMembers({
  store,
  clock,
  journal,
}: GroupMembersDependencies): Pick<Groups, 'addMember' | 'removeMember'> {
  return {
    addMember: (actor, groupName, input) =>
      store.write(async (transaction) => {
        const group = await requireManaged(transaction, actor, groupName);
        const member = await requireMember(transaction, input);
        if (member.kind === 'group') await refuseNesting(transaction, group, member, input.owner ?? false);
        const before = await membershipOf(transaction, group, member);
        const membership = handMade(group.id, member, input.owner ?? before?.owner ?? false);
        const outcome = { ...membership, name: member.name, before };
        if (before !== null && !before.fromSource && before.owner === membership.owner) return outcome;
        const at = clock.now();
        await transaction.putMemberships([membership]);
        await journal(transaction, {
          at,
          actor,
          action: 'group.add-member',
          subjectId: group.id,
          details: { group: group.name, member: member.name, kind: member.kind, owner: membership.owner },
          changes: await touchBoth(transaction, group, membership, at),
        });
        return outcome;
      }),

    removeMember: (actor, groupName, input) =>
      store.write(async (transaction) => {
        const group = await requireManaged(transaction, actor, groupName);
        const { kind, name, ...member } = await requireMember(transaction, input);
        const before = await membershipOf(transaction, group, member);
        if (before === null) return notFound(`${name} is not a member of ${group.name}.`);
        if (before.fromSource) await refuseImportedMembership(transaction, group, name);
        const at = clock.now();
        await transaction.deleteMemberships([before]);
        await journal(transaction, {
          at,
          actor,
          action: 'group.remove-member',
          subjectId: group.id,
          details: { group: group.name, member: name, kind },
          changes: await touchBoth(transaction, group, before, at),
        });
        return { kind, name };
      }),
  };
}

interface Member {
  readonly id: string;
  readonly kind: MemberKind;
  readonly name: string;
}

async function refuseImportedMembership(
  transaction: ReadTransaction,
  { name, origin }: Group,
  member: string,
): Promise<void> {
  const source = origin === null ? 'its source' : `the source ${await sourceNameOf(transaction, origin)}`;
  throw new DirectoryError(
    'forbidden',
    `${member} is in ${name} because ${source} says so: remove it there.`,
  );
}

/** Users and groups have names of their own: one that both have says too little without the kind. */
async function requireMember(transaction: ReadTransaction, { name, kind }: MemberName): Promise<Member> {
  const user = kind === 'group' ? null : await transaction.userByUsername(nameKey(name));
  const group = kind === 'user' ? null : await transaction.groupByName(nameKey(name));
  if (user !== null && group !== null) {
    throw new DirectoryError('conflict', `Both a user and a group are named ${quote(name)}: say which.`, {
      field: 'kind',
    });
  }
  if (user !== null) return { id: user.id, kind: 'user', name: user.username };
  if (group !== null) return { id: group.id, kind: 'group', name: group.name };
  return notFound(`There is no ${kind ?? 'user and no group'} named ${quote(name)}.`);
}

async function membershipOf(
  transaction: ReadTransaction,
  group: Pick<Group, 'id'>,
  member: Pick<Member, 'id'>,
): Promise<Membership | null> {
  const key = { groupId: group.id, memberId: member.id };
  const [membership = null] = await transaction.membershipsByKeys([key]);
  return membership;
}

async function refuseNesting(
  transaction: ReadTransaction,
  group: Group,
  member: Member,
  owner: boolean,
): Promise<void> {
  if (owner) {
    throw new DirectoryError('invalid', `Only users can own a group: ${member.name} is a group.`, {
      field: 'owner',
    });
  }
  if (!wouldCycle(group.id, member.id, subgroupsOf(await transaction.nestings()))) return;
  throw new DirectoryError('invalid', cycleSentence(group.name, member.name), { field: 'name' });
}

/** What people add is no longer the source's to take away. */
function handMade(groupId: string, member: Member, owner: boolean): Membership {
  return { groupId, memberId: member.id, memberKind: member.kind, owner, fromSource: false };
}

/** Moves updatedAt of the group, and of the member where that is a user; the changes of the membership. */
async function touchBoth(
  transaction: WriteTransaction,
  group: Group,
  { groupId, memberId, memberKind }: Membership,
  at: Date,
): Promise<readonly NewChange[]> {
  await transaction.updateGroups([{ ...group, updatedAt: at }]);
  if (memberKind === 'group') return [membershipChange(groupId, memberId)];
  await transaction.touchUsers([memberId], at);
  return [membershipChange(groupId, memberId), changeOf('user', memberId)];
}
