/** Equality indexes: from a key of an attribute to the entries that hold it. */
import { type AttributeType, attributeType } from './attribute-types.ts';
import type { Entry } from './entry.ts';

/** One entry stands for itself: nearly all keys have one, and a set for each would be most of the memory. */
type Holders = Entry | Set<Entry>;

export interface Indexes {
  add(entry: Entry): void;
  remove(entry: Entry): void;
  /** null: the attribute has no index. */
  of(type: AttributeType): EqualityIndex | null;
}

interface EqualityIndex {
  /** How many keys there are. */
  readonly size: number;
  count(key: string): number;
  holders(key: string): Iterable<Entry>;
  keys(): Iterable<string>;
}

const INDEXED: readonly AttributeType[] = [
  attributeType.uid,
  attributeType.cn,
  attributeType.mail,
  attributeType.mailAlternateAddress,
  attributeType.givenName,
  attributeType.sn,
  attributeType.entryUUID,
];

/** These always hold the same values as another. */
const SAME_AS: ReadonlyMap<AttributeType, AttributeType> = new Map([
  [attributeType.username, attributeType.uid],
  [attributeType.sAMAccountName, attributeType.uid],
]);

export function createIndexes(): Indexes {
  const indexes = new Map(INDEXED.map((type) => [type, new Map<string, Holders>()]));
  return {
    add(entry) {
      for (const [type, index] of indexes) for (const key of entry.keys(type)) put(index, key, entry);
    },
    remove(entry) {
      for (const [type, index] of indexes) for (const key of entry.keys(type)) take(index, key, entry);
    },
    of(type) {
      const index = indexes.get(SAME_AS.get(type) ?? type);
      return index === undefined ? null : equalityIndex(index);
    },
  };
}

function equalityIndex(index: ReadonlyMap<string, Holders>): EqualityIndex {
  const holders = (key: string): Iterable<Entry> => {
    const found = index.get(key);
    return found === undefined ? [] : found instanceof Set ? found : [found];
  };
  return {
    size: index.size,
    count: (key) => {
      const found = index.get(key);
      return found === undefined ? 0 : found instanceof Set ? found.size : 1;
    },
    holders,
    keys: () => index.keys(),
  };
}

function put(index: Map<string, Holders>, key: string, entry: Entry): void {
  const found = index.get(key);
  if (found === undefined) index.set(key, entry);
  else if (found instanceof Set) found.add(entry);
  else if (found !== entry) index.set(key, new Set([found, entry]));
}

function take(index: Map<string, Holders>, key: string, entry: Entry): void {
  const found = index.get(key);
  if (found === entry) index.delete(key);
  else if (found instanceof Set && found.delete(entry) && found.size === 0) index.delete(key);
}
