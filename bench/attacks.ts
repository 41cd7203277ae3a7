/**
 * Measures what attackers cost the others: the latency of their searches and the server's memory, before and during each.
 * `npm run build && tsc -p tsconfig.bench.json && node dist-bench/bench/attacks.js [connections]`
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { issueCertificates } from '../src/ldap-server/certificate.ts';
import { message, search, simpleBind } from '../test/support/ber-builder.ts';
import { createWire, type Wire } from '../test/support/ldap-wire.ts';
import { nestedSearch } from '../test/support/nested-search.ts';
import { ADMIN_DN, ADMIN_PASSWORD, userDn } from './population.ts';
import { fillDatabase } from './population-rows.ts';
import { dataDirOf, installCertificate, startRoster } from './roster.ts';
import { residentBytes, type Served } from './yardstick.ts';

const SIZE = { users: 10_000, groups: 100, members: 100 };
const MEASURE_MS = 5000;
const PROBE_EVERY_MS = 2;
const CONNECTIONS = Number(process.argv[2] ?? 9000);
const SLOW_CLIENTS = 200;
const SLOW_READERS = 20;
const DRIP_EVERY_MS = 100;
const REPEAT_EVERY_MS = 100;
const BIND = message(1, simpleBind(ADMIN_DN, ADMIN_PASSWORD));
const NESTED = nestedSearch(2, 100_000);
const MEBIBYTE = 1 << 20;

/** What a thread is told: where the server is, and by what authority. */
interface Place {
  readonly port: number;
  readonly caPem: string;
}

interface Target extends Place {
  /** What is to be hung up after the attack. */
  readonly sockets: Set<Socket>;
}

/** They stand before it is measured. */
const STANDING: Readonly<Record<string, (target: Target) => Promise<void>>> = {
  [`${CONNECTIONS} idle connections`]: async (target) => {
    await openMany(target, CONNECTIONS);
  },
  [`${SLOW_CLIENTS} clients that drip a message`]: async (target) => {
    for (const socket of await openMany(target, SLOW_CLIENTS)) void drip(socket, BIND);
  },
  [`${SLOW_CLIENTS} half messages of 60 kB`]: async (target) => {
    const half = Buffer.concat([Buffer.from('3082f000', 'hex'), Buffer.alloc(60_000)]);
    for (const socket of await openMany(target, SLOW_CLIENTS)) socket.write(half);
  },
  [`${SLOW_READERS} listings that nobody reads`]: async (target) => {
    for (const { socket, wire } of await bindMany(target, SLOW_READERS)) {
      socket.pause();
      wire.send(message(2, search()), message(3, search()));
    }
  },
};

