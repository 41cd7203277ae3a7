/** The URL of a source: where Roster may connect to, and send passwords. */
import { DirectoryError } from '../errors.ts';
import { addressKind } from './address.ts';

/** Scheme, host (IPv6 in brackets) and port; a user, path or query has no place. */
const SOURCE_URL = /^(ldaps?):\/\/(\[[0-9a-f:.]+\]|[^\s/?#@:[\]%\\]+)(?::(\d{1,5}))?\/?$/i;
const HOST_LENGTH_MAX = 253;
const HOST_NAME = /^(?=.*[a-z])[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;
const METADATA_HOSTS: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'instance-data',
]);

/**
 * The URL as it is kept: `ldaps://host[:port]`, or `ldap://` to this machine alone unless `plainLdap` allows it; an IPv4 address is written in
 * its usual form, however it was spelt. Throws DirectoryError 'invalid' (field `url`), which never repeats a
 * password that somebody wrote into the URL.
 */
export function normaliseSourceUrl(text: string, plainLdap = false): string {
  const [, scheme = '', authority = '', port] = SOURCE_URL.exec(text.trim()) ?? [];
  if (scheme === '') {
    throw invalid('The URL must read ldaps://host or ldaps://host:port, without user, path or query.');
  }
  const host = normaliseHost(authority);
  refuseAddress(host);
  const secure = scheme.toLowerCase() === 'ldaps';
  if (!secure && !plainLdap && !isThisMachine(host)) {
    throw invalid(
      'ldap:// would send passwords readable over the network and is for this machine only: use ldaps://, or allow it on the server by ROSTER_ALLOW_PLAIN_LDAP=yes.',
    );
  }
  if (port === undefined) return `${secure ? 'ldaps' : 'ldap'}://${host}`;
  const number = Number(port);
  if (number < 1 || number > 65_535) throw invalid(`The port of the URL must be 1 to 65535, not ${port}.`);
  return `${secure ? 'ldaps' : 'ldap'}://${host}:${number}`;
}

/** Asks the parser of web URLs, which writes every spelling of an address (0x7f.1, 2130706433) in one form. */
function normaliseHost(text: string): string {
  const url = `http://${text}`;
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : '';
  const known = host.startsWith('[') || addressKind(host) !== null || HOST_NAME.test(host);
  if (known && host.length <= HOST_LENGTH_MAX) return host;
  throw invalid('The host in the URL is neither a host name nor an IP address.');
}

function refuseAddress(host: string): void {
  if (addressKind(bare(host)) !== 'refused' && !METADATA_HOSTS.has(host)) return;
  throw invalid(
    `No directory can be reached at ${host}: link-local, multicast, unspecified and cloud metadata addresses are refused.`,
  );
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || addressKind(bare(host)) === 'loopback';
}

/** An IPv6 address without its brackets. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

function invalid(message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field: 'url' });
}
