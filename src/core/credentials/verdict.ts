/** The outcome of checking a password, and the port through which imported people are checked upstream. */
import type { Origin } from '../model/origin.ts';

/** What must be in memory to check somebody's password; held by the tree. */
export interface Account {
  readonly userId: string;
  readonly username: string;
  readonly enabled: boolean;
  readonly passwordHash: string | null;
  readonly origin: Origin | null;
}

export type Verdict =
  | { readonly ok: true }
  /** wrong: not this password, or nobody by that name: the two must look alike outside. */
  | { readonly ok: false; readonly reason: 'wrong' }
  /** The source upstream does not answer, or the queue is full; `message` is safe to show. */
  | { readonly ok: false; readonly reason: 'unavailable' | 'busy'; readonly message: string };

/** Checks an imported person's password at its source. Implemented by the connector, wired in app.ts. */
export interface RemoteVerifier {
  /** `password` is neither empty nor holds a NUL; never throws for what upstream does. */
  verify(origin: Origin, username: string, password: string): Promise<Verdict>;
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
}

/**
 * Checks sign-ins. `account` null stands for an unknown name: it costs the same and is 'wrong'. Who failed too often
 * is 'wrong' for a while too. Without a context nothing is counted: a door that strangers reach gives one.
 */
export interface Credentials {
  verify(account: Account | null, password: string, context?: SignInContext): Promise<Verdict>;
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
  readonly address: string | null;
  readonly durationMs: number;
}
