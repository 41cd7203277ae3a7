/** Binds users to entries of a source by hand, and makes imports local again. */
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import type { Passwords } from '../credentials/passwords.ts';
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import type { Source } from '../model/source.ts';
import type { User } from '../model/user.ts';
import { requireSubject } from './authority.ts';
import type { LinkedEntry, Links } from './directory.ts';
import { endSessions } from './ending.ts';
import { changeOf, type Journal } from './journal.ts';
import { sourceNameOf } from './lookup.ts';
import { createHashFor } from './new-password.ts';
import type { Store, WriteTransaction } from './store.ts';
import { refuseLastOwner } from './user-access.ts';

export interface LinksDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly journal: Journal;
}

export function createLinks({ store, clock, passwords, journal }: LinksDependencies): Links {
  const hashFor = createHashFor({ store, passwords });

  function replace(
    actor: Actor,
    username: string,
    action: string,
    change: (before: User, transaction: WriteTransaction, at: Date) => Promise<Replacement>,
  ): Promise<User> {
    return store.write(async (transaction) => {
      const at = clock.now();
      const before = await requireSubject(transaction, actor, 'users.password', username);
      const { fields, details } = await change(before, transaction, at);
      const user = { ...before, ...fields, updatedAt: at, ownUpdatedAt: at };
      await transaction.updateUsers([user]);
      await endSessions(transaction, user.id);
      const changes = [changeOf('user', user.id)];
      const told = { username: before.username, ...details };
      await journal(transaction, { at, actor, action, subjectId: user.id, details: told, changes });
      return user;
    });
  }

  return {
    link: async (actor, username, source, entry) => {
      requireRights(actor);
      return replace(actor, username, 'user.link', async (before, transaction, at) => {
        refuseOwner(before);
        await refuseImported(transaction, source, before, entry);
        await forgetMark(transaction, source.id, at);
        const origin = { sourceId: source.id, ...entry, suspendedSince: null };
        const noPassword = { passwordHash: null, passwordChangedAt: null };
        return { fields: { origin, ...noPassword }, details: { source: source.name, ...entry } };
      });
    },

    unlink: async (actor, username, password) => {
      requireRights(actor);
      const person = await store.read((it) => requireSubject(it, actor, 'users.password', username));
      const passwordHash = password === null ? null : await hashFor(person, password);
      return replace(actor, username, 'user.unlink', async (before, transaction, at) => {
        if (before.origin === null)
          throw new DirectoryError('conflict', `${before.username} is a local user already.`);
        const source = await sourceNameOf(transaction, before.origin);
        const passwordChangedAt = passwordHash === null ? null : at;
        const active = passwordHash !== null && before.active;
        if (!active) await refuseLastOwner(transaction, before, 'disabled');
        return { fields: { origin: null, passwordHash, passwordChangedAt, active }, details: { source } };
      });
    },
  };
}

interface Replacement {
  readonly fields: Partial<User>;
  readonly details: Readonly<Record<string, unknown>>;
}

/** It decides who checks a password: as much as changing the source and setting the password together. */
function requireRights(actor: Actor): void {
  for (const permission of ['users.password', 'sources.edit'] as const) requirePermission(actor, permission);
}

/** An owner must be able to mend Roster while the directory upstream is away, and its operators must not become owners. */
function refuseOwner({ username, role }: User): void {
  if (role !== 'owner') return;
  throw new DirectoryError('forbidden', `${username} is an owner, whose password stays here.`);
}

/** The entry's fields are to be taken over though it has not changed: the next run, and one under way, proves nothing. */
async function forgetMark(transaction: WriteTransaction, sourceId: string, at: Date): Promise<void> {
  const source = await transaction.source(sourceId);
  if (source !== null) await transaction.updateSource({ ...source, syncMark: null, updatedAt: at });
}

async function refuseImported(
  transaction: WriteTransaction,
  source: Source,
  user: User,
  { externalId }: LinkedEntry,
): Promise<void> {
  const [holder] = await transaction.usersByExternalIds(source.id, [externalId]);
  if (holder === undefined || holder.id === user.id) return;
  throw new DirectoryError(
    'conflict',
    `That entry of ${source.name} is imported as ${holder.username} already: delete or unlink ${holder.username} first.`,
  );
}
