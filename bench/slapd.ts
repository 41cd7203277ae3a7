/** Starts OpenLDAP's slapd as an administrator in a hurry for speed would configure it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Certificate } from '../src/ldap-server/certificate.ts';
import { freePort } from '../test/support/free-port.ts';
import { ADMIN_DN, ADMIN_PASSWORD, BASE_DN } from './population.ts';
import type { Served } from './yardstick.ts';

const run = promisify(execFile);
const SLAPD = '/usr/sbin/slapd';
/** Bytes of address space for LMDB, which takes of them what it needs. */
const MAP_BYTES = 16 * 1024 ** 3;
const READY_ATTEMPTS_MAX = 3000;
const RETRY_MS = 10;

/** Lays out a database in `folder` from an LDIF file: minutes for a million entries. */
export async function loadSlapd(folder: string, ldifFile: string, certificate: Certificate): Promise<void> {
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeFile(join(folder, 'server.crt'), certificate.certPem);
  await writeFile(join(folder, 'server.key'), certificate.keyPem, { mode: 0o600 });
  await writeFile(join(folder, 'slapd.conf'), configuration(folder), { mode: 0o600 });
  await run('/usr/sbin/slapadd', ['-q', '-f', join(folder, 'slapd.conf'), '-l', ldifFile]);
}

export async function startSlapd(folder: string): Promise<Served> {
  const port = await freePort();
  const slapd = spawn(
    SLAPD,
    ['-f', join(folder, 'slapd.conf'), '-h', `ldaps://127.0.0.1:${port}/`, '-d', '0'],
    { stdio: 'ignore' },
  );
  const ended = once(slapd, 'exit');
  await accepting(slapd, port);
  return {
    name: 'slapd',
    port,
    pid: slapd.pid ?? 0,
    async stop() {
      slapd.kill('SIGTERM');
      await ended;
    },
  };
}

export async function slapdVersion(): Promise<string> {
  const { stderr } = await run(SLAPD, ['-VV']).catch((error: unknown) => error as { stderr: string });
  return /slapd ([\d.]+)/.exec(stderr)?.[1] ?? 'unknown';
}

function configuration(folder: string): string {
  return [
    ...['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    'moduleload memberof',
    `pidfile ${folder}/slapd.pid`,
    'threads 4',
    'loglevel none',
    `TLSCertificateFile ${folder}/server.crt`,
    `TLSCertificateKeyFile ${folder}/server.key`,
    'TLSVerifyClient never',
    'database mdb',
    `suffix "${BASE_DN}"`,
    `rootdn "${ADMIN_DN}"`,
    `rootpw ${ADMIN_PASSWORD}`,
    `directory ${folder}/data`,
    `maxsize ${MAP_BYTES}`,
    'index objectClass,entryUUID,member,memberOf eq',
    'index uid,cn,mail eq,sub',
    'sizelimit unlimited',
    'access to attrs=userPassword by anonymous auth by * none',
    'access to * by users read by * auth',
    'overlay memberof',
    // Counts operations.
    'database monitor',
    '',
  ].join('\n');
}

async function accepting(slapd: ChildProcess, port: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (slapd.exitCode !== null || attempt === READY_ATTEMPTS_MAX) throw error;
      await pause(RETRY_MS);
    } finally {
      socket.destroy();
    }
  }
}
