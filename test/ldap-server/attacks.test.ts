/** ROSTER_ATTACK_CONNECTIONS=9000 makes the long run: it needs twice as many open files. */
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Limits } from '../../src/ldap-server/limits.ts';
import { element, integer, message, search, sequence, simpleBind } from '../support/ber-builder.ts';
import {
  ADMIN_DN,
  ADMIN_PASSWORD,
  type Options,
  startLdapServer,
  type TestLdapServer,
} from '../support/ldap-server.ts';
import { createWire, type Wire } from '../support/ldap-wire.ts';
import { nestedSearch } from '../support/nested-search.ts';
import { aUser } from '../support/rows.ts';

const CONNECTIONS = Number(process.env['ROSTER_ATTACK_CONNECTIONS'] ?? 300);
const LONG_RUN_MS = 300_000;
const MEBIBYTE = 1 << 20;

let ldap: TestLdapServer;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await ldap.stop();
});

async function start(limits: Partial<Limits> = {}, more: Options = {}): Promise<void> {
  const users = Array.from({ length: 2000 }, (_, number) =>
    aUser({ username: `user${number}`, email: null, displayName: 'x'.repeat(200) }),
  );
  ldap = await startLdapServer({ ...more, limits, fill: (transaction) => transaction.insertUsers(users) });
}

async function opened(): Promise<Socket> {
  const socket = ldap.connect();
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

async function bound(): Promise<{ socket: Socket; wire: Wire }> {
  const socket = await opened();
  const wire = createWire(socket);
  wire.send(message(1, simpleBind(ADMIN_DN, ADMIN_PASSWORD)));
  expect(await wire.received(1)).toMatchObject([{ code: 0 }]);
  return { socket, wire };
}

/** A new client binds and finds somebody. */
async function othersAreServed(): Promise<void> {
  const { socket, wire } = await bound();
  wire.send(message(2, search({ base: 'uid=user7,ou=users,dc=roster', scope: 0 })));
  expect((await wire.received(3)).map(({ tag }) => tag)).toEqual([0x61, 0x64, 0x65]);
  socket.destroy();
}

/** Writes the bytes one by one for as long as the connection lives. */
async function drip(socket: Socket, bytes: Buffer, everyMs: number): Promise<void> {
  for (const byte of bytes) {
    if (socket.destroyed || !socket.writable) return;
    socket.write(Buffer.of(byte));
    await pause(everyMs);
  }
}

const BIND = message(1, simpleBind(ADMIN_DN, ADMIN_PASSWORD));
const CANCEL = message(2, element(0x77, element(0x80, '1.3.6.1.1.8'), element(0x81, sequence(integer(99)))));
const NOTICE = { id: 0, tag: 0x78 };

describe('a slow client', () => {
  it('that drips a message gains no time by its bytes', async () => {
    await start({ messageMs: 200, idleAnonymousMs: 10_000 });
    const socket = await opened();
    const wire = createWire(socket);
    const dripping = drip(socket, BIND, 20);
    await othersAreServed();
    await wire.closed();
    expect(wire.answers).toMatchObject([{ ...NOTICE, code: 52 }]);
    await dripping;
  });

  it('that is bound may not drip either', async () => {
    await start({ messageMs: 200 });
    const { socket, wire } = await bound();
    const dripping = drip(socket, message(2, search()), 20);
    await wire.closed();
    expect(wire.answers.at(-1)).toMatchObject({ ...NOTICE, code: 52 });
    await dripping;
  });

  it('that drips its handshake is cut off', async () => {
    await start({ handshakeMs: 500 });
    const socket = connectTcp(ldap.port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    // `once` of node:events would take a reset for a failure.
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const dripping = drip(socket, Buffer.from(`1603010200${'00'.repeat(500)}`, 'hex'), 20);
    await othersAreServed();
    await closed;
    await dripping;
  });

  it('that begins messages on many connections gives way to newer ones', async () => {
    const half = Buffer.concat([Buffer.from('3082f000', 'hex'), Buffer.alloc(50_000)]);
    await start({ inboundBytesMax: 20 * half.length });
    const wires: Wire[] = [];
    for (let number = 0; number < 60; number++) {
      const socket = await opened();
      wires.push(createWire(socket));
      socket.write(half);
    }
    const first = wires[0];
    await first?.closed();
    expect(first?.answers).toMatchObject([{ ...NOTICE, code: 51 }]);
    const { socket, wire } = await bound();
    const request = message(2, search({ base: 'uid=user7,ou=users,dc=roster', scope: 0 }));
    socket.write(request.subarray(0, 10));
    await othersAreServed();
    socket.write(request.subarray(10));
    expect((await wire.received(3)).at(-1)).toMatchObject({ code: 0 });
  });

  it.each([
    ['the refusals of its malformed requests', nestedSearch(2, 50)],
    ['the answers to requests that are answered out of turn', CANCEL],
  ])('that does not read %s is not read either, and then dropped', async (_name, request) => {
    await start({ writeStallMs: 500 });
    const { socket } = await bound();
    const closed = once(socket, 'close');
    socket.pause();
    const flood = Buffer.concat(Array.from({ length: 1000 }, () => request));
    const before = process.memoryUsage().rss;
    let written = 0;
    while (!socket.destroyed && written < 64 * MEBIBYTE) {
      written += flood.length;
      const drained = socket.write(flood) || Promise.race([once(socket, 'drain'), closed]);
      await Promise.resolve(drained).catch(() => undefined);
    }
    socket.destroy();
    expect(written).toBeLessThan(64 * MEBIBYTE);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * MEBIBYTE);
    await othersAreServed();
  });

  it('that leaves answers unread on many connections gives way to newer ones', async () => {
    await start({ outboundBytesMax: MEBIBYTE, writeStallMs: LONG_RUN_MS });
    for (const { socket, wire } of await Promise.all(Array.from({ length: 30 }, bound))) {
      socket.pause();
      wire.send(...Array.from({ length: 50 }, (_, number) => message(number + 2, search())));
    }
    await expect.poll(() => ldap.server.status().connections, { timeout: 10_000 }).toBeLessThan(10);
    expect(ldap.server.status().connections).toBeGreaterThan(1);
    await othersAreServed();
  });

  it('that reads nothing of long listings holds bounded memory, and others are served', async () => {
    await start({ writeStallMs: 1000 });
    const slow = await Promise.all(Array.from({ length: 20 }, bound));
    const before = process.memoryUsage().rss;
    for (const { socket, wire } of slow) {
      socket.pause();
      wire.send(...Array.from({ length: 50 }, (_, number) => message(number + 2, search())));
    }
    await othersAreServed();
    // All that was asked for would be a gigabyte.
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * MEBIBYTE);
    await expect.poll(() => ldap.server.status().connections, { timeout: 10_000 }).toBe(0);
  });
});

