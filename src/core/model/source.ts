/** A source: an external directory from which users and groups are imported. */

export const PRESET_NAMES = [
  'jumpcloud',
  'okta',
  'active-directory',
  'openldap',
  'cloudron',
  'roster',
] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

export interface Source {
  readonly id: string;
  /** Unique, same rules as a group name; what people call it on the command line. */
  readonly name: string;
  readonly preset: PresetName;
  /** ldaps://host[:port]; ldap:// only to loopback. */
  readonly url: string;
  /** PEM of the authorities that may have signed the server's certificate; null means the system's. */
  readonly caPem: string | null;
  readonly baseDn: string;
  readonly bindDn: string;
  /** AES-256-GCM, bound to this source's id; see credentials/secrets.ts. Never leaves core and connector. */
  readonly bindPasswordSealed: string;
  /** RFC 4515 text; combined with the username as (&<filter>(<usernameField>=...)). */
  readonly filter: string;
  readonly usernameField: string;
  readonly syncGroups: boolean;
  readonly groupBaseDn: string;
  readonly groupFilter: string;
  readonly groupNameField: string;
  readonly enabled: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
