/** A map of bounded size: beyond it, the entry used longest ago is forgotten. */

export interface BoundedMap<V> {
  readonly size: number;
  /** Counts as a use of the entry. */
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  clear(): void;
}

export function createBoundedMap<V>(sizeMax: number): BoundedMap<V> {
  /** In the order of use, the longest ago first. */
  const entries = new Map<string, V>();

  function set(key: string, value: V): void {
    entries.delete(key);
    entries.set(key, value);
    if (entries.size <= sizeMax) return;
    const [oldest] = entries.keys();
    if (oldest !== undefined) entries.delete(oldest);
  }

  return {
    get size() {
      return entries.size;
    },
    get(key) {
      const value = entries.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
}
