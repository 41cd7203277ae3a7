/** Paged results (RFC 2696): a search that stops after each page, and goes on where its cookie says. */
import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import { encodePagedResults, type PagedResults } from '../protocol/controls/paged-results.ts';
import type { Control, SearchRequest } from '../protocol/messages.ts';
import { Oid } from '../protocol/oids.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import type { Entry } from '../tree/entry.ts';
import type { Snapshot } from '../tree/snapshot.ts';
import type { Controls } from './controls.ts';
import { type Outcome, refusal } from './outcome.ts';

/** How far a search has got among the candidates that it began with. */
export interface Progress {
  /** Replaced once where they are sorted. */
  candidates: readonly Entry[];
  /** Of the snapshot that the candidates are of. */
  readonly version: Snapshot['version'];
  position: number;
  /** Entries sent, over all pages. */
  sent: number;
}

/** A search that waits for its next page. */
export interface PagedSearch {
  /** Of what was asked for, which itself may be a megabyte long. */
  readonly digest: string;
  readonly progress: Progress;
}

/** The unfinished searches of one connection. */
export interface PagedSearches {
  /** What a cookie stands for, which is good once. */
  take(cookie: string): PagedSearch | undefined;
  keep(cookie: string, search: PagedSearch): void;
  clear(): void;
}

export interface PagingLimits {
  /** Searches of one connection; the oldest gives way. */
  readonly pagedSearchesMax: number;
  /** Candidates of all connections' searches together; the oldest search gives way. */
  readonly pagedCandidatesMax: number;
}

/** Opens the store of each connection, and bounds what all of them hold. */
export function createPagedSearchPool({ pagedSearchesMax, pagedCandidatesMax }: PagingLimits): {
  open(): PagedSearches;
} {
  /** The oldest first, each with the way to drop it. */
  const all = new Map<PagedSearch, () => void>();
  let candidates = 0;
  return {
    open() {
      const own = new Map<string, PagedSearch>();
      const take = (cookie: string): PagedSearch | undefined => {
        const search = own.get(cookie);
        if (search === undefined) return undefined;
        own.delete(cookie);
        all.delete(search);
        candidates -= search.progress.candidates.length;
        return search;
      };
      const clear = (cookies: Iterable<string>): void => {
        for (const cookie of cookies) take(cookie);
      };
      return {
        take,
        keep(cookie, search) {
          own.set(cookie, search);
          all.set(search, () => take(cookie));
          candidates += search.progress.candidates.length;
          clear([...own.keys()].slice(0, -pagedSearchesMax));
          for (const dropOldest of all.values()) {
            if (candidates <= pagedCandidatesMax) break;
            dropOldest();
          }
        },
        clear: () => clear([...own.keys()]),
      };
    },
  };
}

/**
 * Takes the search out that a cookie stands for. A cookie is a name that nobody can guess, good once, on its own
 * connection while the same identity is bound, for the same search (RFC 2696 section 3).
 */
export function resume(
  request: SearchRequest,
  controls: Controls,
  { cookie }: PagedResults,
  pages: PagedSearches,
): Progress | Outcome {
  const paged = pages.take(cookie.toString('latin1'));
  return paged !== undefined && paged.digest === digestOf(request, controls)
    ? paged.progress
    : COOKIE_REFUSED;
}

/** Equal for searches that ask for the same, whichever page of it. */
export function digestOf(request: SearchRequest, controls: Controls): string {
  return createHash('sha256')
    .update(serialize([request, { ...controls, paging: null }]))
    .digest('base64url');
}

const COOKIE_REFUSED = refusal(
  ResultCode.unwillingToPerform,
  'The paged results cookie is not one of this search.',
);

/** The control of an answer; an empty cookie says that there are no further pages. */
export function pagedResultsControl(cookie: Buffer, estimate: number): Control {
  return {
    oid: Oid.pagedResults,
    critical: false,
    value: encodePagedResults({ size: estimate, cookie }),
  };
}
