/** What administrators see of the LDAP server, and what they may do to it beside the settings. */
import { requirePermission } from '../core/access/require.ts';
import type { Clock } from '../core/clock.ts';
import type { Actor } from '../core/model/audit.ts';
import { parseAllowList, unmapped } from './allow-list.ts';
import {
  type Certificate,
  type CertificateState,
  describeCertificate,
  replaceCertificate,
} from './certificate.ts';
import { authorityOf } from './certificate-examination.ts';
import type { CertificateWatch } from './certificate-watch.ts';
import type { LdapServer } from './server.ts';
import { createDit } from './tree/dit.ts';
import type { SearchTrial, Sighted, SignInTrial, Tried, TriedSearch } from './trials.ts';

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
  readonly certificate: CertificateState & { readonly trouble: string | null };
}

/** Each call checks what the actor may; throws DirectoryError 'forbidden'. */
export interface LdapAdministration {
  /** As it is served. */
  readonly baseDn: string;
  state(actor: Actor): LdapState;
  /** Those of `addresses` that this allow-list would refuse. Throws DirectoryError 'invalid' (field `allow`). */
  lockedOut(allow: readonly string[], addresses: readonly string[]): readonly string[];
  trySignIn(actor: Actor, trial: SignInTrial): Promise<Tried>;
  trySearch(actor: Actor, trial: SearchTrial): Promise<TriedSearch>;
  /** null: the application is switched off. */
  sight(actor: Actor, applicationId: string): Promise<Sighted | null>;
  /** What clients must trust, in PEM form; null: who issued the certificate is not kept here. */
  authority(actor: Actor): Promise<string | null>;
  /** Serves another certificate from now on. Throws DirectoryError 'invalid'. */
  replaceCertificate(actor: Actor, pair: Certificate): Promise<void>;
}

export interface LdapAdministrationDependencies {
  readonly server: Pick<LdapServer, 'ready' | 'status' | 'trials'>;
  readonly certificates: Pick<CertificateWatch, 'inUse' | 'reload' | 'trouble'>;
  readonly certsDir: string;
  /** Where it listens. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly baseDn: string;
  readonly clock: Clock;
  /** Leaves an audit line: this certificate is about to be served. */
  readonly audit: (actor: Actor, certificate: CertificateState) => Promise<void>;
}

export function createLdapAdministration(dependencies: LdapAdministrationDependencies): LdapAdministration {
  const { server, certificates, certsDir, listen, baseDn, clock, audit } = dependencies;
  const { admin, suffix } = createDit(baseDn);
  return {
    baseDn: suffix.dn,
    state(actor) {
      requirePermission(actor, 'settings.read');
      const { users, groups, connections } = server.status();
      const { ready, reason } = server.ready();
      return {
        ...listen,
        ...{ baseDn: suffix.dn, bindDn: admin.dn, users, groups, connections },
        reason: ready ? null : reason,
        certificate: { ...describeCertificate(certificates.inUse()), trouble: certificates.trouble() },
      };
    },
    lockedOut(allow, addresses) {
      const list = parseAllowList(allow);
      return addresses.filter((address) => !list.allows(unmapped(address)));
    },
    async trySignIn(actor, trial) {
      requirePermission(actor, 'settings.edit');
      return server.trials.signIn(trial);
    },
    async trySearch(actor, trial) {
      for (const needed of ['settings.edit', 'users.read', 'groups.read', 'applications.read'] as const) {
        requirePermission(actor, needed);
      }
      return server.trials.search(trial);
    },
    async sight(actor, applicationId) {
      for (const needed of ['applications.read', 'users.read', 'groups.read'] as const) {
        requirePermission(actor, needed);
      }
      return server.trials.sight(applicationId);
    },
    async authority(actor) {
      requirePermission(actor, 'settings.read');
      return authorityOf(certsDir, certificates.inUse());
    },
    async replaceCertificate(actor, pair) {
      requirePermission(actor, 'settings.edit');
      await replaceCertificate(certsDir, pair, clock.now());
      await audit(actor, describeCertificate(pair));
      await certificates.reload();
    },
  };
}
