/** Which attributes of an entry a search asked for (RFC 4511 section 4.5.1.8), and their bytes. */
import { encodePartialAttribute, encodeSearchEntry, encodeSearchEntryFromBody } from '../protocol/encode.ts';
import type { Control, SearchRequest } from '../protocol/messages.ts';
import type { Assertion } from './assertion.ts';
import { type AttributeType, findAttributeType } from './attribute-types.ts';
import type { Entry } from './entry.ts';
import { matchingValues } from './matcher.ts';

export interface Selection {
  /** Those returned by default: no list, or "*". */
  readonly defaults: boolean;
  /** All operational ones: "+" (RFC 3673). */
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
): Selection {
  const named = new Map<AttributeType, string>();
  for (const name of attributes) {
    const type = findAttributeType(name);
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

const NO_CONTROLS: readonly Control[] = [];

/** The message that carries an entry with its selected attributes; null: it has too many values to pick from. */
export function encodeSelected(
  messageId: number,
  entry: Entry,
  selection: Selection,
  controls: readonly Control[] = NO_CONTROLS,
): Buffer | null {
  if (isWhole(selection)) return encodeSearchEntryFromBody(messageId, entry.body(), controls);
  const slices = selectedSlices(entry, selection);
  return slices && encodeSearchEntry(messageId, entry.dn, slices, controls);
}

function isWhole({ defaults, operational, named, typesOnly, matchedValues }: Selection): boolean {
  return defaults && !operational && named.size === 0 && !typesOnly && matchedValues === null;
}

/** The bytes of the selected attributes, one after the other; null: it has too many values to pick from. */
export function selectedSlices(
  entry: Entry,
  { matchedValues, ...selection }: Selection,
): readonly Buffer[] | null {
  const slices: Buffer[] = [];
  for (const [type, name] of selectedTypes(entry, selection)) {
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

function selectedTypes(
  entry: Entry,
  selection: Omit<Selection, 'matchedValues'>,
): ReadonlyMap<AttributeType, string> {
  if (!selection.defaults && !selection.operational) return selection.named;
  const onRequest = new Set(entry.onRequest);
  const types = entry.types.filter(
    (type) => (selection.defaults && !onRequest.has(type)) || (selection.operational && type.operational),
  );
  return new Map([...types.map((type) => [type, type.name] as const), ...selection.named]);
}
