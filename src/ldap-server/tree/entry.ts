/** An entry: its name, its values for matching, its bytes for sending; it never changes, a change makes a new one. */
import type { Avatar } from '../../core/model/avatar.ts';
import { parseImage } from '../../core/model/image.ts';
import { encodePartialAttribute } from '../protocol/encode.ts';
import type { Arena } from './arena.ts';
import { type AttributeType, attributeType } from './attribute-types.ts';
import type { Name } from './dit.ts';
import { formatTime, timeKey } from './matching-rules.ts';
import { bodyIn, dnIn, readyBytes, readyLength, sliceIn } from './ready-bytes.ts';

export type EntryKind = 'root-dse' | 'subschema' | 'container' | 'user' | 'group' | 'application';

export interface Entry extends Name {
  readonly kind: EntryKind;
  /** Unique within its kind: the id of the user, group or application, else the key. */
  readonly id: string;
  /** Its place in the tree's tables; NOWHERE for what stands outside. */
  readonly number: number;
  /** Key of the entry above; null at the top. */
  readonly parent: string | null;
  /** The types that entries of this kind may hold, those returned by default first. */
  readonly types: readonly AttributeType[];
  /** Empty where the entry does not hold the attribute. */
  values(type: AttributeType): readonly string[];
  /** The values as keys of the type's equality rule. */
  keys(type: AttributeType): readonly string[];
  /** Whether it holds one of these keys, without making all its keys where it can tell so; takes what that costs from `work`. */
  holds(type: AttributeType, keys: ReadonlySet<string>, work: Work): boolean;
  /** The types that are not returned by default. */
  readonly onRequest: readonly AttributeType[];
  /** The values whose octets are kept elsewhere. */
  readonly externals: readonly ExternalValue[];
  /** The bytes of a search result entry with all attributes returned by default. */
  body(): Buffer;
  /** The bytes of its DN, as an element. */
  dnElement(): Buffer;
  /** The bytes of one attribute under the name that the client wrote; null where the entry does not hold it. */
  slice(type: AttributeType, name: string): Buffer | null;
}

/** A value whose octets are kept elsewhere. */
export interface ExternalValue {
  readonly type: AttributeType;
  /** Under which they are kept: a user's id, or their digest. */
  readonly key: string;
  readonly digest: string;
  /** Their number. */
  readonly bytes: number;
}

/** What may yet be spent on one entry, in values looked at. */
export interface Work {
  left: number;
}

/** An entry of the tree, whose ready bytes lie beside those of others. */
export interface StoredEntry extends Entry {
  /** Where its ready bytes are kept, when there are any; after `renew` of the arena, they move. */
  keepIn(arena: Arena): void;
  /** Another is in its place: who still reads it can, but what it keeps is not counted any more. */
  leave(): void;
}

export const NOWHERE = -1;

const NONE: readonly string[] = [];
const NO_BYTES = Buffer.alloc(0);
const NO_EXTERNALS: readonly ExternalValue[] = [];

/** Where the values of one attribute come from. */
export interface AttributeSource<Row> {
  values(row: Row): readonly string[];
  /** In the order of the values, where the keys are known already; otherwise the equality rule makes them of the values. */
  keys?(row: Row): readonly string[];
  /** Whether a key is among them, where that is known without making all. */
  holds?(row: Row, key: string): boolean;
  /** Its keys are so few that several are better looked up among those asked for than each of these by `holds`. */
  readonly isShort?: boolean;
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
  /** Those whose values are kept elsewhere, but for the photo. */
  readonly images: readonly AttributeType[];
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
  const defaults = all.filter(
    (type) => !type.external && (allByDefault || !type.operational || type.byDefault),
  );
  const types = [...defaults, ...all.filter((type) => !defaults.includes(type))];
  return {
    kind,
    types,
    defaults: defaults.length,
    sources: new Map(sources.map(([type, source]) => [type, withKeys(type, source)])),
    images: types.filter((type) => type.external && type !== attributeType.jpegPhoto),
    positions: new Map(types.map((type, position) => [type, position])),
  };
}

function withKeys<Row>(type: AttributeType, source: AttributeSource<Row>): AttributeSource<Row> {
  if (source.constant === undefined) return source;
  const keys = keysOf(type, source.constant);
  return { ...source, keys: () => keys, holds: (_row, key) => keys.includes(key), isShort: true };
}

function keysOf({ equality }: AttributeType, values: readonly string[]): readonly string[] {
  if (equality === null) return NONE;
  const keys: string[] = [];
  for (const value of values) {
    const key = equality.key(value);
    if (key !== null) keys.push(key);
  }
  return keys;
}

/** A source whose values are the same in every entry. */
export function constant(...values: string[]): AttributeSource<unknown> {
  return { values: () => values, constant: values };
}

/** A source of one time, whose key needs no parsing of what is served. */
export function time<Row>(of: (row: Row) => Date): AttributeSource<Row> {
  return { values: (row) => [formatTime(of(row))], keys: (row) => [timeKey(of(row))] };
}

/** Without a number it stands outside the tree. */
type EntryName = Name & { readonly id: string; readonly number?: number };

