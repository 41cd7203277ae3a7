/** What goes with a user or group that is deleted: its places in groups. */
import { DirectoryError } from '../errors.ts';
import type { NewChange } from '../model/change.ts';
import type { Origin } from '../model/origin.ts';
import { changeOf, membershipChange } from './journal.ts';
import { sourceNameOf } from './lookup.ts';
import type { SourceLookup, WriteTransaction } from './store.ts';

/** Moves updatedAt of the groups that lose this member; the store ends its memberships when it deletes it. */
export async function leaveGroups(
  transaction: WriteTransaction,
  memberId: string,
  at: Date,
): Promise<readonly NewChange[]> {
  const ids = (await transaction.membershipsOfMembers([memberId])).map(({ groupId }) => groupId);
  const groups = await transaction.groupsByIds(ids);
  await transaction.updateGroups(groups.map((group) => ({ ...group, updatedAt: at })));
  return ids.map((groupId) => membershipChange(groupId, memberId));
}

/** Deletes a group: it leaves the groups that it is in, and updatedAt of its users moves. */
export async function dissolve(
  transaction: WriteTransaction,
  groupId: string,
  at: Date,
): Promise<readonly NewChange[]> {
  const left = await leaveGroups(transaction, groupId, at);
  const members = await transaction.memberships([groupId]);
  const users = members.filter(({ memberKind }) => memberKind === 'user').map(({ memberId }) => memberId);
  await transaction.touchUsers(users, at);
  await transaction.deleteGroups([groupId]);
  return [...left, ...users.map((id) => changeOf('user', id)), changeOf('group', groupId)];
}

/** Throws DirectoryError 'forbidden' where the next sync would bring back what is deleted. */
export async function refuseListed(lookup: SourceLookup, name: string, origin: Origin | null): Promise<void> {
  if (origin === null || origin.suspendedSince !== null) return;
  const source = await sourceNameOf(lookup, origin);
  throw new DirectoryError(
    'forbidden',
    `${name} is imported from the source ${source} and would come back: delete it there first.`,
  );
}
