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
import type { GroupChanges, Groups, MemberName, NewGroup } from './directory.ts';
import { changeOf, type Journal, membershipChange } from './journal.ts';
import { leaveGroups, refuseListed } from './leaving.ts';
import { checkPage, notFound, quote, requireGroup, sourceNameOf } from './lookup.ts';
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

    edit: (actor, name, changes) =>
      store.write(async (transaction) => {
        const before = await requireGroup(transaction, name);
        await refuseImported(transaction, before);
        const fields = changedFields(before, changes);
        if (fields.name !== undefined) await refuseTaken(transaction, fields.name);
        const at = clock.now();
        const group = { ...before, ...fields, updatedAt: at };
        await transaction.updateGroups([group]);
        await journal(transaction, {
          at,
          actor,
          action: 'group.edit',
          subjectId: group.id,
          details: { name: before.name, changes: fields },
          changes: [changeOf('group', group.id)],
        });
        return group;
      }),

    delete: (actor, name) =>
      store.write(async (transaction) => {
        const group = await requireGroup(transaction, name);
        await refuseListed(transaction, group.name, group.origin);
        const at = clock.now();
        const left = await leaveGroups(transaction, group.id, at);
        const freed = await releaseUsers(transaction, group.id, at);
        await transaction.deleteGroups([group.id]);
        await journal(transaction, {
          at,
          actor,
          action: 'group.delete',
          subjectId: group.id,
          details: { name: group.name },
          changes: [...left, ...freed, changeOf('group', group.id)],
        });
        return group;
      }),

    addMember: (actor, groupName, input) =>
      store.write(async (transaction) => {
        const group = await requireGroup(transaction, groupName);
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
        const group = await requireGroup(transaction, groupName);
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

function normalise(input: NewGroup): Pick<Group, 'name' | 'displayName' | 'description'> {
  const name = normaliseGroupName(input.name);
  return {
    name,
    displayName: normaliseText(input.displayName ?? '', 'displayName') || name,
    description: normaliseText(input.description ?? '', 'description'),
  };
}

/** The fields that are given, in the form in which they are kept; a name that stays need not fit the rules of today. */
function changedFields(before: Group, { name, displayName, description }: GroupChanges): Partial<Group> {
  const newName = name === undefined || nameKey(name) === before.name ? null : normaliseGroupName(name);
  const fallback = newName ?? before.name;
  return {
    ...(newName !== null && { name: newName }),
    ...(displayName !== undefined && { displayName: normaliseText(displayName, 'displayName') || fallback }),
    ...(description !== undefined && { description: normaliseText(description, 'description') }),
  };
}

async function refuseImported(transaction: ReadTransaction, { name, origin }: Group): Promise<void> {
  if (origin === null) return;
  const source = await sourceNameOf(transaction, origin);
  throw new DirectoryError(
    'forbidden',
    `The group ${name} comes from the source ${source}: change it there.`,
  );
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

async function refuseTaken(transaction: ReadTransaction, name: string): Promise<void> {
  if ((await transaction.groupByName(name)) === null) return;
  throw new DirectoryError('conflict', `The group name ${name} is taken already.`, { field: 'name' });
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

/** Moves updatedAt of the users that lose their group. */
async function releaseUsers(
  transaction: WriteTransaction,
  groupId: string,
  at: Date,
): Promise<readonly NewChange[]> {
  const members = await transaction.memberships([groupId]);
  const ids = members.filter(({ memberKind }) => memberKind === 'user').map(({ memberId }) => memberId);
  await transaction.touchUsers(ids, at);
  return ids.map((id) => changeOf('user', id));
}
