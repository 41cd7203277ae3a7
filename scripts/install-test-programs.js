/** Before the tests: the real programs they drive. Installs missing ones by apt-get where it may, else says so and fails. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What tells that a package is there: a program, or a file by its whole path. */
const PROGRAMS = [
  { program: 'ldapsearch', package: 'ldap-utils' },
  { program: 'slapd', package: 'slapd' },
  { program: 'initdb', package: 'postgresql' },
  { program: 'psql', package: 'postgresql-client' },
  { program: 'apache2', package: 'apache2' },
  { program: 'doveadm', package: 'dovecot-core' },
  { program: '/usr/lib/dovecot/modules/auth/libauthdb_ldap.so', package: 'dovecot-ldap' },
  { program: 'freeradius', package: 'freeradius' },
  { program: '/usr/lib/freeradius/rlm_ldap.so', package: 'freeradius-ldap' },
  { program: 'radclient', package: 'freeradius-utils' },
  { program: '/usr/lib/squid/basic_ldap_auth', package: 'squid' },
  { program: '/usr/lib/python3/dist-packages/ldap3/__init__.py', package: 'python3-ldap3' },
  { program: '/usr/lib/python3/dist-packages/ldap/__init__.py', package: 'python3-ldap' },
  { program: 'javac', package: 'default-jdk-headless' },
  { program: '/usr/share/java/apache-directory-api-all.jar', package: 'libapache-directory-api-java' },
  { program: 'pamtester', package: 'pamtester' },
  { program: 'unshare', package: 'util-linux' },
  { program: 'dbus-daemon', package: 'dbus-daemon' },
  { program: 'dbus-send', package: 'dbus-bin' },
  { program: 'chromium', package: 'chromium' },
  { program: 'curl', package: 'curl' },
  { program: 'jq', package: 'jq' },
];

/** For `npm run test:providers`, which names them by the argument "providers". */
const PROVIDERS = [
  { program: 'slapd', package: 'slapd' },
  { program: 'ldapmodify', package: 'ldap-utils' },
  { program: 'openssl', package: 'openssl' },
  { program: 'certutil', package: 'libnss3-tools' },
  { program: 'ns-slapd', package: '389-ds-base' },
  { program: 'samba', package: 'samba-ad-dc' },
  { program: 'samba-tool', package: 'samba-common-bin' },
  { program: '/usr/share/samba/setup/provision.ldif', package: 'samba-ad-provision' },
  { program: '/usr/share/doc/samba-dsdb-modules', package: 'samba-dsdb-modules' },
];

/** Its packages enter themselves into the machine's PAM and nsswitch.conf: they are unpacked here, not installed. */
const SSSD = {
  folder: join(homedir(), '.cache', 'roster-test-programs', 'sssd'),
  packages: ['sssd-ldap', 'sssd-dbus', 'libnss-sss'],
};

/** Makes Debian's packages start no service while they are installed. */
const POLICY = '/usr/sbin/policy-rc.d';

const forProviders = process.argv[2] === 'providers';
const wanted = forProviders ? PROVIDERS : PROGRAMS;
const unpacked = forProviders || existsSync(SSSD.folder);
const missing = wanted.filter(({ program }) => !found(program));
if (missing.length > 0 || !unpacked) install(missing.map((entry) => entry.package));
const stillMissing = wanted.filter(({ program }) => !found(program));
if (!forProviders && !existsSync(SSSD.folder))
  stillMissing.push({ program: SSSD.folder, package: 'sssd-ldap, unpacked' });
if (stillMissing.length > 0) {
  const list = stillMissing.map((entry) => `${entry.program} (Debian package ${entry.package})`).join(', ');
  process.stderr.write(
    `The tests drive real programs that are missing here: ${list}. Install them and run the tests again.\n`,
  );
  process.exit(1);
}

function found(program) {
  if (program.startsWith('/')) return existsSync(program);
  const folders = [
    ...(process.env.PATH ?? '').split(':'),
    '/usr/sbin',
    '/usr/local/sbin',
    ...postgresFolders(),
  ];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
}

/** Debian keeps PostgreSQL's server programs out of PATH. */
function postgresFolders() {
  const base = '/usr/lib/postgresql';
  return existsSync(base) ? readdirSync(base).map((version) => join(base, version, 'bin')) : [];
}

function install(packages) {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return;
  if (!run('apt-get', ['update', '-qq'])) return;
  if (packages.length > 0) withoutServices(() => aptInstall(packages));
  if (!unpacked) unpack(SSSD);
}

function aptInstall(packages, options = []) {
  process.stderr.write(`Installing ${packages.join(', ')} ...\n`);
  return run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...options, ...packages]);
}

/** Nothing that comes with the packages is started, now or when the machine starts. */
function withoutServices(work) {
  const before = services();
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    work();
  } finally {
    if (ours) rmSync(POLICY);
  }
  const added = services().filter((name) => !before.includes(name));
  if (added.length > 0 && existsSync('/run/systemd/system')) run('systemctl', ['disable', '-q', ...added]);
}

/** Names of the services that systemd starts with the machine. */
function services() {
  const folder = '/etc/systemd/system/multi-user.target.wants';
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Downloads packages, with what they need beyond what is installed, and lays their files out in a folder of our own. */
function unpack({ folder, packages }) {
  const unfinished = `${folder}.unfinished`;
  const archives = join(unfinished, 'archives');
  const root = join(unfinished, 'root');
  rmSync(unfinished, { recursive: true, force: true });
  for (const each of [join(archives, 'partial'), join(root, 'lib'), join(root, 'usr', 'lib')]) {
    mkdirSync(each, { recursive: true });
  }
  if (!aptInstall(packages, ['--download-only', '-o', `Dir::Cache::archives=${archives}`])) return;
  for (const archive of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
    if (!run('dpkg-deb', ['-x', join(archives, archive), root])) return;
  }
  // Debian's /lib is /usr/lib.
  if (!run('cp', ['-a', `${join(root, 'lib')}/.`, join(root, 'usr', 'lib')])) return;
  rmSync(folder, { recursive: true, force: true });
  renameSync(root, folder);
  rmSync(unfinished, { recursive: true, force: true });
}

function run(program, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(program, args, { stdio: ['ignore', 2, 2], env }).status === 0;
}
