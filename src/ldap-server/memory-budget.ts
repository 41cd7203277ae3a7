/** Bounds what all connections together hold in memory for clients that are slow. */

/** A connection, as far as one kind of memory goes. */
export interface Holder {
  /** Too much is held in all, and this one has held some for the longest: close it. */
  giveWay(): void;
}

export interface MemoryBudget {
  /** Tells how much `holder` holds now; 0: nothing (any more). */
  hold(holder: Holder, bytes: number): void;
}

/** An honest client holds its part for milliseconds, so who began first is the least likely to be one. */
export function createMemoryBudget(bytesMax: number): MemoryBudget {
  /** In the order in which they began. */
  const held = new Map<Holder, number>();
  let total = 0;

  return {
    hold(holder, bytes) {
      total += bytes - (held.get(holder) ?? 0);
      if (bytes === 0) held.delete(holder);
      else held.set(holder, bytes);
      while (total > bytesMax) {
        const [oldest] = held;
        if (oldest === undefined) return;
        held.delete(oldest[0]);
        total -= oldest[1];
        oldest[0].giveWay();
      }
    },
  };
}
