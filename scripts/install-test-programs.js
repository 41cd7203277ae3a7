/** Before the tests: the real programs they drive. Installs missing ones by apt-get where it may, else says so and fails. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAMS = [
  { program: 'ldapsearch', package: 'ldap-utils' },
  { program: 'slapd', package: 'slapd' },
  { program: 'initdb', package: 'postgresql' },
];

const missing = PROGRAMS.filter(({ program }) => !found(program));
if (missing.length > 0) install(missing.map((entry) => entry.package));
const stillMissing = PROGRAMS.filter(({ program }) => !found(program));
if (stillMissing.length > 0) {
  const list = stillMissing.map((entry) => `${entry.program} (Debian package ${entry.package})`).join(', ');
  process.stderr.write(
    `The tests drive real programs that are missing here: ${list}. Install them and run the tests again.\n`,
  );
  process.exit(1);
}

function found(program) {
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
  process.stderr.write(`Installing ${packages.join(', ')} ...\n`);
  const options = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  if (spawnSync('apt-get', ['update', '-qq'], options).status !== 0) return;
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
}
