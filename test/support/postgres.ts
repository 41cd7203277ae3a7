/** Starts PostgreSQL on loopback, in a private temporary directory, for the tests of one file. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port.ts';

const DEBIAN_DIR = '/usr/lib/postgresql';
const USER = 'roster';
/** The password of the server's one user, to be looked for where it must not appear. */
export const POSTGRES_PASSWORD = 'postgres-secret';
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 20;

export interface TestPostgres {
  /** Of the empty database `postgres`. */
  readonly url: string;
  /** An empty database of its own; returns its URL. */
  createDatabase(): Promise<string>;
  /** Takes the server away; its data and its port stay. */
  interrupt(): Promise<void>;
  /** Brings it back after `interrupt`. */
  resume(): Promise<void>;
  /** Takes it away and removes its data. */
  stop(): Promise<void>;
}

/** `env` adds to the server's environment. */
export async function startPostgres(env: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
  const bin = await newestBinaries();
  const account = await unprivilegedAccount();
  const directory = await mkdtemp(join(tmpdir(), 'roster-postgres-'));
  await chmod(directory, 0o700);
  await chown(directory, account.uid, account.gid);
  await initialise({ bin, account, directory });
  const port = await freePort();
  const launch = () => launchServer({ bin, account, directory, port, env });
  let server: ChildProcess | null = await launch();

  async function interrupt(): Promise<void> {
    if (server === null) return;
    const exited = once(server, 'exit');
    // SIGINT: PostgreSQL's fast shutdown, which does not wait for clients.
    server.kill('SIGINT');
    await exited;
    server = null;
  }

  return {
    url: urlOf(port, 'postgres'),
    async createDatabase() {
      const name = `test_${randomBytes(6).toString('hex')}`;
      await query(urlOf(port, 'postgres'), `CREATE DATABASE ${name}`);
      return urlOf(port, name);
    },
    interrupt,
    async resume() {
      server ??= await launch();
    },
    async stop() {
      await interrupt();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

interface Place {
  readonly bin: string;
  readonly account: Account;
  readonly directory: string;
}

async function newestBinaries(): Promise<string> {
  const versions = (await readdir(DEBIAN_DIR)).map(Number).filter(Number.isFinite);
  return join(DEBIAN_DIR, String(Math.max(...versions)), 'bin');
}

/** PostgreSQL refuses to run as root: then it runs as the package's own user. */
async function unprivilegedAccount(): Promise<Account> {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (uid !== 0) return { uid, gid };
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((each) => each.startsWith('postgres:'));
  const fields = line?.split(':') ?? [];
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

async function initialise({ bin, account, directory }: Place): Promise<void> {
  const passwordFile = join(directory, 'password');
  await writeFile(passwordFile, POSTGRES_PASSWORD, { mode: 0o600 });
  await chown(passwordFile, account.uid, account.gid);
  await promisify(execFile)(
    join(bin, 'initdb'),
    [
      ...['--pgdata', join(directory, 'data'), '--username', USER, '--pwfile', passwordFile],
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-sync'],
    ],
    { ...account, cwd: directory },
  );
}

async function launchServer({
  bin,
  account,
  directory,
  port,
  env,
}: Place & { port: number; env: Readonly<Record<string, string>> }): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${directory}`,
    'fsync=off',
    'synchronous_commit=off',
    'max_connections=100',
  ];
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', join(directory, 'data'), ...settings.flatMap((setting) => ['-c', setting])],
    { ...account, cwd: directory, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let output = '';
  server.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4000);
  });
  await untilAnswering(server, port, () => output);
  return server;
}

async function untilAnswering(server: ChildProcess, port: number, output: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await query(urlOf(port, 'postgres'), 'SELECT 1');
    } catch (error) {
      if (server.exitCode !== null || Date.now() > deadline) {
        throw new Error(`PostgreSQL did not start: ${output()}`, { cause: error });
      }
      await pause(POLL_MS);
    }
  }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function urlOf(port: number, database: string): string {
  return `postgres://${USER}:${POSTGRES_PASSWORD}@127.0.0.1:${port}/${database}`;
}
