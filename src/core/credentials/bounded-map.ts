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

export function createBoundedMap<V>(sizeMax: number): BoundedMap<V> {
  return new LinkedMap(sizeMax);
}

/** One in the row of entries, from the one used last to the one used longest ago. */
interface Link<V> {
  readonly key: string;
  value: V;
  newer: Link<V> | null;
  older: Link<V> | null;
}

/** A use moves an entry within the row alone: taking it out of a Map and into it anew would make garbage of its table. */
class LinkedMap<V> implements BoundedMap<V> {
  readonly #sizeMax: number;
  readonly #links = new Map<string, Link<V>>();
  #newest: Link<V> | null = null;
  #oldest: Link<V> | null = null;

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  get size(): number {
    return this.#links.size;
  }

  get(key: string): V | undefined {
    const link = this.#links.get(key);
    if (link === undefined) return undefined;
    this.#use(link);
    return link.value;
  }

  set(key: string, value: V): void {
    const known = this.#links.get(key);
    if (known !== undefined) {
      known.value = value;
      this.#use(known);
      return;
    }
    const link: Link<V> = { key, value, newer: null, older: null };
    this.#links.set(key, link);
    this.#putFirst(link);
    if (this.#links.size > this.#sizeMax && this.#oldest !== null) this.delete(this.#oldest.key);
  }

  delete(key: string): void {
    const link = this.#links.get(key);
    if (link === undefined) return;
    this.#links.delete(key);
    this.#takeOut(link);
  }

  clear(): void {
    this.#links.clear();
    this.#newest = null;
    this.#oldest = null;
  }

  *values(): Generator<V> {
    for (let link = this.#newest; link !== null; link = link.older) yield link.value;
  }

  #use(link: Link<V>): void {
    if (link === this.#newest) return;
    this.#takeOut(link);
    this.#putFirst(link);
  }

  #takeOut({ newer, older }: Link<V>): void {
    if (newer === null) this.#newest = older;
    else newer.older = older;
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
  }

  #putFirst(link: Link<V>): void {
    link.newer = null;
    link.older = this.#newest;
    if (this.#newest === null) this.#oldest = link;
    else this.#newest.newer = link;
    this.#newest = link;
  }
}
