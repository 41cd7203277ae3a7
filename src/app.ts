/** Wires the parts: the directory for the command line, and the whole server on top of it. */
import { randomBytes } from 'node:crypto';
import type { Ready } from './admin-http/health.ts';
import type { AdminServerDependencies } from './admin-http/server.ts';
import { certificateOf, ldapServerOf } from './app/ldaps.ts';
import { openRoster, type Replacements, type Roster } from './app/roster.ts';
import { type GeneratedPasswords, seed } from './app/seed.ts';
import { within } from './app/waiting.ts';
import type { Connector } from './connector/connector.ts';
import { presetDefaults, presets } from './connector/presets/index.ts';
import { createScheduler } from './connector/scheduler.ts';
import { type Activity, createActivity } from './core/activity/activity.ts';
import { type Clock, systemClock } from './core/clock.ts';
import type { Config, Listen } from './core/config/config.ts';
import { type ApiToken, loadApiToken, warnOfDataDir } from './core/config/secret-files.ts';
import { staleSeeds } from './core/config/stale-seeds.ts';
import { createSecretBox } from './core/credentials/secrets.ts';
import { createJournal, type Journal } from './core/directory/journal.ts';
import type { Store } from './core/directory/store.ts';
import { canSignIn } from './core/directory/user-access.ts';
import { DirectoryError } from './core/errors.ts';
import { newId } from './core/ids.ts';
import { createLogger, type Logger } from './core/log.ts';
import { createMetrics, type Metrics, type Readings } from './core/metrics/metrics.ts';
import { LDAP_SWITCHED_OFF, type Settings } from './core/model/settings.ts';
import {
  createLdapAdministration,
  type LdapAdministrationDependencies,
} from './ldap-server/administration.ts';
import type { Certificate } from './ldap-server/certificate.ts';
import { type CertificateWatch, watchCertificate } from './ldap-server/certificate-watch.ts';
import type { LdapServer } from './ldap-server/server.ts';

export { openRoster, type Replacements, type Roster, restoreRoster } from './app/roster.ts';
export { type GeneratedPasswords, OWNER_USERNAME, readUsersFile } from './app/seed.ts';
export { examineAuthority } from './authority/examination.ts';
export type { StartedSync } from './connector/connector.ts';
export { type PresetDefaults, presetDefaults, presetNamed, presetTitles } from './connector/presets/index.ts';
export {
  type GivenPassword,
  IMPERSONATION_HOURS,
  IMPERSONATION_HOURS_MAX,
} from './core/accounts/impersonation.ts';
export type { GivenLink } from './core/accounts/password-links.ts';
export { examineDataDir } from './core/config/data-dir-examination.ts';
export { examineDatabase } from './core/directory/database-examination.ts';
export { examineBackup } from './core/transfer/backup-file.ts';
export { EXPORT_FORMATS, type ExportFormat } from './core/transfer/export.ts';
export { IMPORT_FORMATS, type ImportFormat } from './core/transfer/import.ts';
export { writeOutputFile, writeTo } from './core/transfer/output-file.ts';
export { problemLines } from './core/transfer/problems.ts';
export { examineAllowList } from './ldap-server/allow-list.ts';
export { readCertificate } from './ldap-server/certificate.ts';
export { examineCertificate } from './ldap-server/certificate-examination.ts';
export { examinePort } from './ldap-server/server-examination.ts';

export interface Started {
  readonly ldaps: Listen;
  readonly http: Listen;
  /** The allow-list in force. */
  readonly allow: readonly string[];
  /** Whether anybody who can sign in may do everything. */
  readonly hasOwner: boolean;
  /** Where the API token is kept; null where the configuration gave it. */
  readonly apiTokenFile: string | null;
}

export interface App {
  /** Starts everything; what had started is stopped again when something fails. Throws DirectoryError. */
  start(): Promise<Started>;
  /** Looks whether the certificate was replaced on disk. Never rejects; the log tells what is wrong with a new one. */
  reload(): Promise<void>;
  /** Stops in the reverse order, each part within STOP_PART_MS; may be called at any time and again. */
  stop(): Promise<void>;
  /** null unless this start was the first on its database; there also when start() failed after that. */
  generated(): GeneratedPasswords | null;
}

const ABORT_DEAD_EVERY_MS = 10_000;
const PING_MS = 2_000;
const STOP_PART_MS = 10_000;
const LOOPBACK = /^(127\.[\d.]+|::1|localhost)$/;

