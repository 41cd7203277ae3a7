/**
 * Measures what attackers cost the others: the latency of their searches and the server's memory, before, during and after.
 * `npm run bench:attacks -- [--save-docs] [--profile DIR] [part of an attack's name]`
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { parseArgs } from 'node:util';
import { issueCertificates } from '../src/ldap-server/certificate.ts';
import { message, search, simpleBind } from '../test/support/ber-builder.ts';
import { createWire } from '../test/support/ldap-wire.ts';
import { ATTACKS, type AttackOrder } from './attacker.ts';
import { ADMIN_DN, ADMIN_PASSWORD, userDn } from './population.ts';
import { fillDatabase } from './population-rows.ts';
import { conditions, machine, row, saveDocs } from './report.ts';
import { dataDirOf, installCertificate, startRoster } from './roster.ts';
import { cpuSeconds, residentBytes, type Served } from './yardstick.ts';

const SIZE = { users: 10_000, groups: 100, members: 100 };
const MEASURE_MS = 8000;
const PROBE_EVERY_MS = 2;
const WATCH_MEMORY_EVERY_MS = 500;
const SETTLE_MS = 1000;
/** Until memory is looked at once more when all is over. */
const CALM_MS = 60_000;
const CONNECTIONS_MAX = '20000';
const BIND = message(1, simpleBind(ADMIN_DN, ADMIN_PASSWORD));
const MEBIBYTE = 1 << 20;

const HEADS = [
  ...['attack', 'quiet p99, ms', 'p99, ms', 'times', 'quiet share of a processor', 'share'],
  ...['MiB before', 'MiB at its peak', 'MiB after'],
];

interface Measured {
  readonly p99: number;
  readonly peakBytes: number;
  /** Of one processor, that the server used. */
  readonly cpuShare: number;
}

const { values, positionals } = parseArgs({
  options: { profile: { type: 'string' }, 'save-docs': { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = await mkdtemp(join(tmpdir(), 'roster-attacks-'));
try {
  await measureAll(
    positionals[0] ?? '',
    values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(values.profile)}`],
    values['save-docs'],
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measureAll(wanted: string, nodeOptions: readonly string[], savesDocs: boolean): Promise<void> {
  const began = await machine();
  const names = { hostnames: ['localhost'], addresses: ['127.0.0.1'], now: new Date(), validDays: 1 };
  const certificate = await issueCertificates(names);
  await fillDatabase(dataDirOf(folder), SIZE);
  await installCertificate(folder, certificate);
  const server = await startRoster(folder, nodeOptions, {
    ROSTER_ALLOW: '127.0.0.0/8',
    ROSTER_LDAPS_CONNECTIONS_MAX: CONNECTIONS_MAX,
    ROSTER_LDAPS_CONNECTIONS_PER_ADDRESS_MAX: CONNECTIONS_MAX,
  });
  // In a process of its own, whose work does not hold up what is measured here.
  const attacker = fork(join(import.meta.dirname, 'attacker.js'), { execArgv: [] });
  const order = { port: server.port, caPem: certificate.caPem };
  try {
    await measure(server, order.caPem);
    const lines = [
      `${conditions(began)}; ${SIZE.users} users.`,
      '',
      row(HEADS),
      `|---|${'---:|'.repeat(HEADS.length - 1)}`,
    ];
    for (const attack of Object.values(ATTACKS).filter((name) => name.includes(wanted))) {
      lines.push(row(await measureAttack(attack, server, attacker, order)));
      process.stdout.write(`${lines.at(-1)}\n`);
    }
    await pause(CALM_MS);
    lines.push('', `A minute later it holds ${mebibytes(await residentBytes(server.pid))} MiB.`, '');
    process.stdout.write(`\n${lines.join('\n')}\n`);
    if (savesDocs) await saveDocs('attacks', lines.join('\n'));
  } finally {
    attacker.disconnect();
    await server.stop();
  }
}

/** Right before and right after it is quiet: what else the machine does changes by the minute. */
async function measureAttack(
  attack: string,
  server: Served,
  attacker: ChildProcess,
  order: Pick<AttackOrder, 'port' | 'caPem'>,
): Promise<readonly string[]> {
  const memoryBefore = await residentBytes(server.pid);
  const before = await measure(server, order.caPem);
  await tell(attacker, { ...order, attack });
  const during = await measure(server, order.caPem);
  await tell(attacker, { ...order, attack: null });
  await pause(SETTLE_MS);
  const after = await measure(server, order.caPem);
  const quiet = (before.p99 + after.p99) / 2;
  const memory = [memoryBefore, during.peakBytes, await residentBytes(server.pid)].map(mebibytes);
  const shares = [before.cpuShare, during.cpuShare].map((share) => `${(100 * share).toFixed(1)} %`);
  const times = (during.p99 / quiet).toFixed(1);
  return [attack, quiet.toFixed(2), during.p99.toFixed(2), times, ...shares, ...memory];
}

async function tell(attacker: ChildProcess, order: AttackOrder): Promise<void> {
  attacker.send(order);
  const [{ error }] = (await once(attacker, 'message')) as [{ readonly error?: string }];
  if (error !== undefined) throw new Error(error);
}

/** In milliseconds, of searches for one person on a connection of its own; and the most memory seen meanwhile. */
async function measure({ port, pid }: Served, caPem: string): Promise<Measured> {
  let peakBytes = 0;
  const watch = setInterval(() => {
    void residentBytes(pid).then((bytes) => {
      peakBytes = Math.max(peakBytes, bytes);
    });
  }, WATCH_MEMORY_EVERY_MS);
  const cpuBefore = await cpuSeconds(pid);
  const begun = performance.now();
  const sorted = (await probe(port, caPem)).toSorted((one, other) => one - other);
  clearInterval(watch);
  const cpuShare = ((await cpuSeconds(pid)) - cpuBefore) / ((performance.now() - begun) / 1000);
  const at = (share: number) => sorted[Math.floor(share * sorted.length)] ?? 0;
  return { p99: at(0.99), peakBytes, cpuShare };
}

async function probe(port: number, caPem: string): Promise<number[]> {
  const socket = connect({ host: '127.0.0.1', port, ca: caPem });
  await once(socket, 'secureConnect');
  const wire = createWire(socket);
  wire.send(BIND);
  await wire.received(1);
  const measured: number[] = [];
  const until = performance.now() + MEASURE_MS;
  while (performance.now() < until) {
    const number = measured.length + 2;
    const begun = performance.now();
    wire.send(message(number, search({ base: userDn((number % SIZE.users) + 1), scope: 0 })));
    await wire.received(1 + 2 * (measured.length + 1));
    measured.push(performance.now() - begun);
    await pause(PROBE_EVERY_MS);
  }
  socket.destroy();
  return measured;
}

function mebibytes(bytes: number): string {
  return String(Math.round(bytes / MEBIBYTE));
}
