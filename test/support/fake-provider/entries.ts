/** Entries of the fake provider: what they hold, which filters they meet, and what of them is sent. */
import type { Filter } from '../../../src/core/syntax/filter.ts';

export type Value = string | Buffer;
export type Attributes = Readonly<Record<string, readonly Value[]>>;

export interface Entry {
  readonly dn: string;
  /** Sent without being asked for. */
  readonly user: Attributes;
  /** Sent where asked for by name or by "+". */
  readonly operational: Attributes;
}

/** Values of an attribute, whatever its case. */
export function valuesOf(entry: Entry, attribute: string): readonly Value[] {
  const wanted = attribute.toLowerCase();
  for (const attributes of [entry.user, entry.operational]) {
    for (const [name, values] of Object.entries(attributes)) if (name.toLowerCase() === wanted) return values;
  }
  return [];
}

/** Equality without regard to case, bytes where the entry has bytes; a short objectCategory as Active Directory. */
export function meets(entry: Entry, filter: Filter): boolean {
  switch (filter.type) {
    case 'and':
      return filter.filters.every((part) => meets(entry, part));
    case 'or':
      return filter.filters.some((part) => meets(entry, part));
    case 'not':
      return !meets(entry, filter.filter);
    case 'presence':
      return valuesOf(entry, filter.attribute).length > 0;
    case 'equality':
    case 'approximate':
      return valuesOf(entry, filter.attribute).some((value) => equal(filter.attribute, value, filter.value));
    case 'greater-or-equal':
      return valuesOf(entry, filter.attribute).some((value) => order(value, filter.value) >= 0);
    case 'less-or-equal':
      return valuesOf(entry, filter.attribute).some((value) => order(value, filter.value) <= 0);
    case 'substring': {
      const pieces = [filter.initial ?? '', ...filter.any, filter.final ?? ''];
      const pattern = pieces.map((piece) => quoted(piece.toString())).join('.*');
      const shape = new RegExp(`^${pattern}$`, 'is');
      return valuesOf(entry, filter.attribute).some((value) => shape.test(value.toString()));
    }
    case 'extensible': {
      const mask = Number(filter.value.toString());
      return valuesOf(entry, filter.attribute ?? '').some(
        (value) => filter.rule === BIT_AND && (Number(value.toString()) & mask) === mask,
      );
    }
  }
}

/** The attributes that a filter names, in lower case. */
export function namedIn(filter: Filter): string[] {
  if (filter.type === 'and' || filter.type === 'or') return filter.filters.flatMap(namedIn);
  if (filter.type === 'not') return namedIn(filter.filter);
  return filter.attribute === null ? [] : [filter.attribute.toLowerCase()];
}

/** What a client that asks for `wanted` is sent; more values than `rangeMax` come in parts. */
export function selected(
  entry: Entry,
  wanted: readonly string[],
  rangeMax: number | null,
): [string, Value[]][] {
  const names = wanted.map((name) => name.toLowerCase());
  const all = names.length === 0 || names.includes('*');
  const found: [string, Value[]][] = [];
  const take = (attributes: Attributes, everything: boolean) => {
    for (const [name, values] of Object.entries(attributes)) {
      const ranged = names.find((asked) => asked.startsWith(`${name.toLowerCase()};range=`));
      if (!everything && ranged === undefined && !names.includes(name.toLowerCase())) continue;
      found.push(...parts(name, values, ranged, rangeMax));
    }
  };
  take(entry.user, all);
  take(entry.operational, names.includes('+'));
  return found;
}

function parts(
  name: string,
  values: readonly Value[],
  ranged: string | undefined,
  rangeMax: number | null,
): [string, Value[]][] {
  if (rangeMax === null || (ranged === undefined && values.length <= rangeMax)) return [[name, [...values]]];
  const low = Number(/range=(\d+)-/.exec(ranged ?? '')?.[1] ?? 0);
  const part = values.slice(low, low + rangeMax);
  const high = low + part.length >= values.length ? '*' : low + part.length - 1;
  const chunk: [string, Value[]] = [`${name};range=${low}-${high}`, part];
  return ranged === undefined ? [[name, []], chunk] : [chunk];
}

const BIT_AND = '1.2.840.113556.1.4.803';

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function equal(attribute: string, value: Value, wanted: Buffer): boolean {
  if (Buffer.isBuffer(value)) return value.equals(wanted);
  const [a, b] = [value.toLowerCase(), wanted.toString().toLowerCase()];
  return a === b || (attribute.toLowerCase() === 'objectcategory' && a.startsWith(`cn=${b},`));
}

function order(value: Value, wanted: Buffer): number {
  const [a, b] = [value.toString(), wanted.toString()];
  const numeric = /^\d+$/.test(a) && /^\d+$/.test(b);
  if (numeric) return Number(a) - Number(b);
  return a < b ? -1 : Number(a > b);
}
