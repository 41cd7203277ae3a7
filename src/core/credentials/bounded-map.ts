/** A map of bounded size: beyond it, the entry used longest ago is forgotten. */

export interface BoundedMap<V> {
  readonly size: number;
  /** Counts as a use of the entry. */
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  clear(): void;
  /** Those used last first. */
  values(): Iterable<V>;
}

/** One in the row of entries, from the one used last to the one used longest ago. */
interface Link<V> {
  readonly key: string;
  value: V;
  newer: Link<V> | null;
  older: Link<V> | null;
}

/** A use moves an entry within the row alone: taking it out of a Map and into it anew would make garbage of its table. */
export function createBoundedMap<V>(sizeMax: number): BoundedMap<V> {
  const links = new Map<string, Link<V>>();
  let newest: Link<V> | null = null;
  let oldest: Link<V> | null = null;

  function putFirst(link: Link<V>): void {
    link.newer = null;
    link.older = newest;
    if (newest === null) oldest = link;
    else newest.newer = link;
    newest = link;
  }

  function takeOut({ newer, older }: Link<V>): void {
    if (newer === null) newest = older;
    else newer.older = older;
    if (older === null) oldest = newer;
    else older.newer = newer;
  }

  function use(link: Link<V>): void {
    if (link === newest) return;
    takeOut(link);
    putFirst(link);
  }

  function remove(key: string): void {
    const link = links.get(key);
    if (link === undefined) return;
    links.delete(key);
    takeOut(link);
  }

  return {
    get size() {
      return links.size;
    },
    get(key) {
      const link = links.get(key);
      if (link === undefined) return undefined;
      use(link);
      return link.value;
    },
    set(key, value) {
      const known = links.get(key);
      if (known !== undefined) {
        known.value = value;
        use(known);
        return;
      }
      const link: Link<V> = { key, value, newer: null, older: null };
      links.set(key, link);
      putFirst(link);
      if (links.size > sizeMax && oldest !== null) remove(oldest.key);
    },
    delete: remove,
    clear() {
      links.clear();
      newest = null;
      oldest = null;
    },
    *values() {
      for (let link = newest; link !== null; link = link.older) yield link.value;
    },
  };
}
