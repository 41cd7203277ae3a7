import { describe, expect, it } from 'vitest';
import { normaliseSourceUrl } from '../../../src/core/model/source-url.ts';

const SHAPE = 'The URL must read ldaps://host or ldaps://host:port, without user, path or query.';
const CLEAR = 'ldap:// would send passwords readable over the network';
const REFUSED = 'No directory can be reached at';

describe('the URL of a source', () => {
  it.each([
    ['ldaps://ldap.example.org', 'ldaps://ldap.example.org'],
    [' LDAPS://LDAP.Example.org:636/ ', 'ldaps://ldap.example.org:636'],
    ['ldaps://ldap.example.org.:0636', 'ldaps://ldap.example.org:636'],
    ['ldaps://dc_1.corp', 'ldaps://dc_1.corp'],
    ['ldaps://münchen.example', 'ldaps://xn--mnchen-3ya.example'],
    ['ldaps://10.1.2.3:80', 'ldaps://10.1.2.3:80'],
    ['ldaps://192.168.0.1', 'ldaps://192.168.0.1'],
    ['ldaps://[2001:DB8::1]:1636', 'ldaps://[2001:db8::1]:1636'],
    ['ldaps://127.0.0.1:6636', 'ldaps://127.0.0.1:6636'],
    ['ldap://127.8.9.1:389', 'ldap://127.8.9.1:389'],
    ['ldap://127.1', 'ldap://127.0.0.1'],
    ['ldap://localhost:1389', 'ldap://localhost:1389'],
    ['ldap://[::1]', 'ldap://[::1]'],
    ['ldap://[::ffff:127.0.0.1]', 'ldap://[::ffff:7f00:1]'],
  ])('%j is kept as %s', (text, kept) => {
    expect(normaliseSourceUrl(text)).toBe(kept);
  });

  it.each([
    ['', SHAPE],
    ['ldap.example.org', SHAPE],
    ['https://ldap.example.org', SHAPE],
    ['ldapi:///var/run/ldapi', SHAPE],
    ['ldaps://', SHAPE],
    ['ldaps://:636', SHAPE],
    ['ldaps://host/dc=example', SHAPE],
    ['ldaps://host?x', SHAPE],
    ['ldaps://host#x', SHAPE],
    ['ldaps://host:636:636', SHAPE],
    ['ldaps://host:port', SHAPE],
    ['ldaps://a b', SHAPE],
    ['ldaps://host\\@other', SHAPE],
    ['ldaps://%31%36%39.254.169.254', SHAPE],
    ['ldaps://[fe80::1%25eth0]', SHAPE],
    ['ldaps://host:0', 'must be 1 to 65535, not 0'],
    ['ldaps://host:65536', 'must be 1 to 65535, not 65536'],
    ['ldaps://[1:2]', 'neither a host name nor an IP address'],
    ['ldaps://1.2.3.256', 'neither a host name nor an IP address'],
    ['ldaps://ho$t', 'neither a host name nor an IP address'],
    [`ldaps://${'a.'.repeat(127)}aa`, 'neither a host name nor an IP address'],
    ['ldap://ldap.example.org', CLEAR],
    ['ldap://10.0.0.1', CLEAR],
    ['ldap://localhost.example.org', CLEAR],
    ['ldap://[2001:db8::1]', CLEAR],
    ['ldaps://169.254.169.254', REFUSED],
    ['ldaps://0xa9fea9fe', REFUSED],
    ['ldaps://2852039166:636', REFUSED],
    ['ldaps://0251.0376.0251.0376', REFUSED],
    ['ldaps://１６９.254.169.254', REFUSED],
    ['ldaps://[::ffff:169.254.169.254]', REFUSED],
    ['ldaps://[64:ff9b::a9fe:a9fe]', REFUSED],
    ['ldaps://[::169.254.1.1]', REFUSED],
    ['ldaps://[fe80::1]', REFUSED],
    ['ldaps://[febf::1]', REFUSED],
    ['ldaps://[ff02::1]', REFUSED],
    ['ldaps://[::]', REFUSED],
    ['ldaps://[fd00:ec2::254]', REFUSED],
    ['ldaps://0.0.0.0', REFUSED],
    ['ldaps://0', REFUSED],
    ['ldaps://224.0.0.1', REFUSED],
    ['ldaps://255.255.255.255', REFUSED],
    ['ldaps://100.100.100.200', REFUSED],
    ['ldaps://metadata.google.internal', REFUSED],
    ['ldap://0.0.0.0', REFUSED],
  ])('%j is refused', (text, message) => {
    expect(() => normaliseSourceUrl(text)).toThrow(
      expect.objectContaining({ code: 'invalid', field: 'url', message: expect.stringContaining(message) }),
    );
  });

  it('is not repeated in the complaint when it holds a password', () => {
    expect(() => normaliseSourceUrl('ldaps://reader:s3cret@ldap.example.org')).toThrow(
      expect.objectContaining({ message: SHAPE }),
    );
  });
});
