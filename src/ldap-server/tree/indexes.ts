/** Indexes: from a key of an attribute, or from the hour of a time, to the entries that hold it. */
import { type AttributeType, attributeType } from './attribute-types.ts';
import type { Entry } from './entry.ts';

/** One entry stands for itself: nearly all keys have one, and a set for each would be most of the memory. */
type Holders = Entry | Set<Entry>;

export interface Indexes {
  add(entry: Entry): void;
  remove(entry: Entry): void;
  /** null: the attribute has no index. */
  of(type: AttributeType): EqualityIndex | null;
  /** null: the attribute has no ordered index. */
  ordered(type: AttributeType): OrderedIndex | null;
}

/** Times by the hour: what polls for changes looks at the last hours, and a change costs the same at any size. */
export interface OrderedIndex {
  /** Entries that hold a time in one of the hours from `from` to `to`, keys of times; null: without end. */
  within(from: string | null, to: string | null): readonly ReadonlySet<Entry>[];
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
  attributeType.uidNumber,
  attributeType.gidNumber,
];

const ORDERED: readonly AttributeType[] = [attributeType.createTimestamp, attributeType.modifyTimestamp];

/** All values of these are values of another. */
const SAME_AS: ReadonlyMap<AttributeType, AttributeType> = new Map([
  [attributeType.username, attributeType.uid],
  [attributeType.sAMAccountName, attributeType.uid],
  [attributeType.userPrincipalName, attributeType.mail],
]);

export function createIndexes(): Indexes {
  const indexes = new Map(INDEXED.map((type) => [type, new Map<string, Holders>()]));
  const hours = new Map(ORDERED.map((type) => [type, new Map<number, Set<Entry>>()]));
  return {
    add(entry) {
      for (const [type, index] of indexes) for (const key of entry.keys(type)) put(index, key, entry);
      for (const [type, index] of hours)
        for (const key of entry.keys(type)) putHour(index, hourOf(key), entry);
    },
    remove(entry) {
      for (const [type, index] of indexes) for (const key of entry.keys(type)) take(index, key, entry);
      for (const [type, index] of hours)
        for (const key of entry.keys(type)) takeHour(index, hourOf(key), entry);
    },
    of(type) {
      const index = indexes.get(SAME_AS.get(type) ?? type);
      return index === undefined ? null : equalityIndex(index);
    },
    ordered(type) {
      const index = hours.get(type);
      return index === undefined ? null : orderedIndex(index);
    },
  };
}

const HOUR_MS = 3_600_000;

function hourOf(timeKey: string): number {
  return Math.floor(Number(timeKey) / HOUR_MS);
}

function orderedIndex(hours: ReadonlyMap<number, ReadonlySet<Entry>>): OrderedIndex {
  return {
    within(from, to) {
      const first = from === null ? Number.NEGATIVE_INFINITY : hourOf(from);
      const last = to === null ? Number.POSITIVE_INFINITY : hourOf(to);
      return [...hours].filter(([hour]) => hour >= first && hour <= last).map(([, entries]) => entries);
    },
  };
}

function putHour(hours: Map<number, Set<Entry>>, hour: number, entry: Entry): void {
  const entries = hours.get(hour);
  if (entries === undefined) hours.set(hour, new Set([entry]));
  else entries.add(entry);
}

function takeHour(hours: Map<number, Set<Entry>>, hour: number, entry: Entry): void {
  const entries = hours.get(hour);
  if (entries?.delete(entry) && entries.size === 0) hours.delete(hour);
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
