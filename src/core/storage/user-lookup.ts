/** Reads users. */
import type { UserLookup } from '../directory/store.ts';
import { emailKey } from '../model/names.ts';
import type { User } from '../model/user.ts';
import { after, first } from './page.ts';
import { selectRows } from './rows.ts';
import type { Session } from './session.ts';
import { toUser, UserTable } from './tables/users.ts';

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
    usersByIds: (ids) => all('id', ids),
    usersByUsernames: (usernames) => all('username', usernames),
    usersByEmails: (emails) => all('email_key', emails.map(emailKey)),
    async owners() {
      return (await session.find(UserTable, { where: { role: 'owner' } })).map(toUser);
    },
    async usersOfSource(sourceId, page) {
      return (await session.find(UserTable, after(page, 'id', { source_id: sourceId }))).map(toUser);
    },
  };
}
