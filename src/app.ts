/** Wires the parts: the directory for the command line, and the whole server on top of it. */
import { hkdfSync, randomBytes, randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Ready } from './admin-http/health.ts';
import { type AdminServerDependencies, createAdminServer } from './admin-http/server.ts';
import { type Connector, createConnector } from './connector/connector.ts';
import { presetDefaults, presets } from './connector/presets/index.ts';
import { createScheduler } from './connector/scheduler.ts';
import { SYSTEM_AUTHORITY } from './core/access/authority.ts';
import { createSignIn, type SignIn } from './core/access/sign-in.ts';
import { type Accounts, createAccounts } from './core/accounts/accounts.ts';
import { createExtraVerifier } from './core/accounts/verifier.ts';
import { type Activity, createActivity } from './core/activity/activity.ts';
import { type Clock, systemClock } from './core/clock.ts';
import type { Config, Listen } from './core/config/config.ts';
import { type ApiToken, loadApiToken, loadSecretKey, warnOfDataDir } from './core/config/secret-files.ts';
import { staleSeeds } from './core/config/stale-seeds.ts';
import { type ChangeOwnPassword, createChangeOwnPassword } from './core/credentials/own-password.ts';
import { createPasswords, generatePassword, type Passwords } from './core/credentials/passwords.ts';
import { createSecretBox } from './core/credentials/secrets.ts';
import type { ProtectedCredentials } from './core/credentials/verdict.ts';
import { createCredentials } from './core/credentials/verify.ts';
import { createDirectory } from './core/directory/create.ts';
import type { Directory } from './core/directory/directory.ts';
import { createJournal, type Journal } from './core/directory/journal.ts';
import type { Store } from './core/directory/store.ts';
import { DirectoryError } from './core/errors.ts';
import { type NewId, newId } from './core/ids.ts';
import { createLogger, type Logger } from './core/log.ts';
import { createMailer } from './core/mail/mailer.ts';
import { createMetrics, type Metrics, type Readings } from './core/metrics/metrics.ts';
import type { Actor } from './core/model/audit.ts';
import type { Holder } from './core/model/lease.ts';
import type { Settings } from './core/model/settings.ts';
import { processSpace } from './core/process-space.ts';
import { refuseInUse } from './core/storage/in-use.ts';
import { openStore } from './core/storage/open.ts';
import { backUp } from './core/transfer/backup.ts';
import type { RowCounts } from './core/transfer/backup-file.ts';
import { createExport, type Export } from './core/transfer/export.ts';
import { createImport, type Import } from './core/transfer/import.ts';
import { createLoad, type Load, type MadeUpPassword } from './core/transfer/load.ts';
import { type Restored, restoreBackup } from './core/transfer/restore.ts';
import { readTextFile } from './core/transfer/text-file.ts';
import { USERS_FILE_BYTES_MAX } from './core/transfer/users-file.ts';
import { withActivity } from './ldap-server/activity-observer.ts';
import {
  createLdapAdministration,
  type LdapAdministrationDependencies,
} from './ldap-server/administration.ts';
import { type Certificate, loadOrCreateCertificate } from './ldap-server/certificate.ts';
import { type CertificateWatch, watchCertificate } from './ldap-server/certificate-watch.ts';
import { DEFAULT_LIMITS } from './ldap-server/limits.ts';
import type { LdapObserver } from './ldap-server/observer.ts';
import { createLdapServer, type LdapServer } from './ldap-server/server.ts';
import { findAttributeType } from './ldap-server/tree/attribute-types.ts';
import { createSyncThreads } from './sync-thread.ts';

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

/** What tests put in the place of the real thing. */
export interface Replacements {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
}

