/** An entry: its name, its values for matching, its bytes for sending; it never changes, a change makes a new one. */
import { encodeEntryBody, encodePartialAttribute } from '../protocol/encode.ts';
import type { AttributeType } from './attribute-types.ts';
import type { Name } from './dit.ts';
import { formatTime, timeKey } from './matching-rules.ts';

export type EntryKind = 'root-dse' | 'subschema' | 'container' | 'user' | 'group' | 'application';

export interface Entry extends Name {
  readonly kind: EntryKind;
  /** Unique within its kind: the id of the user, group or application, else the key. */
  readonly id: string;
  /** Key of the entry above; null at the top. */
  readonly parent: string | null;
  /** The types that entries of this kind may hold, those returned by default first. */
  readonly types: readonly AttributeType[];
  /** Empty where the entry does not hold the attribute. */
  values(type: AttributeType): readonly string[];
  /** The values as keys of the type's equality rule. */
  keys(type: AttributeType): readonly string[];
  /** The types that are not returned by default. */
  readonly onRequest: readonly AttributeType[];
  /** The bytes of a search result entry with all attributes returned by default. */
  body(): Buffer;
  /** The bytes of one attribute under the name that the client wrote; null where the entry does not hold it. */
  slice(type: AttributeType, name: string): Buffer | null;
}

const NONE: readonly string[] = [];
const NO_BYTES = Buffer.alloc(0);

/** Where the values of one attribute come from. */
export interface AttributeSource<Row> {
  values(row: Row): readonly string[];
  /** In the order of the values, where the keys are known already; otherwise the equality rule makes them of the values. */
  keys?(row: Row): readonly string[];
  /** The values, where they are the same in every entry: their keys are made once. */
  readonly constant?: readonly string[];
}

/** The attributes of a kind of entries, in the order in which they are sent. */
export type Sources<Row> = readonly (readonly [AttributeType, AttributeSource<Row>])[];

/** What all entries of one kind have in common. */
export interface Shape<Row> {
  readonly kind: EntryKind;
  /** Those returned by default first. */
  readonly types: readonly AttributeType[];
  /** How many of `types` are returned by default. */
  readonly defaults: number;
  readonly sources: ReadonlyMap<AttributeType, AttributeSource<Row>>;
  /** Where in `types` a type stands. */
  readonly positions: ReadonlyMap<AttributeType, number>;
}

/** `allByDefault`: operational attributes are returned like user attributes. */
export function defineShape<Row>(
  kind: EntryKind,
  sources: Sources<Row>,
  { allByDefault = false } = {},
): Shape<Row> {
  const all = sources.map(([type]) => type);
  const defaults = all.filter((type) => allByDefault || !type.operational || type.byDefault);
  const types = [...defaults, ...all.filter((type) => !defaults.includes(type))];
  return {
    kind,
    types,
    defaults: defaults.length,
    sources: new Map(sources.map(([type, source]) => [type, withKeys(type, source)])),
    positions: new Map(types.map((type, position) => [type, position])),
  };
}

function withKeys<Row>(type: AttributeType, source: AttributeSource<Row>): AttributeSource<Row> {
  if (source.constant === undefined) return source;
  const keys = keysOf(type, source.constant);
  return { ...source, keys: () => keys };
}

function keysOf({ equality }: AttributeType, values: readonly string[]): readonly string[] {
  return equality === null ? NONE : values.flatMap((value) => equality.key(value) ?? []);
}

/** A source whose values are the same in every entry. */
export function constant(...values: string[]): AttributeSource<unknown> {
  return { values: () => values, constant: values };
}

/** A source of one time, whose key needs no parsing of what is served. */
export function time<Row>(of: (row: Row) => Date): AttributeSource<Row> {
  return { values: (row) => [formatTime(of(row))], keys: (row) => [timeKey(of(row))] };
}

/** `parent`: the key of the entry above. */
export function createEntry<Row>(
  name: Name & { readonly id: string },
  parent: string | null,
  shape: Shape<Row>,
  row: Row,
): Entry {
  return new ShapedEntry(name, parent, shape, row);
}

/** The ready bytes: attribute i of those returned by default lies between ends[i - 1] and ends[i] of `body`. */
interface Encoded {
  readonly body: Buffer;
  readonly ends: Uint32Array;
  readonly start: number;
}

/** Lists of this length are made once: one filter may look at the members of a large group thousands of times. */
const WIDE_LIST = 256;

interface WideLists<Row> {
  readonly values: Map<AttributeSource<Row>, readonly string[]>;
  readonly keys: Map<AttributeSource<Row>, readonly string[]>;
}

