/** Looks for users and for the groups that they are in. */
import { isAbove, requirePermission } from '../access/require.ts';
import type { Actor } from '../model/audit.ts';
import type { User } from '../model/user.ts';
import { authorityOf } from './authority.ts';
import type { GroupOfUser, Users } from './directory.ts';
import { checkLimit } from './lookup.ts';
import type { Store } from './store.ts';

export function createUserSearch({
  store,
}: {
  readonly store: Pick<Store, 'read'>;
}): Pick<Users, 'find' | 'byEmail' | 'groupsOf' | 'isBelow'> {
  return {
    async find(actor, query) {
      requirePermission(actor, 'users.read');
      checkLimit(query.limit);
      return store.read((transaction) => transaction.findUsers(query));
    },

    async byEmail(actor, email) {
      requirePermission(actor, 'users.read');
      return store.read((transaction) => transaction.userByEmail(email.trim()));
    },

    isBelow: (actor, user) =>
      store.read(async (transaction) => isAbove(actor, await authorityOf(transaction, user))),

    async groupsOf(actor, users) {
      if (!users.every((user) => isOwn(actor, user))) requirePermission(actor, 'users.read');
      return store.read(async (transaction) => {
        const memberships = await transaction.membershipsOfMembers(users.map(({ id }) => id));
        const groups = await transaction.groupsByIds([...new Set(memberships.map(({ groupId }) => groupId))]);
        const groupsOf = new Map<string, GroupOfUser[]>(users.map(({ id }) => [id, []]));
        const plain = groups.filter(({ organization }) => organization === null);
        const nameOf = new Map(plain.map(({ id, name }) => [id, name]));
        for (const { groupId, memberId, owner, fromSource } of memberships) {
          const name = nameOf.get(groupId);
          if (name !== undefined) groupsOf.get(memberId)?.push({ name, owner, fromSource });
        }
        for (const list of groupsOf.values()) list.sort((a, b) => (a.name < b.name ? -1 : 1));
        return groupsOf;
      });
    },
  };
}

function isOwn({ authority }: Actor, user: User): boolean {
  return authority.userId === user.id;
}
