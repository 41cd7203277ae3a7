/** Lets somebody who knows a local password change it. */
import { accountOf } from '../access/sign-in.ts';
import type { Users } from '../directory/directory.ts';
import { signedInOf } from '../directory/sessions.ts';
import type { Store } from '../directory/store.ts';
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import type { User } from '../model/user.ts';
import type { Credentials } from './verdict.ts';

export interface OwnPasswordChange {
  readonly userId: string;
  readonly oldPassword: string;
  /** null: one is made up. */
  readonly newPassword: string | null;
  /** Whence it is asked for. */
  readonly address: string | null;
  /** Who asks, where another door than LDAP has found that out. */
  readonly actor?: Actor;
  /** Id of the session that lives on; all others end. */
  readonly keepSession?: string;
}

/**
 * The new password where it was made up, else null. Throws DirectoryError: 'unauthenticated' for a wrong old password,
 * 'forbidden' for an imported user, 'invalid' where the new one breaks the rules, 'busy' and 'unavailable'.
 */
export type ChangeOwnPassword = (change: OwnPasswordChange) => Promise<string | null>;

export interface OwnPasswordDependencies {
  readonly store: Pick<Store, 'read'>;
  readonly users: Pick<Users, 'setOwnPassword'>;
  readonly credentials: Credentials;
  generate(): string;
}

export function createChangeOwnPassword({
  store,
  users,
  credentials,
  generate,
}: OwnPasswordDependencies): ChangeOwnPassword {
  return async ({ userId, oldPassword, newPassword, address, keepSession, ...by }) => {
    const signedIn = await store.read((transaction) => signedInOf(transaction, userId));
    if (signedIn === null) throw wrong();
    if (by.actor !== undefined && by.actor.authority.userId !== userId) throw wrong();
    const { user, authority } = signedIn;
    if (user.origin !== null) {
      throw new DirectoryError(
        'forbidden',
        'Your password is kept where your account was imported from: change it there.',
      );
    }
    const { username } = user;
    await requireOwnPassword(credentials, user, oldPassword, address);
    const password = newPassword ?? generate();
    const actor = by.actor ?? { door: 'ldap', name: username, address, authority };
    await users.setOwnPassword(actor, password, keepSession);
    return newPassword === null ? password : null;
  };
}

/** The actor as one who has just given the own password. Throws as requireOwnPassword does. */
export type ProveOwnPassword = (actor: Actor, password: string) => Promise<Actor>;

export function createProveOwnPassword({
  store,
  credentials,
}: Pick<OwnPasswordDependencies, 'store' | 'credentials'>): ProveOwnPassword {
  return async (actor, password) => {
    const { userId } = actor.authority;
    const user = userId === null ? null : await store.read((transaction) => transaction.user(userId));
    if (user === null) return actor;
    await requireOwnPassword(credentials, user, password, actor.address);
    return { ...actor, authority: { ...actor.authority, proven: true } };
  };
}

/**
 * For who has signed in and does what a stolen session must not: asks for the own password once more, and for no other
 * that opens the account. Throws DirectoryError: unauthenticated, busy, unavailable.
 */
export async function requireOwnPassword(
  credentials: Credentials,
  user: User,
  password: string,
  address: string | null,
): Promise<void> {
  const verdict = await credentials.verify(accountOf(user), password, { address, name: user.username });
  if (verdict.ok) return;
  if (verdict.reason === 'wrong' || verdict.reason === 'second-factor') throw wrong();
  throw new DirectoryError(verdict.reason, verdict.message);
}

function wrong(): DirectoryError {
  return new DirectoryError('unauthenticated', 'The old password is wrong.');
}
