/** Opens the directory with all that changes it, without servers: what the command line works on. */
import { hkdfSync, randomBytes, randomInt } from 'node:crypto';
import { createExternalAuthority } from '../authority/authority.ts';
import { type Connector, createConnector } from '../connector/connector.ts';
import { createSignIn, type SignIn } from '../core/access/sign-in.ts';
import { type Accounts, createAccounts, managedAccounts } from '../core/accounts/accounts.ts';
import { createExtraVerifier } from '../core/accounts/verifier.ts';
import type { Activity } from '../core/activity/activity.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Config, Listen } from '../core/config/config.ts';
import { loadSecretKey } from '../core/config/secret-files.ts';
import {
  type ChangeOwnPassword,
  createChangeOwnPassword,
  createProveOwnPassword,
  type ProveOwnPassword,
} from '../core/credentials/own-password.ts';
import { createPasswords, generatePassword, type Passwords } from '../core/credentials/passwords.ts';
import { createSecretBox } from '../core/credentials/secrets.ts';
import { createThrottle, type PauseListener } from '../core/credentials/throttle.ts';
import type { ExtraVerifier, ProtectedCredentials } from '../core/credentials/verdict.ts';
import { createCredentials } from '../core/credentials/verify.ts';
import { createDirectory } from '../core/directory/create.ts';
import type { Directory } from '../core/directory/directory.ts';
import { createJournal } from '../core/directory/journal.ts';
import { createWhileManagedHere } from '../core/directory/management.ts';
import type { Store } from '../core/directory/store.ts';
import { type NewId, newId } from '../core/ids.ts';
import { createLogger, type Logger } from '../core/log.ts';
import { createMailer } from '../core/mail/mailer.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Actor } from '../core/model/audit.ts';
import type { Holder } from '../core/model/lease.ts';
import { processSpace } from '../core/process-space.ts';
import { refuseInUse } from '../core/storage/in-use.ts';
import { openStore } from '../core/storage/open.ts';
import { backUp } from '../core/transfer/backup.ts';
import type { RowCounts } from '../core/transfer/backup-file.ts';
import { createExport, type Export } from '../core/transfer/export.ts';
import { createImport, type Import } from '../core/transfer/import.ts';
import { createLoad, type Load } from '../core/transfer/load.ts';
import { type Restored, restoreBackup } from '../core/transfer/restore.ts';
import { findAttributeType } from '../ldap-server/tree/attribute-types.ts';
import { createSyncThreads } from '../sync-thread.ts';
import { once } from './waiting.ts';

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
  /** From now on `listener` is told of each pause of their throttle. */
  onPause(listener: PauseListener): void;
  readonly passwords: Passwords;
  readonly store: Store;
  /** Suffix of all DNs. */
  readonly baseDn: string;
  /** At the pages and the API. */
  readonly signIn: SignIn;
  readonly changeOwnPassword: ChangeOwnPassword;
  readonly proveOwnPassword: ProveOwnPassword;
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
  /** Whether this is a code of a user's second factor; it is good no more then. */
  readonly confirmSecondFactor: ExtraVerifier['confirm'];
  /** Of the pages, as people reach them. */
  readonly publicUrl: string;
  /** 32 bytes for one purpose, the same on all servers with this secret key. */
  keyFor(purpose: string): Uint8Array;
  /** A password for who wants none of his own. */
  readonly newPassword: () => string;
  /** Stops running syncs and closes the database. */
  close(): Promise<void>;
}

const DERIVED_KEY_BYTES = 32;
const isServed = (name: string): boolean => findAttributeType(name) !== undefined;

/** What a server has beside a command. */
export interface ServerParts {
  readonly metrics: Pick<Metrics, 'signIn'>;
  readonly activity: Pick<Activity, 'signIn'>;
}

/** Opens the directory for one process. Throws DirectoryError naming what to mend. */
export async function openRoster(
  config: Config,
  replacements: Partial<Replacements> = {},
  server: ServerParts | null = null,
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
    isServed,
  });
  const runElsewhere = server !== null ? createSyncThreads({ config, secretKey, holder }) : null;
  const connector = createConnector({ directory, clock, log, newId: ids, runElsewhere });
  let tellOfPause: PauseListener = () => {};
  const credentials = createCredentials({
    passwords,
    remote: connector.remote,
    authority: createExternalAuthority({
      authority: directory.authority,
      people: directory.externalPeople,
      clock,
      log,
    }),
    extras,
    clock,
    throttle: createThrottle({ clock, onPause: (key, until) => tellOfPause(key, until) }),
    observe(signIn) {
      server?.metrics.signIn(signIn);
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
  const publicUrl = config.publicUrl ?? ownUrl(config.http);
  const whileManagedHere = createWhileManagedHere(directory.authority);
  const accounts = createAccounts({
    ...{ store, clock, newId: ids, journal, secretBox, credentials, passwords, log },
    random: randomBytes,
    mailer: config.mail && createMailer(config.mail),
    publicUrl,
  });
  return {
    directory,
    connector,
    accounts: managedAccounts(accounts, whileManagedHere),
    credentials,
    onPause(listener) {
      tellOfPause = listener;
    },
    passwords,
    store,
    load: whileManagedHere(createLoad({ store, clock, newId: ids, passwords, newPassword, journal })),
    importFrom: whileManagedHere(createImport({ store, clock, newId: ids, journal, isServed })),
    exportTo: createExport({ store, clock, journal, baseDn: config.baseDn }),
    backUp: (actor, path, { withSecrets, replace }) =>
      backUp({ store, clock, journal }, actor, path, {
        secretKey: withSecrets ? secretKey.toString('base64') : null,
        keyCheck: keyCheck(secretKey),
        replace,
      }),
    signIn: createSignIn({ store, credentials, ...(server !== null && { observe: server.activity.signIn }) }),
    changeOwnPassword,
    proveOwnPassword: createProveOwnPassword({ store, credentials }),
    confirmSecondFactor: extras.confirm,
    publicUrl,
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

function holderOf(instanceId: string): Holder {
  return { hostname: processSpace(instanceId), pid: process.pid, instanceId };
}

/** As this machine reaches its own pages. */
function ownUrl({ host, port }: Listen): string {
  const name = /^[0.:]+$/.test(host) ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** HKDF (RFC 5869): who learns one derived key learns neither the others nor the secret key. */
function derivedKey(secretKey: Buffer, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secretKey, '', `roster ${purpose}`, DERIVED_KEY_BYTES));
}

function keyCheck(secretKey: Buffer): string {
  return Buffer.from(derivedKey(secretKey, 'check of the key of a backup')).toString('base64url');
}

function processAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
