/** Plans people: who is new, changed, gone or back, under which name and address. */
import { isDeepStrictEqual } from 'node:util';
import type { Digested, ImportedUserFields, StepOf } from '../core/directory/imports.ts';
import type { NewId } from '../core/ids.ts';
import { emailKey, normaliseEmail, normaliseUsername, oneLine } from '../core/model/names.ts';
import type { ProfileChanges } from '../core/model/profile.ts';
import type { SyncPolicy } from '../core/model/sync-policy.ts';
import type { SyncProblem } from '../core/model/sync-run.ts';
import type { User } from '../core/model/user.ts';
import { type EntryKind, type MatchedEntry, matchEntries, weakId } from './plan-entries.ts';
import { type Claimant, claimNames } from './plan-names.ts';
import { importedProfile, presentProfile } from './plan-profile.ts';
import { hasMoved, isKnownGone, isOver, type PlannedStep, valid, viaOf } from './plan-steps.ts';
import { type InTurns, visitInTurns } from './plan-turns.ts';
import type { UpstreamUser } from './source.ts';
import type { Writable } from './writable.ts';

export type MatchedUser = MatchedEntry<UpstreamUser, User>;

export interface UserPlanInput {
  readonly upstream: readonly UpstreamUser[];
  readonly imports: readonly User[];
  /** Held by people who are not imports of this source: by username, by emailKey. */
  readonly taken: {
    readonly usernames: ReadonlyMap<string, string>;
    readonly emails: ReadonlyMap<string, string>;
    readonly adoptable: { readonly users: ReadonlyMap<string, User> };
  };
  readonly policy: Pick<SyncPolicy, 'removal' | 'removalGraceDays'>;
  readonly now: Date;
  readonly usernameHint: string;
  readonly newId: NewId;
  /** See matchEntries. */
  readonly hasIds: boolean;
}

export interface UserPlan {
  readonly matched: readonly MatchedUser[];
  /** Imports whose entries were skipped. */
  readonly skipped: readonly User[];
  readonly expired: readonly User[];
  readonly updates: readonly PlannedStep<StepOf<'update-user' | 'adopt-user'>>[];
  readonly creates: readonly PlannedStep<StepOf<'create-user'>>[];
  readonly problems: readonly SyncProblem[];
  readonly weak: boolean;
  /** Of users for whom there is no step. */
  readonly digests: readonly Digested[];
}

export function* planUsers({
  upstream,
  imports,
  taken,
  usernameHint,
  policy,
  now,
  newId,
  hasIds,
}: UserPlanInput): InTurns<UserPlan> {
  const kind = userKind(usernameHint, policy, now);
  const holders = { taken: taken.usernames, adoptable: taken.adoptable.users };
  const found = yield* matchEntries(kind, upstream, imports, holders, newId, hasIds);
  const { matched, gone, skipped, expired, weak, problems } = found;
  const held = new Set([...gone, ...skipped].map(({ email }) => (email === null ? '' : emailKey(email))));
  const emails = yield* shareEmails(matched, { has: (key) => taken.emails.has(key) || held.has(key) });
  const updates: PlannedStep<StepOf<'update-user' | 'adopt-user'>>[] = [];
  const creates: PlannedStep<StepOf<'create-user'>>[] = [];
  const digests: Digested[] = [];
  yield* visitInTurns(matched, (match) => {
    const fields = fieldsOf(match, emails.of(match));
    const settledBy = digestOf(match, fields.email);
    if (match.imported === null) return void creates.push(createOf(match, fields, settledBy));
    const steps = updateOf(match, match.imported, fields, settledBy);
    updates.push(...steps);
    if (steps.length === 0 && settledBy.digest !== undefined)
      digests.push({ id: match.id, digest: settledBy.digest });
  });
  yield* visitInTurns(gone, (user) => updates.push(...suspensionOf(user, now)));
  return {
    matched,
    skipped,
    expired,
    updates,
    creates,
    problems: [...problems, ...emails.problems],
    weak,
    digests,
  };
}

