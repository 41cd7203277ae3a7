/** Shares out names among entries that may want each other's, without ever taking one from somebody else. */

export interface Claimant {
  /** Unique among the claimants. */
  readonly key: string;
  /** The name it has now; null for a new one. */
  readonly current: string | null;
  /** The name it should get; null: it must keep what it has. */
  readonly desired: string | null;
}

/**
 * The name of each claimant: the desired one; where that is taken, its current one (null for a new claimant).
 * A name goes to who has it already, then to those who have another one, then to new ones, each in the given order.
 * `taken` are names that are not to be had.
 */
export function claimNames(
  claimants: readonly Claimant[],
  taken: { has(name: string): boolean },
): Map<string, string | null> {
  const names = new Map<string, string | null>();
  const holders = new Map<string, Claimant>();
  const waiting = inTurn(claimants).reverse();

  /** Keeping its current name may displace who was given it meanwhile, and so on. */
  function fallBack(loser: Claimant): void {
    for (let next: Claimant | undefined = loser; next !== undefined; ) {
      const { key, current }: Claimant = next;
      names.set(key, current);
      const displaced: Claimant | undefined = current === null ? undefined : holders.get(current);
      if (current !== null) holders.set(current, next);
      next = displaced === next ? undefined : displaced;
    }
  }

  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { desired, current, key } = next;
    const free = desired !== null && !holders.has(desired) && (desired === current || !taken.has(desired));
    if (!free) {
      fallBack(next);
      continue;
    }
    holders.set(desired, next);
    names.set(key, desired);
  }
  return names;
}

function inTurn(claimants: readonly Claimant[]): Claimant[] {
  const stays = ({ current, desired }: Claimant) =>
    current !== null && (desired === null || desired === current);
  return [
    ...claimants.filter(stays),
    ...claimants.filter((claimant) => claimant.current !== null && !stays(claimant)),
    ...claimants.filter(({ current }) => current === null),
  ];
}