/** The server: the directory, its tree over LDAPS, and the admin API. */
export function createApp(config: Config, replacements: Partial<Replacements> = {}): App {
  const { clock = systemClock, log = createLogger(config.logLevel) } = replacements;
  const running: { readonly part: string; readonly stop: () => Promise<void> }[] = [];
  let generated: GeneratedPasswords | null = null;
  let stopping: Promise<void> | null = null;
  let certificates: CertificateWatch | null = null;
  let serves = false;

  async function startParts(): Promise<Started> {
    const metrics = createMetrics();
    const activity = createActivity({ clock });
    const roster = await openRoster(config, { ...replacements, clock, log }, { metrics, activity });
    running.push({ part: 'database', stop: roster.close });
    const apiToken = await loadApiToken(config, { log, random: randomBytes });
    await warnOfDataDir(config.dataDir, log);
    await refuseForeignKey(roster);
    generated = await seed(roster, config);
    running.push({ part: 'watch over sync runs', stop: await abortDeadRuns(roster, log) });
    const certificate = await certificateOf(config, clock);
    const ldapServer = ldapServerOf({ roster, config, certificate, metrics, activity, clock, log });
    running.push({ part: 'LDAPS', stop: () => ldapServer.stop() });
    const ldaps = await ldapServer.start();
    const use = (replaced: Certificate) => ldapServer.useCertificate(replaced);
    const watch = watchCertificate({ dir: config.certsDir, certificate, use, clock, log });
    running.push({ part: 'watch over the certificate', stop: async () => watch.stop() });
    certificates = watch;
    metrics.show(() => readings(ldapServer, watch));
    const { baseDn, certsDir } = config;
    const ready = () => readiness(ldapServer, watch, roster);
    const ldap = createLdapAdministration({
      ...{ server: ldapServer, certificates: watch, certsDir, listen: ldaps, baseDn, clock },
      audit: certificateAudit(roster.store, createJournal(replacements.newId ?? newId), clock),
    });
    // Here, so that other commands than serve start sooner.
    const { createAdminServer } = await import('./admin-http/server.ts');
    const adminServer = createAdminServer({
      ...adminDependencies(roster, apiToken, config, metrics, clock, log, {
        activity,
        ldap,
        readiness: ready,
      }),
      readiness: ready,
    });
    running.push({ part: 'HTTP', stop: () => adminServer.stop() });
    const http = await adminServer.start();
    const scheduler = createScheduler({
      ...{ sources: roster.directory.sources, clock, log },
      connector: { sync: countedSync(roster, metrics) },
    });
    running.push({ part: 'schedules', stop: async () => scheduler.stop() });
    scheduler.start();
    if (!LOOPBACK.test(http.host)) log.warn({ http }, 'The admin API is open to other machines without TLS.');
    const settings = await roster.directory.settings.current();
    if (generated === null) tellStaleSeeds(roster, config, settings, log);
    const hasOwner = (await roster.store.read((transaction) => transaction.owners())).some(canSignIn);
    if (!hasOwner) log.warn({}, 'No owner can sign in.');
    log.info({ ldaps, http }, 'Roster serves.');
    serves = true;
    return { ldaps, http, hasOwner, allow: settings.allow, apiTokenFile: apiToken.file };
  }

  async function stopParts(): Promise<void> {
    for (let last = running.pop(); last !== undefined; last = running.pop()) {
      const { part, stop: stopPart } = last;
      await within(STOP_PART_MS, stopPart(), `It did not stop within ${STOP_PART_MS} ms.`).catch((err) =>
        log.error({ err, part }, 'A part did not stop in order.'),
      );
    }
    if (serves) log.info({}, 'Roster has stopped.');
    serves = false;
  }

  function stop(): Promise<void> {
    stopping ??= stopParts().finally(() => {
      stopping = null;
    });
    return stopping;
  }

  return {
    stop,
    generated: () => generated,
    reload: async () => certificates?.reload(),
    async start() {
      try {
        return await startParts();
      } catch (error) {
        await stop();
        throw error;
      }
    },
  };
}

/** A server that cannot open the sources' passwords would fail at every sync and sign-in: better now. */
async function refuseForeignKey({ directory }: Pick<Roster, 'directory'>): Promise<void> {
  const sources = await directory.sources.list();
  try {
    for (const source of sources) directory.sources.access(source);
    await directory.authority.access();
  } catch (cause) {
    if (!(cause instanceof DirectoryError)) throw cause;
    throw new DirectoryError(
      'invalid',
      "The sources' passwords, or the authority's token, in this database are sealed with another key: set ROSTER_SECRET_KEY to the key of the first server (its data directory's secret.key).",
      { cause },
    );
  }
}

