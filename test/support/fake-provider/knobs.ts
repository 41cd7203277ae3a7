/** The knobs of the fake provider: limits, quirks and faults of real directories. */

export interface Knobs {
  /** Entries in a page; asking for more gets so many. */
  pageMax: number;
  /** critical: answers 12 to the paging control, as servers without it do; ignored: sends everything at once. */
  paging: 'served' | 'critical' | 'ignored';
  /** An empty page with a cookie comes before each page. */
  emptyPageWithCookie: boolean;
  /** Entries of one search, pages together, then sizeLimitExceeded. */
  sizeCapTotal: number | null;
  /** Values of an attribute at once, the rest by range retrieval. */
  rangeMax: number | null;
  memberOf: 'default' | 'operational' | 'none';
  /** Groups list their members; else only memberOf tells. */
  members: boolean;
  /** How the stable id comes, if it comes. */
  idAttr: 'default' | 'operational' | 'none';
  /** More binds of one account within a second are answered by adminLimitExceeded. */
  bindsPerSecond: number | null;
  /** DNs whose binds are answered by adminLimitExceeded. */
  busyFor: readonly string[];
  /** Searches on one connection until its token has expired and it must bind anew. */
  tokenSearches: number | null;
  /** After so many pages of a search the connection is closed; `finTimes` tells how often. */
  finAfterPage: number | null;
  finTimes: number;
  /** Before each answer. */
  delayMs: number;
  referralEntries: number;
  /** The reader may read nothing: success without entries, whatever the base. */
  emptyOnNoAci: boolean;
  /** The reader finds nobody but itself. */
  selfOnly: boolean;
  /** The reader's password has been changed. */
  readerRefused: boolean;
  emptyPasswordBind: 'success' | 'refused';
  /** A filter on an attribute that is not in the schema finds nothing, instead of just not matching. */
  unknownAttrInFilter: 'empty' | 'ignored';
  /** A search with an empty base (rootDSE) is refused. */
  rejectEmptyBase: boolean;
  /** Each person is there a second time, under cn=compat. */
  duplicateTree: boolean;
  whoami: boolean;
  /** A bind with controls is refused by unwillingToPerform. */
  refuseControlsOnBind: boolean;
  /** Result codes of the searches to come, one each, before they are answered as usual. */
  searchFailures: number[];
}

export const KNOBS: Knobs = {
  pageMax: 1000,
  paging: 'served',
  emptyPageWithCookie: false,
  sizeCapTotal: null,
  rangeMax: null,
  memberOf: 'default',
  members: true,
  idAttr: 'operational',
  bindsPerSecond: null,
  busyFor: [],
  tokenSearches: null,
  finAfterPage: null,
  finTimes: 1,
  delayMs: 0,
  referralEntries: 0,
  emptyOnNoAci: false,
  selfOnly: false,
  readerRefused: false,
  emptyPasswordBind: 'refused',
  unknownAttrInFilter: 'ignored',
  rejectEmptyBase: false,
  duplicateTree: false,
  whoami: true,
  refuseControlsOnBind: false,
  searchFailures: [],
};