/** They are made again and again while it is measured. */
const REPEATED: Readonly<Record<string, (target: Target) => Promise<void>>> = {
  'messages of 4 GB': (target) => sendAlone(target, Buffer.from('3084ffffffff', 'hex'), false),
  'filters nested 100,000 deep': (target) => sendAlone(target, NESTED, true),
  'connections that say nothing': async ({ port }) => {
    const socket = connectTcp(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
  },
};

if (isMainThread) {
  const folder = await mkdtemp(join(tmpdir(), 'roster-attacks-'));
  try {
    await measureAll(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
} else {
  parentPort?.postMessage(await probe(workerData as Place));
}

async function measureAll(folder: string): Promise<void> {
  const names = { hostnames: ['localhost'], addresses: ['127.0.0.1'], now: new Date(), validDays: 1 };
  const certificate = await issueCertificates(names);
  await fillDatabase(dataDirOf(folder), SIZE);
  await installCertificate(folder, certificate);
  const many = String(2 * CONNECTIONS);
  const server = await startRoster(folder, [], {
    ROSTER_LDAPS_CONNECTIONS_MAX: many,
    ROSTER_LDAPS_CONNECTIONS_PER_ADDRESS_MAX: many,
  });
  const target: Target = { port: server.port, caPem: certificate.caPem, sockets: new Set() };
  try {
    await latencies(target);
    await report('nobody attacks', server, await latencies(target));
    for (const [name, attack] of Object.entries(STANDING)) {
      await attack(target);
      await report(name, server, await latencies(target));
      await hangUp(target);
    }
    for (const [name, attack] of Object.entries(REPEATED)) {
      const measuring = latencies(target);
      await Promise.all([measuring, repeat(() => attack(target), measuring)]);
      await report(`${name}, ${1000 / REPEAT_EVERY_MS} a second`, server, await measuring);
      await hangUp(target);
    }
    await report('nobody attacks any more', server, await latencies(target));
  } finally {
    await server.stop();
  }
}

async function hangUp({ sockets }: Target): Promise<void> {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await pause(1000);
}

async function repeat(attack: () => Promise<void>, until: Promise<unknown>): Promise<void> {
  let isOver = false;
  void until.then(() => {
    isOver = true;
  });
  while (!isOver) await Promise.all([attack(), pause(REPEAT_EVERY_MS)]);
}

/** Measured in a thread of its own, which the attackers' work does not hold up. */
async function latencies({ port, caPem }: Target): Promise<number[]> {
  const place: Place = { port, caPem };
  const worker = new Worker(new URL(import.meta.url), { workerData: place });
  const [measured] = (await once(worker, 'message')) as [number[]];
  return measured.toSorted((one, other) => one - other);
}

/** In milliseconds, of searches for one person on a connection of its own. */
async function probe(place: Place): Promise<number[]> {
  const [client] = await bindMany({ ...place, sockets: new Set() }, 1);
  if (client === undefined) throw new Error('Nobody is let in.');
  const measured: number[] = [];
  const until = performance.now() + MEASURE_MS;
  while (performance.now() < until) {
    const number = measured.length + 2;
    const begun = performance.now();
    client.wire.send(message(number, search({ base: userDn((number % SIZE.users) + 1), scope: 0 })));
    await client.wire.received(1 + 2 * (measured.length + 1));
    measured.push(performance.now() - begun);
    await pause(PROBE_EVERY_MS);
  }
  client.socket.destroy();
  return measured;
}

async function report(name: string, server: Served, sorted: readonly number[]): Promise<void> {
  const at = (share: number) => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(2);
  const memory = Math.round((await residentBytes(server.pid)) / MEBIBYTE);
  process.stdout.write(
    `p50 ${at(0.5).padStart(6)} ms  p99 ${at(0.99).padStart(6)} ms  ${String(memory).padStart(5)} MiB  ${name}\n`,
  );
}

async function openMany(target: Target, count: number): Promise<TLSSocket[]> {
  const lanes = Array.from({ length: 20 }, async () => {
    const opened: TLSSocket[] = [];
    while (opened.length < count / 20) opened.push(await open(target));
    return opened;
  });
  return (await Promise.all(lanes)).flat();
}

async function open({ port, caPem, sockets }: Target): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ca: caPem });
  sockets.add(socket);
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

async function bindMany(target: Target, count: number): Promise<{ socket: TLSSocket; wire: Wire }[]> {
  const sockets = count === 1 ? [await open(target)] : await openMany(target, count);
  return Promise.all(
    sockets.map(async (socket) => {
      const wire = createWire(socket);
      wire.send(BIND);
      await wire.received(1);
      return { socket, wire };
    }),
  );
}

async function drip(socket: Socket, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    if (!socket.writable) return;
    socket.write(Buffer.of(byte));
    await pause(DRIP_EVERY_MS);
  }
}

/** Connects, sends the bytes, and waits to be refused. */
async function sendAlone(target: Target, bytes: Buffer, isBound: boolean): Promise<void> {
  const socket = await open(target);
  const wire = createWire(socket);
  if (isBound) wire.send(BIND);
  wire.send(bytes);
  await wire.received(isBound ? 2 : 1);
  socket.destroy();
  target.sockets.delete(socket);
}
