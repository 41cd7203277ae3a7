/** Looks at users and changes them. */
import type { Clock } from '../clock.ts';
import type { Passwords } from '../credentials/passwords.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import { normaliseEmail, normaliseText, normaliseUsername } from '../model/names.ts';
import type { User } from '../model/user.ts';
import type { NewUser, Users } from './directory.ts';
import { changeOf, type Journal } from './journal.ts';
import { checkPage, requireUser } from './lookup.ts';
import type { ReadTransaction, Store, UserLookup } from './store.ts';

export interface UsersDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly journal: Journal;
}

export function createUsers({ store, clock, newId, passwords, journal }: UsersDependencies): Users {
  return {
    async list(page) {
      checkPage(page);
      return store.read((transaction) => transaction.users(page));
    },

    byUsername: (username) => store.read((transaction) => requireUser(transaction, username)),

    async add(actor, input) {
      const fields = normalise(input);
      const passwordHash = input.password === undefined ? null : await passwords.hash(input.password);
      return store.write(async (transaction) => {
        await refuseTaken(transaction, fields);
        const at = clock.now();
        const user = newUser(newId(), { ...fields, passwordHash }, at);
        await transaction.insertUsers([user]);
        await journal(transaction, {
          at,
          actor,
          action: 'user.add',
          subjectId: user.id,
          details: { ...fields, password: passwordHash !== null },
          changes: [changeOf('user', user.id)],
        });
        return user;
      });
    },

    async setPassword(actor, username, password) {
      await store.read(async (transaction) =>
        refuseImported(transaction, await requireUser(transaction, username)),
      );
      const passwordHash = await passwords.hash(password);
      return store.write(async (transaction) => {
        const before = await requireUser(transaction, username);
        await refuseImported(transaction, before);
        const at = clock.now();
        const user = { ...before, passwordHash, passwordChangedAt: at, updatedAt: at };
        await transaction.updateUsers([user]);
        await journal(transaction, {
          at,
          actor,
          action: 'user.password',
          subjectId: user.id,
          details: { username: user.username },
          changes: [changeOf('user', user.id)],
        });
        return user;
      });
    },
  };
}

type UserFields = Pick<User, 'username' | 'email' | 'displayName' | 'givenName' | 'familyName'>;

/** A user kept here, with the defaults of everything that was not given. */
export function newUser(
  id: string,
  fields: UserFields & { readonly passwordHash: string | null; readonly role?: User['role'] },
  at: Date,
): User {
  return {
    id,
    otherEmails: [],
    role: 'user',
    active: true,
    passwordChangedAt: fields.passwordHash === null ? null : at,
    origin: null,
    createdAt: at,
    updatedAt: at,
    ...fields,
  };
}

function normalise(input: NewUser): UserFields {
  const username = normaliseUsername(input.username);
  const givenName = normaliseText(input.givenName ?? '', 'givenName');
  const familyName = normaliseText(input.familyName ?? '', 'familyName');
  const displayName = normaliseText(input.displayName ?? `${givenName} ${familyName}`, 'displayName');
  const email = input.email ?? null;
  return {
    username,
    email: email === null ? null : normaliseEmail(email),
    displayName: displayName || username,
    givenName,
    familyName,
  };
}

async function refuseTaken(lookup: UserLookup, { username, email }: UserFields): Promise<void> {
  if ((await lookup.userByUsername(username)) !== null) {
    throw new DirectoryError('conflict', `The username ${username} is taken already.`, { field: 'username' });
  }
  const holder = email === null ? null : await lookup.userByEmail(email);
  if (holder !== null) {
    throw new DirectoryError('conflict', `The address ${email} belongs to user ${holder.username} already.`, {
      field: 'email',
    });
  }
}

async function refuseImported(transaction: ReadTransaction, user: User): Promise<void> {
  if (user.origin === null) return;
  const source = await transaction.source(user.origin.sourceId);
  throw new DirectoryError(
    'forbidden',
    `The password of ${user.username} is checked by the source ${source?.name ?? user.origin.sourceId}: change it there.`,
  );
}
