/** What opens an account beside its password, and what must come with the password; one record for each user that has any. */

/** Times are milliseconds since 1970. */
export interface ExtraCredentials {
  readonly userId: string;
  readonly totp: Totp | null;
  readonly temporary: TemporaryPassword | null;
  readonly appPasswords: readonly AppPassword[];
  readonly link: PasswordLink | null;
}

/** Time-based one-time passwords (RFC 6238). */
export interface Totp {
  /** In the secret box, bound to the user's id. */
  readonly sealedSecret: string;
  /** null: it is being set up, and asked of nobody yet. */
  readonly confirmedAt: number | null;
  /** The time step of the code used last; no code of it or before it is good any more. */
  readonly lastStep: number;
  /** SHA-256; each good once. */
  readonly recoveryHashes: readonly string[];
}

/** Opens the account for somebody else, for a time, without the second factor. */
export interface TemporaryPassword {
  /** SHA-256. */
  readonly hash: string;
  readonly expiresAt: number;
  /** Good once, and not over LDAP. */
  readonly once: boolean;
  /** Who asked for it. */
  readonly by: { readonly name: string; readonly userId: string | null };
  /** To some minutes; null: never used. */
  readonly lastUsedAt: number | null;
}

/** Opens the account over LDAP, without the second factor. */
export interface AppPassword {
  readonly id: string;
  /** Unique among the user's, without regard to case. */
  readonly name: string;
  /** SHA-256. */
  readonly hash: string;
  /** null: wherever LDAP is spoken. */
  readonly applicationId: string | null;
  readonly createdAt: number;
  /** To some minutes; null: never used. */
  readonly lastUsedAt: number | null;
}

export type LinkKind = 'reset' | 'invitation';

/** Lets whoever has it choose the password. */
export interface PasswordLink {
  readonly kind: LinkKind;
  /** SHA-256. */
  readonly hash: string;
  readonly expiresAt: number;
  /** When the password was changed that it may replace; null: there was none. */
  readonly passwordChangedAt: number | null;
}

export const APP_PASSWORDS_PER_USER_MAX = 20;
export const RECOVERY_CODES = 10;

export function noExtras(userId: string): ExtraCredentials {
  return { userId, totp: null, temporary: null, appPasswords: [], link: null };
}
