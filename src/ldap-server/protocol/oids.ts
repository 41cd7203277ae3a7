/** Object identifiers of controls, extended operations and features, by their names. */

export const Oid = {
  /** Controls. */
  pagedResults: '1.2.840.113556.1.4.319',
  manageDsaIt: '2.16.840.1.113730.3.4.2',
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
