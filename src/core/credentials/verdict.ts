/** The outcome of checking a password, and the port through which imported people are checked upstream. */
import type { SecondFactorRule } from '../model/application.ts';
import type { Origin } from '../model/origin.ts';

/** What must be in memory to check somebody's password; held by the tree. */
export interface Account {
  readonly userId: string;
  readonly username: string;
  readonly enabled: boolean;
  readonly passwordHash: string | null;
  /** As of the user. */
  readonly extraCredentials: number;
  /** As of the user. */
  readonly secondFactor: boolean;
  readonly origin: Origin | null;
}

/** Why a source refused, as far as it tells; for the log, never for who signs in: outside all look alike. */
export type UpstreamRefusal =
  | 'unknown'
  | 'disabled'
  | 'locked'
  | 'password-expired'
  | 'must-change'
  | 'account-expired'
  | 'not-now'
  | 'second-factor';

/** Why a password was refused, as far as it is known. */
export type Refusal = UpstreamRefusal | 'authority' | 'own-second-factor';

export type Verdict =
  /**
   * rememberMs: for so long it need not be asked again; absent: as VERIFIED_LOCALLY_MS and VERIFIED_REMOTELY_MS say.
   * until: what is opened by it ends then; absent: as the door has it.
   */
  | { readonly ok: true; readonly rememberMs?: number; readonly until?: Date }
  /** The password is right, a code is missing; told at the pages and the API alone. */
  | { readonly ok: false; readonly reason: 'second-factor' }
  /** wrong: not this password, or nobody by that name: the two must look alike outside. */
  | { readonly ok: false; readonly reason: 'wrong'; readonly why?: Refusal }
  /** The source upstream does not answer, or the queue is full; `message` is safe to show. */
  | { readonly ok: false; readonly reason: 'unavailable' | 'busy'; readonly message: string };

/** Whoever signs in is a stranger still: of hosts, accounts and settings only the log tells. */
export const AWAY: Verdict = {
  ok: false,
  reason: 'unavailable',
  message: 'The directory upstream cannot check passwords at the moment.',
};

/** Checks an imported person's password at its source. Implemented by the connector, wired in app.ts. */
export interface RemoteVerifier {
  /**
   * `password` is neither empty nor holds a NUL; never throws for what upstream does. `secondFactor` came beside the
   * name, and is handed on where the source takes one.
   */
  verify(origin: Origin, username: string, password: string, secondFactor?: string | null): Promise<Verdict>;
  /** Somebody unknown here, by username or e-mail address: created when right at a source that creates people. */
  admit(name: string, password: string, secondFactor?: string | null): Promise<Verdict>;
  /** Whether a source could not be asked a moment ago. */
  isAway(): boolean;
}

/** Checks passwords of people who have none here and come from no source. Implemented by src/authority. */
export interface ExternalAuthority {
  /**
   * null: none is set. `name`: username or e-mail address. Who is let in is a user from then on, with the role that the
   * authority gives. Never throws for what the authority does.
   */
  check(name: string, password: string): Promise<Verdict | null>;
  /** Whether it could not be asked a moment ago. */
  isAway(): boolean;
}

/** Where somebody signs in, for what may open the account there beside its own password, and what must come with it. */
export type SignInDoor =
  /** And the API. */
  | { readonly kind: 'pages' }
  | {
      readonly kind: 'ldap';
      /** Ids of the applications through which somebody signs in. */
      readonly through: readonly string[];
      readonly rule: SecondFactorRule;
    };

/** Looks at what opens accounts beside their own passwords. Implemented by core/accounts. */
export interface ExtraVerifier {
  /** null: not a password of this kind. One that is good once is used up by it. */
  open(userId: string, password: string, door: SignInDoor): Promise<Verdict | null>;
  /** Whether the code is right, and was not used before; it is used up by it. */
  confirm(userId: string, code: string): Promise<boolean>;
}

/** Whence and under which name somebody signs in. */
export interface SignInContext {
  /** As the socket tells it; null where there is none. */
  readonly address: string | null;
  /**
   * The name that was given, whether or not somebody bears it; one spelling for what means the same name (no second
   * factor, no DN around it), or each spelling would be a fresh start for guesses.
   */
  readonly name: string;
  /** What came beside the name (`+totpToken=`); sources may ask for it. */
  readonly secondFactor?: string | null;
  /** Absent: for who has signed in and proves it again, by the own password and nothing else. */
  readonly door?: SignInDoor;
  /** Told of this sign-in when it is decided, as CredentialsDependencies.observe is of all; must not throw. */
  readonly observe?: (signIn: SignInObservation) => void;
}

/**
 * Checks sign-ins. `account` null stands for an unknown name: it costs the same and is 'wrong'. Who failed too often
 * is 'wrong' for a while too. Without a context nothing is counted: a door that strangers reach gives one.
 */
export interface Credentials {
  verify(account: Account | null, password: string, context?: SignInContext): Promise<Verdict>;
  /**
   * As verify for an unknown name of a person (`context.name`), whom a source may know: 'ok' means that it was
   * created, and is to be looked up anew.
   */
  verifyNewcomer(password: string, context: SignInContext): Promise<Verdict>;
}

/** A password that belongs to no user, such as the one of the directory's own bind DN. */
export interface Secret {
  readonly id: string;
  /** bcrypt. */
  readonly hash: string;
}

/** Credentials with what stands beside the users. */
export interface ProtectedCredentials extends Credentials {
  /** As verify, with the same protection. */
  verifySecret(secret: Secret, password: string, context?: SignInContext): Promise<Verdict>;
  /**
   * Whether this password was found right a moment ago, so that verify would answer at once; then the sign-in counts.
   * Asked of unknown names too, it takes as long.
   */
  recall(account: Account | null, password: string, context: SignInContext): boolean;
  recallSecret(secret: Secret, password: string, context: SignInContext): boolean;
  /** To be called when a source changed: what was found right before is asked anew. Other changes are seen by themselves. */
  forget(): void;
}

/** One sign-in as it went, for metrics and audit; without its name, in which people type passwords by mistake. */
export interface SignInObservation {
  /** throttled: refused unseen, as somebody who failed too often. */
  readonly outcome: 'ok' | 'wrong' | 'throttled' | 'unavailable' | 'busy';
  /** Where the password was checked, or would have been; cache: found right shortly before; nobody: it opens nothing. */
  readonly method: 'local' | 'remote' | 'cache' | 'nobody';
  /** User id or id of the secret; null for an unknown name. */
  readonly accountId: string | null;
  /** Where a source told why it refused, or a code was wrong or missing. */
  readonly why?: Refusal;
  readonly address: string | null;
  readonly durationMs: number;
}
