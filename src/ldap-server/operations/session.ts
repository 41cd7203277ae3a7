/** What a connection is: who is bound on it, from where, and its unfinished paged searches. */
import type { Identity } from '../tree/view.ts';
import type { PagedSearches } from './paging.ts';

export interface Session {
  /** Its number since the server started, by which the log tells connections apart. */
  readonly connection: number;
  readonly address: string;
  /** Rights belong to the connection: nothing else says who asks. */
  identity: Identity;
  /** What the password was checked against at the bind; see standing.ts. */
  passwordHash: string | null;
  /** As of the user at the bind; see standing.ts. */
  extraCredentials: number;
  /** When the rights end by themselves, in milliseconds since 1970; null: they do not. */
  until: number | null;
  /** Id of the application that bound here last: whoever signs in here afterwards signs in through it. */
  through: string | null;
  readonly pages: PagedSearches;
  /** The DN that a request named last, with its key: clients name the same one again and again. */
  named: { readonly text: string; readonly key: string } | null;
}

/** A connection on which nobody has bound. */
export function createSession(origin: Pick<Session, 'connection' | 'address' | 'pages'>): Session {
  const identity: Identity = { kind: 'anonymous' };
  return {
    ...origin,
    identity,
    passwordHash: null,
    extraCredentials: 0,
    until: null,
    through: null,
    named: null,
  };
}

/** Takes all rights away, and with them what was found by right of them. What application was here is remembered. */
export function makeAnonymous(session: Session): void {
  session.identity = { kind: 'anonymous' };
  session.passwordHash = null;
  session.extraCredentials = 0;
  session.until = null;
  session.pages.clear();
}