/** A class, because a directory of 100 000 users holds as many of these: their methods are shared. */
class ShapedEntry<Row> implements Entry {
  readonly dn: string;
  readonly key: string;
  readonly id: string;
  readonly parent: string | null;
  readonly #shape: Shape<Row>;
  readonly #row: Row;
  /** Made when first asked for, so that a sync which changes a large group often does not encode it as often. */
  #encoded: Encoded | null = null;
  #wide: WideLists<Row> | null = null;

  constructor(name: Name & { id: string }, parent: string | null, shape: Shape<Row>, row: Row) {
    this.dn = name.dn;
    this.key = name.key;
    this.id = name.id;
    this.parent = parent;
    this.#shape = shape;
    this.#row = row;
  }

  get kind(): EntryKind {
    return this.#shape.kind;
  }

  get types(): readonly AttributeType[] {
    return this.#shape.types;
  }

  get onRequest(): readonly AttributeType[] {
    return this.#shape.types.slice(this.#shape.defaults);
  }

  values(type: AttributeType): readonly string[] {
    const source = this.#shape.sources.get(type);
    if (source === undefined) return NONE;
    return this.#wide?.values.get(source) ?? this.#keep('values', source, source.values(this.#row));
  }

  keys(type: AttributeType): readonly string[] {
    const source = this.#shape.sources.get(type);
    if (source === undefined) return NONE;
    const known = this.#wide?.keys.get(source);
    if (known !== undefined) return known;
    return this.#keep('keys', source, source.keys?.(this.#row) ?? keysOf(type, this.values(type)));
  }

  #keep(
    what: keyof WideLists<Row>,
    source: AttributeSource<Row>,
    list: readonly string[],
  ): readonly string[] {
    if (list.length >= WIDE_LIST) {
      this.#wide ??= { values: new Map(), keys: new Map() };
      this.#wide[what].set(source, list);
    }
    return list;
  }

  body(): Buffer {
    return this.#encode().body;
  }

  slice(type: AttributeType, name: string): Buffer | null {
    const position = this.#shape.positions.get(type);
    if (position === undefined) return null;
    if (position >= this.#shape.defaults || name !== type.name) {
      const values = this.values(type);
      return values.length === 0 ? null : encodePartialAttribute(name, values);
    }
    const { body, ends, start } = this.#encode();
    const begin = start + (ends[position - 1] ?? 0);
    const end = start + (ends[position] ?? 0);
    return begin === end ? null : body.subarray(begin, end);
  }

  #encode(): Encoded {
    if (this.#encoded === null) {
      const slices = this.types.slice(0, this.#shape.defaults).map((type) => {
        const values = this.values(type);
        return values.length === 0 ? NO_BYTES : encodePartialAttribute(type.name, values);
      });
      const ends = new Uint32Array(slices.length);
      let end = 0;
      slices.forEach((slice, index) => {
        end += slice.length;
        ends[index] = end;
      });
      const body = encodeEntryBody(this.dn, slices);
      this.#encoded = { body, ends, start: body.length - end };
    }
    return this.#encoded;
  }
}

/** The entry with another value of an attribute that is not returned by default. */
export function replaceValue(entry: Entry, type: AttributeType, value: string): Entry {
  return new AlteredEntry(entry, type, [value]);
}

class AlteredEntry implements Entry {
  readonly #entry: Entry;
  readonly #type: AttributeType;
  readonly #values: readonly string[];

  constructor(entry: Entry, type: AttributeType, values: readonly string[]) {
    this.#entry = entry;
    this.#type = type;
    this.#values = values;
  }

  get dn(): string {
    return this.#entry.dn;
  }

  get key(): string {
    return this.#entry.key;
  }

  get id(): string {
    return this.#entry.id;
  }

  get kind(): EntryKind {
    return this.#entry.kind;
  }

  get parent(): string | null {
    return this.#entry.parent;
  }

  get types(): readonly AttributeType[] {
    return this.#entry.types;
  }

  get onRequest(): readonly AttributeType[] {
    return this.#entry.onRequest;
  }

  values(type: AttributeType): readonly string[] {
    return type === this.#type ? this.#values : this.#entry.values(type);
  }

  keys(type: AttributeType): readonly string[] {
    return type === this.#type ? keysOf(type, this.#values) : this.#entry.keys(type);
  }

  body(): Buffer {
    return this.#entry.body();
  }

  slice(type: AttributeType, name: string): Buffer | null {
    return type === this.#type ? encodePartialAttribute(name, this.#values) : this.#entry.slice(type, name);
  }
}
