/** Reads users. */
import type { UserLookup } from '../directory/store.ts';
import { emailKey } from '../model/names.ts';
import type { User } from '../model/user.ts';
import { findUsers } from './find-users.ts';
import { after, first } from './page.ts';
import { selectIds, selectPage, selectRows, selectRowsByKey } from './rows.ts';
import type { Session } from './session.ts';
import { AvatarTable, toPicture } from './tables/avatars.ts';
import { toUser, UserTable } from './tables/users.ts';

/** Avatars of one statement; each may have 64 KiB. */
const AVATARS_READ_MAX = 64;

export function createUserLookup(session: Session): UserLookup {
  async function all(column: 'id' | 'username' | 'email_key', values: readonly string[]): Promise<User[]> {
    return (await selectRows(session, UserTable, column, values)).map(toUser);
  }

  return {
    async user(id) {
      return first(await session.find(UserTable, { where: { id } }), toUser);
    },
    async userByUsername(username) {
      return first(await session.find(UserTable, { where: { username } }), toUser);
    },
    async userByEmail(email) {
      return first(await session.find(UserTable, { where: { email_key: emailKey(email) } }), toUser);
    },
    async users(page) {
      return (await session.find(UserTable, after(page, 'username'))).map(toUser);
    },
    findUsers: (query) => findUsers(session, query),
    usersByIds: (ids) => all('id', ids),
    userIds: (ids) => selectIds(session, UserTable, ids),
    usersByUsernames: (usernames) => all('username', usernames),
    usersByEmails: (emails) => all('email_key', emails.map(emailKey)),
    async owners() {
      return (await session.find(UserTable, { where: { role: 'owner' } })).map(toUser);
    },
    async avatars(userIds) {
      const rows = await selectRows(session, AvatarTable, 'user_id', userIds, AVATARS_READ_MAX);
      return new Map(rows.map((row) => [row.user_id, toPicture(row)]));
    },
    async usersByExternalIds(sourceId, externalIds) {
      const keys = externalIds.map((externalId) => ({ source_id: sourceId, external_id: externalId }));
      return (await selectRowsByKey(session, UserTable, ['source_id', 'external_id'], keys)).map(toUser);
    },
    async usersOfSource(sourceId, page) {
      return (await selectPage(session, UserTable, 'source_id', sourceId, page)).map(toUser);
    },
  };
}
