/** A source: an external directory from which users and groups are imported. */
import type { DialectChanges } from './source-dialect.ts';
import type { SignInChanges } from './source-sign-in.ts';
import type { SyncPolicy } from './sync-policy.ts';

export const PRESET_NAMES = [
  'jumpcloud',
  'okta',
  'active-directory',
  'openldap',
  '389ds',
  'google',
  'entra-domain-services',
  'cloudron',
  'roster',
] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** How far the last successful run has read; kept until the source is changed. */
export interface SyncMark {
  /** The server that `value` is true of, as the connector tells servers apart. */
  readonly server: string;
  /** What the directory counts its changes by: a time, or a number. */
  readonly value: string;
  /** The beginning of the last full run: milliseconds since 1970. */
  readonly fullAt: number;
  /** DNs of entries that could not be imported as they are: the next run reads them again. */
  readonly unsettled: readonly string[];
}

export interface Source {
  readonly id: string;
  /** Unique, same rules as a group name; what people call it on the command line. */
  readonly name: string;
  readonly preset: PresetName;
  /** ldaps://host[:port]; ldap:// only to loopback, or where the operator allows it. */
  readonly url: string;
  /** PEM of the authorities that may have signed the server's certificate; null means the system's. */
  readonly caPem: string | null;
  /** What Roster shows the server of itself; null: nothing. */
  readonly clientCertificatePem: string | null;
  /** Sealed as the bind password. */
  readonly clientKeySealed: string | null;
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
  /** Where it speaks otherwise than its preset. */
  readonly dialect: DialectChanges;
  /** Where it is asked about passwords otherwise than its preset says. */
  readonly signIn: SignInChanges;
  /** What a sync does with what it finds. */
  readonly policy: SyncPolicy;
  /** When it is synchronized by itself: a cron expression; null: when somebody says so. */
  readonly schedule: string | null;
  /** IANA name of the time zone in which the schedule is read. */
  readonly timeZone: string;
  /** When the schedule is due; null without one. */
  readonly nextRunAt: Date | null;
  /** From where an incremental run goes on; null: the next run is a full one. */
  readonly syncMark: SyncMark | null;
  readonly enabled: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
