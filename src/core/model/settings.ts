/** The settings that people change while Roster runs; the environment only seeds them. */
import { DEFAULT_POSIX, type PosixSettings } from './posix.ts';

export interface Settings {
  /** Addresses and CIDR ranges that may connect over LDAPS. */
  readonly allow: readonly string[];
  /** bcrypt of the password of cn=admin,ou=system. */
  readonly bindPasswordHash: string;
  /** Whether people may change their own local password over LDAP (RFC 3062). */
  readonly passwordModify: boolean;
  readonly posix: PosixSettings;
}

/** Those that the first start writes; the others have a default. */
export type SeededSettings = Pick<Settings, 'allow' | 'bindPasswordHash'>;

export const DEFAULT_SETTINGS: Omit<Settings, keyof SeededSettings> = {
  passwordModify: false,
  posix: DEFAULT_POSIX,
};

export type SettingName = keyof Settings;
