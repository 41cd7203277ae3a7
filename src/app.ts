/** Wires the parts: the directory for the command line, and the whole server on top of it. */
import { randomBytes, randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import { type AdminServerDependencies, createAdminServer } from './admin-http/server.ts';
import { type Connector, createConnector } from './connector/connector.ts';
import { type Clock, systemClock } from './core/clock.ts';
import type { Config, Listen } from './core/config/config.ts';
import { loadSecrets, type Secrets } from './core/config/secret-files.ts';
import { createPasswords, generatePassword, type Passwords } from './core/credentials/passwords.ts';
import { createSecretBox } from './core/credentials/secrets.ts';
import type { ProtectedCredentials } from './core/credentials/verdict.ts';
import { createCredentials } from './core/credentials/verify.ts';
import { createDirectory } from './core/directory/create.ts';
import type { Directory } from './core/directory/directory.ts';
import type { Store } from './core/directory/store.ts';
import { DirectoryError } from './core/errors.ts';
import { type NewId, newId } from './core/ids.ts';
import { createLogger, type Logger } from './core/log.ts';
import type { Actor } from './core/model/audit.ts';
import { openStore } from './core/storage/open.ts';
import { loadOrCreateCertificate } from './ldap-server/certificate.ts';
import { createLdapServer, type LdapServer } from './ldap-server/server.ts';

export { type PresetDefaults, presetDefaults } from './connector/presets/index.ts';

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
  readonly credentials: ProtectedCredentials;
  readonly passwords: Passwords;
  readonly store: Store;
  readonly secrets: Secrets;
  /** Stops running syncs and closes the database. */
  close(): Promise<void>;
}

/** What the first start made up; shown nowhere else. null where the configuration gave the password. */
export interface GeneratedPasswords {
  readonly bindPassword: string | null;
  readonly ownerPassword: string | null;
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
const START: Actor = { door: 'start', name: 'start', address: null };

/** Opens the directory for one process. Throws DirectoryError naming what to mend. */
export async function openRoster(config: Config, replacements: Partial<Replacements> = {}): Promise<Roster> {
  const { clock = systemClock, log = createLogger(config.logLevel) } = replacements;
  const ids = replacements.newId ?? newId;
  const secrets = await loadSecrets(config, { log, random: randomBytes });
  const store = await openStore({ databaseUrl: config.databaseUrl, dataDir: config.dataDir, log, clock });
  const passwords = createPasswords();
  const directory = createDirectory({
    store,
    clock,
    newId: ids,
    passwords,
    secretBox: createSecretBox(secrets.secretKey),
    holder: { hostname: hostname(), pid: process.pid, instanceId: ids() },
    processAlive,
  });
  const connector = createConnector({ directory, clock, log, newId: ids });
  const credentials = createCredentials({ passwords, remote: connector.remote, clock });
  const close = once(async () => {
    await connector.stop();
    await store.close();
  });
  return { directory, connector, credentials, passwords, store, secrets, close };
}

/** The server: the directory, its tree over LDAPS, and the admin API. */
export function createApp(config: Config, replacements: Partial<Replacements> = {}): App {
  const { clock = systemClock, log = createLogger(config.logLevel) } = replacements;
  const running: { readonly part: string; readonly stop: () => Promise<void> }[] = [];
  let generated: GeneratedPasswords | null = null;
  let stopping: Promise<void> | null = null;

  async function startParts(): Promise<Started> {
    const roster = await openRoster(config, { ...replacements, clock, log });
    running.push({ part: 'database', stop: roster.close });
    generated = await seed(roster, config);
    running.push({ part: 'watch over sync runs', stop: await abortDeadRuns(roster, log) });
    const ldapServer = await ldapServerOf(roster, config, clock, log);
    running.push({ part: 'LDAPS', stop: () => ldapServer.stop() });
    const ldaps = await ldapServer.start();
    const adminServer = createAdminServer(adminDependencies(roster, ldapServer, config, clock, log));
    running.push({ part: 'HTTP', stop: () => adminServer.stop() });
    const http = await adminServer.start();
    if (!LOOPBACK.test(http.host)) log.warn({ http }, 'The admin API is open to other machines without TLS.');
    const { allow } = await roster.directory.settings.current();
    log.info({ ldaps, http }, 'Roster serves.');
    return { ldaps, http, allow, apiTokenFile: roster.secrets.apiTokenFile };
  }

  async function stopParts(): Promise<void> {
    for (let last = running.pop(); last !== undefined; last = running.pop()) {
      const { part, stop: stopPart } = last;
      await within(STOP_PART_MS, stopPart(), `It did not stop within ${STOP_PART_MS} ms.`).catch((err) =>
        log.error({ err, part }, 'A part did not stop in order.'),
      );
    }
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

/** On the first start, puts the configured or generated passwords and the allow-list into the database. */
async function seed(
  { directory, passwords }: Pick<Roster, 'directory' | 'passwords'>,
  config: Config,
): Promise<GeneratedPasswords | null> {
  if (await isSeeded(directory)) return null;
  const bindPassword = config.bindPassword ?? generatePassword(randomInt);
  const ownerPassword = config.ownerPassword ?? generatePassword(randomInt);
  const bindPasswordHash = await passwords.hash(bindPassword);
  const passwordHash = await passwords.hash(ownerPassword);
  const { seeded } = await directory.settings.seed(START, {
    settings: { allow: config.allow, bindPasswordHash },
    owner: { username: OWNER_USERNAME, passwordHash },
  });
  // Another process was first: its passwords are the ones that count.
  if (!seeded) return null;
  return {
    bindPassword: config.bindPassword === null ? bindPassword : null,
    ownerPassword: config.ownerPassword === null ? ownerPassword : null,
  };
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

async function ldapServerOf(roster: Roster, config: Config, clock: Clock, log: Logger): Promise<LdapServer> {
  const certificate = await loadOrCreateCertificate(config.certsDir, {
    ...certificateNames(config.ldaps.host, hostname()),
    now: clock.now(),
  });
  const { store, directory, credentials, passwords } = roster;
  return createLdapServer({
    listen: config.ldaps,
    baseDn: config.baseDn,
    certificate,
    store,
    settings: directory.settings,
    credentials,
    verifyBindPassword: passwords.verify,
    clock,
    log,
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

function adminDependencies(
  { directory, connector, store, secrets }: Roster,
  ldapServer: LdapServer,
  config: Config,
  clock: Clock,
  log: Logger,
): AdminServerDependencies {
  return {
    listen: config.http,
    sources: directory.sources,
    syncRuns: directory.syncRuns,
    sync: connector.sync,
    readiness: () => readiness(ldapServer, store),
    token: secrets.apiToken,
    clock,
    log,
  };
}

async function readiness(ldapServer: LdapServer, store: Store): Promise<readonly string[]> {
  const { ready, reason } = ldapServer.ready();
  const reasons = ready ? [] : [reason];
  const silence = `The database did not answer within ${PING_MS} ms.`;
  await within(PING_MS, store.ping(), silence).catch((error: unknown) => {
    reasons.push(error instanceof DirectoryError ? error.message : 'The database does not answer.');
  });
  return reasons;
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
