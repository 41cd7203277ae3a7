/** Writes the users and groups of an import: fields that the source owns, and whether it still lists them. */
import { DirectoryError } from '../errors.ts';
import { avatarOf } from '../model/avatar.ts';
import { type Group, NO_GROUP_EXTRAS } from '../model/group.ts';
import { normaliseEmail, normaliseGroupName, normaliseText, normaliseUsername } from '../model/names.ts';
import type { Origin } from '../model/origin.ts';
import { posixNumber } from '../model/posix.ts';
import { EMPTY_PROFILE, normaliseProfile, type Profile, type ProfileChanges } from '../model/profile.ts';
import type { Source } from '../model/source.ts';
import { newUser, type User } from '../model/user.ts';
import { type Adopter, mayAdoptGroup, mayAdoptUser } from './adoption.ts';
import { endAccess } from './ending.ts';
import { groupChanges, userChanges } from './import-counts.ts';
import type { ImportCounts, ImportedGroupFields, ImportedUserFields, ImportStep, StepOf } from './imports.ts';
import { notFound } from './lookup.ts';
import type { WriteTransaction } from './store.ts';

/** Further addresses that an imported user has at most. */
const OTHER_EMAILS_MAX = 100;

export function stepsOf<Type extends ImportStep['type']>(
  steps: readonly ImportStep[],
  type: Type,
): readonly StepOf<Type>[] {
  return steps.filter((step): step is StepOf<Type> => step.type === type);
}

/** What was written, by id, and how many rows that changed. */
export interface Imported<Entry> {
  readonly rows: ReadonlyMap<string, Entry>;
  readonly counts: Partial<ImportCounts>;
}

/** Creates, updates and adopts users. Throws DirectoryError where a step breaks a rule. */
export async function importUsers(
  transaction: WriteTransaction,
  adopter: Adopter,
  steps: readonly ImportStep[],
  at: Date,
): Promise<Imported<User>> {
  const { source } = adopter;
  const [updates, adoptions] = [stepsOf(steps, 'update-user'), stepsOf(steps, 'adopt-user')];
  const present = byId(await transaction.usersByIds([...updates, ...adoptions].map(({ id }) => id)));
  const updated = [
    ...updates.map((step) => updatedUser(step, ownedBy(source, present.get(step.id)), at)),
    ...adoptions.map((step) => adoptedUser(adopter, step, present.get(step.id), at)),
  ];
  const creations = await newOnes(transaction, source, stepsOf(steps, 'create-user'));
  const serial = creations.length === 0 ? 0 : await transaction.takePosixSerials(creations.length);
  const created = creations.map((step, index) =>
    createdUser(step, source.id, posixNumber(serial + index), at),
  );
  // Updates first: they may free names and addresses that new users take.
  const digests = digestsIn(steps);
  if (updated.length > 0) await transaction.updateUsers(updated, digests);
  for (const { id } of adoptions) await refuseGranted(transaction, id);
  for (const { id } of [...adoptions, ...updates.filter(({ anew }) => anew)])
    await endAllGiven(transaction, id);
  if (created.length > 0) await transaction.insertUsers(created, digests);
  for (const step of [...updates, ...adoptions, ...creations]) await putPicture(transaction, step, present);
  const counts = { usersCreated: created.length, ...userChanges(updated, present) };
  return { rows: byId([...updated, ...created]), counts };
}

/** Only where it is another one than before. */
async function putPicture(
  transaction: WriteTransaction,
  { id, fields: { avatar } }: StepOf<'create-user' | 'update-user' | 'adopt-user'>,
  present: ReadonlyMap<string, User>,
): Promise<void> {
  if (avatar === undefined || (avatar?.digest ?? null) === (present.get(id)?.avatar?.digest ?? null)) return;
  await transaction.putAvatar(id, avatar);
}

function digestsIn(steps: readonly ImportStep[]): ReadonlyMap<string, string> {
  return new Map(
    steps.flatMap((step) => ('digest' in step && step.digest !== undefined ? [[step.id, step.digest]] : [])),
  );
}

