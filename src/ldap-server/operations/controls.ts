/** The controls that are served (RFC 4511 section 4.1.11): with which operations, and what a request asks for by them. */
import type { Filter } from '../../core/syntax/filter.ts';
import { decodeAssertion } from '../protocol/controls/assertion.ts';
import { type Dereference, decodeDereferenceRequest } from '../protocol/controls/dereference.ts';
import { decodeMatchedValues, type SimpleFilterItem } from '../protocol/controls/matched-values.ts';
import { decodePagedResults, type PagedResults } from '../protocol/controls/paged-results.ts';
import { decodeSortRequest, type SortKey } from '../protocol/controls/sorting.ts';
import {
  decodeVirtualListViewRequest,
  type VirtualListViewRequest,
} from '../protocol/controls/virtual-list-view.ts';
import { hasForbiddenValue } from '../protocol/controls/without-value.ts';
import type { Control, RequestType } from '../protocol/messages.ts';
import { Oid } from '../protocol/oids.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import { type Outcome, refusal } from './outcome.ts';

/** What a request asks for by controls; null: nothing of the kind. */
export interface Controls {
  readonly paging: PagedResults | null;
  readonly sorting: { readonly keys: readonly SortKey[]; readonly critical: boolean } | null;
  readonly listView: VirtualListViewRequest | null;
  readonly matchedValues: readonly SimpleFilterItem[] | null;
  readonly assertion: Filter | null;
  readonly dereferences: readonly Dereference[] | null;
}

export const NO_CONTROLS: Controls = {
  paging: null,
  sorting: null,
  listView: null,
  matchedValues: null,
  assertion: null,
  dereferences: null,
};

interface Served {
  readonly with: readonly RequestType[];
  /** null: malformed. */
  read(control: Control): Partial<Controls> | null;
}

const SEARCH: readonly RequestType[] = ['search'];
const READS: readonly RequestType[] = ['search', 'compare'];
const READS_AND_WRITES: readonly RequestType[] = [...READS, 'add', 'delete', 'modify', 'modify-dn'];
const NOTHING_TO_READ = {};
const noValue = (): Partial<Controls> => NOTHING_TO_READ;

const SERVED: ReadonlyMap<string, Served> = new Map<string, Served>([
  [
    Oid.pagedResults,
    { with: SEARCH, read: ({ value }) => made(decodePagedResults(value), (paging) => ({ paging })) },
  ],
  [
    Oid.sortRequest,
    {
      with: SEARCH,
      read: ({ value, critical }) =>
        made(decodeSortRequest(value), (keys) => ({ sorting: { keys, critical } })),
    },
  ],
  [
    Oid.virtualListViewRequest,
    {
      with: SEARCH,
      read: ({ value }) => made(decodeVirtualListViewRequest(value), (listView) => ({ listView })),
    },
  ],
  [
    Oid.matchedValues,
    {
      with: SEARCH,
      read: ({ value }) => made(decodeMatchedValues(value), (matchedValues) => ({ matchedValues })),
    },
  ],
  [
    Oid.dereference,
    {
      with: SEARCH,
      read: ({ value }) => made(decodeDereferenceRequest(value), (dereferences) => ({ dereferences })),
    },
  ],
  [
    Oid.assertion,
    { with: READS, read: ({ value }) => made(decodeAssertion(value), (assertion) => ({ assertion })) },
  ],
  // There are no referrals, and no copy that could be older than another.
  [Oid.manageDsaIt, { with: READS_AND_WRITES, read: noValue }],
  [Oid.dontUseCopy, { with: READS, read: noValue }],
  // There is never a warning to give.
  [Oid.passwordPolicy, { with: ['bind'], read: noValue }],
]);

function made<T>(value: T | null, make: (value: T) => Partial<Controls>): Partial<Controls> | null {
  return value === null ? null : make(value);
}

/** OIDs of the request controls, for the root DSE. */
export const SERVED_CONTROLS: readonly string[] = [...SERVED.keys()];

/** One that is not served, or not with this operation, prevents it where it is critical, and is ignored otherwise. */
export function readControls(type: RequestType, controls: readonly Control[]): Controls | Outcome {
  if (controls.length === 0) return NO_CONTROLS;
  const seen = new Set<string>();
  const asked = { ...NO_CONTROLS };
  for (const control of controls) {
    const served = SERVED.get(control.oid);
    if (served === undefined || !served.with.includes(type)) {
      if (control.critical) return UNAVAILABLE;
      continue;
    }
    const part = seen.has(control.oid) || hasForbiddenValue(control) ? null : served.read(control);
    if (part === null) return malformed(control);
    seen.add(control.oid);
    Object.assign(asked, part);
  }
  return asked;
}

const UNAVAILABLE = refusal(
  ResultCode.unavailableCriticalExtension,
  'A critical control is not served here, or not with this operation.',
);

function malformed({ oid }: Control): Outcome {
  return refusal(
    ResultCode.protocolError,
    `The control ${oid} is malformed, or stands twice in the request.`,
  );
}
