/** Matched values: which values of an entry to return (RFC 3876). */
import type { Filter } from '../../../core/syntax/filter.ts';
import { Tag } from '../ber-reader.ts';
import { decodeFilter } from '../decode-filter.ts';
import { readValue } from '../read-value.ts';
import type { RequestReader } from '../request-reader.ts';

/** Further items make a request malformed: each is tried on each value of each entry. */
export const VALUES_FILTER_ITEMS_MAX = 32;

/** What filters consist of when nothing is joined or negated. */
export type SimpleFilterItem = Exclude<Filter, { type: 'and' | 'or' | 'not' }>;

/** One item or more: a value is returned when it matches any. null where the value is missing or malformed. */
export function decodeMatchedValues(value: Buffer | null): readonly SimpleFilterItem[] | null {
  return readValue(value, (reader) => {
    const items = reader.list(Tag.sequence, VALUES_FILTER_ITEMS_MAX, 'filter items', () =>
      decodeItem(reader),
    );
    return items.length === 0 ? reader.refuse('A values filter has at least one item.') : items;
  });
}

function decodeItem(reader: RequestReader): SimpleFilterItem {
  const filter = decodeFilter(reader);
  switch (filter.type) {
    case 'and':
    case 'or':
    case 'not':
      return reader.refuse('A values filter joins and negates nothing.');
    case 'extensible':
      // SimpleMatchingAssertion knows no dnAttributes.
      return filter.dnAttributes ? reader.refuse('A values filter asks for no DN attributes.') : filter;
    default:
      return filter;
  }
}
