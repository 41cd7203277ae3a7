/** 389 Directory Server, in a private directory, laid out from its own template. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { issueCertificates } from '../../../src/ldap-server/certificate.ts';
import { freePort } from '../../support/free-port.ts';
import { isListening } from '../../support/program.ts';
import { type LdapAccount, ldapModify, ldifChanges, type Provider, personLdif } from './provider.ts';

const SUFFIX = 'dc=example,dc=com';
const ROOT_DN = 'cn=Directory Manager';
const ROOT_PASSWORD = 'root-secret-of-directory-server';
const READER_PASSWORD = 'reader-secret';
const TEMPLATE = '/usr/share/dirsrv/data/template-dse.ldif';
const START_ATTEMPTS = 600;
const POLL_MS = 50;

export interface DirectoryServerProvider extends Provider {
  lockPerson(username: string): Promise<void>;
}

export async function startDirectoryServer(): Promise<DirectoryServerProvider> {
  const directory = await mkdtemp(path.join(tmpdir(), 'roster-389-'));
  const [port, tlsPort] = [await freePort(), await freePort()];
  const caPem = await layOut(directory, port, tlsPort);
  const stop = await launch(directory, tlsPort);
  const caFile = path.join(directory, 'ca.pem');
  const account = { url: `ldaps://127.0.0.1:${tlsPort}`, caFile, dn: ROOT_DN, password: ROOT_PASSWORD };
  await ldapModify(account, directory, TREE);
  return { ...providerOf(account, directory, caPem), stop };
}

function providerOf(
  account: LdapAccount,
  directory: string,
  caPem: string,
): Omit<DirectoryServerProvider, 'stop'> {
  const modify = (ldif: string) => ldapModify(account, directory, ldif);
  const dnOf = (username: string) => `uid=${username},ou=people,${SUFFIX}`;
  const changes = ldifChanges(dnOf, (name) => `cn=${name},ou=groups,${SUFFIX}`);
  return {
    source: [
      ...['--preset', '389ds', '--url', account.url, '--bind-dn', `cn=reader,${SUFFIX}`, '--sync-groups'],
      ...['--base-dn', `ou=people,${SUFFIX}`, '--group-base-dn', `ou=groups,${SUFFIX}`],
    ],
    bindPassword: READER_PASSWORD,
    caPem,
    addPerson: (username, password) => modify(personLdif(dnOf(username), username, password)),
    renamePerson: (from, to) => modify(changes.rename(from, `uid=${to}`)),
    removePerson: (username) => modify(changes.remove(username)),
    addGroup: (name, usernames) => modify(changes.group(name, 'groupOfNames', usernames)),
    addMember: (group, username) => modify(changes.addMember(group, username)),
    removeMember: (group, username) => modify(changes.removeMember(group, username)),
    lockPerson: (username) =>
      modify(`dn: ${dnOf(username)}\nchangetype: modify\nreplace: nsAccountLock\nnsAccountLock: TRUE\n`),
  };
}

/** An ordinary account may read everything but passwords. */
const TREE = [
  `dn: ${SUFFIX}\nchangetype: add\nobjectClass: domain\ndc: example`,
  'aci: (targetattr != "userPassword")(version 3.0; acl "read"; allow (read, search, compare) userdn = "ldap:///all";)\n',
  `dn: ou=people,${SUFFIX}\nchangetype: add\nobjectClass: organizationalUnit\nou: people\n`,
  `dn: ou=groups,${SUFFIX}\nchangetype: add\nobjectClass: organizationalUnit\nou: groups\n`,
  `dn: cn=reader,${SUFFIX}\nchangetype: add\nobjectClass: person\ncn: reader\nsn: reader\nuserPassword: ${READER_PASSWORD}\n`,
].join('\n');

