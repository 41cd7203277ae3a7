/** Looks at users and changes them. */
import type { Clock } from '../clock.ts';
import type { Passwords } from '../credentials/passwords.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import { nameKey, normaliseEmail, normaliseText, normaliseUsername } from '../model/names.ts';
import { posixNumber } from '../model/posix.ts';
import { isEnabled, type User } from '../model/user.ts';
import type { NewUser, UserChanges, Users } from './directory.ts';
import { changeOf, type Journal } from './journal.ts';
import { leaveGroups, refuseListed } from './leaving.ts';
import { checkPage, requireUser, sourceNameOf } from './lookup.ts';
import type { ReadTransaction, Store, UserLookup, WriteTransaction } from './store.ts';

export interface UsersDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly journal: Journal;
}

export function createUsers({ store, clock, newId, passwords, journal }: UsersDependencies): Users {
  /** Writes what `change` makes of the user by that name. */
  function replace(
    actor: Actor,
    username: string,
    action: string,
    change: (before: User, transaction: WriteTransaction, at: Date) => Promise<Partial<User>>,
  ): Promise<User> {
    return store.write(async (transaction) => {
      const before = await requireUser(transaction, username);
      const at = clock.now();
      const fields = await change(before, transaction, at);
      const user = { ...before, ...fields, updatedAt: at, ownUpdatedAt: at };
      await transaction.updateUsers([user]);
      const { passwordHash: _secret, passwordChangedAt: _when, ...told } = fields;
      const details = { username: before.username, ...(Object.keys(told).length > 0 && { changes: told }) };
      const changes = [changeOf('user', user.id)];
      await journal(transaction, { at, actor, action, subjectId: user.id, details, changes });
      return user;
    });
  }

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
        const number = posixNumber(await transaction.takePosixSerials(1));
        const user = newUser(newId(), { ...fields, passwordHash, posixNumber: number }, at);
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

    edit: (actor, username, changes) =>
      replace(actor, username, 'user.edit', async (before, transaction) => {
        await refuseImported(transaction, before, 'The fields of', 'come from');
        const fields = changedFields(before, changes);
        await refuseTaken(transaction, { ...before, ...fields }, before.id);
        return fields;
      }),

    setEnabled: (actor, username, enabled) =>
      replace(actor, username, enabled ? 'user.enable' : 'user.disable', async (before, transaction) => {
        if (!enabled) await refuseLastOwner(transaction, before, 'disabled');
        return { active: enabled };
      }),

    async setPassword(actor, username, password) {
      const refuse = (transaction: ReadTransaction, user: User) =>
        refuseImported(transaction, user, 'The password of', 'is checked by');
      await store.read(async (transaction) => refuse(transaction, await requireUser(transaction, username)));
      const passwordHash = await passwords.hash(password);
      return replace(actor, username, 'user.password', async (before, transaction, at) => {
        await refuse(transaction, before);
        return { passwordHash, passwordChangedAt: at };
      });
    },

    delete: (actor, username) =>
      store.write(async (transaction) => {
        const user = await requireUser(transaction, username);
        await refuseListed(transaction, user.username, user.origin);
        await refuseLastOwner(transaction, user, 'deleted');
        const at = clock.now();
        const left = await leaveGroups(transaction, user.id, at);
        await transaction.deleteUsers([user.id]);
        await journal(transaction, {
          at,
          actor,
          action: 'user.delete',
          subjectId: user.id,
          details: { username: user.username },
          changes: [...left, changeOf('user', user.id)],
        });
        return user;
      }),
  };
}

type UserFields = Pick<User, 'username' | 'email' | 'displayName' | 'givenName' | 'familyName'>;

/** A user kept here, with the defaults of everything that was not given. */
export function newUser(
  id: string,
  fields: UserFields & Pick<User, 'passwordHash' | 'posixNumber'> & Partial<Pick<User, 'role'>>,
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
    ownUpdatedAt: at,
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

/** The fields that are given, in the form in which they are kept; a name that stays need not fit the rules of today. */
function changedFields(before: User, { username, email, ...names }: UserChanges): Partial<UserFields> {
  const { displayName, givenName, familyName } = names;
  const newName = username === undefined || nameKey(username) === before.username ? null : username;
  const name = newName === null ? before.username : normaliseUsername(newName);
  return {
    ...(newName !== null && { username: name }),
    ...(email !== undefined && { email: email === null ? null : normaliseEmail(email) }),
    ...(displayName !== undefined && { displayName: normaliseText(displayName, 'displayName') || name }),
    ...(givenName !== undefined && { givenName: normaliseText(givenName, 'givenName') }),
    ...(familyName !== undefined && { familyName: normaliseText(familyName, 'familyName') }),
  };
}

/** `id`: whose fields they are; null: nobody's yet. */
async function refuseTaken(
  lookup: UserLookup,
  { username, email }: Pick<UserFields, 'username' | 'email'>,
  id: string | null = null,
): Promise<void> {
  const namesake = await lookup.userByUsername(username);
  if (namesake !== null && namesake.id !== id) {
    throw new DirectoryError('conflict', `The username ${username} is taken already.`, { field: 'username' });
  }
  const holder = email === null ? null : await lookup.userByEmail(email);
  if (holder !== null && holder.id !== id) {
    throw new DirectoryError('conflict', `The address ${email} belongs to user ${holder.username} already.`, {
      field: 'email',
    });
  }
}

async function refuseImported(
  transaction: ReadTransaction,
  { username, origin }: User,
  what: string,
  owned: string,
): Promise<void> {
  if (origin === null) return;
  const source = await sourceNameOf(transaction, origin);
  throw new DirectoryError(
    'forbidden',
    `${what} ${username} ${owned} the source ${source}: change it there.`,
  );
}

/** Somebody must stay who may do everything. */
async function refuseLastOwner(lookup: UserLookup, user: User, verb: 'disabled' | 'deleted'): Promise<void> {
  if (user.role !== 'owner') return;
  if ((await lookup.owners()).some((owner) => owner.id !== user.id && isEnabled(owner))) return;
  throw new DirectoryError('conflict', `${user.username} is the last owner and cannot be ${verb}.`);
}