describe('many idle connections', () => {
  it(
    `(${CONNECTIONS}) do not keep others from being served`,
    async () => {
      await start({
        connectionsMax: 20_000,
        connectionsPerAddressMax: 20_000,
        idleAnonymousMs: LONG_RUN_MS,
      });
      const silent = await Promise.all(Array.from({ length: 20 }, () => openMany(CONNECTIONS / 20)));
      await othersAreServed();
      await expect.poll(() => ldap.server.status().connections).toBe(CONNECTIONS);
      expect(silent.flat().every((socket) => !socket.destroyed)).toBe(true);
      for (const socket of silent.flat()) socket.destroy();
      await expect.poll(() => ldap.server.status().connections, { timeout: 10_000 }).toBe(0);
    },
    LONG_RUN_MS,
  );

  async function openMany(count: number): Promise<Socket[]> {
    const all: Socket[] = [];
    for (let number = 0; number < count; number++) all.push(await opened());
    return all;
  }

  it('are closed when their time is up', async () => {
    await start({ idleAnonymousMs: 300, offencesMax: 1000 });
    const wires = (await openMany(50)).map(createWire);
    await Promise.all(wires.map((wire) => wire.closed()));
    expect(wires.every(({ answers }) => answers[0]?.code === 52)).toBe(true);
  });

  it('of one address leave room for other addresses', async () => {
    await start({ connectionsPerAddressMax: 10 });
    await openMany(10);
    await expect(opened()).rejects.toThrow();
    expect(ldap.server.status().connections).toBe(10);
    sockets[0]?.destroy();
    await expect.poll(() => ldap.server.status().connections).toBe(9);
    await othersAreServed();
  });
});