/** The directory with all that changes it, without servers. */
export interface Roster {
  readonly directory: Directory;
  readonly connector: Connector;
  readonly accounts: Accounts;
  readonly credentials: ProtectedCredentials;
  readonly passwords: Passwords;
  readonly store: Store;
  /** Suffix of all DNs. */
  readonly baseDn: string;
  /** At the pages and the API. */
  readonly signIn: SignIn;
  readonly changeOwnPassword: ChangeOwnPassword;
  /** Brings in the people of a file such as users.yaml. */
  readonly load: Load;
  /** Brings in the people of a CSV or JSON file. */
  readonly importFrom: Import;
  /** Writes users and groups for other programs. */
  readonly exportTo: Export;
  /** Writes everything into a file, the secret key too where that is wanted. */
  backUp(
    actor: Actor,
    path: string,
    options: { readonly withSecrets: boolean; readonly replace: boolean },
  ): Promise<RowCounts>;
  /** 32 bytes for one purpose, the same on all servers with this secret key. */
  keyFor(purpose: string): Uint8Array;
  /** A password for who wants none of his own. */
  readonly newPassword: () => string;
  /** Stops running syncs and closes the database. */
  close(): Promise<void>;
}

/** What the first start made up; shown nowhere else. null where the configuration gave the password. */
export interface GeneratedPasswords {
  readonly bindPassword: string | null;
  readonly ownerPassword: string | null;
  /** Of the people in users.yaml who have none there. */
  readonly people: readonly MadeUpPassword[];
  /** users.yaml is there and empty. */
  readonly nobody: boolean;
}

