/** The settings that people change while Roster runs; the environment only seeds them. */

export interface Settings {
  /** Addresses and CIDR ranges that may connect over LDAPS. */
  readonly allow: readonly string[];
  /** bcrypt of the password of cn=admin,ou=system. */
  readonly bindPasswordHash: string;
}

export type SettingName = keyof Settings;
