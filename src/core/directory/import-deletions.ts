/** Deletes imports that have been gone for too long, with their places in groups. */
import { DirectoryError } from '../errors.ts';
import type { NewChange } from '../model/change.ts';
import type { Membership } from '../model/group.ts';
import type { Source } from '../model/source.ts';
import { ownedBy, stepsOf } from './import-entries.ts';
import type { ImportCounts, ImportStep } from './imports.ts';
import { changeOf } from './journal.ts';
import type { WriteTransaction } from './store.ts';

export interface Deletions {
  /** Usernames and group names, for the audit. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly counts: Partial<ImportCounts>;
  readonly changes: readonly NewChange[];
}

/** Who is gone already is left out. Throws DirectoryError 'forbidden' for whoever has been given a role here. */
export async function importDeletions(
  transaction: WriteTransaction,
  source: Source,
  steps: readonly ImportStep[],
  at: Date,
): Promise<Deletions> {
  const users = await transaction.usersByIds(stepsOf(steps, 'delete-user').map(({ id }) => id));
  const groups = await transaction.groupsByIds(stepsOf(steps, 'delete-group').map(({ id }) => id));
  for (const user of users) if (ownedBy(source, user).role !== 'user') throw hasRole(user.username);
  for (const group of groups) ownedBy(source, group);
  const userIds = users.map(({ id }) => id);
  const groupIds = groups.map(({ id }) => id);
  const ended = await membershipsOf(transaction, userIds, groupIds);
  const changes = await touch(transaction, ended, [...userIds, ...groupIds], at);
  if (users.length > 0) await transaction.deleteUsers(userIds);
  if (groups.length > 0) await transaction.deleteGroups(groupIds);
  return {
    users: users.map(({ username }) => username),
    groups: groups.map(({ name }) => name),
    counts: {
      usersDeleted: users.length,
      groupsDeleted: groups.length,
      membersRemoved: ended.length,
    },
    changes: [
      ...changes,
      ...users.map(({ id }) => changeOf('user', id)),
      ...groups.map(({ id }) => changeOf('group', id)),
    ],
  };
}

function hasRole(username: string): DirectoryError {
  return new DirectoryError(
    'forbidden',
    `${username} has been given a role here and is not deleted by a sync.`,
  );
}

/** All memberships that end with these users and groups, each once. */
async function membershipsOf(
  transaction: WriteTransaction,
  userIds: readonly string[],
  groupIds: readonly string[],
): Promise<readonly Membership[]> {
  const found = [
    ...(await transaction.membershipsOfMembers([...userIds, ...groupIds])),
    ...(await transaction.memberships(groupIds)),
  ];
  return [...new Map(found.map((it) => [`${it.groupId} ${it.memberId}`, it])).values()];
}

/** Moves updatedAt of the users and groups that stay; the store ends the memberships together with the rows. */
async function touch(
  transaction: WriteTransaction,
  ended: readonly Membership[],
  deletedIds: readonly string[],
  at: Date,
): Promise<readonly NewChange[]> {
  const deleted = new Set(deletedIds);
  const groupIds = new Set(ended.map(({ groupId }) => groupId).filter((id) => !deleted.has(id)));
  const users = ended.filter(({ memberKind, memberId }) => memberKind === 'user' && !deleted.has(memberId));
  const userIds = new Set(users.map(({ memberId }) => memberId));
  const groups = await transaction.groupsByIds([...groupIds]);
  if (groups.length > 0) await transaction.updateGroups(groups.map((group) => ({ ...group, updatedAt: at })));
  if (userIds.size > 0) await transaction.touchUsers([...userIds], at);
  return [
    ...Array.from(groupIds, (id) => changeOf('group', id)),
    ...Array.from(userIds, (id) => changeOf('user', id)),
  ];
}
