/** Looks at users and changes them. */
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import type { Passwords } from '../credentials/passwords.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import {
  type AttributeChanges,
  type Attributes,
  changedAttributes,
  NO_ATTRIBUTES,
} from '../model/attribute-definition.ts';
import type { Actor } from '../model/audit.ts';
import { pictureOf } from '../model/avatar.ts';
import { NO_METADATA } from '../model/metadata.ts';
import { nameKey } from '../model/names.ts';
import { posixNumber } from '../model/posix.ts';
import { EMPTY_PROFILE } from '../model/profile.ts';
import { newUser, type User } from '../model/user.ts';
import { definitions, keepImages } from './attributes.ts';
import { requireSelf, requireSubject } from './authority.ts';
import type { Users } from './directory.ts';
import { endAccess, endHandedOut, endSessions } from './ending.ts';
import { createUserSearch } from './find-users.ts';
import { changeOf, type Journal } from './journal.ts';
import { leaveGroups, refuseListed } from './leaving.ts';
import { checkPage, notFound, sourceNameOf } from './lookup.ts';
import { createHashFor } from './new-password.ts';
import type { ReadTransaction, Store, WriteTransaction } from './store.ts';
import {
  grantableRole,
  refuseLastOwner,
  requireEditable,
  requireOther,
  requireVisible,
} from './user-access.ts';
import {
  changedUserFields,
  changesImported,
  normaliseUser,
  toldAttributes,
  toldOf,
  type UserFields,
} from './user-fields.ts';

export interface UsersDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly journal: Journal;
}

