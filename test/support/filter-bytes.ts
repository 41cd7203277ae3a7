/** Builds the BER of search filters, apart from the codec under test. */
import type { Filter } from '../../src/core/syntax/filter.ts';
import { element, sequence, text } from './ber-builder.ts';

const ASSERTION_TAGS = { equality: 0xa3, 'greater-or-equal': 0xa5, 'less-or-equal': 0xa6, approximate: 0xa8 };

/** The filter as it stands in a search request (RFC 4511 section 4.5.1). */
export function filterBytes(filter: Filter, form: { everyDnAttributes?: boolean } = {}): Buffer {
  const inner = (part: Filter) => filterBytes(part, form);
  switch (filter.type) {
    case 'and':
      return element(0xa0, ...filter.filters.map(inner));
    case 'or':
      return element(0xa1, ...filter.filters.map(inner));
    case 'not':
      return element(0xa2, inner(filter.filter));
    case 'presence':
      return element(0x87, filter.attribute);
    case 'substring':
      return element(
        0xa4,
        text(filter.attribute),
        sequence(
          ...(filter.initial === null ? [] : [element(0x80, filter.initial)]),
          ...filter.any.map((piece) => element(0x81, piece)),
          ...(filter.final === null ? [] : [element(0x82, filter.final)]),
        ),
      );
    case 'extensible':
      return element(
        0xa9,
        ...(filter.rule === null ? [] : [element(0x81, filter.rule)]),
        ...(filter.attribute === null ? [] : [element(0x82, filter.attribute)]),
        element(0x83, filter.value),
        ...(filter.dnAttributes || form.everyDnAttributes
          ? [element(0x84, Buffer.of(filter.dnAttributes ? 255 : 0))]
          : []),
      );
    default:
      return element(ASSERTION_TAGS[filter.type], text(filter.attribute), text(filter.value));
  }
}
