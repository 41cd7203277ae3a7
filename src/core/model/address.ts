/** What kind of IP address a text is, for deciding where a source may live. */

/** refused: no directory lives there, but what must not be reached by a URL that somebody typed. */
export type AddressKind = 'loopback' | 'refused' | 'other';

/** Where clouds answer their machines with credentials, beside the link-local 169.254.169.254. */
const METADATA_IPV4: ReadonlySet<string> = new Set(['100.100.100.200', '168.63.129.16', '192.0.0.192']);
const METADATA_IPV6: ReadonlySet<string> = new Set(['fd00:ec2:0:0:0:0:0:254']);

/** The kind of an address in text form, IPv6 without brackets; null for what is not an address. */
export function addressKind(text: string): AddressKind | null {
  if (text.includes(':')) {
    const groups = ipv6Groups(text);
    return groups === null ? null : ipv6Kind(groups);
  }
  const octets = ipv4Octets(text);
  return octets === null ? null : ipv4Kind(octets);
}

type Octets = readonly [number, number, number, number];

function ipv4Kind(octets: Octets): AddressKind {
  const [first, second] = octets;
  if (first === 127) return 'loopback';
  // 0/8 "this host" (RFC 1122), 169.254/16 link-local (RFC 3927), 224/4 multicast and 240/4 reserved (RFC 1112).
  const refused = first === 0 || (first === 169 && second === 254) || first >= 224;
  return refused || METADATA_IPV4.has(octets.join('.')) ? 'refused' : 'other';
}

/** Link-local fe80::/10, site-local fec0::/10 and multicast ff00::/8 (RFC 4291) begin at this first group. */
const IPV6_LINK_LOCAL = 0xfe80;

function ipv6Kind(groups: readonly number[]): AddressKind {
  const text = groups.map((group) => group.toString(16)).join(':');
  if (text === '0:0:0:0:0:0:0:1') return 'loopback';
  const [first = 0, , , , , , high = 0, low = 0] = groups;
  if (EMBEDS_IPV4.test(text)) return ipv4Kind([high >> 8, high & 0xff, low >> 8, low & 0xff]);
  return first >= IPV6_LINK_LOCAL || METADATA_IPV6.has(text) ? 'refused' : 'other';
}

/** ::/96 and ::ffff:0:0/96 (RFC 4291 section 2.5.5), 64:ff9b::/96 (RFC 6052). */
const EMBEDS_IPV4 = /^(0:0:0:0:0:(0|ffff)|64:ff9b:0:0:0:0):/;

function ipv4Octets(text: string): Octets | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const [a = 256, b = 256, c = 256, d = 256] = match?.slice(1).map(Number) ?? [];
  return Math.max(a, b, c, d) > 255 ? null : [a, b, c, d];
}

/**
 * The eight groups of an IPv6 address without brackets or zone; null for what is none.
 * The URL parser knows all spellings of IPv6 and writes each address in one way (RFC 5952).
 */
export function ipv6Groups(text: string): readonly number[] | null {
  if (!/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(`http://[${text}]`)) return null;
  const [head = '', tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::');
  const left = hexGroups(head);
  const right = hexGroups(tail ?? '');
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function hexGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
