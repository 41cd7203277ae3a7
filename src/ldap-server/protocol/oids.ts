/** Object identifiers of controls, extended operations and features, by their names. */

export const Oid = {
  /** Controls. */
  pagedResults: '1.2.840.113556.1.4.319',
  sortRequest: '1.2.840.113556.1.4.473',
  sortResponse: '1.2.840.113556.1.4.474',
  virtualListViewRequest: '2.16.840.1.113730.3.4.9',
  virtualListViewResponse: '2.16.840.1.113730.3.4.10',
  matchedValues: '1.2.826.0.1.3344810.2.3',
  assertion: '1.3.6.1.1.12',
  dereference: '1.3.6.1.4.1.4203.666.5.16',
  manageDsaIt: '2.16.840.1.113730.3.4.2',
  dontUseCopy: '1.3.6.1.1.22',
  passwordPolicy: '1.3.6.1.4.1.42.2.27.8.5.1',
  /** Extended operations and the unsolicited notification. */
  startTls: '1.3.6.1.4.1.1466.20037',
  noticeOfDisconnection: '1.3.6.1.4.1.1466.20036',
  whoAmI: '1.3.6.1.4.1.4203.1.11.3',
  passwordModify: '1.3.6.1.4.1.4203.1.11.1',
  cancel: '1.3.6.1.1.8',
  /** Features: "+" for all operational attributes (RFC 3673), `(&)` and `(|)` (RFC 4526). */
  allOperationalAttributes: '1.3.6.1.4.1.4203.1.5.1',
  absoluteFilters: '1.3.6.1.4.1.4203.1.5.3',
} as const;
