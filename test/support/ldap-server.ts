/** The LDAPS server on a real store for tests, with the clients of OpenLDAP at hand. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { systemClock } from '../../src/core/clock.ts';
import { createChangeOwnPassword } from '../../src/core/credentials/own-password.ts';
import { createPasswords } from '../../src/core/credentials/passwords.ts';
import type { ProtectedCredentials } from '../../src/core/credentials/verdict.ts';
import { createCredentials } from '../../src/core/credentials/verify.ts';
import type { WriteTransaction } from '../../src/core/directory/store.ts';
import { type Logger, silentLogger } from '../../src/core/log.ts';
import type { NewChange } from '../../src/core/model/change.ts';
import type { Settings } from '../../src/core/model/settings.ts';
import { issueCertificates } from '../../src/ldap-server/certificate.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/ldap-server/limits.ts';
import type { LdapObserver } from '../../src/ldap-server/observer.ts';
import { createLdapServer, type LdapServer } from '../../src/ldap-server/server.ts';
import { ACTOR, openTestDirectory, type TestDirectory } from './directory.ts';
import { type LdifEntry, parseLdif } from './ldif.ts';
import { THEN } from './rows.ts';

export const ADMIN_DN = 'cn=admin,ou=system,dc=roster';
export const ADMIN_PASSWORD = 'secret of the bind DN';

export interface Bind {
  readonly dn: string;
  readonly password: string;
}

export const ADMIN: Bind = { dn: ADMIN_DN, password: ADMIN_PASSWORD };

interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TestLdapServer {
  readonly test: TestDirectory;
  readonly server: LdapServer;
  readonly port: number;
  readonly url: string;
  readonly caPem: string;
  /** One transaction with its changes; resolves when the server has taken them over. */
  write(changes: readonly NewChange[], work: (transaction: WriteTransaction) => Promise<void>): Promise<void>;
  setSettings(settings: Partial<Settings>): Promise<void>;
  /** Runs ldapsearch, ldapcompare or ldapwhoami; null binds nobody. */
  run(program: string, args: readonly string[], bind?: Bind | null): Promise<Finished>;
  /** The entries that ldapsearch prints; throws where it fails. */
  search(args: readonly string[], bind?: Bind | null): Promise<LdifEntry[]>;
  /** A TLS connection on which tests speak bytes. */
  connect(options?: ConnectionOptions): TLSSocket;
  hash(password: string): Promise<string>;
  stop(): Promise<void>;
}

export interface Options {
  readonly allow?: readonly string[];
  readonly limits?: Partial<Limits>;
  /** In the place of the real ones. */
  readonly credentials?: Partial<ProtectedCredentials>;
  /** Between the change of an own password and the answer. */
  readonly passwordChanged?: () => Promise<void>;
  readonly log?: Logger;
  readonly proxies?: readonly string[];
  readonly observer?: LdapObserver;
  /** Rows that are there when the server starts. */
  readonly fill?: (transaction: WriteTransaction) => Promise<void>;
}

export async function startLdapServer(options: Options = {}): Promise<TestLdapServer> {
  const test = await openTestDirectory();
  const folder = await mkdtemp(join(tmpdir(), 'roster-ldap-server-'));
  const passwords = createPasswords({ cost: 4, concurrent: 2, queueMax: 100 });
  const certificate = await issueCertificates({
    hostnames: ['localhost'],
    addresses: ['127.0.0.1', '::1'],
    now: new Date(),
    validDays: 1,
  });
  await writeFile(join(folder, 'ca.crt'), certificate.caPem);
  await test.directory.settings.seed(ACTOR, {
    settings: {
      allow: options.allow ?? ['127.0.0.1', '::1'],
      bindPasswordHash: await passwords.hash(ADMIN_PASSWORD),
    },
    owner: { username: 'admin', passwordHash: await passwords.hash('secret of the owner') },
  });
  if (options.fill !== undefined) await test.store.write(options.fill);
  const credentials = { ...createCredentials({ passwords, remote: null }), ...options.credentials };
  const changeOwnPassword = createChangeOwnPassword({
    store: test.store,
    users: test.directory.users,
    credentials,
    generate: () => 'a password that was made up',
  });
  const server = createLdapServer({
    listen: { host: '127.0.0.1', port: 0 },
    baseDn: 'dc=roster',
    certificate,
    store: test.store,
    settings: test.directory.settings,
    credentials,
    changeOwnPassword: async (asked) => {
      const generated = await changeOwnPassword(asked);
      await options.passwordChanged?.();
      return generated;
    },
    clock: systemClock,
    log: options.log ?? silentLogger,
    limits: { ...DEFAULT_LIMITS, closeMs: 500, ...options.limits },
    ...(options.proxies && { proxies: options.proxies }),
    ...(options.observer && { observer: options.observer }),
  });
  const { port } = await server.start();
  const url = `ldaps://127.0.0.1:${port}`;

  const write: TestLdapServer['write'] = async (changes, work) => {
    const seq = await test.store.readDirectory({
      users() {},
      groups() {},
      memberships() {},
      applications() {},
    });
    await test.store.write(async (transaction) => {
      await work(transaction);
      await transaction.appendChanges(changes, THEN);
    });
    // The server's own follower was there first, and is told in the same order.
    const subscription = test.store.changes.follow(seq, { changed() {}, lost() {} });
    await subscription.caughtUp();
    await subscription.stop();
  };
  const run: TestLdapServer['run'] = (program, args, bind = ADMIN) => {
    const who = bind === null ? [] : ['-D', bind.dn, '-w', bind.password];
    const env = { ...process.env, LDAPTLS_CACERT: join(folder, 'ca.crt') };
    return execute(program, ['-x', '-H', url, ...who, ...args], env);
  };
  return {
    test,
    server,
    port,
    url,
    caPem: certificate.caPem,
    write,
    setSettings: (settings) =>
      write(
        Object.keys(settings).map((name) => ({ subject: 'setting', subjectId: name, memberId: null })),
        async (transaction) => {
          if (settings.allow) await transaction.putSetting('allow', settings.allow);
          if (settings.bindPasswordHash) {
            await transaction.putSetting('bindPasswordHash', settings.bindPasswordHash);
          }
          if (settings.passwordModify !== undefined) {
            await transaction.putSetting('passwordModify', settings.passwordModify);
          }
          if (settings.posix) await transaction.putSetting('posix', settings.posix);
        },
      ),
    run,
    async search(args, bind) {
      const finished = await run('ldapsearch', ['-LLL', '-o', 'ldif-wrap=no', ...args], bind);
      if (finished.status !== 0)
        throw new Error(`ldapsearch ended with ${finished.status}: ${finished.stderr}`);
      return parseLdif(finished.stdout);
    },
    connect: (more = {}) => connect({ host: '127.0.0.1', port, ca: certificate.caPem, ...more }),
    hash: passwords.hash,
    async stop() {
      await server.stop();
      await test.remove();
      await rm(folder, { recursive: true });
    },
  };
}

function execute(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(program, args, { env, encoding: 'utf8', maxBuffer: 1 << 27 }, (error, stdout, stderr) => {
      const status = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
      resolve({ status, stdout, stderr });
    });
  });
}
