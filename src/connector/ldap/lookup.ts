/** Resolves the host of a source, and keeps back the addresses that a source may not have. */
import type { LookupAddress, LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { DirectoryError } from '../../core/errors.ts';
import { type AddressKind, addressKind } from '../../core/model/address.ts';

/** As lookup of node:dns, asked for all addresses. */
export type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Resolves as `lookup` does, to the addresses whose kind is one of `kinds`: what a URL may not name, a name may not
 * stand for either. Fails with DirectoryError 'invalid' (field `url`) where none is left.
 */
export function createLookup(lookup: LookupAll, kinds: readonly AddressKind[]): LookupFunction {
  return (hostname, { all, ...options }, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      const addresses = found.filter(({ address }) => kinds.some((kind) => kind === addressKind(address)));
      const [first] = addresses;
      if (first === undefined) callback(refused(hostname), []);
      else if (all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function refused(hostname: string): DirectoryError {
  return new DirectoryError(
    'invalid',
    `The host ${hostname} stands for an address at which Roster looks for no directory: check the URL, and the name servers of this machine.`,
    { field: 'url' },
  );
}