export interface Started {
  readonly ldaps: Listen;
  readonly http: Listen;
  /** The allow-list in force. */
  readonly allow: readonly string[];
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

/** Username of the owner that the first start makes. */
export const OWNER_USERNAME = 'admin';
const ABORT_DEAD_EVERY_MS = 10_000;
const PING_MS = 2_000;
const STOP_PART_MS = 10_000;
const LOOPBACK = /^(127\.[\d.]+|::1|localhost)$/;
const DERIVED_KEY_BYTES = 32;
const START: Actor = { door: 'start', name: 'start', address: null, authority: SYSTEM_AUTHORITY };

/** Opens the directory for one process. Throws DirectoryError naming what to mend. */
export async function openRoster(
  config: Config,
  replacements: Partial<Replacements> = {},
  metrics: Pick<Metrics, 'signIn'> | null = null,
  activity: Pick<Activity, 'signIn'> | null = null,
  syncThreads = false,
): Promise<Roster> {
  const { clock = systemClock, log = createLogger(config.logLevel) } = replacements;
  const ids = replacements.newId ?? newId;
  const secretKey = await loadSecretKey(config, { log, random: randomBytes });
  const store = await openStore({ databaseUrl: config.databaseUrl, dataDir: config.dataDir, log, clock });
  const passwords = createPasswords();
  const journal = createJournal(ids);
  const secretBox = createSecretBox(secretKey);
  const extras = createExtraVerifier({ store, clock, secretBox, journal });
  const holder = holderOf(ids());
  const directory = createDirectory({
    store,
    clock,
    newId: ids,
    passwords,
    secretBox,
    holder,
    processAlive,
    plainLdap: config.plainLdap,
    isServed: (name) => findAttributeType(name) !== undefined,
  });
  const runElsewhere = syncThreads ? createSyncThreads({ config, secretKey, holder }) : null;
  const connector = createConnector({ directory, clock, log, newId: ids, runElsewhere });
  const credentials = createCredentials({
    passwords,
    remote: connector.remote,
    extras,
    clock,
    observe(signIn) {
      metrics?.signIn(signIn);
      if (signIn.outcome !== 'throttled') return;
      directory.signIns
        .throttled(signIn)
        .catch((err: unknown) => log.warn({ err }, 'Refused guesses at a password could not be audited.'));
    },
  });
  const close = once(async () => {
    await connector.stop();
    await store.close();
  });
  const newPassword = () => generatePassword(randomInt);
  const changeOwnPassword = createChangeOwnPassword({
    ...{ store, users: directory.users, credentials },
    generate: newPassword,
  });
  const accounts = createAccounts({
    ...{ store, clock, newId: ids, journal, secretBox, credentials, passwords, log },
    random: randomBytes,
    mailer: config.mail && createMailer(config.mail),
    publicUrl: config.publicUrl ?? ownUrl(config.http),
  });
  return {
    directory,
    connector,
    accounts,
    credentials,
    passwords,
    store,
    load: createLoad({ store, clock, newId: ids, passwords, newPassword, journal }),
    importFrom: createImport({ store, clock, newId: ids, journal }),
    exportTo: createExport({ store, clock, journal, baseDn: config.baseDn }),
    backUp: (actor, path, { withSecrets, replace }) =>
      backUp({ store, clock, journal }, actor, path, {
        secretKey: withSecrets ? secretKey.toString('base64') : null,
        keyCheck: keyCheck(secretKey),
        replace,
      }),
    signIn: createSignIn({ store, credentials, ...(activity !== null && { observe: activity.signIn }) }),
    changeOwnPassword,
    keyFor: (purpose) => derivedKey(secretKey, purpose),
    baseDn: config.baseDn,
    newPassword,
    close,
  };
}

/** Replaces everything by a backup, while no server runs. Throws DirectoryError naming what to mend. */
export function restoreRoster(config: Config, actor: Actor, path: string): Promise<Restored> {
  const log = createLogger(config.logLevel === 'debug' ? 'debug' : 'silent');
  const { databaseUrl, dataDir } = config;
  const dependencies = {
    ...{ clock: systemClock, log, random: randomBytes, keyCheck },
    journal: createJournal(newId),
    refuseInUse: () => refuseInUse({ databaseUrl, dataDir }),
    open: () => openStore({ databaseUrl, dataDir, log, clock: systemClock }),
  };
  return restoreBackup(dependencies, config, actor, path);
}

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
    const roster = await openRoster(config, { ...replacements, clock, log }, metrics, activity, true);
    running.push({ part: 'database', stop: roster.close });
    const apiToken = await loadApiToken(config, { log, random: randomBytes });
    await warnOfDataDir(config.dataDir, log);
    await refuseForeignKey(roster);
    generated = await seed(roster, config);
    running.push({ part: 'watch over sync runs', stop: await abortDeadRuns(roster, log) });
    const certificate = await certificateOf(config, clock);
    const ldapServer = ldapServerOf(
      roster,
      config,
      certificate,
      withActivity(metrics.ldap, activity),
      clock,
      log,
    );
    running.push({ part: 'LDAPS', stop: () => ldapServer.stop() });
    const ldaps = await ldapServer.start();
    const use = (replaced: Certificate) => ldapServer.useCertificate(replaced);
    const watch = watchCertificate({ dir: config.certsDir, certificate, use, clock, log });
    running.push({ part: 'watch over the certificate', stop: async () => watch.stop() });
    certificates = watch;
    metrics.show(() => readings(ldapServer, watch));
    const { baseDn, certsDir } = config;
    const ready = () => readiness(ldapServer, watch, roster.store);
    const ldap = createLdapAdministration({
      ...{ server: ldapServer, certificates: watch, certsDir, listen: ldaps, baseDn, clock },
      audit: certificateAudit(roster.store, createJournal(replacements.newId ?? newId), clock),
    });
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
    log.info({ ldaps, http }, 'Roster serves.');
    serves = true;
    return { ldaps, http, allow: settings.allow, apiTokenFile: apiToken.file };
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
  } catch (cause) {
    if (!(cause instanceof DirectoryError)) throw cause;
    throw new DirectoryError(
      'invalid',
      "The sources' passwords in this database are sealed with another key: set ROSTER_SECRET_KEY to the key of the first server (its data directory's secret.key).",
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

/** Of the data directory: the people of the first start. */
const USERS_FILE = 'users.yaml';

/** The text of a file such as users.yaml; null: there is none. Throws DirectoryError 'invalid'. */
export function readUsersFile(path: string): Promise<string | null> {
  return readTextFile(path, USERS_FILE_BYTES_MAX);
}

/** On the first start, puts the configured or generated passwords, the people and the allow-list into the database. */
async function seed(
  { directory, passwords, load }: Pick<Roster, 'directory' | 'passwords' | 'load'>,
  config: Config,
): Promise<GeneratedPasswords | null> {
  if (await isSeeded(directory)) return null;
  const usersFile = await readUsersFile(join(config.dataDir, USERS_FILE));
  // First: what is wrong with the file must not leave a directory behind that counts as started.
  const loaded = usersFile === null ? null : await load(START, usersFile, config.ownerPassword);
  const bindPassword = config.bindPassword ?? generatePassword(randomInt);
  const ownerPassword = config.ownerPassword ?? generatePassword(randomInt);
  const bindPasswordHash = await passwords.hash(bindPassword);
  const owner =
    loaded === null ? { username: OWNER_USERNAME, passwordHash: await passwords.hash(ownerPassword) } : null;
  const { seeded } = await directory.settings.seed(START, {
    settings: { allow: config.allow, bindPasswordHash },
    owner,
  });
  const people = loaded?.passwords ?? [];
  // Another process was first: its passwords are the ones that count, but for people whom this one added.
  if (!seeded && people.length === 0) return null;
  return {
    bindPassword: seeded && config.bindPassword === null ? bindPassword : null,
    ownerPassword: seeded && owner !== null && config.ownerPassword === null ? ownerPassword : null,
    people,
    nobody: loaded !== null && loaded.created + loaded.updated + loaded.unchanged === 0,
  };
}

function holderOf(instanceId: string): Holder {
  return { hostname: processSpace(instanceId), pid: process.pid, instanceId };
}

async function isSeeded(directory: Directory): Promise<boolean> {
  try {
    await directory.settings.current();
    return true;
  } catch (error) {
    if (error instanceof DirectoryError && error.code === 'unavailable') return false;
    throw error;
  }
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

/** As this machine reaches its own pages. */
function ownUrl({ host, port }: Listen): string {
  const name = /^[0.:]+$/.test(host) ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
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

function certificateOf(config: Config, clock: Clock): Promise<Certificate> {
  const names = certificateNames(config.ldaps.host, hostname());
  return loadOrCreateCertificate(config.certsDir, { ...names, now: clock.now() });
}

function ldapServerOf(
  roster: Roster,
  config: Config,
  certificate: Certificate,
  observer: LdapObserver,
  clock: Clock,
  log: Logger,
): LdapServer {
  const { store, directory, credentials } = roster;
  return createLdapServer({
    listen: config.ldaps,
    baseDn: config.baseDn,
    certificate,
    proxies: config.proxies,
    store,
    settings: directory.settings,
    credentials,
    changeOwnPassword: roster.changeOwnPassword,
    clock,
    log,
    limits: {
      ...DEFAULT_LIMITS,
      connectionsMax: config.connections.max,
      connectionsPerAddressMax: config.connections.perAddressMax,
    },
    observer,
  });
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

/** HKDF (RFC 5869): who learns one derived key learns neither the others nor the secret key. */
function derivedKey(secretKey: Buffer, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secretKey, '', `roster ${purpose}`, DERIVED_KEY_BYTES));
}

function keyCheck(secretKey: Buffer): string {
  return Buffer.from(derivedKey(secretKey, 'check of the key of a backup')).toString('base64url');
}

function adminDependencies(
  { directory, ...roster }: Roster,
  apiToken: ApiToken,
  config: Config,
  metrics: Metrics,
  clock: Clock,
  log: Logger,
  server: Pick<AdminServerDependencies['pages']['server'], 'activity' | 'ldap' | 'readiness'>,
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
  store: Store,
): Promise<Ready> {
  const { ready, reason } = ldapServer.ready();
  const reasons = ready ? [] : [reason];
  const silence = `The database did not answer within ${PING_MS} ms.`;
  await within(PING_MS, store.ping(), silence).catch((error: unknown) => {
    reasons.push(error instanceof DirectoryError ? error.message : 'The database does not answer.');
  });
  const trouble = certificates.trouble();
  return { reasons: [...new Set(reasons)], warnings: trouble === null ? [] : [trouble] };
}

/** The outcome of `work`, or DirectoryError 'unavailable' with `sentence` when it takes longer. */
async function within<T>(timeoutMs: number, work: Promise<T>, sentence: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DirectoryError('unavailable', sentence)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= work();
    return done;
  };
}

function processAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
