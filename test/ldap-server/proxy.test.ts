import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { type Logger, silentLogger } from '../../src/core/log.ts';
import { element, message, simpleBind } from '../support/ber-builder.ts';
import {
  ADMIN_DN,
  ADMIN_PASSWORD,
  type Options,
  startLdapServer,
  type TestLdapServer,
} from '../support/ldap-server.ts';
import { createWire } from '../support/ldap-wire.ts';

const WHO_AM_I = element(0x77, element(0x80, '1.3.6.1.4.1.4203.1.11.3'));
const CLIENT = 'PROXY TCP4 192.0.2.7 192.0.2.1 50000 636\r\n';
const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const CLIENT_V2 = Buffer.concat([SIGNATURE, Buffer.from('2111000cc0000207c0000201c350027c', 'hex')]);
const HEALTH_CHECK_V2 = Buffer.concat([SIGNATURE, Buffer.from('20000000', 'hex')]);

let ldap: TestLdapServer | null = null;
afterEach(async () => {
  await ldap?.stop();
  ldap = null;
});

async function start(options: Options): Promise<TestLdapServer> {
  ldap = await startLdapServer({ proxies: ['127.0.0.1'], ...options });
  return ldap;
}

/** A connection as a proxy makes it; `send` writes the header. */
async function throughProxy(
  { port, caPem }: TestLdapServer,
  send: (socket: Socket) => void,
): Promise<TLSSocket> {
  const tcp = connectTcp(port, '127.0.0.1');
  tcp.setNoDelay(true);
  tcp.on('error', () => undefined);
  await once(tcp, 'connect');
  send(tcp);
  const tls = connectTls({ socket: tcp, ca: caPem, host: '127.0.0.1' });
  await once(tls, 'secureConnect');
  return tls;
}

async function serves(socket: TLSSocket): Promise<void> {
  const wire = createWire(socket);
  wire.send(message(1, simpleBind(ADMIN_DN, ADMIN_PASSWORD)), message(2, WHO_AM_I));
  expect((await wire.received(2)).map(({ code }) => code)).toEqual([0, 0]);
}

describe('behind a named proxy', () => {
  it.each([
    ['version 1', CLIENT],
    ['version 2', CLIENT_V2],
  ])("the client's address counts for the allow-list and stands in the log (%s)", async (_name, header) => {
    const binds: object[] = [];
    const log: Logger = {
      ...silentLogger,
      info: (fields, text) => void (text === 'bind' && binds.push(fields)),
    };
    const server = await start({ allow: ['192.0.2.7'], log });
    await serves(await throughProxy(server, (socket) => socket.write(header)));
    expect(binds).toMatchObject([{ address: '192.0.2.7' }]);
  });

  it('a client that is not allowed is reset', async () => {
    const server = await start({ allow: ['192.0.2.8', '127.0.0.1'] });
    await expect(throughProxy(server, (socket) => socket.write(CLIENT))).rejects.toThrow();
  });

  it('a header that comes byte by byte is read, and one that comes with the handshake too', async () => {
    const server = await start({ allow: ['192.0.2.7'] });
    await serves(
      await throughProxy(server, (socket) => {
        for (const byte of CLIENT_V2) socket.write(Buffer.of(byte));
      }),
    );
    await serves(
      await throughProxy(server, (socket) => {
        socket.cork();
        socket.write(CLIENT);
        process.nextTick(() => socket.uncork());
      }),
    );
  });

  it("limits count by the client's address", async () => {
    const server = await start({ allow: ['192.0.2.0/24'], limits: { connectionsPerAddressMax: 1 } });
    const first = await throughProxy(server, (socket) => socket.write(CLIENT));
    await expect(throughProxy(server, (socket) => socket.write(CLIENT))).rejects.toThrow();
    await serves(await throughProxy(server, (socket) => socket.write(CLIENT.replace('2.7', '2.8'))));
    await serves(first);
  });

  it('who breaks the protocol is kept out by the address that the proxy tells, and the proxy never', async () => {
    const allow = ['192.0.2.0/24', '127.0.0.1'];
    const server = await start({ allow, limits: { offencesMax: 1 } });
    for (const header of [CLIENT, CLIENT, HEALTH_CHECK_V2, HEALTH_CHECK_V2]) {
      const wire = createWire(await throughProxy(server, (socket) => socket.write(header)));
      wire.send(Buffer.from('3084ffffffff', 'hex'));
      await wire.closed();
    }
    await expect(throughProxy(server, (socket) => socket.write(CLIENT))).rejects.toThrow();
    await serves(await throughProxy(server, (socket) => socket.write(CLIENT.replace('2.7', '2.8'))));
    await serves(await throughProxy(server, (socket) => socket.write(HEALTH_CHECK_V2)));
  });

  it('the allow-list is applied anew to open connections when it changes', async () => {
    const server = await start({ allow: ['192.0.2.0/24'] });
    const socket = await throughProxy(server, (tcp) => tcp.write(CLIENT));
    const wire = createWire(socket);
    await server.setSettings({ allow: ['127.0.0.1', '192.0.2.8'] });
    await wire.closed();
  });

  it.each([
    ['version 1, unknown', 'PROXY UNKNOWN\r\n'],
    ['version 2, local', HEALTH_CHECK_V2],
  ])('a proxy that speaks for itself must be allowed itself (%s)', async (_name, header) => {
    const server = await start({ allow: ['192.0.2.7'] });
    await expect(throughProxy(server, (socket) => socket.write(header))).rejects.toThrow();
    await server.setSettings({ allow: ['127.0.0.1'] });
    await serves(await throughProxy(server, (socket) => socket.write(header)));
  });

  it.each([
    ['no header', Buffer.of(0x16, 0x03, 0x01)],
    ['an invalid one', Buffer.from('PROXY TCP4 192.0.2.7\r\n')],
    ['half of one', CLIENT_V2.subarray(0, 20)],
  ])('what comes with %s is reset', async (_name, bytes) => {
    const refused: string[] = [];
    const observer = {
      operation: () => undefined,
      refused: (reason: string) => void refused.push(reason),
      handshakeFailed: () => undefined,
    };
    const server = await start({ allow: ['127.0.0.1'], limits: { proxyHeaderMs: 100 }, observer });
    const socket = connectTcp(server.port, '127.0.0.1');
    socket.write(bytes);
    await expect(once(socket, 'close')).rejects.toThrow('ECONNRESET');
    expect(refused).toEqual(['no-proxy-header']);
  });

  it('sockets without a header count, and end with the server', async () => {
    const server = await start({ allow: ['127.0.0.1', '192.0.2.7'], limits: { connectionsMax: 1 } });
    const silent = connectTcp(server.port, '127.0.0.1');
    silent.on('error', () => undefined);
    await expect.poll(() => server.server.status().connections).toBe(1);
    await expect(throughProxy(server, (socket) => socket.write(CLIENT))).rejects.toThrow();
    const ended = once(silent, 'close');
    await server.server.stop();
    await ended;
  });
});

it('from anybody else a header is garbage', async () => {
  const server = await start({ proxies: ['192.0.2.1'], allow: ['127.0.0.1', '192.0.2.7'] });
  await expect(throughProxy(server, (socket) => socket.write(CLIENT))).rejects.toThrow();
});
