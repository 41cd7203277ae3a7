/** Indexes: from what an entry holds to the numbers of the entries that can hold it. */
import type { Parts } from './assertion.ts';
import { type AttributeType, attributeType } from './attribute-types.ts';
import type { Entry } from './entry.ts';
import { addGrams, gramsOf, hashOf } from './hashes.ts';
import type { Candidates } from './planner.ts';
import { Postings } from './postings.ts';

const EQUALITY: readonly AttributeType[] = [
  attributeType.uid,
  attributeType.cn,
  attributeType.mail,
  attributeType.mailAlternateAddress,
  attributeType.givenName,
  attributeType.sn,
  attributeType.employeeNumber,
  attributeType.uidNumber,
  attributeType.gidNumber,
];

/** Share one index: of a person they hold the same characters over and over. */
const SUBSTRING: ReadonlySet<AttributeType> = new Set<AttributeType>([
  attributeType.uid,
  attributeType.cn,
  attributeType.displayName,
  attributeType.givenName,
  attributeType.sn,
  attributeType.mail,
  attributeType.mailAlternateAddress,
]);

/** By the hour: what polls for changes looks at the last hours, and a change costs the same at any size. */
const TIMES: readonly AttributeType[] = [attributeType.createTimestamp, attributeType.modifyTimestamp];

/** All values of these are values of another. */
const SAME_AS: ReadonlyMap<AttributeType, AttributeType> = new Map([
  [attributeType.username, attributeType.uid],
  [attributeType.sAMAccountName, attributeType.uid],
  [attributeType.userPrincipalName, attributeType.mail],
]);

/** Groups of three characters that one substring is looked up by: more tell hardly more. */
const GRAMS_MAX = 64;

export class Indexes {
  readonly #indexed = new Set<AttributeType>([...EQUALITY, ...SUBSTRING]);
  readonly #equality = new Map(EQUALITY.map((type) => [type, new Postings()]));
  readonly #substring = new Postings();
  readonly #hours = new Map(TIMES.map((type) => [type, new HourIndex()]));

  /** Allocated. */
  get bytes(): number {
    const all = [this.#substring, ...this.#equality.values(), ...this.#hours.values()];
    return all.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Further types that are looked up by equality; to be told before there are entries that hold any. */
  include(types: readonly AttributeType[]): void {
    for (const type of types) {
      this.#indexed.add(type);
      this.#equality.set(type, new Postings());
    }
  }

  /** From what an entry held to what the one in its place holds; null: there is none. Costs what differs. */
  replace(number: number, before: Entry | null, after: Entry | null): void {
    const [old, present]: [string[], string[]] = [[], []];
    for (const type of this.#indexed) {
      const [oldKeys, presentKeys] = [keysOf(before, type), keysOf(after, type)];
      const index = this.#equality.get(type);
      if (index !== undefined) replaceKeys(index, number, oldKeys, presentKeys, hashOf);
      if (!SUBSTRING.has(type)) continue;
      addNew(oldKeys, old);
      addNew(presentKeys, present);
    }
    if (!isSame(old, present)) this.#replaceGrams(number, gramsIn(old), gramsIn(present));
    for (const [type, index] of this.#hours) {
      replaceKeys(index, number, keysOf(before, type), keysOf(after, type), hourOf);
    }
  }

  #replaceGrams(number: number, before: ReadonlySet<number>, after: ReadonlySet<number>): void {
    for (const gram of before) if (!after.has(gram)) this.#substring.remove(gram, number);
    for (const gram of after) if (!before.has(gram)) this.#substring.add(gram, number);
  }

  /** null: the attribute has no index. */
  equality(type: AttributeType, keys: ReadonlySet<string>): Candidates | null {
    const index = this.#equality.get(SAME_AS.get(type) ?? type);
    if (index === undefined) return null;
    const hashes: number[] = [];
    let cost = 0;
    for (const key of keys) {
      const hash = hashOf(key);
      hashes.push(hash);
      cost += index.count(hash);
    }
    return {
      cost,
      collect(into) {
        for (const hash of hashes) {
          if (into.isFull) return;
          index.tell(hash, into);
        }
      },
    };
  }

  /** null: the attribute has no index, or the parts are too short for it. */
  substring(type: AttributeType, { initial, any, final }: Parts): Candidates | null {
    if (!SUBSTRING.has(SAME_AS.get(type) ?? type)) return null;
    const index = this.#substring;
    const all = [...gramsOf(initial, any, final)].slice(0, GRAMS_MAX);
    const [rarest, ...others] = all
      .map((gram) => ({ gram, count: index.count(gram) }))
      .sort((one, other) => one.count - other.count);
    if (rarest === undefined) return null;
    return {
      cost: rarest.count,
      collect(into) {
        let numbers = index.numbers(rarest.gram);
        for (const { gram } of others) {
          if (numbers.length === 0) return;
          numbers = index.retain(gram, numbers);
        }
        into.addAll(numbers);
      },
    };
  }

  /** Keys of times; null: without end. Returns null where the attribute has no ordered index. */
  range(type: AttributeType, from: string | null, to: string | null): Candidates | null {
    return this.#hours.get(type)?.within(from, to) ?? null;
  }
}

/** By the hour, with the hours that there are. */
class HourIndex {
  readonly #byHour = new Postings();
  readonly #hours = new Set<number>();

  get bytes(): number {
    return this.#byHour.bytes;
  }

  add(hour: number, number: number): void {
    this.#hours.add(hour);
    this.#byHour.add(hour, number);
  }

  remove(hour: number, number: number): void {
    this.#byHour.remove(hour, number);
    if (this.#byHour.count(hour) === 0) this.#hours.delete(hour);
  }

  within(from: string | null, to: string | null): Candidates {
    const first = from === null ? Number.NEGATIVE_INFINITY : hourOf(from);
    const last = to === null ? Number.POSITIVE_INFINITY : hourOf(to);
    const hours = [...this.#hours].filter((hour) => hour >= first && hour <= last);
    return {
      cost: hours.reduce((sum, hour) => sum + this.#byHour.count(hour), 0),
      collect: (into) => {
        for (const hour of hours) {
          if (into.isFull) return;
          into.addAll(this.#byHour.numbers(hour));
        }
      },
    };
  }
}

const HOUR_MS = 3_600_000;

/** Since 1970; what was before counts as its first hour. */
function hourOf(timeKey: string): number {
  return Math.max(0, Math.floor(Number(timeKey) / HOUR_MS));
}

const NO_KEYS: readonly string[] = [];

function keysOf(entry: Entry | null, type: AttributeType): readonly string[] {
  return entry === null ? NO_KEYS : entry.keys(type);
}

/** Each text once: a person's names and addresses repeat each other. */
function addNew(keys: readonly string[], texts: string[]): void {
  for (const key of keys) if (!texts.includes(key)) texts.push(key);
}

function gramsIn(texts: readonly string[]): ReadonlySet<number> {
  const grams = new Set<number>();
  for (const text of texts) addGrams(text, grams);
  return grams;
}

/** Two keys of one entry may have the same number: it goes when neither is there. */
function replaceKeys(
  index: Pick<Postings, 'add' | 'remove'>,
  number: number,
  before: readonly string[],
  after: readonly string[],
  numberOf: (key: string) => number,
): void {
  if (isSame(before, after)) return;
  const present = after.map(numberOf);
  for (const key of before.map(numberOf)) if (!present.includes(key)) index.remove(key, number);
  for (const key of present) index.add(key, number);
}

function isSame<Value>(one: readonly Value[], other: readonly Value[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
