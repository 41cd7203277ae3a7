/** Writes the users and groups of an import: fields that the source owns, and whether it still lists them. */
import { DirectoryError } from '../errors.ts';
import type { Group } from '../model/group.ts';
import { normaliseEmail, normaliseGroupName, normaliseText, normaliseUsername } from '../model/names.ts';
import type { Origin } from '../model/origin.ts';
import { posixNumber } from '../model/posix.ts';
import type { Source } from '../model/source.ts';
import type { User } from '../model/user.ts';
import type { ImportedGroupFields, ImportedUserFields, ImportStep, StepOf } from './imports.ts';
import { notFound } from './lookup.ts';
import type { WriteTransaction } from './store.ts';
import { newUser } from './users.ts';

/** Further addresses that an imported user has at most. */
const OTHER_EMAILS_MAX = 100;

export function stepsOf<Type extends ImportStep['type']>(
  steps: readonly ImportStep[],
  type: Type,
): readonly StepOf<Type>[] {
  return steps.filter((step): step is StepOf<Type> => step.type === type);
}

/** Creates and updates users; returns what was written, by id. Throws DirectoryError where a step breaks a rule. */
export async function importUsers(
  transaction: WriteTransaction,
  source: Source,
  steps: readonly ImportStep[],
  at: Date,
): Promise<ReadonlyMap<string, User>> {
  const updates = stepsOf(steps, 'update-user');
  const present = byId(await transaction.usersByIds(updates.map(({ id }) => id)));
  const updated = updates.map((step) => updatedUser(step, ownedBy(source, present.get(step.id)), at));
  const creations = stepsOf(steps, 'create-user');
  const serial = creations.length === 0 ? 0 : await transaction.takePosixSerials(creations.length);
  const created = creations.map((step, index) =>
    createdUser(step, source.id, posixNumber(serial + index), at),
  );
  // Updates first: they may free names and addresses that new users take.
  if (updated.length > 0) await transaction.updateUsers(updated);
  if (created.length > 0) await transaction.insertUsers(created);
  return byId([...updated, ...created]);
}

/** As importUsers, for groups without their memberships. */
export async function importGroups(
  transaction: WriteTransaction,
  source: Source,
  steps: readonly ImportStep[],
  at: Date,
): Promise<ReadonlyMap<string, Group>> {
  const updates = stepsOf(steps, 'update-group');
  const present = byId(await transaction.groupsByIds(updates.map(({ id }) => id)));
  const updated = updates.map((step) => updatedGroup(step, ownedBy(source, present.get(step.id)), at));
  const creations = stepsOf(steps, 'create-group');
  const serial = creations.length === 0 ? 0 : await transaction.takePosixSerials(creations.length);
  const created = creations.map((step, index) =>
    createdGroup(step, source.id, posixNumber(serial + index), at),
  );
  if (updated.length > 0) await transaction.updateGroups(updated);
  if (created.length > 0) await transaction.insertGroups(created);
  return byId([...updated, ...created]);
}

/** An entry together with its origin, which is this source; a sync writes nothing else. */
export function ownedBy<Entry extends User | Group>(
  source: Source,
  entry: Entry | undefined,
): Entry & { readonly origin: Origin } {
  if (entry === undefined) return notFound('An entry that the sync was to update is no longer there.');
  const { origin } = entry;
  if (origin?.sourceId === source.id) return { ...entry, origin };
  const name = 'username' in entry ? entry.username : entry.name;
  throw new DirectoryError('conflict', `${name} does not come from the source ${source.name}.`);
}

function createdUser(step: StepOf<'create-user'>, sourceId: string, number: number, at: Date): User {
  const { id, externalId, dn, fields, suspended } = step;
  const origin = { sourceId, externalId, dn, suspendedSince: suspended ? at : null };
  const checked = checkUserFields(fields);
  return { ...newUser(id, { ...checked, passwordHash: null, posixNumber: number }, at), origin };
}

function updatedUser(step: StepOf<'update-user'>, before: User & { origin: Origin }, at: Date): User {
  return {
    ...before,
    ...checkUserFields(step.fields),
    origin: movedOrigin(before.origin, step, at),
    updatedAt: at,
    ownUpdatedAt: at,
  };
}

function createdGroup(step: StepOf<'create-group'>, sourceId: string, number: number, at: Date): Group {
  const { id, externalId, dn, fields } = step;
  const origin = { sourceId, externalId, dn, suspendedSince: null };
  return { id, posixNumber: number, ...checkGroupFields(fields), origin, createdAt: at, updatedAt: at };
}

function updatedGroup(step: StepOf<'update-group'>, before: Group & { origin: Origin }, at: Date): Group {
  return {
    ...before,
    ...checkGroupFields(step.fields),
    origin: movedOrigin(before.origin, step, at),
    updatedAt: at,
  };
}

/** While an entry stays suspended it keeps the day on which that began. */
function movedOrigin(origin: Origin, step: { dn: string; suspended: boolean }, at: Date): Origin {
  return { ...origin, dn: step.dn, suspendedSince: step.suspended ? (origin.suspendedSince ?? at) : null };
}

/** What comes from elsewhere obeys the same rules as what people type here. */
function checkUserFields(fields: ImportedUserFields): ImportedUserFields {
  const username = normaliseUsername(fields.username);
  if (fields.otherEmails.length > OTHER_EMAILS_MAX) {
    throw new DirectoryError('invalid', `${username} has more than ${OTHER_EMAILS_MAX} further addresses.`, {
      field: 'otherEmails',
    });
  }
  return {
    username,
    email: fields.email === null ? null : normaliseEmail(fields.email),
    otherEmails: fields.otherEmails.map(normaliseEmail),
    displayName: normaliseText(fields.displayName, 'displayName') || username,
    givenName: normaliseText(fields.givenName, 'givenName'),
    familyName: normaliseText(fields.familyName, 'familyName'),
  };
}

function checkGroupFields(fields: ImportedGroupFields): ImportedGroupFields {
  const name = normaliseGroupName(fields.name);
  return {
    name,
    displayName: normaliseText(fields.displayName, 'displayName') || name,
    description: normaliseText(fields.description, 'description'),
  };
}

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}
