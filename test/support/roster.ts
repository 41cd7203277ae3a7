/** A real Roster for tests: the built server as a process of its own, with its command line and LDAP clients at hand. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { keepStatements } from '../../src/core/storage/sqlite-statements.ts';
import { runCommand } from './command-line.ts';
import { type LdifEntry, parseLdif } from './ldif.ts';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'roster.cjs');
const START_TIMEOUT_MS = 30_000;
const IN_STEP_MS = 20;
const IN_STEP_TRIES_MAX = 1000;

export const BIND_DN = 'cn=admin,ou=system,dc=roster';
export const BIND_PASSWORD = 'bind-password-for-tests';
export const API_TOKEN = 'api-token-for-tests-0123456789abcdef';

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Credentials {
  readonly dn: string;
  readonly password: string;
}

const ADMIN: Credentials = { dn: BIND_DN, password: BIND_PASSWORD };

/** One Roster in a private folder; it can be killed and started again on the same data. */
export class TestRoster {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;
  #server: ChildProcess | null = null;
  ldapsUrl = '';
  httpUrl = '';
  /** What the server wrote to standard output since its last start. */
  output = '';
  /** What it wrote to its log since its last start. */
  log = '';

  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#env = {
      PATH: process.env['PATH'],
      HOME: folder,
      ROSTER_DATA_DIR: join(folder, 'data'),
      ROSTER_CERTS_DIR: join(folder, 'certs'),
      ROSTER_LDAPS_HOST: '127.0.0.1',
      ROSTER_LDAPS_PORT: '0',
      ROSTER_HTTP_PORT: '0',
      // More start more slowly, and behave alike.
      ROSTER_LDAP_WORKERS: '1',
      ROSTER_BIND_PASSWORD: BIND_PASSWORD,
      ROSTER_API_TOKEN: API_TOKEN,
      ...env,
    };
  }

  /** Of the server that runs. */
  get pid(): number {
    return this.#server?.pid ?? 0;
  }

  get caFile(): string {
    return join(this.folder, 'certs', 'ca.crt');
  }

  /** Starts the server; resolves when it has printed its addresses, which it does when it serves. */
  async start(): Promise<void> {
    const server = spawn(process.execPath, [BIN, 'serve'], {
      cwd: this.folder,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#server = server;
    this.output = '';
    this.log = '';
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`Roster did not start:\n${this.output}\n${this.log}`)),
        START_TIMEOUT_MS,
      );
      server.stdout.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
        if (/ldapsearch/.test(this.output)) resolve();
      });
      server.stderr.on('data', (chunk: Buffer) => {
        this.log += chunk.toString();
      });
      server.once('exit', (code) =>
        reject(new Error(`Roster ended with ${code}:\n${this.output}\n${this.log}`)),
      );
      server.once('exit', () => clearTimeout(timer));
      server.stdout.on('data', () => /ldapsearch/.test(this.output) && clearTimeout(timer));
    });
    this.ldapsUrl = firstMatch(this.output, /ldaps:\/\/[^\s]+:\d+/).replace(/\/\/[^:]+:/, '//127.0.0.1:');
    this.httpUrl = firstMatch(this.output, /http:\/\/[^\s/]+:\d+/);
  }

  /** Ends the server by a signal and waits for its end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await ended;
  }

  /** Sends the server a signal that does not end it. */
  signal(signal: NodeJS.Signals): void {
    this.#server?.kill(signal);
  }

  /** Stops the server and removes its folder. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs the built `roster <args>` as a process of its own; `input` becomes its standard input. */
  program(args: readonly string[], input = ''): Promise<Finished> {
    return run(process.execPath, [BIN, ...args], { cwd: this.folder, env: this.#env }, input);
  }

  /** As program, within the process of the test. After a sync the server serves what it wrote. */
  async cli(args: readonly string[], input = ''): Promise<Finished> {
    const finished = await runCommand(args, { folder: this.folder, env: this.#env, input });
    if (args[0] === 'sources' && args[1] === 'sync') await this.#inStep();
    return finished;
  }

  /** Waits until the server serves all that stands in its SQLite database; where there is none, or no server, at once. */
  async #inStep(): Promise<void> {
    const file = join(this.folder, 'data', 'roster.db');
    if (this.#server === null || !existsSync(file)) return;
    const database = new Database(file, { readonly: true });
    keepStatements(database);
    const { last } = database.prepare('SELECT max(seq) AS last FROM changes').get() as { last: number };
    database.close();
    for (let tries = 0; tries < IN_STEP_TRIES_MAX; tries += 1) {
      const metrics = await this.api('/metrics').then(
        (response) => response.text(),
        () => null,
      );
      const served = metrics === null ? Infinity : Number(/^roster_feed_sequence (\d+)/m.exec(metrics)?.[1]);
      if (!(served < last)) return;
      await wait(IN_STEP_MS);
    }
  }

  /** As cli, and fails the test unless it succeeds; the parsed output of a command with --json. */
  async json<T>(...args: string[]): Promise<T> {
    const { status, stdout, stderr } = await this.cli([...args, '--json']);
    if (status !== 0) throw new Error(`roster ${args.join(' ')} ended with ${status}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** Runs one of OpenLDAP's client programs against this Roster, bound as `who`. */
  ldap(program: string, args: readonly string[], who: Credentials | null = ADMIN): Promise<Finished> {
    const bind = who === null ? [] : ['-D', who.dn, '-w', who.password];
    const env = { PATH: process.env['PATH'], LDAPTLS_CACERT: this.caFile };
    return run(program, ['-x', '-H', this.ldapsUrl, ...bind, ...args], { cwd: this.folder, env }, '');
  }

  /** The entries that ldapsearch prints. */
  async search(args: readonly string[], who: Credentials | null = ADMIN): Promise<LdifEntry[]> {
    const { status, stdout, stderr } = await this.ldap(
      'ldapsearch',
      ['-LLL', '-o', 'ldif-wrap=no', ...args],
      who,
    );
    if (status !== 0) throw new Error(`ldapsearch ${args.join(' ')} ended with ${status}: ${stderr}`);
    return parseLdif(stdout);
  }

  /** Calls the HTTP API with the token. */
  api(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.httpUrl}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${API_TOKEN}`, ...init.headers },
    });
  }
}

/** A Roster that serves, in a folder of its own; `env` adds to its environment. Remove it after the test. */
export async function startRoster(env: Readonly<Record<string, string>> = {}): Promise<TestRoster> {
  const roster = await newRoster(env);
  await roster.start();
  return roster;
}

/** A Roster that is not started yet. */
export async function newRoster(env: Readonly<Record<string, string>> = {}): Promise<TestRoster> {
  return new TestRoster(await mkdtemp(join(tmpdir(), 'roster-test-')), env);
}

/** Adds a source named corp that reads the given directory, by the command line. */
export async function addSource(
  roster: TestRoster,
  directory: { url: string; caPem: string; readerDn: string; readerPassword: string; baseDn: string },
): Promise<Finished> {
  const caFile = join(roster.folder, 'upstream-ca.pem');
  await writeFile(caFile, directory.caPem);
  const options = [
    '--preset',
    'openldap',
    '--url',
    directory.url,
    '--ca-file',
    caFile,
    '--bind-dn',
    directory.readerDn,
  ];
  const bases = [
    '--base-dn',
    `ou=people,${directory.baseDn}`,
    '--group-base-dn',
    `ou=groups,${directory.baseDn}`,
  ];
  const args = [
    'sources',
    'add',
    'corp',
    ...options,
    ...bases,
    '--username-field',
    'uid',
    '--sync-groups',
    '--bind-password-stdin',
  ];
  return roster.cli(args, `${directory.readerPassword}\n`);
}

function run(program: string, args: readonly string[], options: object, input: string): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { ...options, maxBuffer: 1 << 28, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error);
        else resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
    // A program that ends without reading its input closes the pipe.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

function firstMatch(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[0];
  if (found === undefined) throw new Error(`${pattern} is not in:\n${text}`);
  return found;
}
