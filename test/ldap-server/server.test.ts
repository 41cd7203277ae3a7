import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { type Logger, silentLogger } from '../../src/core/log.ts';
import { boolean, element, message, search, sequence, simpleBind, text } from '../support/ber-builder.ts';
import {
  ADMIN_DN,
  ADMIN_PASSWORD,
  type Options,
  startLdapServer,
  type TestLdapServer,
} from '../support/ldap-server.ts';
import { createWire, type Wire } from '../support/ldap-wire.ts';
import { aUser, THEN } from '../support/rows.ts';

const servers: TestLdapServer[] = [];
afterEach(async () => {
  for (const ldap of servers.splice(0)) await ldap.stop();
});

async function start(options: Options = {}): Promise<TestLdapServer> {
  const ldap = await startLdapServer(options);
  servers.push(ldap);
  return ldap;
}

const WHO_AM_I = element(0x77, element(0x80, '1.3.6.1.4.1.4203.1.11.3'));
const ADMIN_BIND = simpleBind(ADMIN_DN, ADMIN_PASSWORD);

async function boundWire(ldap: TestLdapServer): Promise<Wire> {
  const wire = createWire(ldap.connect());
  wire.send(message(1, ADMIN_BIND));
  const [answer] = await wire.received(1);
  expect(answer).toMatchObject({ id: 1, tag: 0x61, code: 0 });
  return wire;
}

/** What a client gets that says nothing: the bytes, and how the connection ends. */
async function knock(port: number): Promise<{ bytes: number; error: string | null }> {
  const socket = connectTcp(port, '127.0.0.1');
  let bytes = 0;
  let error: string | null = null;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
  });
  socket.on('error', (cause) => {
    error = 'code' in cause ? String(cause.code) : cause.message;
  });
  await new Promise((resolve) => socket.on('close', resolve));
  return { bytes, error };
}

