/** A process that attacks an LDAPS server in the way it is told, from an address that nobody else has. */
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { message, search, simpleBind } from '../test/support/ber-builder.ts';
import { createWire, type Wire } from '../test/support/ldap-wire.ts';
import { nestedSearch } from '../test/support/nested-search.ts';
import { ADMIN_DN, ADMIN_PASSWORD } from './population.ts';

/** How to attack; null: no longer. Each is answered by an empty message once it is so. */
export interface AttackOrder {
  readonly attack: string | null;
  readonly port: number;
  readonly caPem: string;
}

export const ATTACKS = {
  idle: '10,000 idle connections',
  drip: '200 clients that drip a message',
  halves: '200 half messages of 60 kB',
  unread: '20 listings that nobody reads',
  long: 'messages of 4 GB, 10 a second',
  nested: 'filters nested 100,000 deep, 10 a second',
  silent: 'connections that say nothing, 10 a second',
} as const;

const IDLE_CONNECTIONS = 10_000;
const SLOW_CLIENTS = 200;
const SLOW_READERS = 20;
const DRIP_EVERY_MS = 100;
const REPEAT_EVERY_MS = 100;
const BIND = message(1, simpleBind(ADMIN_DN, ADMIN_PASSWORD));
const HALF = Buffer.concat([Buffer.from('3082f000', 'hex'), Buffer.alloc(60_000)]);
const LONG = Buffer.from('3084ffffffff', 'hex');
const NESTED = nestedSearch(2, 100_000);

/** Each attack has its own, 127.0.0.3 and on: what one did does not make the next one suspect. */
function addressOf(attack: string): string {
  return `127.0.0.${3 + Object.values<string>(ATTACKS).indexOf(attack)}`;
}

interface Target extends Pick<AttackOrder, 'port' | 'caPem'> {
  readonly address: string;
  readonly sockets: Set<Socket>;
  isOver: boolean;
}

const BEGIN: Readonly<Record<string, (target: Target) => Promise<void>>> = {
  [ATTACKS.idle]: async (target) => void (await openMany(target, IDLE_CONNECTIONS)),
  async [ATTACKS.drip](target) {
    for (const [index, socket] of (await openMany(target, SLOW_CLIENTS)).entries()) {
      void drip(socket, BIND, (index / SLOW_CLIENTS) * DRIP_EVERY_MS);
    }
  },
  async [ATTACKS.halves](target) {
    for (const socket of await openMany(target, SLOW_CLIENTS)) socket.write(HALF);
  },
  async [ATTACKS.unread](target) {
    for (const socket of await openMany(target, SLOW_READERS)) {
      await bound(socket);
      socket.pause();
      socket.write(Buffer.concat([message(2, search()), message(3, search())]));
    }
  },
  [ATTACKS.long]: async (target) => void repeat(target, () => sendAlone(target, LONG, false)),
  [ATTACKS.nested]: async (target) => void repeat(target, () => sendAlone(target, NESTED, true)),
  [ATTACKS.silent]: async (target) => void repeat(target, () => knock(target)),
};

let target: Target | null = null;
process.on('message', ({ attack, port, caPem }: AttackOrder) => {
  target = replace(target, {
    ...{ port, caPem, address: addressOf(attack ?? '') },
    ...{ sockets: new Set(), isOver: false },
  });
  const begun = attack === null ? Promise.resolve() : BEGIN[attack]?.(target);
  begun?.then(
    () => process.send?.({}),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());

function replace(before: Target | null, next: Target): Target {
  if (before !== null) {
    before.isOver = true;
    for (const socket of before.sockets) socket.destroy();
  }
  return next;
}

async function repeat(aim: Target, attack: () => Promise<void>): Promise<void> {
  // One that is reset waits as long as one that is answered: ten a second are ten.
  while (!aim.isOver) await Promise.allSettled([attack(), pause(REPEAT_EVERY_MS)]);
}

async function openMany(aim: Target, count: number): Promise<TLSSocket[]> {
  const lanes = Array.from({ length: 20 }, async () => {
    const own: TLSSocket[] = [];
    while (own.length < count / 20) own.push(await open(aim));
    return own;
  });
  return (await Promise.all(lanes)).flat();
}

async function open({ port, caPem, address, sockets }: Target): Promise<TLSSocket> {
  const tcp = connectTcp({ host: '127.0.0.1', port, localAddress: address });
  const socket = connect({ socket: tcp, host: '127.0.0.1', ca: caPem });
  sockets.add(socket);
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

async function bound(socket: TLSSocket): Promise<Wire> {
  const wire = createWire(socket);
  wire.send(BIND);
  await wire.received(1);
  return wire;
}

/** Begins `afterMs`: two hundred clients do not keep step. */
async function drip(socket: Socket, bytes: Buffer, afterMs: number): Promise<void> {
  await pause(afterMs);
  for (const byte of bytes) {
    if (!socket.writable) return;
    socket.write(Buffer.of(byte));
    await pause(DRIP_EVERY_MS);
  }
}

/** Connects, sends the bytes, and waits to be refused. */
async function sendAlone(aim: Target, bytes: Buffer, binds: boolean): Promise<void> {
  const socket = await open(aim);
  const wire = binds ? await bound(socket) : createWire(socket);
  wire.send(bytes);
  await wire.received(binds ? 2 : 1);
  socket.destroy();
  aim.sockets.delete(socket);
}

async function knock({ port, address }: Target): Promise<void> {
  const socket = connectTcp({ host: '127.0.0.1', port, localAddress: address });
  await once(socket, 'connect');
  socket.destroy();
}
