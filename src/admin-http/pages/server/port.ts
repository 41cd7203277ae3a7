/** What the pages of the server need of the directory, of the LDAP server, and of what happened lately. */
import type { Activity } from '../../../core/activity/activity.ts';
import type { Clock } from '../../../core/clock.ts';
import type { Applications, SettingsKeeper, Sources, SyncRuns } from '../../../core/directory/directory.ts';
import type { ExternalAuthorityKeeper } from '../../../core/directory/external-authority.ts';
import type { Actor } from '../../../core/model/audit.ts';
import type { Readiness } from '../../health.ts';

export interface ServerPagesDependencies {
  readonly applications: Applications;
  readonly settings: Pick<SettingsKeeper, 'current' | 'change'>;
  readonly authority: ExternalAuthorityKeeper;
  readonly sources: Pick<Sources, 'list'>;
  readonly syncRuns: Pick<SyncRuns, 'list'>;
  readonly activity: ActivityPort;
  readonly ldap: LdapPort;
  readonly readiness: Readiness;
  /** SQLite or PostgreSQL. */
  readonly database: string;
  readonly newPassword: () => string;
  readonly clock: Clock;
}

export type ActivityPort = Pick<Activity, 'list' | 'newest' | 'counts' | 'clients' | 'lastUse'>;

export interface LdapState {
  readonly host: string;
  readonly port: number;
  readonly baseDn: string;
  readonly bindDn: string;
  readonly users: number;
  readonly groups: number;
  readonly connections: number;
  /** Why it cannot serve at the moment; null: it does. */
  readonly reason: string | null;
  readonly certificate: CertificateState;
}

export interface CertificateState {
  /** Names and addresses by which clients may call the server. */
  readonly names: readonly string[];
  readonly issuer: string;
  readonly expiry: Date;
  /** SHA-256. */
  readonly fingerprint: string;
  /** What is to be mended; null: nothing. */
  readonly trouble: string | null;
}

export type Scope = 'base' | 'one' | 'sub';

/** See LdapAdministration; each call checks what the actor may. */
export interface LdapPort {
  readonly baseDn: string;
  state(actor: Actor): LdapState;
  /** Those of `addresses` that this allow-list would refuse. Throws DirectoryError 'invalid' (field `allow`). */
  lockedOut(allow: readonly string[], addresses: readonly string[]): readonly string[];
  trySignIn(
    actor: Actor,
    trial: {
      readonly name: string;
      readonly password: string;
      readonly address: string;
      readonly application: string | null;
    },
  ): Promise<Tried>;
  trySearch(
    actor: Actor,
    trial: {
      readonly as: string | null;
      readonly base: string;
      readonly scope: Scope;
      readonly filter: string;
      readonly attributes: readonly string[];
    },
  ): Promise<TriedSearch>;
  /** null: the application is switched off. */
  sight(actor: Actor, applicationId: string): Promise<Sighted | null>;
  /** What clients must trust, in PEM form; null: who issued the certificate is not kept here. */
  authority(actor: Actor): Promise<string | null>;
  replaceCertificate(
    actor: Actor,
    pair: { readonly certPem: string; readonly keyPem: string },
  ): Promise<void>;
}

export interface Tried {
  readonly ok: boolean;
  readonly sentence: string;
}

export interface TriedSearch extends Tried {
  readonly count: number | null;
  readonly entries: readonly {
    readonly dn: string;
    readonly attributes: readonly { readonly name: string; readonly values: readonly string[] }[];
  }[];
}

export interface Sighted {
  readonly users: number;
  readonly groups: number;
  readonly first: readonly string[];
}
