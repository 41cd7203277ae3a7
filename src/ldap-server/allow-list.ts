/** The allow-list: which addresses may connect at all. */
import { BlockList, isIP } from 'node:net';
import { DirectoryError } from '../core/errors.ts';

export interface AllowList {
  /** `address` as a socket tells it, IPv4-mapped IPv6 included; undefined (already gone) is refused. */
  allows(address: string | undefined): boolean;
}

/** From addresses and CIDR ranges, IPv4 and IPv6. Throws DirectoryError 'invalid' naming the first that is neither. */
export function parseAllowList(entries: readonly string[]): AllowList {
  const list = new BlockList();
  for (const entry of entries) add(list, entry);
  return {
    allows(address) {
      if (address === undefined) return false;
      const plain = unmapped(address);
      const family = isIP(plain);
      return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/** The address as people write it: without the IPv6 prefix of a mapped IPv4 address, without a zone. */
export function unmapped(address: string): string {
  const [plain = ''] = address.split('%');
  return plain.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

function add(list: BlockList, entry: string): void {
  const match = /^([\da-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(entry.trim());
  const address = unmapped(match?.[1] ?? '');
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const prefix = match?.[2] === undefined ? bits : Number(match[2]);
  if (family === 0 || prefix > bits) {
    throw new DirectoryError(
      'invalid',
      `${JSON.stringify(entry)} in the allow-list is neither an address nor a range such as 10.0.0.0/8.`,
      { field: 'allow' },
    );
  }
  list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
}
