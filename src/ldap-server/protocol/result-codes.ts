/** Result codes (RFC 4511 appendix A) by their names. */

export const ResultCode = {
  success: 0,
  operationsError: 1,
  protocolError: 2,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  compareFalse: 5,
  compareTrue: 6,
  authMethodNotSupported: 7,
  strongerAuthRequired: 8,
  adminLimitExceeded: 11,
  unavailableCriticalExtension: 12,
  noSuchAttribute: 16,
  undefinedAttributeType: 17,
  inappropriateMatching: 18,
  constraintViolation: 19,
  invalidAttributeSyntax: 21,
  noSuchObject: 32,
  invalidDnSyntax: 34,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
  /** Of a virtual list view (draft-ietf-ldapext-ldapv3-vlv-09 section 6). */
  sortControlMissing: 60,
  offsetRangeError: 61,
  /** Of the search whose view failed; the view's control says by which of the two above. */
  virtualListViewError: 76,
  other: 80,
  /** Of the cancel operation (RFC 3909). */
  canceled: 118,
  noSuchOperation: 119,
  tooLate: 120,
  cannotCancel: 121,
  /** Of the assertion control (RFC 4528). */
  assertionFailed: 122,
} as const;

export type ResultCode = (typeof ResultCode)[keyof typeof ResultCode];
