/** `npm start`: installs what is missing, builds what is out of date, then serves. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const NODE_VERSION_MIN = [20, 19];

requireNode();
if (!installed()) run('Installing packages', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
if (!nativeModulesLoad())
  run('Compiling better-sqlite3 for this Node.js', 'npm', ['rebuild', 'better-sqlite3', 'bcrypt']);
run('Building', 'npm', ['run', '--silent', 'build']);
serve();

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_VERSION_MIN[0] || (major === NODE_VERSION_MIN[0] && minor >= NODE_VERSION_MIN[1])) return;
  fail(`Roster needs Node.js ${NODE_VERSION_MIN.join('.')} or newer; this is ${process.versions.node}.`);
}

/** npm writes node_modules/.package-lock.json last, so a broken install or a newer lock file shows. */
function installed() {
  const marker = join(root, 'node_modules', '.package-lock.json');
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** A native module is compiled for one Node.js ABI; after an upgrade of Node.js it must be compiled anew. */
function nativeModulesLoad() {
  const probe = 'new (require("better-sqlite3"))(":memory:").close(); require("bcrypt")';
  return spawnSync(process.execPath, ['-e', probe], { cwd: root, stdio: 'ignore' }).status === 0;
}

function run(title, command, args) {
  process.stderr.write(`${title} ...\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error || status !== 0)
    fail(
      `${title} failed: "${command} ${args.join(' ')}" ${error ? error.message : `ended with ${status}`}.`,
    );
}

/** A process of its own, because the size of Node's thread pool is fixed before the first file is read. */
function serve() {
  const server = spawn(
    process.execPath,
    [join(root, 'bin', 'roster.cjs'), 'serve', ...process.argv.slice(2)],
    { cwd: root, stdio: 'inherit' },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
  server.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128;
  });
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