export function createUsers({ store, clock, newId, passwords, journal }: UsersDependencies): Users {
  const hashFor = createHashFor({ store, passwords });

  /** Writes what `change` makes of the user whom `find` finds, on whom the actor may act. */
  function replace(
    actor: Actor,
    find: (transaction: WriteTransaction) => Promise<User>,
    action: string,
    change: (before: User, transaction: WriteTransaction, at: Date) => Promise<Partial<User>>,
    attributes: AttributeChanges = {},
  ): Promise<User> {
    return store.write(async (transaction) => {
      const before = await find(transaction);
      const at = clock.now();
      const fields = await change(before, transaction, at);
      const user = { ...before, ...fields, updatedAt: at, ownUpdatedAt: at };
      await transaction.updateUsers([user]);
      const { passwordHash: _secret, passwordChangedAt: _when, extraCredentials: _count, ...plain } = fields;
      const told = { ...toldOf(plain, before), ...toldAttributes(attributes) };
      const details = { username: before.username, ...(Object.keys(told).length > 0 && { changes: told }) };
      const changes = [changeOf('user', user.id)];
      await journal(transaction, { at, actor, action, subjectId: user.id, details, changes });
      return user;
    });
  }

  /** Looked at first without a lock: who may not is refused before the long hashing. */
  async function replacePassword(
    actor: Actor,
    find: (transaction: ReadTransaction) => Promise<User>,
    password: string,
    end: (before: User, transaction: WriteTransaction) => Promise<unknown>,
  ): Promise<User> {
    const passwordHash = await hashFor(await store.read(find), password);
    return replace(actor, find, 'user.password', async (before, transaction, at) => {
      await end(before, transaction);
      const { extraCredentials: count } = before;
      return { passwordHash, passwordChangedAt: at, ...(count > 0 && { extraCredentials: count + 1 }) };
    });
  }

  return {
    ...createUserSearch({ store }),

    async list(actor, page) {
      requirePermission(actor, 'users.read');
      checkPage(page);
      return store.read((transaction) => transaction.users(page));
    },

    byUsername: (actor, username) =>
      store.read((transaction) => requireVisible(transaction, actor, username)),

    async avatar(actor, username) {
      return store.read(async (transaction) => {
        const { id } = await requireVisible(transaction, actor, username);
        return (await transaction.avatars([id])).get(id) ?? null;
      });
    },

    async add(actor, input) {
      requirePermission(actor, 'users.create');
      const picture = pictureOf(input.avatar);
      const fields = normaliseUser(input, picture);
      const passwordHash = input.password === undefined ? null : await hashFor(fields, input.password);
      return store.write(async (transaction) => {
        await refuseTaken(transaction, fields);
        const role = input.role === undefined ? 'user' : await addedRole(transaction, actor, input.role);
        const at = clock.now();
        const number = posixNumber(await transaction.takePosixSerials(1));
        const attributes = await attributesOf(transaction, NO_ATTRIBUTES, input.attributes);
        const secrets = { role, passwordHash, posixNumber: number };
        const user = newUser(newId(), { ...fields, ...attributes, ...secrets }, at);
        await transaction.insertUsers([user]);
        if (picture !== null) await transaction.putAvatar(user.id, picture);
        await keepImages(transaction, 'user', user, input.attributes);
        await journal(transaction, {
          at,
          actor,
          action: 'user.add',
          subjectId: user.id,
          details: {
            ...toldOf(fields, NOTHING_BEFORE),
            ...toldAttributes(input.attributes),
            ...{ role, password: passwordHash !== null },
          },
          changes: [changeOf('user', user.id)],
        });
        return user;
      });
    },

    async edit(actor, username, changes, precondition) {
      const picture = pictureOf(changes.avatar);
      const find = (transaction: WriteTransaction) => requireEditable(transaction, actor, username, changes);
      const change = async (before: User, transaction: WriteTransaction) => {
        precondition?.(before);
        if (changesImported(changes)) {
          await refuseImported(transaction, before, 'Names and addresses of', 'come from');
        }
        const fields = {
          ...changedUserFields(before, changes, picture),
          ...(await attributesOf(transaction, before.attributes, changes.attributes)),
          ...(changes.role !== undefined && {
            role: await changedRole(transaction, actor, before, changes.role),
          }),
        };
        await refuseTaken(transaction, { ...before, ...fields }, before.id);
        if (changes.avatar !== undefined) await transaction.putAvatar(before.id, picture);
        await keepImages(transaction, 'user', { ...before, ...fields }, changes.attributes);
        if (fields.role === undefined || fields.role === before.role) return fields;
        await endHandedOut(transaction, before.id);
        const { extraCredentials: count } = before;
        return { ...fields, ...(count > 0 && { extraCredentials: count + 1 }) };
      };
      return replace(actor, find, 'user.edit', change, changes.attributes);
    },

    setEnabled(actor, username, enabled) {
      const find = (transaction: WriteTransaction) =>
        requireSubject(transaction, actor, 'users.edit', username);
      return replace(actor, find, enabled ? 'user.enable' : 'user.disable', async (before, transaction) => {
        if (!enabled) {
          await refuseLastOwner(transaction, before, 'disabled');
          await endAccess(transaction, before.id);
        }
        const { extraCredentials: changes } = before;
        return { active: enabled, ...(changes > 0 && { extraCredentials: changes + 1 }) };
      });
    },

    async setPassword(actor, username, password) {
      const find = async (transaction: ReadTransaction) => {
        const user = await requireOther(transaction, actor, 'users.password', username);
        await refuseImported(transaction, user, 'The password of', 'is checked by');
        return user;
      };
      // Whoever has lost the password may have lost the rest with it.
      return replacePassword(actor, find, password, ({ id }, transaction) => endAccess(transaction, id));
    },

    setOwnPassword(actor, password, keepSession) {
      const find = async (transaction: ReadTransaction) => {
        const user = await transaction.user(requireSelf(actor));
        if (user === null) return notFound('Your account is gone.');
        await refuseImported(transaction, user, 'The password of', 'is checked by');
        if (user.passwordHash === null && (await transaction.settings()).authority != null)
          throw new DirectoryError('forbidden', 'Your password is not kept here: change it where it is.');
        return user;
      };
      return replacePassword(actor, find, password, ({ id }, transaction) =>
        endSessions(transaction, id, keepSession),
      );
    },

    delete: (actor, username, precondition) =>
      store.write(async (transaction) => {
        const user = await requireSubject(transaction, actor, 'users.delete', username);
        precondition?.(user);
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

/** Nothing where none are given. */
async function attributesOf(
  transaction: ReadTransaction,
  before: Attributes,
  given: AttributeChanges | undefined,
): Promise<Partial<Pick<User, 'attributes'>>> {
  if (given === undefined) return {};
  return { attributes: changedAttributes(before, given, await definitions(transaction, 'user')) };
}

async function addedRole(transaction: ReadTransaction, actor: Actor, name: string): Promise<string> {
  // Everybody may give the lowest; the others are given by those who may change them.
  return nameKey(name) === 'user' ? 'user' : grantableRole(transaction, actor, name);
}

async function changedRole(
  transaction: ReadTransaction,
  actor: Actor,
  before: User,
  name: string,
): Promise<string> {
  const role = await grantableRole(transaction, actor, name);
  if (role === 'owner') refuseImportedOwner(before);
  if (role !== before.role) await refuseLastOwner(transaction, before, 'given a lower role');
  return role;
}

/** Whoever checks an owner's password can become the owner. */
function refuseImportedOwner({ username, origin }: User): void {
  if (origin === null) return;
  throw new DirectoryError(
    'forbidden',
    `${username} has the password elsewhere, an owner must have it here: unlink first.`,
  );
}

const NOTHING_BEFORE = { profile: EMPTY_PROFILE, metadata: NO_METADATA };

/** `id`: whose fields they are; null: nobody's yet. */
async function refuseTaken(
  lookup: Pick<ReadTransaction, 'userByUsername' | 'userByEmail' | 'groupByEmail'>,
  { username, email }: Pick<UserFields, 'username' | 'email'>,
  id: string | null = null,
): Promise<void> {
  const namesake = await lookup.userByUsername(username);
  if (namesake !== null && namesake.id !== id) {
    throw new DirectoryError('conflict', `The username ${username} is taken already.`, { field: 'username' });
  }
  if (email === null) return;
  const holder = await lookup.userByEmail(email);
  if (holder !== null && holder.id !== id) refuseAddress(email, `user ${holder.username}`);
  const group = await lookup.groupByEmail(email);
  if (group !== null) refuseAddress(email, `group ${group.name}`);
}

/** `holder`: a user or a group, by name. */
export function refuseAddress(email: string, holder: string): never {
  throw new DirectoryError('conflict', `The address ${email} belongs to ${holder} already.`, {
    field: 'email',
  });
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