describe('a monstrous message', () => {
  it.each([
    ['4 GB long', '3084ffffffff'],
    ['longer than any number', '3088ffffffffffffffff'],
    ['of indefinite length', '3080'],
  ])('%s is refused on its header', async (_name, header) => {
    await start();
    for (const { socket, wire } of [await bound(), await unbound()]) {
      socket.write(Buffer.from(header, 'hex'));
      await wire.closed();
      expect(wire.answers.at(-1)).toMatchObject({ ...NOTICE, code: 2 });
    }
    await othersAreServed();
  });

  it('with a filter nested 100,000 deep is refused before it has sent it whole', async () => {
    await start();
    const begun = nestedSearch(2, 100_000).subarray(0, 4096);
    const anonymous = await unbound();
    anonymous.socket.write(begun);
    await anonymous.wire.closed();
    expect(anonymous.wire.answers).toMatchObject([{ ...NOTICE, code: 2 }]);
    const { wire } = await bound();
    wire.send(begun);
    expect(await wire.received(2)).toMatchObject([{ code: 0 }, { ...NOTICE, code: 2 }]);
    await wire.closed();
    await othersAreServed();
  });

  it('with a filter nested 100 deep is refused in its own response type, and goes on', async () => {
    await start();
    const { wire } = await bound();
    wire.send(nestedSearch(2, 100), message(3, search({ base: 'uid=user7,ou=users,dc=roster', scope: 0 })));
    const [, refused, , found] = await wire.received(4);
    expect([refused, found]).toMatchObject([
      { id: 2, tag: 0x65, code: 2 },
      { id: 3, code: 0 },
    ]);
    await othersAreServed();
  });

  async function unbound(): Promise<{ socket: Socket; wire: Wire }> {
    const socket = await opened();
    return { socket, wire: createWire(socket) };
  }
});

describe('a network whose connections break the protocol', () => {
  const ATTACKER = '127.0.0.3';
  const MONSTROUS = Buffer.from('3084ffffffff', 'hex');
  const refusals: string[] = [];

  async function startWatched(limits: Partial<Limits>): Promise<void> {
    refusals.length = 0;
    await start(limits, {
      allow: ['127.0.0.0/8'],
      observer: {
        operation() {},
        handshakeFailed() {},
        refused: (reason, address) => void refusals.push(`${reason} ${address}`),
      },
    });
  }

  /** A connection over TLS from the attacker's address. */
  async function fromAttacker(): Promise<Socket> {
    const tcp = connectTcp({ host: '127.0.0.1', port: ldap.port, localAddress: ATTACKER });
    tcp.on('error', () => undefined);
    const socket = ldap.connect({ socket: tcp });
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    return socket;
  }

  async function refusedOnce(bytes: Buffer): Promise<void> {
    const wire = createWire(await fromAttacker());
    wire.send(bytes);
    await wire.closed();
  }

  it('is reset before TLS for a time, while others are served, and comes back', async () => {
    await startWatched({ offencesMax: 3 });
    const open = await fromAttacker();
    for (let offence = 0; offence < 4; offence += 1) await refusedOnce(MONSTROUS);
    await expect(fromAttacker()).rejects.toThrow();
    expect(refusals).toEqual([`kept-out ${ATTACKER}`]);
    await othersAreServed();
    await expect
      .poll(
        () =>
          fromAttacker().then(
            () => 'in',
            () => 'out',
          ),
        { timeout: 5000 },
      )
      .toBe('in');
    expect(open.destroyed).toBe(false);
  });

  it('and one that connects and says nothing are treated alike; who asked something may be idle', async () => {
    await startWatched({ offencesMax: 1, idleAnonymousMs: 100 });
    const rootDse = message(1, search({ base: '', scope: 0 }));
    for (let polite = 0; polite < 3; polite += 1) await refusedOnce(rootDse);
    for (let silent = 0; silent < 2; silent += 1) await createWire(await fromAttacker()).closed();
    await expect(fromAttacker()).rejects.toThrow();
  });

  it('is not a client whose requests are refused in their own response type', async () => {
    await startWatched({ offencesMax: 1 });
    const wire = createWire(await fromAttacker());
    wire.send(...Array.from({ length: 10 }, (_, number) => nestedSearch(number + 1, 100)));
    expect((await wire.received(10)).every(({ code }) => code === 2)).toBe(true);
    await fromAttacker();
  });
});
