import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PROXY_V1_BYTES_MAX,
  PROXY_V2_BYTES_MAX,
  readProxyHeader,
} from '../../src/ldap-server/proxy-protocol.ts';

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const TLS = Buffer.from('160301', 'hex');

/** A header of version 2; `length` may lie. */
function version2(command: number, family: number, rest: Buffer | string, length = rest.length): Buffer {
  const contents = typeof rest === 'string' ? Buffer.from(rest.replaceAll(' ', ''), 'hex') : rest;
  const size = typeof rest === 'string' ? contents.length : length;
  return Buffer.concat([SIGNATURE, Buffer.of(command, family, size >> 8, size & 255), contents]);
}

const IPV4_BLOCK = 'c0000201 c6336401 dc04 027c';
const IPV6_BLOCK = '20010db8000000000000000000000001 20010db8000000000000000000000002 dc04 027c';
const VALID: readonly [name: string, header: Buffer, address: string | null, port: number | null][] = [
  ['version 1, IPv4', Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.1 56324 636\r\n'), '192.0.2.1', 56324],
  ['version 1, IPv6', Buffer.from('PROXY TCP6 2001:db8::1 2001:db8::2 56324 636\r\n'), '2001:db8::1', 56324],
  [
    'version 1, as long as it gets',
    Buffer.from(
      `PROXY UNKNOWN ${['ffff:'.repeat(8).slice(0, -1), 'ffff:'.repeat(8).slice(0, -1)].join(' ')} 65535 65535\r\n`,
    ),
    null,
    null,
  ],
  ['version 1, unknown', Buffer.from('PROXY UNKNOWN\r\n'), null, null],
  ['version 2, IPv4', version2(0x21, 0x11, IPV4_BLOCK), '192.0.2.1', 56324],
  ['version 2, IPv6', version2(0x21, 0x21, IPV6_BLOCK), '2001:db8::1', 56324],
  [
    'version 2, an IPv4-mapped address',
    version2(0x21, 0x21, '00000000000000000000ffffc0000201 00000000000000000000ffffc6336401 dc04 027c'),
    '::ffff:192.0.2.1',
    56324,
  ],
  ['version 2 with extensions', version2(0x21, 0x11, `${IPV4_BLOCK} 04 0003 000000`), '192.0.2.1', 56324],
  ['version 2, a health check', version2(0x20, 0x00, ''), null, null],
  ['version 2, a health check with addresses', version2(0x20, 0x11, IPV4_BLOCK), null, null],
  ['version 2, unspecified', version2(0x21, 0x00, ''), null, null],
  [
    'version 2, as long as is allowed',
    version2(0x20, 0x00, Buffer.alloc(PROXY_V2_BYTES_MAX - 16)),
    null,
    null,
  ],
];

describe('readProxyHeader', () => {
  it.each(VALID)('reads %s', (_, header, address, port) => {
    const expected = { address, port, headerBytes: header.length };
    expect(readProxyHeader(header)).toEqual(expected);
    expect(readProxyHeader(Buffer.concat([header, TLS]))).toEqual(expected);
  });

  it.each(VALID)('waits for the rest of %s', (_, header) => {
    for (let length = 0; length < header.length; length += 1) {
      expect(readProxyHeader(header.subarray(0, length))).toBe('incomplete');
    }
  });

  it.each([
    ['TLS without a header', TLS],
    ['another word', Buffer.from('PROXX')],
    ['a signature that goes on otherwise', Buffer.from('\r\n\r\n\0\r\nQUIX')],
    ['an unknown transport', Buffer.from('PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n')],
    ['a word that begins like UNKNOWN', Buffer.from('PROXY UNKNOWNX\r\n')],
    ['two spaces', Buffer.from('PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n')],
    ['IPv6 where IPv4 is told', Buffer.from('PROXY TCP4 ::1 ::1 1 2\r\n')],
    ['IPv4 where IPv6 is told', Buffer.from('PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n')],
    ['a number that could be octal', Buffer.from('PROXY TCP4 192.0.2.010 192.0.2.2 1 2\r\n')],
    ['an address beyond 255', Buffer.from('PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n')],
    ['a destination that is none', Buffer.from('PROXY TCP4 192.0.2.1 198 1 2\r\n')],
    ['a port beyond 65535', Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n')],
    ['a port with leading zeros', Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n')],
    ['no ports', Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2\r\n')],
    ['a line end too late', Buffer.from(`${'PROXY UNKNOWN '.padEnd(PROXY_V1_BYTES_MAX - 1, 'x')}\r\n`)],
    ['no line end', Buffer.from('PROXY '.padEnd(PROXY_V1_BYTES_MAX, 'x'))],
    ['another version', version2(0x11, 0x11, IPV4_BLOCK)],
    ['an unknown command', version2(0x22, 0x11, IPV4_BLOCK)],
    ['datagrams', version2(0x21, 0x12, IPV4_BLOCK)],
    ['a local socket of the proxy', version2(0x21, 0x31, Buffer.alloc(216))],
    ['addresses cut short', version2(0x21, 0x21, IPV4_BLOCK)],
    ['too many extensions', version2(0x20, 0x00, Buffer.alloc(0), PROXY_V2_BYTES_MAX - 15)],
  ])('refuses %s', (_, bytes) => {
    expect(readProxyHeader(bytes)).toBe('invalid');
  });

  it('reads any address of either family from either version alike', () => {
    const sources = fc.oneof(fc.tuple(fc.constant(4), fc.ipV4()), fc.tuple(fc.constant(6), fc.ipV6()));
    fc.assert(
      fc.property(sources, fc.integer({ min: 0, max: 65_535 }), ([family, address], port) => {
        const line = Buffer.from(`PROXY TCP${family} ${address} ${address} ${port} 636\r\n`);
        expect(readProxyHeader(line)).toEqual({ address, port, headerBytes: line.length });
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.nat(65_535), (octets, port) => {
        const ports = Buffer.of(port >> 8, port & 255, 0, 0);
        const header = version2(0x21, 0x11, Buffer.concat([octets, octets, ports]));
        expect(readProxyHeader(header)).toEqual({ address: octets.join('.'), port, headerBytes: 28 });
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (octets) => {
        const text = Buffer.from(octets).toString('hex').match(/..../g)?.join(':') ?? '';
        const header = readProxyHeader(
          version2(0x21, 0x21, Buffer.concat([octets, octets, Buffer.alloc(4)])),
        );
        const address = typeof header === 'string' ? '' : `${header.address}`;
        expect(new URL(`http://[${address}]`).hostname).toBe(new URL(`http://[${text}]`).hostname);
      }),
    );
  });

  it('never throws, and never takes more than it was given', () => {
    const begun = fc.constantFrom(Buffer.alloc(0), Buffer.from('PROXY TCP4 '), SIGNATURE);
    fc.assert(
      fc.property(begun, fc.uint8Array({ maxLength: 300 }), (start, rest) => {
        const bytes = Buffer.concat([start, rest]);
        const header = readProxyHeader(bytes);
        if (typeof header !== 'string') expect(header.headerBytes).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
