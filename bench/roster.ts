/** Starts the built Roster with its defaults for production, on a data directory that the bench has filled. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../src/core/clock.ts';
import type { Store } from '../src/core/directory/store.ts';
import { silentLogger } from '../src/core/log.ts';
import { openStore } from '../src/core/storage/open.ts';
import type { Certificate } from '../src/ldap-server/certificate.ts';
import { ADMIN_PASSWORD, BASE_DN } from './population.ts';
import type { Served } from './yardstick.ts';

/** This file runs as dist-bench/bench/roster.js. */
const BIN = join(import.meta.dirname, '..', '..', 'bin', 'roster.cjs');
const READY = /ldaps:\/\/127\.0\.0\.1:(\d+)/;

export function dataDirOf(folder: string): string {
  return join(folder, 'data');
}

/** The store of a Roster, as its command line opens it beside the running server. */
export function openBenchStore(dataDir: string): Promise<Store> {
  return openStore({ databaseUrl: null, dataDir, log: silentLogger, clock: systemClock });
}

export async function installCertificate(folder: string, certificate: Certificate): Promise<void> {
  await mkdir(join(folder, 'certs'), { recursive: true });
  await writeFile(join(folder, 'certs', 'server.crt'), certificate.certPem);
  await writeFile(join(folder, 'certs', 'server.key'), certificate.keyPem, { mode: 0o600 });
}

/** Resolves when it serves. `nodeOptions`: for a profile; `env` adds to its environment. */
export async function startRoster(
  folder: string,
  nodeOptions: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const roster = spawn(process.execPath, [...nodeOptions, BIN, 'serve'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      ROSTER_DATA_DIR: dataDirOf(folder),
      ROSTER_CERTS_DIR: join(folder, 'certs'),
      ROSTER_BASE_DN: BASE_DN,
      ROSTER_BIND_PASSWORD: ADMIN_PASSWORD,
      ROSTER_LDAPS_HOST: '127.0.0.1',
      ROSTER_LDAPS_PORT: '0',
      ROSTER_HTTP_PORT: '0',
      ROSTER_LDAP_WORKERS: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', openSync(join(folder, 'roster.log'), 'a')],
  });
  const ended = once(roster, 'exit');
  const port = await Promise.race([portOf(roster), ended.then(() => null)]);
  if (port === null) throw new Error(`Roster did not start; ${folder}/roster.log says why.`);
  return {
    name: 'roster',
    port,
    pid: roster.pid ?? 0,
    async stop() {
      roster.kill('SIGTERM');
      await ended;
    },
  };
}

/** The address stands in what it prints when it serves; what it prints later is read too, or it would wait for that. */
function portOf(roster: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    let printed = '';
    roster.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const port = READY.exec(printed)?.[1];
      if (port !== undefined && printed.includes('ldapsearch')) resolve(Number(port));
    });
  });
}
