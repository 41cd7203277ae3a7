/** Looks for groups and their members. */
import { requirePermission } from '../access/require.ts';
import type { Membership } from '../model/group.ts';
import type { Groups, NamedMember } from './directory.ts';
import { requireManaged } from './group-rights.ts';
import { checkLimit } from './lookup.ts';
import type { ReadTransaction, Store } from './store.ts';

export function createGroupSearch({
  store,
}: {
  readonly store: Pick<Store, 'read'>;
}): Pick<Groups, 'find' | 'members' | 'withoutMembers'> {
  return {
    async find(actor, query) {
      requirePermission(actor, 'groups.read');
      checkLimit(query.limit);
      return store.read((transaction) => transaction.findGroups(query));
    },

    withoutMembers: (actor, name) =>
      store.read((transaction) => requireManaged(transaction, actor, name, 'groups.read')),

    async members(actor, groupName, page) {
      checkLimit(page.limit);
      return store.read(async (transaction) => {
        const group = await requireManaged(transaction, actor, groupName, 'groups.read');
        return named(transaction, await transaction.membershipPage(group.id, page));
      });
    },
  };
}

async function named(
  transaction: ReadTransaction,
  memberships: readonly Membership[],
): Promise<readonly NamedMember[]> {
  const ids = memberships.map(({ memberId }) => memberId);
  const nameOf = new Map([
    ...(await transaction.usersByIds(ids)).map(({ id, username }) => [id, username] as const),
    ...(await transaction.groupsByIds(ids)).map(({ id, name }) => [id, name] as const),
  ]);
  return memberships.map((membership) => ({
    ...membership,
    name: nameOf.get(membership.memberId) ?? membership.memberId,
  }));
}
