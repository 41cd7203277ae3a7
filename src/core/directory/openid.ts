/** Keeps which OpenID provider people may sign in at, and finds or creates the user that somebody there is here. */
import { isUpTo, requirePermission, requireUpTo } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import type { SecretBox } from '../credentials/secrets.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import { nameKey } from '../model/names.ts';
import {
  checkClientSecret,
  normaliseOpenId,
  OPENID_DEFAULTS,
  type OpenIdFields,
  type OpenIdSettings,
} from '../model/openid.ts';
import { posixNumber } from '../model/posix.ts';
import type { Role } from '../model/role.ts';
import { isEnabled, newUser, type User } from '../model/user.ts';
import { authorityOf, authorityOfRole, findRole, requireRole, requireSubject } from './authority.ts';
import { endHandedOut } from './ending.ts';
import { changeOf, type Journal } from './journal.ts';
import type { ReadTransaction, Store, WriteTransaction } from './store.ts';
import { normaliseUser } from './user-fields.ts';

/** What is given is changed; at first the issuer, the client with its secret, and roles must be. */
export type OpenIdChanges = Partial<OpenIdFields> & {
  /** Clear text. */
  readonly clientSecret?: string;
};

/** With the secret in clear text, for the door alone. */
export interface OpenIdClient extends OpenIdFields {
  readonly clientSecret: string;
}

/** What the provider said of somebody, in tokens that were checked. */
export interface OpenIdPerson {
  readonly issuer: string;
  readonly subject: string;
  readonly username: string | null;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly displayName: string;
  readonly givenName: string;
  readonly familyName: string;
  /** Values of the role claim. */
  readonly roleValues: readonly string[];
}

/** Throws DirectoryError: invalid, forbidden, not-found, conflict. */
export interface OpenIdKeeper {
  /** null: no provider is set. Needs settings.read. */
  show(actor: Actor): Promise<OpenIdFields | null>;
  /** Nobody lets others in by roles above the own. With another issuer or client the secret must be given anew. */
  change(actor: Actor, changes: OpenIdChanges): Promise<OpenIdFields>;
  /** Sessions that were begun there stay until they end. */
  remove(actor: Actor): Promise<void>;
  /** On the button; null: no provider is set. */
  label(): Promise<string | null>;
  /** null: no provider is set. 'unavailable' where this server's key does not open the secret. */
  client(): Promise<OpenIdClient | null>;
  /**
   * The user whom this person is: known by the subject; or else matched as the settings say, with nobody who may do
   * more than the role of the claim; or else created. 'forbidden' tells the person why not.
   */
  admit(person: OpenIdPerson, address: string | null): Promise<User>;
  /** The next sign-in at a provider is as the first. Tells whether there was one. */
  forget(actor: Actor, username: string): Promise<boolean>;
}

export interface OpenIdDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly secretBox: SecretBox;
  readonly journal: Journal;
}

export function createOpenId(dependencies: OpenIdDependencies): OpenIdKeeper {
  const { store, clock, secretBox, journal } = dependencies;
  const settings = () => store.read(openIdOf);

  async function put(
    transaction: WriteTransaction,
    actor: Actor,
    openId: OpenIdSettings | null,
  ): Promise<void> {
    await transaction.putSetting('openId', openId);
    const action = openId === null ? 'openid.remove' : 'openid.change';
    const details = openId === null ? {} : { ...shown(openId) };
    const changes = [changeOf('setting', 'openId')];
    await journal(transaction, { at: clock.now(), actor, action, subjectId: null, details, changes });
  }

  return {
    async show(actor) {
      requirePermission(actor, 'settings.read');
      const openId = await settings();
      return openId && shown(openId);
    },

    change: (actor, changes) =>
      store.write(async (transaction) => {
        requirePermission(actor, 'settings.edit');
        requirePermission(actor, 'users.role');
        const before = await openIdOf(transaction);
        const fields = normaliseOpenId({ ...NOTHING_SET, ...(before && shown(before)), ...given(changes) });
        const roles = await grantableRoles(transaction, actor, fields.roles);
        const openId = { ...fields, roles };
        const clientSecretSealed = sealed(secretBox, openId, changes.clientSecret, before);
        await put(transaction, actor, { ...openId, clientSecretSealed });
        return openId;
      }),

    remove: (actor) =>
      store.write(async (transaction) => {
        requirePermission(actor, 'settings.edit');
        if ((await openIdOf(transaction)) !== null) await put(transaction, actor, null);
      }),

    label: async () => (await settings())?.label ?? null,

    async client() {
      const openId = await settings();
      if (openId === null) return null;
      const clientSecret = secretBox.open(openId.clientSecretSealed, boundTo(openId));
      return { ...shown(openId), clientSecret };
    },

    admit: (person, address) =>
      store.write((transaction) => admit(dependencies, transaction, person, address)),

    forget: (actor, username) =>
      store.write(async (transaction) => {
        const user = await requireSubject(transaction, actor, 'users.edit', username);
        const known = await transaction.openIdIdentitiesOf(user.id);
        if (known.length === 0) return false;
        await transaction.deleteOpenIdIdentities(user.id);
        const details = { username: user.username };
        const line = { at: clock.now(), actor, subjectId: user.id, details, changes: [] };
        await journal(transaction, { ...line, action: 'openid.forget' });
        return true;
      }),
  };
}

