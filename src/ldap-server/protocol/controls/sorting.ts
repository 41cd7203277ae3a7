/** Server side sorting of search results (RFC 2891). */
import { Tag } from '../ber-reader.ts';
import { BerWriter } from '../ber-writer.ts';
import { readValue } from '../read-value.ts';
import type { RequestReader } from '../request-reader.ts';

/** Further keys make a request malformed; who sorts people by name needs two or three. */
export const SORT_KEYS_MAX = 16;

export interface SortKey {
  /** As written by the client, as is the rule. */
  readonly attribute: string;
  /** Name or OID of an ordering rule; null: the attribute's own. */
  readonly rule: string | null;
  readonly reverse: boolean;
}

/** SortResult (RFC 2891 section 1.2): how the sorting went, apart from the search. */
export interface SortResult {
  readonly code: number;
  /** The first attribute at fault; null where none is. */
  readonly attribute: string | null;
}

/** One key or more, the first the weightiest; null where the value is missing or malformed. */
export function decodeSortRequest(value: Buffer | null): readonly SortKey[] | null {
  return readValue(value, (reader) => {
    const keys = reader.list(Tag.sequence, SORT_KEYS_MAX, 'sort keys', () => decodeSortKey(reader));
    return keys.length === 0 ? reader.refuse('A sort request has at least one key.') : keys;
  });
}

export function encodeSortResponse({ code, attribute }: SortResult): Buffer {
  const writer = new BerWriter();
  const sequence = writer.begin(Tag.sequence);
  writer.integer(code, Tag.enumerated);
  if (attribute !== null) writer.octets(attribute, ATTRIBUTE_TYPE);
  writer.end(sequence);
  return writer.finish();
}

const ORDERING_RULE = 0x80;
const REVERSE_ORDER = 0x81;
const ATTRIBUTE_TYPE = 0x80;

function decodeSortKey(reader: RequestReader): SortKey {
  const outer = reader.enter(Tag.sequence);
  const attribute = reader.string();
  const rule = reader.optionalString(ORDERING_RULE);
  const reverse = reader.nextTag === REVERSE_ORDER && reader.boolean(REVERSE_ORDER);
  reader.leave(outer);
  return { attribute, rule, reverse };
}
