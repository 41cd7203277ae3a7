/** Signs people in at the pages and at the API: the same passwords, throttle and sources as over LDAP. */
import type { SignInSeen } from '../activity/activity.ts';
import { obstacleTo, refusalOf, type SignInReason } from '../activity/reasons.ts';
import type { Account, Credentials, SignInDoor, SignInObservation } from '../credentials/verdict.ts';
import type { ReadTransaction, Store } from '../directory/store.ts';
import { DirectoryError } from '../errors.ts';
import { nameKey } from '../model/names.ts';
import { isEnabled, type User } from '../model/user.ts';

export interface SignInAttempt {
  /** Username or e-mail address, in any case. */
  readonly name: string;
  readonly password: string;
  /** Of the second factor; null where none was entered. */
  readonly code: string | null;
  /** Whence; see SignInContext. */
  readonly address: string | null;
}

/** refused: a wrong name or password, an account that is switched off, or too many guesses; nothing tells which. */
export type SignInResult =
  /** until: the session ends then at the latest; null: as sessions do. */
  | { readonly kind: 'signed-in'; readonly user: User; readonly until: Date | null }
  /** The password is right; the same attempt with a code may succeed. */
  | { readonly kind: 'second-factor-needed'; readonly user: User }
  | { readonly kind: 'refused' };

/** Throws DirectoryError 'busy', or 'unavailable' where the source that checks the password does not answer. */
export type SignIn = (attempt: SignInAttempt) => Promise<SignInResult>;

export interface SignInDependencies {
  readonly store: Pick<Store, 'read'>;
  readonly credentials: Credentials;
  /** Told of each sign-in with its true reason; must not throw. */
  readonly observe?: (seen: SignInSeen) => void;
}

export function createSignIn({ store, credentials, observe }: SignInDependencies): SignIn {
  return async ({ name, password, code, address }) => {
    const given = name.trim();
    let seen: SignInObservation | null = null;
    const tell = (user: User | null, reason: SignInReason): void =>
      observe?.({
        ...{ door: 'web', name: user?.username ?? '...', address, reason },
        ...{ through: null, applicationId: null },
      });
    const found = await store.read((transaction) => findUser(transaction, given));
    // As LDAP's bind names it: guesses at both doors are counted together.
    const context = {
      ...{ address, name: nameKey(given), secondFactor: code, door: PAGES },
      observe: (signIn: SignInObservation) => {
        seen = signIn;
      },
    };
    const verdict =
      found === null && isPossibleName(given)
        ? await credentials.verifyNewcomer(password, context)
        : await credentials.verify(found && accountOf(found), password, context);
    if (!verdict.ok && verdict.reason === 'second-factor' && found !== null) {
      tell(found, 'second-factor-needed');
      return { kind: 'second-factor-needed', user: found };
    }
    if (!verdict.ok) tell(found, (found && obstacleTo(found, seen)) ?? refusalOf(found !== null, seen));
    if (!verdict.ok && (verdict.reason === 'unavailable' || verdict.reason === 'busy'))
      throw new DirectoryError(verdict.reason, verdict.message);
    if (!verdict.ok) return { kind: 'refused' };
    // Who was let in elsewhere may be new, or have another role than a moment ago.
    const isAsFound = found !== null && (found.passwordHash !== null || found.origin !== null);
    const user = isAsFound ? found : await store.read((transaction) => findNewcomer(transaction, given));
    if (user === null) return { kind: 'refused' };
    tell(user, 'ok');
    return { kind: 'signed-in', user, until: verdict.until ?? null };
  };
}

const PAGES: SignInDoor = { kind: 'pages' };

/** As which the password of a user is checked. */
export function accountOf(user: User): Account {
  const { id: userId, username, passwordHash, extraCredentials, secondFactor, origin } = user;
  return { userId, username, enabled: isEnabled(user), passwordHash, extraCredentials, secondFactor, origin };
}

/** Who was unknown and yet has the right password was admitted by a source or an external authority just now. */
async function findNewcomer(transaction: ReadTransaction, name: string): Promise<User | null> {
  const user = await findUser(transaction, name);
  return user === null || user.passwordHash !== null || !isEnabled(user) ? null : user;
}

async function findUser(transaction: ReadTransaction, name: string): Promise<User | null> {
  if (!isPossibleName(name)) return null;
  return name.includes('@') ? transaction.userByEmail(name) : transaction.userByUsername(nameKey(name));
}

/** Databases and sources are not asked about anything else. */
function isPossibleName(name: string): boolean {
  return name.length > 0 && name.length <= NAME_LENGTH_MAX && !UNPRINTABLE.test(name);
}

const NAME_LENGTH_MAX = 254;
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
