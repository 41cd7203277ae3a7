/** Which attributes of an entry a search asked for (RFC 4511 section 4.5.1.8), and their bytes. */
import { encodePartialAttribute, encodeSearchEntry, encodeSearchEntryFromBody } from '../protocol/encode.ts';
import type { SearchRequest } from '../protocol/messages.ts';
import { type AttributeType, findAttributeType } from './attribute-types.ts';
import type { Entry } from './entry.ts';

export interface Selection {
  /** Those returned by default: no list, or "*". */
  readonly defaults: boolean;
  /** All operational ones: "+" (RFC 3673). */
  readonly operational: boolean;
  /** By name, as the client wrote it: answers keep its case. */
  readonly named: ReadonlyMap<AttributeType, string>;
  readonly typesOnly: boolean;
}

/** Names that are unknown or carry options select nothing; "1.1" selects nothing by definition. */
export function select({
  attributes,
  typesOnly,
}: Pick<SearchRequest, 'attributes' | 'typesOnly'>): Selection {
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
  };
}

/** The message that carries an entry with its selected attributes. */
export function encodeSelected(messageId: number, entry: Entry, selection: Selection): Buffer {
  if (selection.defaults && !selection.operational && selection.named.size === 0 && !selection.typesOnly) {
    return encodeSearchEntryFromBody(messageId, entry.body());
  }
  const slices: Buffer[] = [];
  for (const [type, name] of selectedTypes(entry, selection)) {
    const slice = entry.slice(type, name);
    if (slice !== null) slices.push(selection.typesOnly ? encodePartialAttribute(name, []) : slice);
  }
  return encodeSearchEntry(messageId, entry.dn, slices);
}

function selectedTypes(entry: Entry, selection: Selection): ReadonlyMap<AttributeType, string> {
  if (!selection.defaults && !selection.operational) return selection.named;
  const onRequest = new Set(entry.onRequest);
  const types = entry.types.filter(
    (type) => (selection.defaults && !onRequest.has(type)) || (selection.operational && type.operational),
  );
  return new Map([...types.map((type) => [type, type.name] as const), ...selection.named]);
}
