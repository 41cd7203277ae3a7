/** Starts OpenLDAP's slapd on loopback, in a private temporary directory, as the directory upstream of a test. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { issueCertificates } from '../../src/ldap-server/certificate.ts';
import { READER_PASSWORD, userPassword } from './directory-ldif.ts';
import { freePort } from './free-port.ts';
import { type LdifEntry, parseLdif } from './ldif.ts';

export { directoryLdif, userPassword } from './directory-ldif.ts';

export interface SlapdOptions {
  /** Default dc=example,dc=com. */
  readonly suffix?: string;
  /** All entries, the suffix first; see directoryLdif. */
  readonly ldif: string;
  /** How many entries one search of an ordinary account may return, pages together; slapd's default is 500. */
  readonly sizeLimit?: number | 'unlimited';
  /** Further lines of slapd.conf, inside the database. */
  readonly configuration?: readonly string[];
}

export interface TestSlapd {
  readonly url: string;
  readonly plainUrl: string;
  readonly caPem: string;
  readonly baseDn: string;
  /** Exempt from limits and access rules. */
  readonly rootDn: string;
  readonly rootPassword: string;
  /** The ordinary account of directoryLdif: reads all but passwords. */
  readonly readerDn: string;
  readonly readerPassword: string;
  readonly pid: number;
  /** The password of a person of directoryLdif. */
  passwordOf(username: string): string;
  /** What ldapsearch finds with these arguments as the root DN. */
  search(args: readonly string[]): Promise<LdifEntry[]>;
  /** Applies an LDIF of changes as the root DN. */
  modify(ldif: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Stops it in its tracks (SIGSTOP), every thread; it keeps its connections. */
  suspend(): Promise<void>;
  stop(): Promise<void>;
}

const ROOT_PASSWORD = 'root-secret';
const SCHEMAS = ['core', 'cosine', 'inetorgperson', 'nis'];
const START_ATTEMPTS = 3;
const CONNECT_ATTEMPTS = 500;
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

export async function startSlapd(options: SlapdOptions): Promise<TestSlapd> {
  const suffix = options.suffix ?? 'dc=example,dc=com';
  const directory = await mkdtemp(path.join(tmpdir(), 'roster-slapd-'));
  const caPem = await layOut(directory, suffix, options);
  const { child, port, tlsPort } = await launch(directory);
  const exited = once(child, 'exit');
  const plainUrl = `ldap://127.0.0.1:${port}`;
  const rootDn = `cn=root,${suffix}`;
  const asRoot = ['-x', '-H', plainUrl, '-D', rootDn, '-y', path.join(directory, 'root.password')];
  return {
    url: `ldaps://127.0.0.1:${tlsPort}`,
    plainUrl,
    caPem,
    baseDn: suffix,
    rootDn,
    rootPassword: ROOT_PASSWORD,
    readerDn: `cn=reader,${suffix}`,
    readerPassword: READER_PASSWORD,
    pid: child.pid ?? 0,
    passwordOf: (username) => userPassword(Number(username.replace('user', ''))),
    search: async (args) => parseLdif(await run('ldapsearch', ['-LLL', ...asRoot, ...args])),
    async modify(ldif) {
      const file = path.join(directory, 'changes.ldif');
      await writeFile(file, ldif);
      await run('ldapmodify', [...asRoot, '-f', file]);
    },
    kill: (signal) => void child.kill(signal),
    async suspend() {
      child.kill('SIGSTOP');
      // A thread that runs on another core answers for some moments yet.
      while (!(await isStopped(child.pid ?? 0))) await setTimeout(1);
    },
    async stop() {
      // A stopped process (SIGSTOP) hears only this one.
      child.kill('SIGKILL');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function isStopped(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`);
  const states = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8')),
  );
  return states.every((text) => /\) T /.test(text));
}

async function layOut(directory: string, suffix: string, options: SlapdOptions): Promise<string> {
  const certificates = await issueCertificates({
    hostnames: ['localhost'],
    addresses: ['127.0.0.1'],
    now: new Date(),
    validDays: 30,
  });
  await mkdir(path.join(directory, 'data'));
  const files: Record<string, string> = {
    'ca.crt': certificates.caPem,
    'server.crt': certificates.certPem,
    'server.key': certificates.keyPem,
    'root.password': ROOT_PASSWORD,
    'entries.ldif': options.ldif,
    'slapd.conf': configuration(directory, suffix, options),
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(directory, name), text, { mode: 0o600 });
  }
  const [conf, ldif] = [path.join(directory, 'slapd.conf'), path.join(directory, 'entries.ldif')];
  await run('/usr/sbin/slapadd', ['-q', '-f', conf, '-l', ldif]);
  return certificates.caPem;
}

function configuration(directory: string, suffix: string, options: SlapdOptions): string {
  const limit = options.sizeLimit ?? 500;
  return [
    ...SCHEMAS.map((name) => `include /etc/ldap/schema/${name}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    'moduleload memberof',
    `pidfile ${directory}/slapd.pid`,
    `argsfile ${directory}/slapd.args`,
    `TLSCACertificateFile ${directory}/ca.crt`,
    `TLSCertificateFile ${directory}/server.crt`,
    `TLSCertificateKeyFile ${directory}/server.key`,
    'TLSVerifyClient never',
    'database mdb',
    `suffix "${suffix}"`,
    `rootdn "cn=root,${suffix}"`,
    `rootpw ${ROOT_PASSWORD}`,
    `directory ${directory}/data`,
    'maxsize 1073741824',
    'dbnosync',
    'index objectClass,entryUUID,uid,cn,mail,member eq',
    `limits users size.soft=${limit} size.hard=${limit} size.prtotal=${limit}`,
    'access to attrs=userPassword by anonymous auth by * none',
    'access to * by users read by * auth',
    ...(options.configuration ?? []),
    'overlay memberof',
    '',
  ].join('\n');
}

/** Starts slapd on two free ports; tries others when somebody else was quicker. */
async function launch(directory: string): Promise<{ child: ChildProcess; port: number; tlsPort: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const [port, tlsPort] = await Promise.all([freePort(), freePort()]);
    const child = spawn(
      '/usr/sbin/slapd',
      [
        '-f',
        path.join(directory, 'slapd.conf'),
        '-h',
        `ldap://127.0.0.1:${port}/ ldaps://127.0.0.1:${tlsPort}/`,
        '-d',
        'none',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const said = await startLine(child);
    if (said === null) {
      await Promise.all([accepting(port), accepting(tlsPort)]);
      return { child, port, tlsPort };
    }
    if (attempt === START_ATTEMPTS) {
      throw new Error(`slapd did not start: ${said}`);
    }
  }
}

/** null once slapd says that it is starting; what it said when it ended instead. */
async function startLine(child: ChildProcess): Promise<string | null> {
  if (child.stderr === null) {
    throw new Error('slapd has no standard error');
  }
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.includes('slapd starting')) {
      child.stderr.resume();
      return null;
    }
    said.push(line);
  }
  return said.join('\n');
}

/** slapd says that it starts a moment before it listens. */
async function accepting(port: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (attempt === CONNECT_ATTEMPTS) throw error;
      await setTimeout(10);
    } finally {
      socket.destroy();
    }
  }
}

async function run(command: string, args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(command, args, { maxBuffer: OUTPUT_BYTES_MAX })).stdout;
}
