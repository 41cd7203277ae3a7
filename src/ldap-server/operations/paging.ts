/** Paged results (RFC 2696): a search that stops after each page, and goes on where its cookie says. */
import { isDeepStrictEqual } from 'node:util';
import { decodePagedResults, encodePagedResults, type PagedResults } from '../protocol/controls.ts';
import type { Control, SearchRequest } from '../protocol/messages.ts';
import { Oid } from '../protocol/oids.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import type { Entry } from '../tree/entry.ts';
import { type Outcome, refusal } from './outcome.ts';

/** How far a search has got among the candidates that it began with. */
export interface Progress {
  readonly candidates: readonly Entry[];
  position: number;
  /** Entries sent, over all pages. */
  sent: number;
}

/** A search that waits for its next page. */
export interface PagedSearch {
  readonly request: SearchRequest;
  readonly progress: Progress;
}

/** The unfinished searches of one connection by cookie, the oldest first. */
export type PagedSearches = Map<string, PagedSearch>;

/** The page that a request asks for; null: it does not ask for pages. */
export function readPaging(controls: readonly Control[]): PagedResults | null | Outcome {
  const asked = controls.filter(({ oid }) => oid === Oid.pagedResults);
  const [control] = asked;
  if (control === undefined) return null;
  const paging = asked.length === 1 ? decodePagedResults(control.value) : null;
  return paging ?? refusal(ResultCode.protocolError, 'The paged results control is malformed.');
}

/** Takes the search out that a cookie stands for. A cookie is good once, on its own connection, for the same search. */
export function resume(
  request: SearchRequest,
  { cookie }: PagedResults,
  pages: PagedSearches,
): Progress | Outcome {
  const key = cookie.toString('latin1');
  const paged = pages.get(key);
  pages.delete(key);
  if (paged === undefined || !isSameSearch(paged.request, request)) {
    return refusal(ResultCode.unwillingToPerform, 'The paged results cookie is not one of this search.');
  }
  return paged.progress;
}

/** Keeps a search for its next page, and drops the oldest of too many; returns the cookie. */
export function suspend(
  search: PagedSearch,
  cookie: string,
  pages: PagedSearches,
  searchesMax: number,
): Buffer {
  pages.set(cookie, search);
  for (const oldest of pages.keys()) {
    if (pages.size <= searchesMax) break;
    pages.delete(oldest);
  }
  return Buffer.from(cookie, 'latin1');
}

/** The control of an answer; an empty cookie says that there are no further pages. */
export function pagedResultsControl(cookie: Buffer, estimate: number): Control {
  return {
    oid: Oid.pagedResults,
    critical: false,
    value: encodePagedResults({ size: estimate, cookie }),
  };
}

/** RFC 2696 section 3: all but the message id and the control stays the same. */
function isSameSearch(one: SearchRequest, other: SearchRequest): boolean {
  return isDeepStrictEqual(one, other);
}