describe('the door', () => {
  it('resets a connection from an address that is not allowed, before TLS', async () => {
    const ldap = await start({ allow: ['10.0.0.0/8'] });
    expect(await knock(ldap.port)).toEqual({ bytes: 0, error: 'ECONNRESET' });
  });

  it('takes over a changed allow-list at once, also for open connections', async () => {
    const ldap = await start();
    const wire = await boundWire(ldap);
    await ldap.setSettings({ allow: ['10.0.0.0/8'] });
    await wire.closed();
    expect((await knock(ldap.port)).error).toBe('ECONNRESET');
    await ldap.setSettings({ allow: ['127.0.0.0/8'] });
    await boundWire(ldap);
  });

  it('bounds the connections of one address', async () => {
    const ldap = await start({ limits: { connectionsPerAddressMax: 2 } });
    await boundWire(ldap);
    const second = ldap.connect();
    await once(second, 'secureConnect');
    expect((await knock(ldap.port)).error).toBe('ECONNRESET');
    second.destroy();
    await expect.poll(() => boundWire(ldap).then(() => 'bound', String)).toBe('bound');
  });

  it('gives up a handshake that does not come', async () => {
    const ldap = await start({ limits: { handshakeMs: 50 } });
    expect((await knock(ldap.port)).bytes).toBe(0);
  });

  it('logs no error for health checks and scanners', async () => {
    const errors: string[] = [];
    const complain = (_fields: object, text: string) => void errors.push(text);
    const log: Logger = { ...silentLogger, warn: complain, error: complain };
    const ldap = await start({ log });
    const check = connectTcp(ldap.port, '127.0.0.1');
    await once(check, 'connect');
    check.destroy();
    const scanner = connectTcp(ldap.port, '127.0.0.1');
    scanner.write('GET / HTTP/1.0\r\n\r\n');
    scanner.resume();
    await once(scanner, 'close');
    const tlsCheck = ldap.connect();
    await once(tlsCheck, 'secureConnect');
    tlsCheck.destroy();
    await boundWire(ldap);
    expect(errors).toEqual([]);
  });

  it('speaks TLS 1.2 and 1.3, nothing older', async () => {
    const ldap = await start();
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = ldap.connect({ minVersion: version, maxVersion: version });
      await once(socket, 'secureConnect');
      expect(socket.getProtocol()).toBe(version);
      socket.destroy();
    }
    const old = connectTls({
      host: '127.0.0.1',
      port: ldap.port,
      ca: ldap.caPem,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    await expect(once(old, 'secureConnect')).rejects.toThrow();
  });

  it('closes a connection that is silent for too long, with a notice', async () => {
    const ldap = await start({ limits: { idleAnonymousMs: 50 } });
    const wire = createWire(ldap.connect());
    const [notice] = await wire.received(1);
    expect(notice).toMatchObject({ id: 0, tag: 0x78, code: 52 });
    await wire.closed();
  });

  it('serves many connections at a time', async () => {
    const ldap = await start();
    const wires = await Promise.all(Array.from({ length: 200 }, () => boundWire(ldap)));
    for (const wire of wires) wire.send(message(2, search({ scope: 0 })));
    const answers = await Promise.all(wires.map((wire) => wire.received(3)));
    expect(answers.every(([, entry, done]) => entry?.tag === 0x64 && done?.code === 0)).toBe(true);
  });

  it('tells its clients when it stops', async () => {
    const ldap = await start();
    const wire = await boundWire(ldap);
    expect(ldap.server.ready()).toEqual({ ready: true, reason: '' });
    await ldap.server.stop();
    expect(wire.answers.at(-1)).toMatchObject({ id: 0, tag: 0x78, code: 52 });
    await wire.closed();
    expect(ldap.server.ready().ready).toBe(false);
  });
});

describe('a connection', () => {
  it('answers pipelined requests in their order', async () => {
    const ldap = await start();
    const wire = createWire(ldap.connect());
    const requests = Array.from({ length: 500 }, (_, number) => message(number + 2, WHO_AM_I));
    wire.send(message(1, ADMIN_BIND), ...requests);
    const answers = await wire.received(501);
    expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 501 }, (_, number) => number + 1));
    expect(answers.every(({ code }) => code === 0)).toBe(true);
  });

  it('takes rights away when a bind begins, and gives none when it fails', async () => {
    const ldap = await start();
    const wire = await boundWire(ldap);
    wire.send(message(2, simpleBind(ADMIN_DN, 'wrong')), message(3, search({ scope: 0 })));
    const [, failed, searched] = await wire.received(3);
    expect([failed?.code, searched?.code]).toEqual([49, 50]);
  });

  it('closes without an answer on unbind', async () => {
    const ldap = await start();
    const wire = await boundWire(ldap);
    wire.send(message(2, element(0x42)), message(3, WHO_AM_I));
    await wire.closed();
    expect(wire.answers).toHaveLength(1);
  });

  it('does not answer abandon, nor what it abandons', async () => {
    const ldap = await start();
    const wire = createWire(ldap.connect());
    wire.send(
      message(1, ADMIN_BIND),
      message(2, search()),
      message(3, element(0x50, Buffer.of(2))),
      message(4, element(0x50, Buffer.of(99))),
      message(5, WHO_AM_I),
    );
    const answers = await wire.received(2);
    expect(answers.map(({ id }) => id)).toEqual([1, 5]);
  });

  it('refuses SASL with authMethodNotSupported', async () => {
    const ldap = await start();
    const wire = createWire(ldap.connect());
    wire.send(
      message(1, element(0x60, element(0x02, Buffer.of(3)), text(''), element(0xa3, text('EXTERNAL')))),
    );
    expect((await wire.received(1))[0]).toMatchObject({ tag: 0x61, code: 7 });
  });

  it.each([
    ['a critical control that is not served', true, 12],
    ['a control that is not critical', false, 0],
  ])('binds with %s: %s gives %d', async (_name, critical, code) => {
    const ldap = await start();
    const wire = createWire(ldap.connect());
    const control = sequence(text('1.3.6.1.4.1.4203.666.5.12'), boolean(critical));
    wire.send(message(1, ADMIN_BIND, element(0xa0, control)));
    expect((await wire.received(1))[0]?.code).toBe(code);
  });

  it('closes with a notice on bytes that are no LDAP', async () => {
    const ldap = await start();
    const wire = await boundWire(ldap);
    wire.send(Buffer.from('GET / HTTP/1.0\r\n\r\n'));
    await wire.closed();
    expect(wire.answers.at(-1)).toMatchObject({ id: 0, tag: 0x78, code: 2 });
  });

  it('refuses a long message from whoever is not bound, on its header alone', async () => {
    const ldap = await start();
    const wire = createWire(ldap.connect());
    wire.send(Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]));
    await wire.closed();
    expect(wire.answers).toMatchObject([{ id: 0, tag: 0x78, code: 2 }]);
    const bound = await boundWire(ldap);
    const names = Array.from({ length: 5000 }, (_, number) =>
      element(0xa3, text('uid'), text(`user-with-a-long-name-${number}`)),
    );
    bound.send(message(2, search({ filter: element(0xa1, ...names) })));
    expect((await bound.received(2))[1]).toMatchObject({ tag: 0x65, code: 0 });
  });

  it('survives a filter that is nested too deep', async () => {
    const ldap = await start();
    const wire = await boundWire(ldap);
    let filter = element(0x87, 'cn');
    for (let depth = 0; depth < 2000; depth++) filter = element(0xa2, filter);
    wire.send(message(2, search({ filter })), message(3, WHO_AM_I));
    const answers = await wire.received(3);
    expect(answers[1]).toMatchObject({ id: 2, tag: 0x65, code: 2 });
    expect(answers[2]).toMatchObject({ id: 3, code: 0 });
  });
});

