/** The allow-list: which addresses may connect at all. */
import { BlockList, isIP } from 'node:net';
import { DirectoryError } from '../core/errors.ts';
import type { Finding } from '../core/model/finding.ts';

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

/** `own`: the addresses of this machine, from which people try out and probes look. */
export function examineAllowList(allow: readonly string[], own: readonly string[]): readonly Finding[] {
  if (allow.length === 0)
    return [finding('wrong', 'The allow-list is empty: nobody can connect over LDAPS.')];
  const list = parseAllowList(allow);
  const findings = [finding('well', `The allow-list lets ${allow.join(', ')} connect.`)];
  if (!own.some((address) => list.allows(address))) {
    findings.push(
      finding('warning', 'The allow-list holds no address of this machine: it cannot try its own LDAPS.'),
    );
  }
  if (allow.some((entry) => /\/0+$/.test(entry))) {
    findings.push(finding('warning', 'The allow-list lets every address connect.'));
  }
  return findings;
}

function finding(state: Finding['state'], sentence: string): Finding {
  return { subject: 'allow-list', state, sentence };
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