/** normaliseOpenId says of each that must be given what is wrong. */
const NOTHING_SET: OpenIdFields = { ...OPENID_DEFAULTS, issuer: '', clientId: '', roles: {} };

async function openIdOf(lookup: Pick<ReadTransaction, 'settings'>): Promise<OpenIdSettings | null> {
  return (await lookup.settings()).openId ?? null;
}

function shown({ clientSecretSealed: _secret, ...fields }: OpenIdSettings): OpenIdFields {
  return fields;
}

function given({ clientSecret: _secret, ...fields }: OpenIdChanges): Partial<OpenIdFields> {
  return fields;
}

/** What was entered for one provider is not sent to another. */
function sealed(
  secretBox: SecretBox,
  fields: OpenIdFields,
  secret: string | undefined,
  before: OpenIdSettings | null,
): string {
  if (secret !== undefined) {
    checkClientSecret(secret);
    return secretBox.seal(secret, boundTo(fields));
  }
  const isSame = before !== null && boundTo(before) === boundTo(fields) && before.caPem === fields.caPem;
  if (isSame) return before.clientSecretSealed;
  throw new DirectoryError(
    'invalid',
    'The client secret must be given, and given anew with another issuer, client or CA.',
    { field: 'clientSecret' },
  );
}

function boundTo({ issuer, clientId }: OpenIdFields): string {
  return `openid ${issuer} ${clientId}`;
}

/** All of them each time: who changes the issuer decides who comes in by roles that others have set. */
async function grantableRoles(
  transaction: ReadTransaction,
  actor: Actor,
  roles: OpenIdFields['roles'],
): Promise<OpenIdFields['roles']> {
  const names: [string, string][] = [];
  for (const [value, name] of Object.entries(roles)) {
    const role = await requireRole(transaction, name);
    if (role.name === 'owner') {
      const sentence = 'Owners have their password here: no provider makes an owner.';
      throw new DirectoryError('invalid', sentence, { field: 'roles' });
    }
    requireUpTo(actor, authorityOfRole(role));
    names.push([value, role.name]);
  }
  return Object.fromEntries(names);
}

async function admit(
  dependencies: OpenIdDependencies,
  transaction: WriteTransaction,
  person: OpenIdPerson,
  address: string | null,
): Promise<User> {
  const openId = await openIdOf(transaction);
  if (openId === null || openId.issuer !== person.issuer) throw refused('Nobody signs in there any more.');
  const role = await roleOf(transaction, openId, person);
  const identity = await transaction.openIdIdentity(person.issuer, person.subject);
  const known = identity && (await transaction.user(identity.userId));
  const found = known ?? (await match(transaction, openId, person, role));
  const act = actsOf(dependencies, transaction, person, address);
  const user = found ?? (await act.create(openId, role));
  if (user.role === 'owner') throw refused('Owners sign in with the password that they have here.');
  if (!isEnabled(user)) throw refused('Your account here is switched off.');
  if (identity === null) await act.remember(user, found === null);
  return identity?.created === true && user.role !== role.name ? act.giveRole(user, role) : user;
}

/** The highest of those that the claim gives. */
async function roleOf(
  lookup: ReadTransaction,
  { roles, label }: OpenIdFields,
  { roleValues }: OpenIdPerson,
): Promise<Role> {
  const found: Role[] = [];
  for (const value of roleValues) {
    const name = Object.hasOwn(roles, value) ? roles[value] : undefined;
    const role = name === undefined ? null : await findRole(lookup, name);
    if (role !== null && role.name !== 'owner') found.push(role);
  }
  const [highest] = found.toSorted((a, b) => b.rank - a.rank);
  if (highest !== undefined) return highest;
  throw refused(`Your account at ${label} has no role by which it may come in here.`);
}