/** The usernames and addresses that these people may get, to ask who else has them. */
export function* wantedByUsers(
  upstream: readonly UpstreamUser[],
  imports: readonly User[],
): InTurns<{ usernames: string[]; emails: string[] }> {
  const usernames = new Set<string>();
  const emails = new Map<string, string>();
  yield* visitInTurns(upstream, (user) => {
    const username = valid(user.username, normaliseUsername);
    const email = valid(user.email, normaliseEmail);
    if (username !== null) usernames.add(username);
    if (email !== null) emails.set(emailKey(email), email);
  });
  yield* visitInTurns(imports, ({ username, email }) => {
    usernames.delete(username);
    if (email !== null) emails.delete(emailKey(email));
  });
  return { usernames: [...usernames], emails: [...emails.values()] };
}

function userKind(
  usernameHint: string,
  policy: UserPlanInput['policy'],
  now: Date,
): EntryKind<UpstreamUser, User> {
  return {
    nameWord: 'username',
    nameOf: ({ username }) => username,
    currentName: ({ username }) => username,
    normalise: normaliseUsername,
    hint: (name) => (/[^a-z0-9.-]/i.test(name) ? ` ${usernameHint}` : ''),
    // A username is given to somebody else one day; with the address it is the same person.
    isSame: ({ email }, user) =>
      user.role === 'user' &&
      email !== null &&
      user.email !== null &&
      emailKey(email) === emailKey(user.email),
    isExpired: (user) =>
      policy.removal === 'delete' &&
      user.role === 'user' &&
      isOver(user.origin, policy.removalGraceDays, now),
  };
}

interface EmailClaimant extends Claimant {
  readonly entry: UpstreamUser;
  readonly email: string | null;
}

interface SharedEmails {
  of(match: MatchedUser): string | null;
  readonly problems: readonly SyncProblem[];
}

/** Gives each address to one person; who comes second is imported without: a person without e-mail beats no person. */
function* shareEmails(
  matched: readonly MatchedUser[],
  taken: { has(key: string): boolean },
): InTurns<SharedEmails> {
  const problems: SyncProblem[] = [];
  const without = (email: string, why: string) =>
    `The e-mail address ${JSON.stringify(email)} ${why}: imported without.`;
  const claimants: EmailClaimant[] = [];
  yield* visitInTurns(matched, ({ key, entry, imported }) => {
    const email = valid(entry.email, normaliseEmail);
    if (entry.email !== null && email === null) {
      problems.push({ dn: entry.dn, reason: without(entry.email.slice(0, 80), 'is not valid') });
    }
    const desired = email === null ? null : emailKey(email);
    const has = imported?.email != null && emailKey(imported.email) === desired;
    claimants.push({ key, entry, email, desired, current: has ? desired : null });
  });
  const shared = claimNames(claimants, taken);
  const emails = new Map<string, string>();
  yield* visitInTurns(claimants, ({ key, entry, email, desired }) => {
    if (email === null) return;
    if (shared.get(key) === desired) emails.set(key, email);
    else problems.push({ dn: entry.dn, reason: without(email, 'is taken by somebody else here') });
  });
  return { of: ({ key }) => emails.get(key) ?? null, problems };
}

function fieldsOf({ entry, name }: MatchedUser, email: string | null): ImportedUserFields {
  return userFields(entry, name, email);
}

/** None where somebody else's name or address, or the want of an id, has a say in what becomes of the entry. */
function digestOf({ entry, name }: MatchedUser, email: string | null): Pick<UpstreamUser, 'digest'> {
  const { digest, externalId, username } = entry;
  const settled = digest !== undefined && externalId !== null && (entry.email === null || email !== null);
  return settled && valid(username, normaliseUsername) === name ? { digest } : {};
}

/** What is imported of an entry under this name and address; what breaks a rule is left out. */
export function userFields(entry: UpstreamUser, name: string, email: string | null): ImportedUserFields {
  const fields: Writable<ImportedUserFields> = {
    username: name,
    email,
    otherEmails: entry.otherEmails.length === 0 ? NONE : othersOf(entry.otherEmails, email),
    displayName: oneLine(entry.displayName ?? '') || oneLine(fullName(entry)) || name,
    givenName: oneLine(entry.givenName ?? ''),
    familyName: oneLine(entry.familyName ?? ''),
  };
  Object.assign(fields, importedProfile(entry.profile));
  if (entry.avatar !== undefined) fields.avatar = entry.avatar;
  return fields;
}