/** `parent`: the key of the entry above. */
export function createEntry<Row>(
  name: EntryName,
  parent: string | null,
  shape: Shape<Row>,
  row: Row,
  photo: Avatar | null = null,
): StoredEntry {
  return new ShapedEntry(name, parent, shape, row, photo);
}

/** Lists of this length are made once: one filter may look at the members of a large group thousands of times. */
const WIDE_LIST = 256;

interface WideLists<Row> {
  readonly values: Map<AttributeSource<Row>, readonly string[]>;
  readonly keys: Map<AttributeSource<Row>, readonly string[]>;
}

/** A class, because a directory of 100 000 users holds as many of these: their methods are shared. */
class ShapedEntry<Row> implements StoredEntry {
  readonly parent: string | null;
  readonly #photo: Avatar | null;
  readonly #name: EntryName;
  readonly #shape: Shape<Row>;
  readonly #row: Row;
  #arena: Arena | null = null;
  /** Made when first asked for, so that a sync which changes a large group often does not encode it as often. */
  #ready: Buffer | null = null;
  #offset = 0;
  #wide: WideLists<Row> | null = null;

  constructor(name: EntryName, parent: string | null, shape: Shape<Row>, row: Row, photo: Avatar | null) {
    this.#name = name;
    this.parent = parent;
    this.#photo = photo;
    this.#shape = shape;
    this.#row = row;
  }

  get dn(): string {
    return this.#name.dn;
  }

  get key(): string {
    return this.#name.key;
  }

  get id(): string {
    return this.#name.id;
  }

  get number(): number {
    return this.#name.number ?? NOWHERE;
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

  get externals(): readonly ExternalValue[] {
    const { images } = this.#shape;
    if (this.#photo === null && images.length === 0) return NO_EXTERNALS;
    const photo =
      this.#photo === null ? [] : [{ type: attributeType.jpegPhoto, key: this.id, ...this.#photo }];
    const others = images.flatMap((type) => {
      const value = parseImage(this.values(type)[0]);
      return value === null ? [] : [{ type, key: value.digest, digest: value.digest, bytes: value.bytes }];
    });
    return [...photo, ...others];
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

  holds(type: AttributeType, keys: ReadonlySet<string>, work: Work): boolean {
    const source = this.#shape.sources.get(type);
    if (source?.holds === undefined || (source.isShort && keys.size > 1)) {
      const held = this.keys(type);
      work.left -= held.length;
      return held.some((key) => keys.has(key));
    }
    work.left -= keys.size;
    for (const key of keys) if (source.holds(this.#row, key)) return true;
    return false;
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
    return bodyIn(this.#encoded(), this.#offset, this.#shape.defaults);
  }

  dnElement(): Buffer {
    return dnIn(this.#encoded(), this.#offset, this.#shape.defaults);
  }

  slice(type: AttributeType, name: string): Buffer | null {
    const position = this.#shape.positions.get(type);
    if (position === undefined) return null;
    if (position >= this.#shape.defaults || name !== type.name) {
      const values = this.values(type);
      return values.length === 0 ? null : encodePartialAttribute(name, values);
    }
    return sliceIn(this.#encoded(), this.#offset, this.#shape.defaults, position);
  }

  keepIn(arena: Arena): void {
    this.#arena = arena;
    if (this.#ready !== null && !arena.owns(this.#ready)) {
      const end = this.#offset + readyLength(this.#ready, this.#offset, this.#shape.defaults);
      this.#place(this.#ready.subarray(this.#offset, end));
    }
  }

  leave(): void {
    if (this.#ready !== null) {
      this.#arena?.free(this.#ready, readyLength(this.#ready, this.#offset, this.#shape.defaults));
    }
    this.#arena = null;
  }

  #encoded(): Buffer {
    return this.#ready ?? this.#place(this.#encode());
  }

  #encode(): Buffer {
    const slices = this.types.slice(0, this.#shape.defaults).map((type) => {
      const values = this.values(type);
      return values.length === 0 ? NO_BYTES : encodePartialAttribute(type.name, values);
    });
    return readyBytes(this.dn, slices);
  }

  #place(ready: Buffer): Buffer {
    const { bytes, offset } = this.#arena?.keep(ready) ?? { bytes: ready, offset: 0 };
    this.#ready = bytes;
    this.#offset = offset;
    return bytes;
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

  get number(): number {
    return this.#entry.number;
  }

  get parent(): string | null {
    return this.#entry.parent;
  }

  get externals(): readonly ExternalValue[] {
    return this.#entry.externals;
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

  holds(type: AttributeType, keys: ReadonlySet<string>, work: Work): boolean {
    return type === this.#type
      ? this.keys(type).some((key) => keys.has(key))
      : this.#entry.holds(type, keys, work);
  }

  body(): Buffer {
    return this.#entry.body();
  }

  dnElement(): Buffer {
    return this.#entry.dnElement();
  }

  slice(type: AttributeType, name: string): Buffer | null {
    return type === this.#type ? encodePartialAttribute(name, this.#values) : this.#entry.slice(type, name);
  }
}
