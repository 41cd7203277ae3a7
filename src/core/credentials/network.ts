/** The network that sign-ins from an address are counted under: whoever has one IPv6 address has its whole /64. */
import { addressKind, ipv6Groups } from '../model/address.ts';

/** An IPv4 address as it is (IPv4-mapped IPv6 too), the /64 of an IPv6 address; null for what is no address. */
export function networkOf(address: string): string | null {
  const [plain = ''] = address.split('%');
  if (!plain.includes(':')) return addressKind(plain) === null ? null : plain;
  const groups = ipv6Groups(plain);
  if (groups === null) return null;
  const text = groups.map((group) => group.toString(16));
  // RFC 4291 section 2.5.5.2: otherwise all of IPv4 were one network.
  if (text.slice(0, 6).join(':') === '0:0:0:0:0:ffff') return dotted(groups.slice(6));
  return `${text.slice(0, 4).join(':')}::/64`;
}

function dotted(groups: readonly number[]): string {
  return groups.flatMap((group) => [group >> 8, group & 0xff]).join('.');
}