/** Whom the person is taken for at the first time; null: for nobody who is here. */
async function match(
  lookup: ReadTransaction,
  openId: OpenIdFields,
  person: OpenIdPerson,
  role: Role,
): Promise<User | null> {
  const found = await candidate(lookup, openId, person);
  if (found === null) return null;
  if ((await lookup.openIdIdentitiesOf(found.id)).some(({ issuer }) => issuer === person.issuer)) {
    throw refused(`${found.username} here belongs to another account of ${openId.label}.`);
  }
  // Who chooses the own name at the provider must not become more by it than the claim says.
  const authority = await authorityOf(lookup, found);
  const actor = {
    door: 'web',
    name: found.username,
    address: null,
    authority: authorityOfRole(role),
  } as const;
  if (found.role === 'owner' || isUpTo(actor, authority)) return found;
  throw refused(`${found.username} may do more here than your role at ${openId.label} says.`);
}

async function candidate(
  lookup: ReadTransaction,
  { match: by }: OpenIdFields,
  { username, email, emailVerified }: OpenIdPerson,
): Promise<User | null> {
  if (by === 'username') return username === null ? null : lookup.userByUsername(nameKey(username));
  if (by === 'nobody' || email === null || !emailVerified) return null;
  const holder = await lookup.userByEmail(email);
  return holder?.confirmed ? holder : null;
}

function actsOf(
  { clock, newId, journal }: OpenIdDependencies,
  transaction: WriteTransaction,
  person: OpenIdPerson,
  address: string | null,
) {
  const at = clock.now();
  const { issuer, subject, displayName, givenName, familyName, emailVerified } = person;

  function note(user: User, action: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    const authority = { userId: user.id, rank: 0, permissions: new Set<never>() };
    const actor: Actor = { door: 'web', name: user.username, address, authority };
    const told = { username: user.username, issuer, ...details };
    const changes = [changeOf('user', user.id)];
    return journal(transaction, { at, actor, action, subjectId: user.id, details: told, changes });
  }

  return {
    async create({ createUsers, usernameClaim, label }: OpenIdFields, role: Role): Promise<User> {
      if (!createUsers) throw refused(`Nobody here is known as your account at ${label}.`);
      const { username } = person;
      if (username === null) throw refused(`${label} does not say a username (claim ${usernameClaim}).`);
      const email = await freeAddress(transaction, person);
      const names = { username, displayName: displayName || username, givenName, familyName };
      const fields = normaliseUser({ ...names, email, confirmed: email !== null && emailVerified }, null);
      if ((await transaction.userByUsername(fields.username)) !== null) {
        throw refused(`The username ${fields.username} belongs to somebody else here.`);
      }
      const number = posixNumber(await transaction.takePosixSerials(1));
      const secrets = { role: role.name, passwordHash: null, posixNumber: number };
      const user = newUser(newId(), { ...fields, ...secrets }, at);
      await transaction.insertUsers([user]);
      await note(user, 'user.add', { role: role.name });
      return user;
    },

    async remember(user: User, created: boolean): Promise<void> {
      await transaction.insertOpenIdIdentity({ issuer, subject, userId: user.id, created });
      await note(user, 'openid.remember', { subject });
    },

    async giveRole(before: User, role: Role): Promise<User> {
      await endHandedOut(transaction, before.id);
      const { extraCredentials: count } = before;
      const extraCredentials = count > 0 ? count + 1 : count;
      const user = { ...before, role: role.name, extraCredentials, updatedAt: at, ownUpdatedAt: at };
      await transaction.updateUsers([user]);
      await note(user, 'user.edit', { changes: { role: role.name } });
      return user;
    },
  };
}

/** An address that is not known to be the person's, or that somebody has, is left out. */
async function freeAddress(
  lookup: ReadTransaction,
  { email, emailVerified }: OpenIdPerson,
): Promise<string | null> {
  if (email === null || !emailVerified) return null;
  const holder = (await lookup.userByEmail(email)) ?? (await lookup.groupByEmail(email));
  return holder === null ? email : null;
}

function refused(message: string): DirectoryError {
  return new DirectoryError('forbidden', message);
}
