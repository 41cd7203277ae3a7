/** Users who ask for something themselves, with the rights that their roles give them. */
import { NO_AUTHORITY } from '../../src/core/access/authority.ts';
import { authorityOf } from '../../src/core/directory/authority.ts';
import type { Actor } from '../../src/core/model/audit.ts';
import type { TestDirectory } from './directory.ts';

export const NOBODY: Actor = { door: 'http', name: 'nobody', address: null, authority: NO_AUTHORITY };

/** A user who is there, as the one who asks. */
export async function asUser({ store }: TestDirectory, username: string): Promise<Actor> {
  const authority = await store.read(async (transaction) => {
    const user = await transaction.userByUsername(username);
    if (user === null) throw new Error(`There is no user ${username}.`);
    return authorityOf(transaction, user);
  });
  return { door: 'http', name: username, address: '192.0.2.1', authority };
}
