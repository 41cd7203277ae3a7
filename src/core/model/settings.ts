/** The settings that people change while Roster runs; the environment only seeds them. */
import type { AttributeDefinition } from './attribute-definition.ts';
import type { ExternalAuthoritySettings } from './external-authority.ts';
import type { OpenIdSettings } from './openid.ts';
import { DEFAULT_POSIX, type PosixSettings } from './posix.ts';

export interface Settings {
  /** Addresses and CIDR ranges that may connect over LDAPS. */
  readonly allow: readonly string[];
  /** bcrypt of the password of cn=admin,ou=system. */
  readonly bindPasswordHash: string;
  /** Whether LDAPS is served at all. */
  readonly ldapServed: boolean;
  /** Whether people may change their own local password over LDAP (RFC 3062). */
  readonly passwordModify: boolean;
  readonly posix: PosixSettings;
  /** In the order in which they were added. */
  readonly attributes: readonly AttributeDefinition[];
  /** Of this directory among all Rosters; given with its database, and never changed. */
  readonly instanceId: string;
  /** Whether people may not change their own profiles. */
  readonly profilesLocked: boolean;
  /** Whether applications are refused to say that users take more storage than they may. */
  readonly storageLimited: boolean;
  /** Days for which audit lines are kept. */
  readonly auditDays: number;
  /** What new passwords of people must be; see PasswordRules. */
  readonly passwordLengthMinimum: number;
  readonly passwordScoreMinimum: number;
  /** Roles whose users must have a second factor to do anything. */
  readonly secondFactorRoles: readonly string[] | 'all';
  /** null: nobody signs in elsewhere. */
  readonly openId: OpenIdSettings | null;
  /** null: people are managed here. */
  readonly authority: ExternalAuthoritySettings | null;
}

/** Those that the first start writes; the others have a default. */
export type SeededSettings = Pick<Settings, 'allow' | 'bindPasswordHash'>;

export const DEFAULT_SETTINGS: Omit<Settings, keyof SeededSettings> = {
  ldapServed: true,
  passwordModify: false,
  posix: DEFAULT_POSIX,
  attributes: [],
  instanceId: '',
  profilesLocked: false,
  storageLimited: false,
  auditDays: 400,
  passwordLengthMinimum: 8,
  passwordScoreMinimum: 2,
  secondFactorRoles: [],
  openId: null,
  authority: null,
};

/** What an operator is told then. */
export const LDAP_SWITCHED_OFF = 'LDAPS is switched off in the settings.';
export const AUDIT_DAYS_MIN = 30;
export const AUDIT_DAYS_MAX = 3650;

export type SettingName = keyof Settings;
