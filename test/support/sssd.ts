/** Starts SSSD and a D-Bus in namespaces of their own, which show them a machine that has SSSD installed and set up. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, runProgram, startDaemon } from './program.ts';

/** Where scripts/install-test-programs.js unpacks SSSD's packages. */
const UNPACKED = join(homedir(), '.cache', 'roster-test-programs', 'sssd');
const INFOPIPE = 'org.freedesktop.sssd.infopipe';

/** Runs as the first process of its namespaces: $1 is UNPACKED, $2 holds what is laid over /etc. */
const SCRIPT = `
set -e
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$1/usr:/usr" /usr
mount -t overlay overlay -o "lowerdir=$2:/etc" /etc
for each in /run /var/lib /var/log; do mount -t tmpfs tmpfs "$each"; done
cp -a "$1/var/." /var
mkdir /run/dbus
dbus-daemon --config-file=/etc/bus.conf --fork --nopidfile
exec sssd --interactive --logger=stderr
`;

/** A bus on which everybody may do everything: nobody else sees it. */
const BUS = `<busconfig>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="false"/>
    <allow receive_sender="*" eavesdrop="false"/>
  </policy>
</busconfig>
`;

export interface Sssd {
  /** Signs a person in by the PAM service, and asks whether the account may be used. */
  signIn(service: string, name: string, password: string): Promise<Ended>;
  /** Runs a program where SSSD and its D-Bus are seen. */
  run(command: readonly string[]): Promise<Ended>;
  stop(): Promise<void>;
}

/** Whether this process may mount what SSSD is to see. */
function canStartSssd(): boolean {
  const mount = ['mount', '-t', 'overlay', 'overlay', '-o', `lowerdir=${UNPACKED}/usr:/usr`, '/usr'];
  return spawnSync('unshare', ['--mount', '--pid', '--mount-proc', '--fork', ...mount]).status === 0;
}

/**
 * `configuration` is its sssd.conf, `services` are PAM's services by name. With an `nsswitch` (nsswitch.conf) it is to
 * serve accounts of the operating system, else its D-Bus.
 */
export async function startSssd(
  configuration: string,
  services: Readonly<Record<string, string>>,
  nsswitch: string | null = null,
): Promise<Sssd> {
  if (!canStartSssd())
    throw new Error('SSSD needs the right to mount: run these tests as root, where mounts are allowed.');
  const etc = await layOutEtc(configuration, services);
  if (nsswitch !== null) await writeFile(join(etc, 'nsswitch.conf'), nsswitch);
  const namespaces = ['--mount', '--pid', '--mount-proc', '--fork', '--kill-child'];
  let inner = 0;
  const daemon = await startDaemon('unshare', [...namespaces, 'sh', '-c', SCRIPT, 'sssd', UNPACKED, etc], {
    // unshare heeds no other signal while it waits, and takes all within along.
    stopSignal: 'SIGKILL',
    async ready({ pid }) {
      inner = await firstChild(pid);
      return inner > 0 && (await (nsswitch === null ? hasInfopipe(inner) : hasAccounts(inner)));
    },
  });
  return {
    signIn: (service, name, password) =>
      inside(inner, ['pamtester', service, name, 'authenticate', 'acct_mgmt'], `${password}\n`),
    run: (command) => inside(inner, command),
    async stop() {
      // With the first process of a namespace all others end; unshare waits for it, and then ends too.
      process.kill(inner, 'SIGKILL');
      await daemon.ended;
      await rm(etc, { recursive: true, force: true });
    },
  };
}

async function layOutEtc(configuration: string, services: Readonly<Record<string, string>>): Promise<string> {
  const etc = await mkdtemp(join(tmpdir(), 'roster-sssd-'));
  await mkdir(join(etc, 'sssd'));
  await mkdir(join(etc, 'pam.d'));
  await writeFile(join(etc, 'sssd', 'sssd.conf'), configuration, { mode: 0o600 });
  await writeFile(join(etc, 'bus.conf'), BUS);
  for (const [name, lines] of Object.entries(services)) await writeFile(join(etc, 'pam.d', name), lines);
  return etc;
}

/** 0 while there is none. */
async function firstChild(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return Number(children.trim().split(' ')[0]);
}

async function hasInfopipe(inner: number): Promise<boolean> {
  const bus = ['--dest=org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.NameHasOwner'];
  const asked = ['dbus-send', '--system', '--print-reply', ...bus, `string:${INFOPIPE}`];
  return (await inside(inner, asked)).stdout.includes('boolean true');
}

/** Whether getent and others are answered. */
async function hasAccounts(inner: number): Promise<boolean> {
  return (await inside(inner, ['test', '-S', '/var/lib/sss/pipes/nss'])).status === 0;
}

function inside(inner: number, command: readonly string[], input = ''): Promise<Ended> {
  return runProgram('nsenter', ['--target', String(inner), '--mount', '--pid', ...command], { input });
}
