/** Who of the people in a portion of a file is there already, and whose addresses they would take. */
import type { ReadTransaction } from '../directory/store.ts';
import { emailKey } from '../model/names.ts';
import type { User } from '../model/user.ts';

export interface KnownPeople {
  byUsername(username: string): User | undefined;
  byEmail(email: string): User | undefined;
  /** The name of the group that has the address. */
  groupOf(email: string): string | undefined;
  /** A user who is new or has changed since; `before` null: new. */
  put(user: User, before: User | null): void;
}

export async function readKnownPeople(
  lookup: Pick<ReadTransaction, 'usersByUsernames' | 'usersByEmails' | 'groupsByEmails'>,
  usernames: readonly string[],
  emails: readonly string[],
): Promise<KnownPeople> {
  const found = await lookup.usersByUsernames(usernames);
  const holders = await lookup.usersByEmails(emails);
  const groups = await lookup.groupsByEmails(emails);
  const users = new Map([...found, ...holders].map((user) => [user.username, user]));
  const addresses = new Map<string, User>();
  for (const user of users.values()) if (user.email !== null) addresses.set(emailKey(user.email), user);
  const groupAddresses = new Map(groups.map(({ email, name }) => [emailKey(email ?? ''), name]));
  return {
    byUsername: (username) => users.get(username),
    byEmail: (email) => addresses.get(emailKey(email)),
    groupOf: (email) => groupAddresses.get(emailKey(email)),
    put(user, before) {
      if (before !== null) users.delete(before.username);
      if (before !== null && before.email !== null) addresses.delete(emailKey(before.email));
      users.set(user.username, user);
      if (user.email !== null) addresses.set(emailKey(user.email), user);
    },
  };
}
