/** Serves LDAPS, from this process or from several. */
import { availableParallelism, hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Activity } from '../core/activity/activity.ts';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config/config.ts';
import type { Logger } from '../core/log.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import { withActivity } from '../ldap-server/activity-observer.ts';
import { type Certificate, loadOrCreateCertificate } from '../ldap-server/certificate.ts';
import { DEFAULT_LIMITS, type Limits } from '../ldap-server/limits.ts';
import { createLdapServer, type LdapServer } from '../ldap-server/server.ts';
import { createLdapWorkers } from '../ldap-server/workers/leader.ts';
import type { Roster } from './roster.ts';

export function certificateOf(config: Config, clock: Clock): Promise<Certificate> {
  const names = certificateNames(config.ldaps.host, hostname());
  return loadOrCreateCertificate(config.certsDir, { ...names, now: clock.now() });
}

/** Where nobody says how many: more processes cost more memory than they gain. */
const WORKERS_DEFAULT_MAX = 4;
const WORKER = new URL('./ldap-worker-main.js', import.meta.url);

export interface LdapsDependencies {
  readonly roster: Roster;
  readonly config: Config;
  readonly certificate: Certificate;
  readonly metrics: Metrics;
  readonly activity: Activity;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Serves from this process where one is enough, and where Roster runs from its sources, which others cannot load. */
export function ldapServerOf(dependencies: LdapsDependencies): LdapServer {
  const { config } = dependencies;
  const workers = config.ldapWorkers ?? Math.min(WORKERS_DEFAULT_MAX, availableParallelism());
  return workers === 1 || !import.meta.url.endsWith('.js')
    ? serverHere(dependencies)
    : serversElsewhere(workers, dependencies);
}

function serverHere({
  roster,
  config,
  certificate,
  metrics,
  activity,
  clock,
  log,
}: LdapsDependencies): LdapServer {
  const { store, directory, credentials, changeOwnPassword, baseDn } = roster;
  return createLdapServer({
    ...{ listen: config.ldaps, baseDn, certificate, proxies: config.proxies, limits: limitsOf(config) },
    ...{ store, settings: directory.settings, credentials, changeOwnPassword, clock, log },
    observer: withActivity(metrics.ldap, activity),
  });
}

function serversElsewhere(workers: number, dependencies: LdapsDependencies): LdapServer {
  const { roster, config, certificate, metrics, activity, log } = dependencies;
  const { credentials, onPause, changeOwnPassword, baseDn } = roster;
  const { databaseUrl, dataDir, logLevel, ldaps, proxies } = config;
  const server = createLdapWorkers({
    ...{ workers, program: fileURLToPath(WORKER), credentials, onPause, changeOwnPassword, activity, log },
    task: {
      config: { databaseUrl, dataDir, logLevel },
      ...{ baseDn, certificate, listen: ldaps, proxies, limits: limitsOf(config) },
    },
  });
  metrics.addProcesses(server.readings);
  return server;
}

function limitsOf({ connections }: Config): Limits {
  return {
    ...DEFAULT_LIMITS,
    connectionsMax: connections.max,
    connectionsPerAddressMax: connections.perAddressMax,
    offencesMax: connections.offencesMax,
  };
}

/** The names by which clients may call this server: here, by its host name, and by the address it was told to use. */
function certificateNames(listenHost: string, ownName: string): { hostnames: string[]; addresses: string[] } {
  const isAddress = /^[\d.]+$|:/;
  const isWildcard = /^[0.:]+$/;
  const hosts = new Set(['localhost', ownName, '127.0.0.1', '::1', listenHost]);
  const named = [...hosts].filter((host) => !isWildcard.test(host));
  return {
    hostnames: named.filter((host) => !isAddress.test(host)),
    addresses: named.filter((host) => isAddress.test(host)),
  };
}
