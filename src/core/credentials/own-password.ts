/** Lets somebody who knows a local password change it. */
import type { Users } from '../directory/directory.ts';
import type { Store } from '../directory/store.ts';
import { DirectoryError } from '../errors.ts';
import { isEnabled } from '../model/user.ts';
import type { Credentials } from './verdict.ts';

export interface OwnPasswordChange {
  readonly userId: string;
  readonly oldPassword: string;
  /** null: one is made up. */
  readonly newPassword: string | null;
  /** Whence it is asked for. */
  readonly address: string;
}

/**
 * The new password where it was made up, else null. Throws DirectoryError: 'unauthenticated' for a wrong old password,
 * 'forbidden' for an imported user, 'invalid' where the new one breaks the rules, 'busy' and 'unavailable'.
 */
export type ChangeOwnPassword = (change: OwnPasswordChange) => Promise<string | null>;

export interface OwnPasswordDependencies {
  readonly store: Pick<Store, 'read'>;
  readonly users: Pick<Users, 'setPassword'>;
  readonly credentials: Credentials;
  generate(): string;
}

export function createChangeOwnPassword({
  store,
  users,
  credentials,
  generate,
}: OwnPasswordDependencies): ChangeOwnPassword {
  return async ({ userId, oldPassword, newPassword, address }) => {
    const user = await store.read((transaction) => transaction.user(userId));
    if (user === null) throw wrong();
    if (user.origin !== null) {
      throw new DirectoryError(
        'forbidden',
        'Your password is kept where your account was imported from: change it there.',
      );
    }
    const { username, passwordHash, origin } = user;
    const account = { userId, username, enabled: isEnabled(user), passwordHash, origin };
    const verdict = await credentials.verify(account, oldPassword, { address, name: username });
    if (!verdict.ok)
      throw verdict.reason === 'wrong' ? wrong() : new DirectoryError(verdict.reason, verdict.message);
    const password = newPassword ?? generate();
    await users.setPassword({ door: 'ldap', name: username, address }, username, password);
    return newPassword === null ? password : null;
  };
}

function wrong(): DirectoryError {
  return new DirectoryError('unauthenticated', 'The old password is wrong.');
}
