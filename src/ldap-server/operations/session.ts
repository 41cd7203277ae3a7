/** What a connection is: who is bound on it, from where, and its unfinished paged searches. */
import type { Identity } from '../tree/view.ts';
import type { PagedSearches } from './paging.ts';

export interface Session {
  readonly address: string;
  /** Rights belong to the connection: nothing else says who asks. */
  identity: Identity;
  readonly pages: PagedSearches;
}

/** Takes all rights away, and with them what was found by right of them. */
export function makeAnonymous(session: Session): void {
  session.identity = { kind: 'anonymous' };
  session.pages.clear();
}