async function layOut(directory: string, port: number, tlsPort: number): Promise<string> {
  const at = (name: string) => path.join(directory, name);
  const folders = ['lock', 'tmp', 'cert', 'ldif', 'bak', 'run', 'inst', 'log', 'db', 'home'];
  for (const folder of folders) await mkdir(at(folder));
  await cp('/etc/dirsrv/config', at('config'), { recursive: true });
  await cp('/usr/share/dirsrv/schema', at('schema'), { recursive: true });
  const values: Readonly<Record<string, string>> = {
    ...{ schema_dir: at('schema'), lock_dir: at('lock'), tmp_dir: at('tmp'), cert_dir: at('cert') },
    ...{ ldif_dir: at('ldif'), bak_dir: at('bak'), run_dir: at('run'), inst_dir: at('inst') },
    ...{ log_dir: at('log'), db_dir: at('db'), db_home_dir: at('home'), config_dir: at('config') },
    ...{ fqdn: 'localhost', ds_port: String(port), ds_user: 'root', rootdn: ROOT_DN, ds_passwd: rootHash() },
    ...{
      ldapi_enabled: 'off',
      ldapi: at('run/ldapi'),
      ldapi_autobind: 'off',
      ds_suffix: SUFFIX,
      db_lib: 'bdb',
    },
  };
  const template = (await readFile(TEMPLATE, 'utf8')).replaceAll(/%(\w+)%/g, (_, name) => values[name] ?? '');
  const secure = `nsslapd-port: ${port}\nnsslapd-securePort: ${tlsPort}\nnsslapd-security: on\n`;
  const dse = template.replace(`nsslapd-port: ${port}\n`, secure).replace(MEMBER_OF_OFF, MEMBER_OF_ON);
  await writeFile(at('dse.ldif'), `${dse.trimEnd()}\n\n${BACKEND}`);
  return certify(directory);
}

const MEMBER_OF_OFF = /(cn: MemberOf Plugin\n(?:.+\n)*?nsslapd-pluginEnabled: )off/i;
const MEMBER_OF_ON = '$1on';

const BACKEND = [
  'dn: cn=userRoot,cn=ldbm database,cn=plugins,cn=config\nobjectClass: top\nobjectClass: extensibleObject',
  `objectClass: nsBackendInstance\ncn: userRoot\nnsslapd-suffix: ${SUFFIX}\n`,
  `dn: cn="${SUFFIX}",cn=mapping tree,cn=config\nobjectClass: top\nobjectClass: extensibleObject`,
  `objectClass: nsMappingTree\ncn: ${SUFFIX}\nnsslapd-state: backend\nnsslapd-backend: userRoot\n`,
].join('\n');

/** It takes no clear text in this file. */
function rootHash(): string {
  return `{SHA512}${createHash('sha512').update(ROOT_PASSWORD).digest('base64')}`;
}

/** It keeps certificates in a database of NSS. */
async function certify(directory: string): Promise<string> {
  const { caPem, certPem, keyPem } = await issueCertificates({
    hostnames: ['localhost'],
    addresses: ['127.0.0.1'],
    now: new Date(),
    validDays: 30,
  });
  const at = (name: string) => path.join(directory, name);
  await writeFile(at('ca.pem'), caPem);
  await writeFile(at('server.pem'), certPem + keyPem, { mode: 0o600 });
  const bundle = [
    '-in',
    at('server.pem'),
    '-out',
    at('server.p12'),
    '-name',
    'Server-Cert',
    '-passout',
    'pass:',
  ];
  await run('openssl', ['pkcs12', '-export', ...bundle]);
  await run('certutil', ['-N', '-d', at('cert'), '--empty-password']);
  await run('certutil', ['-A', '-d', at('cert'), '-n', 'ca', '-t', 'CT,,', '-i', at('ca.pem')]);
  await run('pk12util', ['-i', at('server.p12'), '-d', at('cert'), '-W', '', '-K', '']);
  return caPem;
}

async function launch(directory: string, tlsPort: number): Promise<() => Promise<void>> {
  const args = ['-D', directory, '-i', path.join(directory, 'pid'), '-d', '0'];
  const child = spawn('ns-slapd', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  for (let attempt = 1; !(await isListening(tlsPort)); attempt += 1) {
    if (attempt < START_ATTEMPTS && child.exitCode === null) await pause(POLL_MS);
    else {
      await stop();
      throw new Error(`389 Directory Server did not start:\n${output}`);
    }
  }
  return stop;
}

async function run(program: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(program, args);
}