const NONE: readonly string[] = [];

function othersOf(emails: readonly string[], email: string | null): readonly string[] {
  const others = new Set(emails.flatMap((text) => valid(text, normaliseEmail) ?? []));
  return [...others].filter((other) => other !== email);
}

function fullName({ givenName, familyName }: UpstreamUser): string {
  return `${givenName ?? ''} ${familyName ?? ''}`;
}

function withoutSamePicture(fields: ImportedUserFields, { avatar: present }: User): ImportedUserFields {
  const { avatar, ...others } = fields;
  return avatar === undefined || avatar?.digest === present?.digest ? others : fields;
}

/** Without picture; `like`: what is compared of the profile. */
function presentFields(user: User, like: ProfileChanges = {}): ImportedUserFields {
  const { username, email, otherEmails, displayName, givenName, familyName } = user;
  const profile = presentProfile(user.profile, like);
  return { username, email, otherEmails, displayName, givenName, familyName, ...profile };
}

const CREATED = { usersCreated: 1 } as const;

function createOf(
  { key, id, entry }: MatchedUser,
  fields: ImportedUserFields,
  settledBy: Pick<UpstreamUser, 'digest'>,
): PlannedStep<StepOf<'create-user'>> {
  const { dn, disabled: suspended, via } = entry;
  const step: Writable<StepOf<'create-user'>> = {
    type: 'create-user',
    id,
    externalId: key,
    dn,
    fields,
    suspended,
  };
  if (via !== undefined) step.via = via;
  if (settledBy.digest !== undefined) step.digest = settledBy.digest;
  return { step, dn, counts: CREATED };
}

/** No step where nothing changed. */
function updateOf(
  { key, entry, adopted }: MatchedUser,
  user: User,
  found: ImportedUserFields,
  settledBy: Pick<UpstreamUser, 'digest'>,
): PlannedStep<StepOf<'update-user' | 'adopt-user'>>[] {
  const { dn, disabled: suspended } = entry;
  const fields = withoutSamePicture(found, user);
  const wasSuspended = user.origin !== null && user.origin.suspendedSince !== null;
  const moved = adopted || key !== user.origin?.externalId || hasMoved(entry, user.origin);
  const changed = moved || !isDeepStrictEqual(fields, presentFields(user, fields));
  const wasGone = user.origin?.goneSince !== undefined;
  if (!changed && suspended === wasSuspended && !wasGone) return [];
  const counts = {
    usersUpdated: changed ? 1 : 0,
    usersDisabled: suspended && !wasSuspended ? 1 : 0,
    usersEnabled: !suspended && wasSuspended ? 1 : 0,
  };
  const target = { id: user.id, dn, ...viaOf(entry), fields, suspended, ...settledBy };
  if (adopted) return [{ step: { type: 'adopt-user', externalId: key, ...target }, dn, counts }];
  const relinked = key === user.origin?.externalId ? {} : { externalId: key, ...anewOf(user) };
  return [{ step: { type: 'update-user', ...relinked, ...target }, dn, counts }];
}

/** A name that stood in for an id until now was the same entry. */
function anewOf({ origin }: User): Pick<StepOf<'update-user'>, 'anew'> {
  return origin?.externalId.startsWith(weakId('username', '')) === true ? {} : { anew: true };
}

/** No step where that has been done. */
function suspensionOf(user: User, now: Date): PlannedStep<StepOf<'update-user'>>[] {
  const { id, origin } = user;
  if (origin === null || isKnownGone(origin, now)) return [];
  const { dn } = origin;
  const state = { suspended: true, gone: true } as const;
  const step = { type: 'update-user', id, dn, fields: presentFields(user), ...state } as const;
  return [{ step, dn, counts: origin.suspendedSince === null ? { usersDisabled: 1 } : {} }];
}
