/** Writes people as a file tells of them, portion by portion within one transaction, by the rules of the directory. */
import { isDeepStrictEqual } from 'node:util';
import type { Permission } from '../access/permissions.ts';
import { requireAbove, requirePermission } from '../access/require.ts';
import { definitions } from '../directory/attributes.ts';
import { authorityOf, checkPermissions } from '../directory/authority.ts';
import type { UserChanges } from '../directory/directory.ts';
import { endAccess, endHandedOut, endSessions } from '../directory/ending.ts';
import { changeOf, createJournal } from '../directory/journal.ts';
import type { WriteTransaction } from '../directory/store.ts';
import { canSignIn, grantableRole } from '../directory/user-access.ts';
import { changedUserFields, normaliseUser } from '../directory/user-fields.ts';
import { refuseAddress } from '../directory/users.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import {
  type AttributeChanges,
  type Attributes,
  changedAttributes,
  changedImages,
  NO_ATTRIBUTES,
} from '../model/attribute-definition.ts';
import { type Actor, IMPORTED_PEOPLE } from '../model/audit.ts';
import { nameKey, normaliseEmail, normaliseOwnerUsername, normaliseUsername } from '../model/names.ts';
import { posixNumber } from '../model/posix.ts';
import { newUser, type User } from '../model/user.ts';
import { type KnownPeople, readKnownPeople } from './known-people.ts';
import { createNumberSet } from './number-set.ts';
import type { FileProblems, Place } from './problems.ts';

/** A person as a file tells: what it does not tell stays as it is. */
export interface FilePerson {
  /** Without a username: whoever has the e-mail address, or a new user named by the part before the "@". */
  readonly fields: Omit<UserChanges, 'avatar'>;
  readonly active?: boolean;
  readonly passwordHash?: string;
  /** Permissions beside those of the role. */
  readonly allow?: readonly string[];
  locate(field: string | undefined): Place;
}

export interface PeopleCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

export interface PeopleWriter {
  /** Any number of people; what does not fit is added to the problems, and the caller undoes everything. */
  write(people: readonly FilePerson[]): Promise<void>;
  /** After the last portion. Throws DirectoryError 'conflict' where nobody would be left who may do everything. */
  finish(): Promise<PeopleCounts>;
  counts(): PeopleCounts;
}

export interface PeopleWriterOptions {
  readonly transaction: WriteTransaction;
  readonly actor: Actor;
  readonly newId: NewId;
  readonly at: Date;
  readonly problems: FileProblems;
  /** Whether people who are there already are changed; otherwise those who would be are problems. */
  readonly update: boolean;
  readonly onCreated?: (user: User) => void;
}

/** People of one portion: each costs some KiB while it is worked on. */
const PORTION_MAX = 1000;

/** Throws DirectoryError 'forbidden' for actors who may not. */
export async function createPeopleWriter(options: PeopleWriterOptions): Promise<PeopleWriter> {
  const { transaction, actor, problems, update } = options;
  requirePermission(actor, 'import');
  requirePermission(actor, 'users.create');
  if (update) requirePermission(actor, 'users.edit');
  const hadOwner = (await transaction.owners()).some(canSignIn);
  const plan = createPlanner(options);
  return {
    async write(people) {
      for (let start = 0; start < people.length; start += PORTION_MAX) {
        await plan.portion(identified(people.slice(start, start + PORTION_MAX), problems));
      }
    },
    async finish() {
      if (hadOwner && !(await transaction.owners()).some(canSignIn)) {
        throw new DirectoryError('conflict', 'No owner would be left who can sign in.');
      }
      return plan.counts();
    },
    counts: plan.counts,
  };
}

interface Identified extends FilePerson {
  readonly username: string;
  readonly isNameGiven: boolean;
  readonly email: string | null;
}

/** Those with a name and an address that can be. */
function identified(people: readonly FilePerson[], problems: FileProblems): readonly Identified[] {
  return people.flatMap((person) => {
    try {
      const { username: given, email: address } = person.fields;
      const email = address == null ? null : normaliseEmail(address);
      if (given === undefined && email === null) {
        throw new DirectoryError('invalid', 'A username or an e-mail address is needed.');
      }
      const username = normaliseOwnerUsername(given ?? email?.split('@', 1)[0] ?? '');
      return [{ ...person, username, isNameGiven: given !== undefined, email }];
    } catch (error) {
      problems.addError(error, person.locate);
      return [];
    }
  });
}

/** What a portion changes. */
interface Steps {
  readonly created: User[];
  readonly updated: User[];
  /** Ids of those whose sessions, or sessions and tokens, end. */
  readonly endSessions: string[];
  readonly endAccess: string[];
  /** Ids of those who may do more, or something else, than before. */
  readonly risen: string[];
  readonly grants: { readonly userId: string; readonly permission: Permission }[];
}

