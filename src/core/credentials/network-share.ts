/** Leaves room among the checks that wait for other networks than the one that asks the most. */
import { DirectoryError } from '../errors.ts';

/** Checks of one network's sign-ins under way at a time: half of what may wait for a hash. */
export const CHECKS_PER_NETWORK_MAX = 50;

export interface NetworkShare {
  /** Runs a check for a network; null: unknown, and not bounded here. Throws DirectoryError 'busy', and what `check` throws. */
  take<T>(network: string | null, check: () => Promise<T>): Promise<T>;
}

export function createNetworkShare(checksMax = CHECKS_PER_NETWORK_MAX): NetworkShare {
  const underWay = new Map<string, number>();

  function add(network: string, change: 1 | -1): void {
    const checks = (underWay.get(network) ?? 0) + change;
    if (checks === 0) underWay.delete(network);
    else underWay.set(network, checks);
  }

  return {
    async take(network, check) {
      if (network === null) return check();
      if ((underWay.get(network) ?? 0) >= checksMax) {
        throw new DirectoryError(
          'busy',
          'Too many passwords from this network are being checked at the moment; try again shortly.',
        );
      }
      add(network, 1);
      try {
        return await check();
      } finally {
        add(network, -1);
      }
    },
  };
}
