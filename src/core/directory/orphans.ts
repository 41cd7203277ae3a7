/** Keeps what was imported from a source that is deleted: as users and groups of this directory alone. */
import type { NewChange } from '../model/change.ts';
import { changeOf } from './journal.ts';
import { PAGE_LIMIT_MAX } from './lookup.ts';
import type { WriteTransaction } from './store.ts';

/** Who kept its row is no longer of the source: the first page is always the next one. */
const NEXT = { after: null, limit: PAGE_LIMIT_MAX };

/** They are disabled: nobody says any more that they may sign in. */
export async function keepUsers(
  transaction: WriteTransaction,
  sourceId: string,
  at: Date,
): Promise<readonly NewChange[]> {
  const changes: NewChange[] = [];
  for (;;) {
    const users = await transaction.usersOfSource(sourceId, NEXT);
    if (users.length === 0) return changes;
    const kept = { origin: null, active: false, updatedAt: at, ownUpdatedAt: at };
    await transaction.updateUsers(users.map((user) => ({ ...user, ...kept })));
    for (const { id } of users) changes.push(changeOf('user', id));
  }
}

/** Their memberships become people's to change. */
export async function keepGroups(
  transaction: WriteTransaction,
  sourceId: string,
  at: Date,
): Promise<readonly NewChange[]> {
  const changes: NewChange[] = [];
  for (;;) {
    const groups = await transaction.groupsOfSource(sourceId, NEXT);
    if (groups.length === 0) return changes;
    await transaction.updateGroups(groups.map((group) => ({ ...group, origin: null, updatedAt: at })));
    const memberships = await transaction.memberships(groups.map(({ id }) => id));
    const imported = memberships.filter(({ fromSource }) => fromSource);
    await transaction.putMemberships(imported.map((membership) => ({ ...membership, fromSource: false })));
    for (const { id } of groups) changes.push(changeOf('group', id));
  }
}
