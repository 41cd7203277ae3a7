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

/** Checks sign-ins. `account` null stands for an unknown name: it costs the same and is 'wrong'. */
export interface Credentials {
  verify(account: Account | null, password: string): Promise<Verdict>;
}
