/** Which attributes of an entry a search asked for (RFC 4511 section 4.5.1.8), and their bytes. */
import type { BerWriter } from '../protocol/ber-writer.ts';
import { appendSearchEntry, appendSelectedEntry, encodePartialAttribute } from '../protocol/encode.ts';
import type { Control, SearchRequest } from '../protocol/messages.ts';
import type { Assertion } from './assertion.ts';
import { type AttributeType, type FindType, findAttributeType } from './attribute-types.ts';
import type { Entry } from './entry.ts';
import { matchingValues } from './matcher.ts';

export interface Selection {
  /** Those returned by default: no list, or "*". */
  readonly defaults: boolean;
  /** All operational ones but restricted ones: "+" (RFC 3673). */
  readonly operational: boolean;
  /** By name, as the client wrote it: answers keep its case. */
  readonly named: ReadonlyMap<AttributeType, string>;
  readonly typesOnly: boolean;
  /** Only the values of which one of these is true (RFC 3876), and no attribute without any; null: all. */
  readonly matchedValues: readonly Assertion[] | null;
}

/** Names that are unknown or carry options select nothing; "1.1" selects nothing by definition. */
export function select(
  { attributes, typesOnly }: Pick<SearchRequest, 'attributes' | 'typesOnly'>,
  matchedValues: readonly Assertion[] | null = null,
  findType: FindType = findAttributeType,
): Selection {
  if (attributes.length === 0 && !typesOnly && matchedValues === null) return ALL_BY_DEFAULT;
  const named = new Map<AttributeType, string>();
  for (const name of attributes) {
    const type = findType(name);
    if (type !== undefined && !named.has(type)) named.set(type, name);
  }
  return {
    defaults: attributes.length === 0 || attributes.includes('*'),
    operational: attributes.includes('+'),
    named,
    typesOnly,
    matchedValues,
  };
}

/** Of one entry, by the type of its external values. */
export type LoadedOctets = ReadonlyMap<AttributeType, Buffer>;

const ALL_BY_DEFAULT: Selection = {
  defaults: true,
  operational: false,
  named: new Map(),
  typesOnly: false,
  matchedValues: null,
};

const NO_CONTROLS: readonly Control[] = [];

/** Whether a type whose octets are kept elsewhere is asked for; of values (RFC 3876) any or none is meant. */
export function selectsExternal({ defaults, named, matchedValues }: Selection, type: AttributeType): boolean {
  const isSelected = (defaults && !type.operational) || named.has(type);
  const isMatched = (item: Assertion): boolean => item.type === 'presence' && item.attribute === type;
  return isSelected && (matchedValues === null || matchedValues.some(isMatched));
}

/**
 * Appends the message that carries an entry with its selected attributes; false: it has too many values to pick from.
 * `octets`: of external values, where selectsExternal and there are any.
 */
export function appendSelected(
  writer: BerWriter,
  messageId: number,
  entry: Entry,
  selection: Selection,
  controls: readonly Control[] = NO_CONTROLS,
  octets: LoadedOctets | null = null,
): boolean {
  if (octets === null && isWhole(selection)) {
    appendSearchEntry(writer, messageId, entry.body(), controls);
    return true;
  }
  const slices = selectedSlices(entry, selection);
  if (slices === null) return false;
  const all = octets === null ? slices : [...slices, ...externalSlices(octets, selection)];
  appendSelectedEntry(writer, messageId, entry.dnElement(), all, controls);
  return true;
}

function externalSlices(octets: LoadedOctets, { named, typesOnly }: Selection): readonly Buffer[] {
  return [...octets].map(([type, value]) =>
    encodePartialAttribute(named.get(type) ?? type.name, typesOnly ? [] : [value]),
  );
}

function isWhole({ defaults, operational, named, typesOnly, matchedValues }: Selection): boolean {
  return defaults && !operational && named.size === 0 && !typesOnly && matchedValues === null;
}

/** The bytes of the selected attributes but for external ones, one after the other; null: it has too many values to pick from. */
export function selectedSlices(entry: Entry, selection: Selection): readonly Buffer[] | null {
  const { matchedValues } = selection;
  const slices: Buffer[] = [];
  for (const [type, name] of selectedTypes(entry, selection)) {
    if (type.external) continue;
    const slice = matchedValues ? matchedSlice(entry, type, name, matchedValues) : entry.slice(type, name);
    if (slice === 'too-many') return null;
    if (slice !== null) slices.push(selection.typesOnly ? encodePartialAttribute(name, []) : slice);
  }
  return slices;
}

function matchedSlice(
  entry: Entry,
  type: AttributeType,
  name: string,
  items: readonly Assertion[],
): Buffer | null | 'too-many' {
  const values = matchingValues(items, entry, type);
  if (values === null) return 'too-many';
  return values.length === 0 ? null : encodePartialAttribute(name, values);
}

/** With the names by which they are sent. */
export function selectedTypes(
  entry: Entry,
  selection: Omit<Selection, 'matchedValues'>,
): ReadonlyMap<AttributeType, string> {
  if (!selection.defaults && !selection.operational) return selection.named;
  const onRequest = new Set(entry.onRequest);
  const types = entry.types.filter(
    (type) =>
      (selection.defaults && !onRequest.has(type)) ||
      (selection.operational && type.operational && !type.restricted),
  );
  return new Map([...types.map((type) => [type, type.name] as const), ...selection.named]);
}
