/** Lets administrators in as somebody of a lower role for some hours, and whoever has the machine in as an owner once. */
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import { newBearerSecret } from '../credentials/bearer-secret.ts';
import { authorityOf } from '../directory/authority.ts';
import { changeOf, type Journal } from '../directory/journal.ts';
import { requireUser } from '../directory/lookup.ts';
import type { ReadTransaction, Store, WriteTransaction } from '../directory/store.ts';
import { requireOther } from '../directory/user-access.ts';
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import type { TemporaryPassword } from '../model/extra-credentials.ts';
import { isEnabled, type User } from '../model/user.ts';
import { changeExtras, extrasOf } from './extras.ts';

export const IMPERSONATION_HOURS = 6;
export const IMPERSONATION_HOURS_MAX = 24;
const HOUR_MS = 60 * 60_000;
const OWNER_LOGIN_MS = 15 * 60_000;

export interface GivenPassword {
  readonly user: User;
  /** Shown this once: roster_i_ and 43 characters. */
  readonly password: string;
  readonly expiresAt: Date;
}

/** Throws DirectoryError: forbidden, not-found, invalid, conflict. */
export interface Impersonation {
  /** Takes the place of an earlier one. `hours`: 1 to 24. */
  begin(actor: Actor, username: string, hours?: number): Promise<GivenPassword>;
  /** With the sessions that were opened by it. 'conflict' where there is none. */
  withdraw(actor: Actor, username: string): Promise<User>;
  /** Good once, within a quarter of an hour, at the pages and the API. `username` null: the first owner who is enabled. */
  ownerLogin(actor: Actor, username: string | null): Promise<GivenPassword>;
}

export interface ImpersonationDependencies {
  readonly store: Pick<Store, 'write'>;
  readonly clock: Clock;
  readonly journal: Journal;
}

export function createImpersonation({ store, clock, journal }: ImpersonationDependencies): Impersonation {
  function give(
    actor: Actor,
    find: (transaction: WriteTransaction) => Promise<User>,
    lifetimeMs: number,
    kind: Pick<TemporaryPassword, 'once'> & { readonly action: string },
  ): Promise<GivenPassword> {
    return store.write(async (transaction) => {
      const user = await find(transaction);
      if (!isEnabled(user))
        throw new DirectoryError('conflict', `${user.username} cannot sign in: enable first.`);
      const at = clock.now();
      const expiresAt = new Date(at.getTime() + lifetimeMs);
      const { secret, hash } = newBearerSecret('temporary');
      const by = { name: actor.name, userId: actor.authority.userId };
      const temporary = { hash, expiresAt: expiresAt.getTime(), once: kind.once, by, lastUsedAt: null };
      await endOpened(transaction, user);
      await changeExtras(transaction, user, () => ({ temporary }));
      const details = { username: user.username, expiresAt };
      await journal(transaction, { ...entryOf(at, actor, user), action: kind.action, details });
      return { user, password: secret, expiresAt };
    });
  }

  return {
    async begin(actor, username, hours = IMPERSONATION_HOURS) {
      if (!Number.isInteger(hours) || hours < 1 || hours > IMPERSONATION_HOURS_MAX) {
        const sentence = `A temporary password lasts 1 to ${IMPERSONATION_HOURS_MAX} hours.`;
        throw new DirectoryError('invalid', sentence, { field: 'hours' });
      }
      const find = (transaction: WriteTransaction) => requireLower(transaction, actor, username);
      return give(actor, find, hours * HOUR_MS, { once: false, action: 'user.impersonate' });
    },

    withdraw: (actor, username) =>
      store.write(async (transaction) => {
        const user = await requireOther(transaction, actor, 'users.impersonate', username);
        if ((await extrasOf(transaction, user.id)).temporary === null)
          throw new DirectoryError('conflict', `${user.username} has no temporary password.`);
        await endOpened(transaction, user);
        await changeExtras(transaction, user, () => ({ temporary: null }));
        const details = { username: user.username };
        const entry = entryOf(clock.now(), actor, user);
        await journal(transaction, { ...entry, action: 'user.impersonate-withdraw', details });
        return user;
      }),

    async ownerLogin(actor, username) {
      requirePermission(actor, 'backup');
      if (actor.authority.userId !== null)
        throw new DirectoryError('forbidden', 'Only whoever has the machine gets in as an owner.');
      const find = (transaction: WriteTransaction) => requireOwner(transaction, username);
      return give(actor, find, OWNER_LOGIN_MS, { once: true, action: 'user.owner-login' });
    },
  };
}

/** Below the actor even where he is an owner, who may act on owners otherwise. */
async function requireLower(transaction: ReadTransaction, actor: Actor, username: string): Promise<User> {
  const user = await requireOther(transaction, actor, 'users.impersonate', username);
  if ((await authorityOf(transaction, user)).rank < actor.authority.rank) return user;
  throw new DirectoryError('forbidden', 'Nobody signs in as somebody of the same role.');
}

async function requireOwner(transaction: ReadTransaction, username: string | null): Promise<User> {
  const owner =
    username === null
      ? (await transaction.owners()).find(isEnabled)
      : await requireUser(transaction, username);
  if (owner?.role === 'owner') return owner;
  const sentence =
    username === null ? 'There is no owner who can sign in.' : `${owner?.username} is no owner.`;
  throw new DirectoryError('conflict', sentence);
}

/** The sessions that a temporary password opened end when it does, to the millisecond; no others do. */
async function endOpened(transaction: WriteTransaction, { id }: User): Promise<void> {
  const { temporary } = await extrasOf(transaction, id);
  if (temporary === null || temporary.once) return;
  const sessions = await transaction.sessionsOf(id);
  const opened = sessions.filter(({ expiresAt }) => expiresAt.getTime() === temporary.expiresAt);
  await transaction.deleteSessions(opened.map((session) => session.id));
}

function entryOf(at: Date, actor: Actor, { id }: User) {
  return { at, actor, subjectId: id, changes: [changeOf('user', id)] };
}