/** Without those who signed in, and were created by that, since the sync was planned. */
async function newOnes(
  transaction: WriteTransaction,
  source: Source,
  creations: readonly StepOf<'create-user'>[],
): Promise<readonly StepOf<'create-user'>[]> {
  if (creations.length === 0) return creations;
  const namesakes = await transaction.usersByUsernames(creations.map(({ fields }) => fields.username));
  const origins = namesakes.flatMap(({ origin }) =>
    origin?.sourceId === source.id ? [origin.externalId] : [],
  );
  const present = new Set(origins);
  return present.size === 0 ? creations : creations.filter(({ externalId }) => !present.has(externalId));
}

/** As importUsers, for groups without their memberships. */
export async function importGroups(
  transaction: WriteTransaction,
  adopter: Adopter,
  steps: readonly ImportStep[],
  at: Date,
): Promise<Imported<Group>> {
  const { source } = adopter;
  const [updates, adoptions] = [stepsOf(steps, 'update-group'), stepsOf(steps, 'adopt-group')];
  const present = byId(await transaction.groupsByIds([...updates, ...adoptions].map(({ id }) => id)));
  const updated = [
    ...updates.map((step) => updatedGroup(step, ownedBy(source, present.get(step.id)), at)),
    ...adoptions.map((step) => adoptedGroup(adopter, step, present.get(step.id), at)),
  ];
  const creations = stepsOf(steps, 'create-group');
  const serial = creations.length === 0 ? 0 : await transaction.takePosixSerials(creations.length);
  const created = creations.map((step, index) =>
    createdGroup(step, source.id, posixNumber(serial + index), at),
  );
  if (updated.length > 0) await transaction.updateGroups(updated);
  const unknown = new Map(created.map(({ id }) => [id, '']));
  if (created.length > 0) await transaction.insertGroups(created, unknown);
  const counts = { groupsCreated: created.length, ...groupChanges(updated, present) };
  return { rows: byId([...updated, ...created]), counts };
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
  const { id, fields } = step;
  const origin = newOrigin(sourceId, step, at);
  const checked = checkUserFields(fields, EMPTY_PROFILE);
  // A source vouches for its addresses.
  const given = { ...checked, confirmed: true, passwordHash: null, posixNumber: number };
  return { ...newUser(id, given, at), origin };
}

function updatedUser(step: StepOf<'update-user'>, before: User & { origin: Origin }, at: Date): User {
  return {
    ...before,
    ...checkUserFields(step.fields, before.profile),
    origin: movedOrigin(before.origin, step, at),
    // Connections over LDAP end by that, too.
    ...(step.anew && { extraCredentials: before.extraCredentials + 1 }),
    updatedAt: at,
    ownUpdatedAt: at,
  };
}

function createdGroup(step: StepOf<'create-group'>, sourceId: string, number: number, at: Date): Group {
  const { id, fields } = step;
  const origin = newOrigin(sourceId, { ...step, suspended: false }, at);
  const given = { ...checkGroupFields(fields), ...NO_GROUP_EXTRAS };
  return { id, posixNumber: number, ...given, origin, createdAt: at, updatedAt: at };
}

function updatedGroup(step: StepOf<'update-group'>, before: Group & { origin: Origin }, at: Date): Group {
  return {
    ...before,
    ...checkGroupFields(step.fields),
    origin: movedOrigin(before.origin, step, at),
    updatedAt: at,
  };
}

/** The local password goes: from now on the source says who may sign in. */
function adoptedUser(adopter: Adopter, step: StepOf<'adopt-user'>, before: User | undefined, at: Date): User {
  if (before === undefined) return notFound('A user whom the sync was to take over is no longer there.');
  if (!mayAdoptUser(adopter, before, step.fields.email)) throw notToBeHad(adopter.source, before.username);
  return {
    ...before,
    ...checkUserFields(step.fields, before.profile),
    ...{ passwordHash: null, passwordChangedAt: null, extraCredentials: before.extraCredentials + 1 },
    origin: newOrigin(adopter.source.id, step, at),
    updatedAt: at,
    ownUpdatedAt: at,
  };
}

