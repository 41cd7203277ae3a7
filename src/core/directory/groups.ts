/** Looks at groups and changes them. */
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { NewChange } from '../model/change.ts';
import type { Group } from '../model/group.ts';
import { nameKey, normaliseGroupName, normaliseText } from '../model/names.ts';
import { posixNumber } from '../model/posix.ts';
import type { GroupChanges, Groups, NewGroup } from './directory.ts';
import { createGroupMembers } from './group-members.ts';
import { changeOf, type Journal } from './journal.ts';
import { leaveGroups, refuseListed } from './leaving.ts';
import { checkPage, requireGroup, sourceNameOf } from './lookup.ts';
import type { ReadTransaction, Store, WriteTransaction } from './store.ts';

export interface GroupsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
}

export function createGroups({ store, clock, newId, journal }: GroupsDependencies): Groups {
  return {
    ...createGroupMembers({ store, clock, journal }),

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
        const number = posixNumber(await transaction.takePosixSerials(1));
        const group: Group = {
          id: newId(),
          posixNumber: number,
          ...fields,
          origin: null,
          createdAt: at,
          updatedAt: at,
        };
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
  };
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

async function refuseTaken(transaction: ReadTransaction, name: string): Promise<void> {
  if ((await transaction.groupByName(name)) === null) return;
  throw new DirectoryError('conflict', `The group name ${name} is taken already.`, { field: 'name' });
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