describe('a long listing', () => {
  const users = Array.from({ length: 3000 }, (_, number) =>
    aUser({ username: `user${number}`, email: null, displayName: 'x'.repeat(400) }),
  );
  const fill: NonNullable<Options['fill']> = (transaction) => transaction.insertUsers(users);

  it('waits for a slow reader, and serves the others meanwhile', async () => {
    const ldap = await start({ fill });
    const socket = ldap.connect();
    const slow = createWire(socket);
    slow.send(message(1, ADMIN_BIND));
    await slow.received(1);
    socket.pause();
    slow.send(message(2, search()), message(3, search()));
    const other = await boundWire(ldap);
    other.send(message(2, search()));
    expect((await other.received(3001 + 5 + 2)).at(-1)).toMatchObject({ tag: 0x65, code: 0 });
    expect(slow.answers).toHaveLength(1);
    socket.resume();
    expect((await slow.received(1 + 2 * (3001 + 5 + 1))).at(-1)).toMatchObject({ id: 3, code: 0 });
  });

  it('drops a client that does not read', async () => {
    let dropped: (fields: object) => void = () => undefined;
    const drop = new Promise<object>((resolve) => {
      dropped = resolve;
    });
    const log: Logger = {
      ...silentLogger,
      info: (fields, text) => text === 'connection dropped' && dropped(fields),
    };
    const ldap = await start({ fill, log, limits: { writeStallMs: 100 } });
    const socket = ldap.connect();
    const wire = createWire(socket);
    wire.send(message(1, ADMIN_BIND));
    await wire.received(1);
    socket.pause();
    for (let id = 2; id < 40; id++) wire.send(message(id, search()));
    expect(await drop).toMatchObject({ address: '127.0.0.1' });
    socket.destroy();
  });

  it('keeps to the entries it began with while the directory changes', async () => {
    const ldap = await start({ fill });
    const socket = ldap.connect();
    const wire = createWire(socket);
    wire.send(message(1, ADMIN_BIND));
    await wire.received(1);
    socket.pause();
    wire.send(message(2, search({ base: 'ou=users,dc=roster', scope: 1 })));
    const gone = users.slice(0, 2000);
    await ldap.write(
      gone.map(({ id }) => ({ subject: 'user', subjectId: id, memberId: null })),
      (transaction) => transaction.deleteUsers(gone.map(({ id }) => id)),
    );
    socket.resume();
    const answers = await wire.received(1 + 3001 + 1);
    expect(answers.at(-1)).toMatchObject({ tag: 0x65, code: 0 });
    expect(await ldap.search(['-b', 'ou=users,dc=roster', '-s', 'one', '1.1'])).toHaveLength(1001);
  });

  it('gives a page only to the connection and the search that it belongs to', async () => {
    const ldap = await start({ fill });
    const paged = (id: number, cookie: Buffer, base = 'dc=roster') => {
      const value = sequence(element(0x02, Buffer.of(10)), text(cookie));
      const control = sequence(text('1.2.840.113556.1.4.319'), boolean(true), text(value));
      return message(id, search({ base, attributes: ['1.1'] }), element(0xa0, control));
    };
    const cookieOf = (bytes: Buffer) => bytes.subarray(-36);
    const wire = await boundWire(ldap);
    wire.send(paged(2, Buffer.alloc(0)));
    const first = await wire.received(12);
    const cookie = cookieOf(first[11]?.bytes ?? Buffer.alloc(0));
    const other = await boundWire(ldap);
    other.send(paged(2, cookie), paged(3, Buffer.from('altered')));
    expect((await other.received(3)).slice(1).map(({ code }) => code)).toEqual([53, 53]);
    wire.send(paged(3, cookie));
    const second = await wire.received(23);
    expect(second[22]).toMatchObject({ tag: 0x65, code: 0 });
    wire.send(paged(4, cookie));
    expect((await wire.received(24))[23]).toMatchObject({ code: 53 });
    wire.send(paged(5, cookieOf(second[22]?.bytes ?? Buffer.alloc(0)), 'ou=users,dc=roster'));
    expect((await wire.received(25))[24]).toMatchObject({ code: 53 });
  });
});

describe('changes', () => {
  it('are served as soon as they are committed', async () => {
    const ldap = await start();
    const user = aUser({ username: 'late' });
    await ldap.write([{ subject: 'user', subjectId: user.id, memberId: null }], (transaction) =>
      transaction.insertUsers([user]),
    );
    expect(await ldap.search(['-b', 'dc=roster', '(uid=late)'])).toHaveLength(1);
    await ldap.write([{ subject: 'user', subjectId: user.id, memberId: null }], (transaction) =>
      transaction.updateUsers([{ ...user, username: 'later', updatedAt: THEN }]),
    );
    expect(await ldap.search(['-b', 'dc=roster', '(uid=late)'])).toEqual([]);
    expect(await ldap.search(['-b', 'uid=later,ou=users,dc=roster'])).toHaveLength(1);
  });
});
