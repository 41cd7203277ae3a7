/** Tells apart why a directory refused somebody's bind: by code, by policy controls, by the words that providers use. */
import type { UpstreamRefusal, Verdict } from '../core/credentials/verdict.ts';
import { LDAP } from './failure.ts';
import type { LdapResult } from './ldap/responses.ts';

/** What Active Directory says as `data 775`: Windows error codes in hexadecimal. */
const ACTIVE_DIRECTORY: Readonly<Record<string, UpstreamRefusal | null>> = {
  '525': 'unknown',
  '52e': null,
  '530': 'not-now',
  '531': 'not-now',
  '532': 'password-expired',
  '533': 'disabled',
  '701': 'account-expired',
  '773': 'must-change',
  '775': 'locked',
};
const DATA = /AcceptSecurityContext error, data ([0-9a-f]{3,4})\b/i;

/** Of Okta, JumpCloud, 389 Directory Server and Roster; the first that fits counts. */
const WORDS: readonly (readonly [RegExp, UpstreamRefusal])[] = [
  [/\bMFA\b|multifactor|second factor|passcode|sign[ -]?on policy|one-time/i, 'second-factor'],
  [/lock(ed|out)|retry limit/i, 'locked'],
  [/inactivated|deactivated|disabled|suspended/i, 'disabled'],
  [/account (has )?expired/i, 'account-expired'],
  [/must (be )?chang|has been reset/i, 'must-change'],
  [/password (has )?expired/i, 'password-expired'],
];

/** The codes by which passwords are refused; others are so only where the words tell why. */
const WRONG_CODES: ReadonlySet<number> = new Set([
  LDAP.invalidCredentials,
  LDAP.inappropriateAuthentication,
  LDAP.noSuchObject,
]);
const REASONED_CODES: ReadonlySet<number> = new Set([
  LDAP.constraintViolation,
  LDAP.insufficientAccessRights,
  LDAP.unwillingToPerform,
]);
const BUSY_CODES: ReadonlySet<number> = new Set([LDAP.adminLimitExceeded, LDAP.busy]);

/** What the answer to somebody's bind means. */
export function verdictOf(result: LdapResult): Verdict {
  const { code } = result;
  if (code === LDAP.success && result.policy !== 'must-change') return { ok: true };
  if (BUSY_CODES.has(code)) {
    return {
      ok: false,
      reason: 'busy',
      message: 'The directory upstream takes no more sign-ins at the moment.',
    };
  }
  const why = refusalOf(result);
  if (WRONG_CODES.has(code)) return { ok: false, reason: 'wrong', ...(why !== null && { why }) };
  if (why !== null && (code === LDAP.success || REASONED_CODES.has(code)))
    return { ok: false, reason: 'wrong', why };
  const message = `The directory upstream answered the sign-in with result code ${code}.`;
  return { ok: false, reason: 'unavailable', message };
}

/** null: it does not tell, or only that the password is wrong. */
function refusalOf({ message, policy }: LdapResult): UpstreamRefusal | null {
  if (policy !== null) return policy;
  const [, data] = DATA.exec(message) ?? [];
  if (data !== undefined) return ACTIVE_DIRECTORY[data.toLowerCase()] ?? null;
  return WORDS.find(([words]) => words.test(message))?.[1] ?? null;
}
