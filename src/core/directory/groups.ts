/** Looks at groups and their members, and changes them. */
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { NewChange } from '../model/change.ts';
import {
  cycleSentence,
  type Group,
  type MemberKind,
  type Membership,
  subgroupsOf,
  wouldCycle,
} from '../model/group.ts';
import { nameKey, normaliseGroupName, normaliseText } from '../model/names.ts';
import type { Groups, NewGroup } from './directory.ts';
import { changeOf, type Journal, membershipChange } from './journal.ts';
import { checkPage, notFound, quote, requireGroup } from './lookup.ts';
import type { ReadTransaction, Store, WriteTransaction } from './store.ts';

export interface GroupsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
}

export function createGroups({ store, clock, newId, journal }: GroupsDependencies): Groups {
  return {
    async list(page) {
      checkPage(page);
      return store.read((transaction) => transaction.groups(page));
    },

    byName: (name) =>
      store.read(async (transaction) => {
        const group = await requireGroup(transaction, name);
        return { group, memberships: await transaction.memberships([group.id]) };
      }),

    async add(actor, input) {
      const fields = normalise(input);
      return store.write(async (transaction) => {
        await refuseTaken(transaction, fields.name);
        const at = clock.now();
        const group: Group = { id: newId(), ...fields, origin: null, createdAt: at, updatedAt: at };
        await transaction.insertGroups([group]);
        await journal(transaction, {
          at,
          actor,
          action: 'group.add',
          subjectId: group.id,
          details: fields,
          changes: [changeOf('group', group.id)],
        });
        return group;
      });
    },

    async addMember(actor, groupName, input) {
      return store.write(async (transaction) => {
        const group = await requireGroup(transaction, groupName);
        const member = await requireMember(transaction, input.name);
        if (member.kind === 'group') await refuseNesting(transaction, group, member, input.owner ?? false);
        const before = await membershipOf(transaction, group.id, member.id);
        const membership = handMade(group.id, member, input.owner ?? before?.owner ?? false);
        if (before !== null && !before.fromSource && before.owner === membership.owner) return before;
        const at = clock.now();
        await journal(transaction, {
          at,
          actor,
          action: 'group.add-member',
          subjectId: group.id,
          details: { group: group.name, member: member.name, kind: member.kind, owner: membership.owner },
          changes: await writeMembership(transaction, group, membership, at),
        });
        return membership;
      });
    },
  };
}

interface Member {
  readonly id: string;
  readonly kind: MemberKind;
  readonly name: string;
}

function normalise(input: NewGroup): Pick<Group, 'name' | 'displayName' | 'description'> {
  const name = normaliseGroupName(input.name);
  return {
    name,
    displayName: normaliseText(input.displayName ?? '', 'displayName') || name,
    description: normaliseText(input.description ?? '', 'description'),
  };
}

async function refuseTaken(transaction: ReadTransaction, name: string): Promise<void> {
  if ((await transaction.groupByName(name)) === null) return;
  throw new DirectoryError('conflict', `The group name ${name} is taken already.`, { field: 'name' });
}

async function requireMember(transaction: ReadTransaction, name: string): Promise<Member> {
  const user = await transaction.userByUsername(nameKey(name));
  if (user !== null) return { id: user.id, kind: 'user', name: user.username };
  const group = await transaction.groupByName(nameKey(name));
  if (group !== null) return { id: group.id, kind: 'group', name: group.name };
  return notFound(`There is no user and no group named ${quote(name)}.`);
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

async function membershipOf(
  transaction: ReadTransaction,
  groupId: string,
  memberId: string,
): Promise<Membership | null> {
  const memberships = await transaction.memberships([groupId]);
  return memberships.find((membership) => membership.memberId === memberId) ?? null;
}

/** What people add is no longer the source's to take away. */
function handMade(groupId: string, member: Member, owner: boolean): Membership {
  return { groupId, memberId: member.id, memberKind: member.kind, owner, fromSource: false };
}

/** Writes one membership and moves updatedAt of the group, and of the member where that is a user. */
async function writeMembership(
  transaction: WriteTransaction,
  group: Group,
  membership: Membership,
  at: Date,
): Promise<readonly NewChange[]> {
  const { groupId, memberId, memberKind } = membership;
  await transaction.putMemberships([membership]);
  await transaction.updateGroups([{ ...group, updatedAt: at }]);
  if (memberKind === 'group') return [membershipChange(groupId, memberId)];
  await transaction.touchUsers([memberId], at);
  return [membershipChange(groupId, memberId), changeOf('user', memberId)];
}