function createPlanner(options: PeopleWriterOptions) {
  const { transaction, actor, newId, at, problems, update, onCreated } = options;
  const journal = createJournal(newId);
  const seen = createNumberSet();
  const counts = { created: 0, updated: 0, unchanged: 0 };
  const roles = new Map<string, Promise<string>>();
  /** Of users; null: not read yet, or no longer up to date. */
  let defined: ReturnType<typeof definitions> | null = null;

  /** The role as it is kept, looked up once. */
  function roleNamed(name: string): Promise<string> {
    const key = nameKey(name);
    const role =
      roles.get(key) ??
      // Everybody may give the lowest.
      (key === 'user' ? Promise.resolve(key) : inField('role', () => grantableRole(transaction, actor, key)));
    roles.set(key, role);
    return role;
  }

  async function attributesOf(
    before: Attributes,
    given: AttributeChanges | undefined,
  ): Promise<Partial<Pick<User, 'attributes'>>> {
    if (given === undefined) return {};
    defined ??= definitions(transaction, 'user');
    return { attributes: changedAttributes(before, given, await defined) };
  }

  async function create(person: Identified, serial: number, known: KnownPeople, steps: Steps): Promise<void> {
    const { username, email, fields, active = true, passwordHash = null } = person;
    refuseTaken(known, username, email, null);
    const role = fields.role === undefined ? 'user' : await roleNamed(fields.role);
    // Owners may bear a reserved name, as the first one does.
    const name = role === 'owner' ? username : normaliseUsername(username);
    const kept = normaliseUser({ ...fields, username }, null, name);
    const numbers = { posixNumber: posixNumber(serial) };
    const attributes = await attributesOf(NO_ATTRIBUTES, fields.attributes);
    const user = newUser(newId(), { ...kept, ...attributes, ...numbers, role, active, passwordHash }, at);
    await planGrants(person, user, steps);
    steps.created.push(user);
    known.put(user, null);
    seen.add(user.posixNumber);
    counts.created += 1;
    onCreated?.(user);
  }

  async function change(person: Identified, before: User, known: KnownPeople, steps: Steps): Promise<void> {
    if (seen.has(before.posixNumber)) {
      throw new DirectoryError('conflict', `The user ${before.username} is in the file twice.`, {
        field: 'username',
      });
    }
    seen.add(before.posixNumber);
    const fields = differing(before, await changedFields(person, before));
    const granted = await planGrants(person, before, steps);
    if (Object.keys(fields).length === 0 && !granted) {
      counts.unchanged += 1;
      return;
    }
    if (!update) throw taken(before.username);
    await refuseChange(before, fields);
    if (fields.email != null) refuseTaken(known, null, fields.email, before.id);
    const user = { ...before, ...fields, updatedAt: at, ownUpdatedAt: at };
    if (before.active && !user.active) steps.endAccess.push(user.id);
    else if (fields.passwordHash !== undefined) steps.endSessions.push(user.id);
    if (granted || fields.role !== undefined) steps.risen.push(user.id);
    if (fields.attributes !== undefined && defined !== null) {
      const gone = changedImages(user.attributes, person.fields.attributes ?? {}, await defined);
      await transaction.putAttributeImages('user', user.id, gone);
    }
    steps.updated.push(user);
    known.put(user, before);
    counts.updated += 1;
  }

  async function changedFields(person: Identified, before: User): Promise<Partial<User>> {
    const { active, passwordHash } = person;
    const { username: _name, role, ...changes } = person.fields;
    return {
      ...changedUserFields(before, changes, null),
      ...(await attributesOf(before.attributes, changes.attributes)),
      ...(role !== undefined && nameKey(role) !== before.role && { role: await roleNamed(role) }),
      ...(active !== undefined && active !== before.active && switched(before, active)),
      ...(passwordHash !== undefined &&
        passwordHash !== before.passwordHash && { passwordHash, passwordChangedAt: at }),
    };
  }

  async function refuseChange(before: User, fields: Partial<User>): Promise<void> {
    if (actor.authority.userId !== null) requireAbove(actor, await authorityOf(transaction, before));
    if (fields.passwordHash !== undefined) requirePermission(actor, 'users.password');
    if (fields.role !== undefined && before.id === actor.authority.userId) {
      throw new DirectoryError('forbidden', 'Nobody changes the own role.', { field: 'role' });
    }
    if (before.id === actor.authority.userId) refuseOwnAccess(before, fields);
    if (before.origin === null) return;
    const owned = OF_THE_SOURCE.find((field) => fields[field] !== undefined);
    if (owned !== undefined) {
      const sentence = `The user ${before.username} comes from a source: change it there.`;
      throw new DirectoryError('forbidden', sentence, { field: owned });
    }
    if (fields.role === 'owner') {
      throw new DirectoryError(
        'forbidden',
        `${before.username} has the password elsewhere, an owner must have it here.`,
        {
          field: 'role',
        },
      );
    }
  }

  /** Whether there is anything to permit that is not yet. */
  async function planGrants({ allow = [] }: Identified, user: User, steps: Steps): Promise<boolean> {
    if (allow.length === 0) return false;
    requirePermission(actor, 'users.role');
    if (user.role === 'owner') {
      throw new DirectoryError('invalid', 'Owners may do everything: leave "allow" out.', { field: 'allow' });
    }
    const present = (await transaction.grantsOf(user.id)).filter(({ allowed }) => allowed);
    const names = new Set(present.map(({ permission }) => permission));
    const missing = [...new Set(await inField('allow', () => checkPermissions(allow)))].filter(
      (permission) => !names.has(permission),
    );
    for (const permission of missing) {
      requirePermission(actor, permission);
      steps.grants.push({ userId: user.id, permission });
    }
    return missing.length > 0;
  }

  async function write({ created, updated, ...steps }: Steps): Promise<void> {
    await transaction.updateUsers(updated);
    await transaction.insertUsers(created);
    for (const id of steps.endAccess) await endAccess(transaction, id);
    for (const id of steps.endSessions) await endSessions(transaction, id);
    for (const id of steps.risen) await endHandedOut(transaction, id);
    for (const grant of steps.grants) await transaction.putGrant({ ...grant, allowed: true });
    const ids = { created: created.map(({ id }) => id), updated: updated.map(({ id }) => id) };
    const changes = [...ids.updated, ...ids.created].map((id) => changeOf('user', id));
    if (changes.length === 0) return;
    await journal(transaction, {
      at,
      actor,
      action: IMPORTED_PEOPLE,
      subjectId: null,
      details: ids,
      changes,
    });
  }

  return {
    counts: (): PeopleCounts => ({ ...counts }),
    async portion(people: readonly Identified[]): Promise<void> {
      defined = null;
      const usernames = people.map(({ username }) => username);
      const emails = people.flatMap(({ email }) => email ?? []);
      const known = await readKnownPeople(transaction, usernames, emails);
      const newcomers = people.filter((person) => presentOf(known, person) === undefined).length;
      let serial = newcomers === 0 ? 0 : await transaction.takePosixSerials(newcomers);
      const steps: Steps = {
        created: [],
        updated: [],
        endSessions: [],
        endAccess: [],
        risen: [],
        grants: [],
      };
      for (const person of people) {
        try {
          const before = presentOf(known, person);
          if (before === undefined) await create(person, serial++, known, steps);
          else await change(person, before, known, steps);
        } catch (error) {
          problems.addError(error, person.locate);
        }
      }
      // Also where there are problems, and all will be undone: later portions are held against it.
      await write(steps);
    },
  };
}