/** In the background: comparing a password takes as long as a sign-in. */
function tellStaleSeeds({ passwords }: Roster, config: Config, settings: Settings, log: Logger): void {
  const tell = async () => {
    for (const sentence of await staleSeeds(config, settings, passwords)) log.warn({}, sentence);
  };
  tell().catch((err: unknown) => log.warn({ err }, 'The settings in force could not be looked at.'));
}

async function abortDeadRuns({ directory }: Roster, log: Logger): Promise<() => Promise<void>> {
  const sweep = async () => {
    for (const run of await directory.syncRuns.abortDead()) {
      log.warn({ run: run.id, source: run.sourceId }, 'A sync run was aborted: its process is gone.');
    }
  };
  await sweep();
  const timer = setInterval(() => {
    sweep().catch((err: unknown) => log.warn({ err }, 'Dead sync runs cannot be looked for at the moment.'));
  }, ABORT_DEAD_EVERY_MS);
  return async () => clearInterval(timer);
}

function certificateAudit(
  store: Store,
  journal: Journal,
  clock: Clock,
): LdapAdministrationDependencies['audit'] {
  return (actor, { fingerprint, expiry }) =>
    store.write((transaction) =>
      journal(transaction, {
        ...{ at: clock.now(), actor, action: 'certificate.replace', subjectId: null, changes: [] },
        details: { fingerprint, expires: expiry.toISOString() },
      }),
    );
}

function adminDependencies(
  { directory, ...roster }: Roster,
  apiToken: ApiToken,
  config: Config,
  metrics: Metrics,
  clock: Clock,
  log: Logger,
  server: Pick<AdminServerDependencies['pages']['server'], 'ldap' | 'readiness'> & { activity: Activity },
): Omit<AdminServerDependencies, 'readiness'> {
  const connector = { ...roster.connector, sync: countedSync(roster, metrics) };
  return {
    listen: config.http,
    api: {
      ...directory,
      ...roster.accounts,
      connector,
      presetDefaults,
      signIn: roster.signIn,
      changeOwnPassword: roster.changeOwnPassword,
      proveOwnPassword: roster.proveOwnPassword,
      importFrom: roster.importFrom,
      exportTo: roster.exportTo,
      newPassword: roster.newPassword,
    },
    pages: {
      ...{ directory, connector, presets: { kinds: presets, defaults: presetDefaults } },
      server: {
        ...server,
        database: /^postgres/.test(config.databaseUrl ?? '') ? 'PostgreSQL' : 'SQLite',
        newPassword: roster.newPassword,
      },
    },
    apiToken: apiToken.token,
    openIdSignIn: {
      confirmSecondFactor: roster.confirmSecondFactor,
      observeSignIn: server.activity.signIn,
      publicUrl: roster.publicUrl,
      secretBox: createSecretBox(Buffer.from(roster.keyFor('sign-ins under way elsewhere'))),
    },
    accessTokenKey: roster.keyFor('api access tokens'),
    metrics: metrics.text,
    newId,
    clock,
    log,
  };
}

/** Runs that metrics tell of. */
function countedSync({ connector }: Pick<Roster, 'connector'>, metrics: Metrics): Connector['sync'] {
  return async (actor, source, options) => {
    const started = await connector.sync(actor, source, options);
    started.done.then(
      ({ state }) => metrics.syncRunEnded(state),
      () => undefined,
    );
    return started;
  };
}

function readings(ldapServer: LdapServer, certificates: CertificateWatch): Readings {
  return {
    ...ldapServer.status(),
    inStep: ldapServer.ready().ready,
    certificateExpiry: certificates.expiry(),
    certificateInOrder: certificates.trouble() === null,
  };
}

async function readiness(
  ldapServer: LdapServer,
  certificates: CertificateWatch,
  { store, directory }: Pick<Roster, 'store' | 'directory'>,
): Promise<Ready> {
  const { ready, reason } = ldapServer.ready();
  const reasons = ready ? [] : [reason];
  const silence = `The database did not answer within ${PING_MS} ms.`;
  await within(PING_MS, store.ping(), silence).catch((error: unknown) => {
    reasons.push(error instanceof DirectoryError ? error.message : 'The database does not answer.');
  });
  const trouble = certificates.trouble();
  // Away, the database cannot tell, and is told of above.
  const settings = await directory.settings.current().catch(() => null);
  return {
    reasons: [...new Set(reasons)],
    warnings: [
      ...(trouble === null ? [] : [trouble]),
      ...(settings?.ldapServed === false ? [LDAP_SWITCHED_OFF] : []),
    ],
  };
}
