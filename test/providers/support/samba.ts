/** Samba as an Active Directory domain controller, in a private directory, on an address of loopback of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { issueCertificates } from '../../../src/ldap-server/certificate.ts';
import { type LdapAccount, ldapModify, ldifChanges, type Provider } from './provider.ts';

const REALM = 'AD.EXAMPLE.TEST';
const BASE_DN = 'DC=ad,DC=example,DC=test';
const ADMIN_PASSWORD = 'Admin-passw0rd!';
const START_ATTEMPTS = 600;
const POLL_MS = 50;

export interface SambaProvider extends Provider {
  readonly url: string;
  readonly baseDn: string;
  readonly bindDn: string;
  disablePerson(username: string): Promise<void>;
  modify(ldif: string): Promise<void>;
}

export async function startSamba(): Promise<SambaProvider> {
  const directory = await mkdtemp(path.join(tmpdir(), 'roster-samba-'));
  // Its ports cannot be chosen.
  const address = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(2, 255)}`;
  const caPem = await provision(directory, address);
  const url = `ldaps://${address}`;
  const dn = `Administrator@${REALM.toLowerCase()}`;
  const account = { url, caFile: path.join(directory, 'ca.pem'), dn, password: ADMIN_PASSWORD };
  const stop = await launch(directory, address, caPem);
  return { ...providerOf(account, directory, caPem), stop };
}

function providerOf(account: LdapAccount, directory: string, caPem: string): Omit<SambaProvider, 'stop'> {
  const modify = (ldif: string) => ldapModify(account, directory, ldif);
  const tool = (...args: string[]) => run('samba-tool', [...args, '-s', configOf(directory)]);
  const dnOf = (username: string) => `CN=${username} Doe,CN=Users,${BASE_DN}`;
  const changes = ldifChanges(dnOf, (name) => `CN=${name},CN=Users,${BASE_DN}`);
  return {
    url: account.url,
    baseDn: BASE_DN,
    bindDn: account.dn,
    source: [
      ...['--preset', 'active-directory', '--url', account.url, '--bind-dn', account.dn, '--sync-groups'],
      // From the root, where searches end with referrals to other naming contexts.
      ...['--base-dn', BASE_DN],
    ],
    bindPassword: account.password,
    caPem,
    async addPerson(username, password) {
      const names = [
        '--given-name',
        username,
        '--surname',
        'Doe',
        '--mail-address',
        `${username}@example.com`,
      ];
      await tool('user', 'create', username, password, ...names);
    },
    async renamePerson(from, to) {
      const name = `dn: ${dnOf(from)}\nchangetype: modify\nreplace: sAMAccountName\nsAMAccountName: ${to}\n`;
      await modify(`${name}\n${changes.rename(from, `CN=${to} Doe`)}`);
    },
    removePerson: (username) => modify(changes.remove(username)),
    addGroup: (name, usernames) =>
      modify(`${changes.group(name, 'group', usernames)}sAMAccountName: ${name}\n`),
    addMember: (group, username) => modify(changes.addMember(group, username)),
    removeMember: (group, username) => modify(changes.removeMember(group, username)),
    async disablePerson(username) {
      await tool('user', 'disable', username);
    },
    modify,
  };
}

async function provision(directory: string, address: string): Promise<string> {
  await run('samba-tool', [
    ...['domain', 'provision', `--realm=${REALM}`, '--domain=ADEX', '--server-role=dc', '--dns-backend=NONE'],
    ...[`--adminpass=${ADMIN_PASSWORD}`, `--targetdir=${directory}`, `--host-ip=${address}`],
  ]);
  const certificates = await issueCertificates({
    hostnames: ['localhost'],
    addresses: [address],
    now: new Date(),
    validDays: 30,
  });
  await writeFile(path.join(directory, 'ca.pem'), certificates.caPem);
  await writeFile(path.join(directory, 'server.crt'), certificates.certPem);
  await writeFile(path.join(directory, 'server.key'), certificates.keyPem, { mode: 0o600 });
  return certificates.caPem;
}

function configOf(directory: string): string {
  return path.join(directory, 'etc', 'smb.conf');
}

async function launch(directory: string, address: string, caPem: string): Promise<() => Promise<void>> {
  const options = [
    `interfaces=${address}/8`,
    'bind interfaces only=yes',
    'server services=ldap',
    `log file=${path.join(directory, 'log.%m')}`,
    `pid directory=${directory}`,
    `ncalrpc dir=${path.join(directory, 'ncalrpc')}`,
    `tls certfile=${path.join(directory, 'server.crt')}`,
    `tls keyfile=${path.join(directory, 'server.key')}`,
    `tls cafile=${path.join(directory, 'ca.pem')}`,
  ];
  const args = ['-i', '-s', configOf(directory), ...options.map((option) => `--option=${option}`)];
  // It forks: a group of its own takes all of it along at the end.
  const child = spawn('samba', args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const stop = async () => {
    await endGroup(child);
    await rm(directory, { recursive: true, force: true });
  };
  for (let attempt = 1; !(await speaksTls(address, caPem)); attempt += 1) {
    if (attempt < START_ATTEMPTS && child.exitCode === null) await pause(POLL_MS);
    else {
      await stop();
      throw new Error(`Samba did not start:\n${output}`);
    }
  }
  return stop;
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await ended;
}

async function speaksTls(host: string, ca: string): Promise<boolean> {
  const socket = connect({ host, port: 636, ca });
  try {
    await once(socket, 'secureConnect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function run(program: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(program, args, { maxBuffer: 1 << 26 });
}
