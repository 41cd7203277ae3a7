/** Brings in, or up to date, who has signed in at the external authority, so that all doors serve the person. */
import { SYSTEM_AUTHORITY } from '../access/authority.ts';
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import type { ExternalPerson } from '../model/external-authority.ts';
import { changedMetadata, NO_METADATA } from '../model/metadata.ts';
import { normaliseEmail, normaliseText, normaliseUsername } from '../model/names.ts';
import { posixNumber } from '../model/posix.ts';
import { newUser, type User } from '../model/user.ts';
import { findRole } from './authority.ts';
import { endHandedOut } from './ending.ts';
import { changeOf, type Journal } from './journal.ts';
import type { ReadTransaction, Store, WriteTransaction } from './store.ts';
import { refuseLastOwner } from './user-access.ts';
import { toldOf } from './user-fields.ts';

export interface AdmittedPerson {
  readonly user: User;
  /** Roles that are unknown here, or that the authority may not give. */
  readonly ignoredRoles: readonly string[];
  /** Whether the e-mail address was left out, since somebody else has it. */
  readonly addressTaken: boolean;
}

export interface ExternalPeople {
  /**
   * Writes nothing where nothing has changed. Throws DirectoryError: 'conflict' where the name is that of somebody whose
   * password is kept here or at a source, of an owner whom the authority may not make, or of the last owner, made less by
   * it; 'invalid' where it breaks a rule.
   */
  admit(person: ExternalPerson): Promise<AdmittedPerson>;
}

export interface ExternalPeopleDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
}

const ACTOR: Actor = { door: 'sync', name: 'authority', address: null, authority: SYSTEM_AUTHORITY };

export function createExternalPeople({
  store,
  clock,
  newId,
  journal,
}: ExternalPeopleDependencies): ExternalPeople {
  async function create(transaction: WriteTransaction, username: string, fields: Fields): Promise<User> {
    const at = clock.now();
    const number = posixNumber(await transaction.takePosixSerials(1));
    const names = { username, givenName: '', familyName: '', passwordHash: null };
    const user = newUser(newId(), { ...names, ...fields, posixNumber: number }, at);
    await transaction.insertUsers([user]);
    const details = { username, ...toldOf(fields, { ...user, metadata: NO_METADATA }) };
    await tell(transaction, user, 'user.first-sign-in', details);
    return user;
  }

  async function update(transaction: WriteTransaction, before: User, fields: Fields): Promise<User> {
    const at = clock.now();
    const isChanged = fields.role !== before.role;
    const { extraCredentials: count } = before;
    const extraCredentials = isChanged && count > 0 ? count + 1 : count;
    const user = { ...before, ...fields, extraCredentials, updatedAt: at, ownUpdatedAt: at };
    if (isChanged) {
      await refuseLastOwner(transaction, before, 'given a lower role');
      await endHandedOut(transaction, user.id);
    }
    await transaction.updateUsers([user]);
    const changes = toldOf(fields, before);
    await tell(transaction, user, 'user.edit', { username: user.username, changes });
    return user;
  }

  function tell(
    transaction: WriteTransaction,
    { id }: User,
    action: string,
    details: Readonly<Record<string, unknown>>,
  ) {
    const changes = [changeOf('user', id)];
    return journal(transaction, { at: clock.now(), actor: ACTOR, action, subjectId: id, details, changes });
  }

  return {
    async admit(person) {
      const username = normaliseUsername(person.username);
      const seen = await store.read((transaction) => settle(transaction, username, person));
      const { before, fields, ...told } = seen;
      if (before !== null && isSame(before, fields)) return { user: before, ...told };
      return store.write(async (transaction) => {
        const { before, fields, ...told } = await settle(transaction, username, person);
        // Another sign-in of the same person was quicker.
        if (before !== null && isSame(before, fields)) return { user: before, ...told };
        const user = await (before === null
          ? create(transaction, username, fields)
          : update(transaction, before, fields));
        return { user, ...told };
      });
    },
  };
}

type Fields = Pick<User, 'email' | 'confirmed' | 'displayName' | 'metadata' | 'role'>;

interface Settled extends Omit<AdmittedPerson, 'user'> {
  readonly before: User | null;
  /** As they become. */
  readonly fields: Fields;
}

async function settle(
  transaction: ReadTransaction,
  username: string,
  person: ExternalPerson,
): Promise<Settled> {
  const before = await transaction.userByUsername(username);
  const ownersAllowed = (await transaction.settings()).authority?.ownersAllowed ?? false;
  if (before !== null) refuseOthers(before, ownersAllowed);
  const { role, ignoredRoles } = await roleAmong(transaction, person.roles, ownersAllowed);
  const wanted =
    person.email === undefined ? (before?.email ?? null) : person.email && normaliseEmail(person.email);
  const addressTaken = wanted !== null && (await isTaken(transaction, wanted, before));
  const email = addressTaken ? null : wanted;
  const name =
    person.displayName === undefined ? undefined : normaliseText(person.displayName, 'displayName');
  const displayName = (name ?? before?.displayName) || username;
  const metadata =
    person.metadata === undefined
      ? (before?.metadata ?? NO_METADATA)
      : changedMetadata(NO_METADATA, person.metadata);
  // What the authority says of an address is known.
  const confirmed = email !== null && (person.email != null || before?.confirmed === true);
  return { before, fields: { email, confirmed, displayName, metadata, role }, ignoredRoles, addressTaken };
}

function refuseOthers({ username, passwordHash, origin, role }: User, ownersAllowed: boolean): void {
  if (passwordHash !== null || origin !== null) {
    throw new DirectoryError('conflict', `The password of ${username} is kept here or at a source.`);
  }
  if (role === 'owner' && !ownersAllowed) {
    throw new DirectoryError('conflict', `${username} is an owner, whom the authority may not let in.`);
  }
}

/** The highest; `user` where there is none. */
async function roleAmong(transaction: ReadTransaction, names: readonly string[], ownersAllowed: boolean) {
  const ignoredRoles: string[] = [];
  let highest = { name: 'user', rank: 0 };
  for (const name of new Set(names)) {
    const role = await findRole(transaction, name);
    if (role === null || (role.name === 'owner' && !ownersAllowed)) ignoredRoles.push(name);
    else if (role.rank > highest.rank) highest = role;
  }
  return { role: highest.name, ignoredRoles };
}

async function isTaken(transaction: ReadTransaction, email: string, before: User | null): Promise<boolean> {
  const holder = await transaction.userByEmail(email);
  return (holder !== null && holder.id !== before?.id) || (await transaction.groupByEmail(email)) !== null;
}

function isSame(before: User, fields: Fields): boolean {
  const { email, confirmed, displayName, metadata, role } = before;
  return JSON.stringify({ email, confirmed, displayName, metadata, role }) === JSON.stringify(fields);
}