function presentOf(known: KnownPeople, { username, isNameGiven, email }: Identified): User | undefined {
  if (isNameGiven) return known.byUsername(username);
  return email === null ? undefined : known.byEmail(email);
}

/** `username` null: it stays. `id`: whose they are; null: nobody's yet. */
/** As elsewhere: they are changed by giving the own password once more. */
function refuseOwnAccess(before: User, { email, profile, passwordHash }: Partial<User>): void {
  const isElsewhere = profile !== undefined && profile.fallbackEmail !== before.profile.fallbackEmail;
  if (email === undefined && passwordHash === undefined && !isElsewhere) return;
  const sentence =
    'Nobody changes the own addresses or password by a file: leave yourself out, or import it by the command line.';
  throw new DirectoryError('forbidden', sentence, { field: email === undefined ? 'password' : 'email' });
}

function refuseTaken(
  known: KnownPeople,
  username: string | null,
  email: string | null,
  id: string | null,
): void {
  if (username !== null && known.byUsername(username) !== undefined) throw taken(username);
  if (email === null) return;
  const holder = known.byEmail(email);
  if (holder !== undefined && holder.id !== id) refuseAddress(email, `user ${holder.username}`);
  const group = known.groupOf(email);
  if (group !== undefined) refuseAddress(email, `group ${group}`);
}

/** As Users.setEnabled does it. */
function switched({ extraCredentials: changes }: User, active: boolean): Partial<User> {
  return { active, ...(changes > 0 && { extraCredentials: changes + 1 }) };
}

function taken(username: string): DirectoryError {
  return new DirectoryError('conflict', `The username ${username} is taken already.`, { field: 'username' });
}

const OF_THE_SOURCE = ['email', 'displayName', 'givenName', 'familyName', 'passwordHash'] as const;

function differing(before: User, fields: Partial<User>): Partial<User> {
  const changed = Object.entries(fields).filter(([name, value]) => {
    return !isDeepStrictEqual(value, Reflect.get(before, name));
  });
  return Object.fromEntries(changed);
}

async function inField<T>(field: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    throw new DirectoryError(error.code, error.message, { field, cause: error });
  }
}