/** Throws DirectoryError 'forbidden' for whoever may do more than everybody. */
async function refuseGranted(transaction: WriteTransaction, userId: string): Promise<void> {
  const grants = await transaction.grantsOf(userId);
  if (grants.some(({ allowed }) => allowed)) {
    throw new DirectoryError(
      'forbidden',
      'A user with permissions of his own is not taken over: link him by hand.',
    );
  }
}

/** Somebody else may stand behind the name from now on. */
async function endAllGiven(transaction: WriteTransaction, userId: string): Promise<void> {
  await endAccess(transaction, userId);
  await transaction.deleteOpenIdIdentities(userId);
  for (const grant of await transaction.grantsOf(userId)) await transaction.deleteGrant(grant);
}

function adoptedGroup(
  adopter: Adopter,
  step: StepOf<'adopt-group'>,
  before: Group | undefined,
  at: Date,
): Group {
  if (before === undefined) return notFound('A group that the sync was to take over is no longer there.');
  if (!mayAdoptGroup(adopter, before)) throw notToBeHad(adopter.source, before.name);
  const origin = newOrigin(adopter.source.id, { ...step, suspended: false }, at);
  return { ...before, ...checkGroupFields(step.fields), origin, updatedAt: at };
}

function notToBeHad(source: Source, name: string): DirectoryError {
  return new DirectoryError('conflict', `The source ${source.name} may not take over ${name}.`);
}

function newOrigin(
  sourceId: string,
  { externalId, dn, suspended, via }: { externalId: string; dn: string; suspended: boolean; via?: Via },
  at: Date,
): Origin {
  return { sourceId, externalId, dn, suspendedSince: suspended ? at : null, ...(via && { via }) };
}

type Via = Exclude<Origin['via'], undefined>;

interface Moved {
  readonly dn: string;
  readonly externalId?: string;
  readonly suspended: boolean;
  readonly gone?: true;
  readonly via?: Via;
}

/** While an entry stays suspended, or gone, it keeps the day on which that began, unless that is to come yet. */
function movedOrigin(origin: Origin, { dn, externalId, suspended, gone, via }: Moved, at: Date): Origin {
  const { goneSince = at, ...stays } = origin;
  const notAfter = (day: Date) => (day < at ? day : at);
  const suspendedSince = suspended ? notAfter(origin.suspendedSince ?? at) : null;
  return {
    ...stays,
    dn,
    suspendedSince,
    ...(gone && { goneSince: notAfter(goneSince) }),
    ...(externalId !== undefined && { externalId }),
    ...(via && { via }),
  };
}

type OwnedField = Exclude<keyof ImportedUserFields, keyof ProfileChanges | 'avatar'>;

/** What comes from elsewhere obeys the same rules as what people type here. */
function checkUserFields(
  fields: ImportedUserFields,
  profile: Profile,
): Pick<User, OwnedField | 'profile'> & Partial<Pick<User, 'avatar'>> {
  const username = normaliseUsername(fields.username);
  if (fields.otherEmails.length > OTHER_EMAILS_MAX) {
    throw new DirectoryError('invalid', `${username} has more than ${OTHER_EMAILS_MAX} further addresses.`, {
      field: 'otherEmails',
    });
  }
  return {
    username,
    email: fields.email === null ? null : normaliseEmail(fields.email),
    otherEmails: fields.otherEmails.map((email) => normaliseEmail(email)),
    displayName: normaliseText(fields.displayName, 'displayName') || username,
    givenName: normaliseText(fields.givenName, 'givenName'),
    familyName: normaliseText(fields.familyName, 'familyName'),
    profile: { ...profile, ...normaliseProfile(fields) },
    ...(fields.avatar !== undefined && { avatar: avatarOf(fields.avatar) }),
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

/** By id. */
export function byId<Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}
