/** Counts connections, in all and by address, for all processes that serve. */
import type { Limits } from './limits.ts';

export type SeatRefusal = 'too-many' | 'too-many-of-address';

export interface Seats {
  /** `address` null: not known yet, counted in all alone. Returns why there is none; each that is taken is left once. */
  take(address: string | null): SeatRefusal | null | Promise<SeatRefusal | null>;
  leave(address: string | null): void;
}

export function createSeats(
  limits: Pick<Limits, 'connectionsMax' | 'connectionsPerAddressMax'>,
): Seats & { take(address: string | null): SeatRefusal | null } {
  const countByAddress = new Map<string, number>();
  let taken = 0;

  return {
    take(address) {
      if (taken >= limits.connectionsMax) return 'too-many';
      if (address !== null) {
        const ofAddress = countByAddress.get(address) ?? 0;
        if (ofAddress >= limits.connectionsPerAddressMax) return 'too-many-of-address';
        countByAddress.set(address, ofAddress + 1);
      }
      taken += 1;
      return null;
    },
    leave(address) {
      taken -= 1;
      if (address === null) return;
      const left = (countByAddress.get(address) ?? 1) - 1;
      if (left === 0) countByAddress.delete(address);
      else countByAddress.set(address, left);
    },
  };
}
