/** Writes our filters as BER; the library's own filter texts mangle escaped UTF-8 and binary values. */
import { type BerWriter, Filter as LdaptsFilter, SearchFilter } from 'ldapts';
import type { Filter } from '../../core/syntax/filter.ts';
import { formatFilter } from '../../core/syntax/filter-text.ts';

/** A filter that the library's search request can carry. */
export function ldaptsFilter(filter: Filter): LdaptsFilter {
  return new BerFilter(filter);
}

class BerFilter extends LdaptsFilter {
  override readonly type = SearchFilter.and;
  readonly #filter: Filter;

  constructor(filter: Filter) {
    super();
    this.#filter = filter;
  }

  override write(writer: BerWriter): void {
    writeFilter(writer, this.#filter);
  }

  override toString(): string {
    return formatFilter(this.#filter);
  }
}

const OCTET_STRING = 0x04;
const ASSERTION_TAGS = {
  equality: SearchFilter.equalityMatch,
  'greater-or-equal': SearchFilter.greaterOrEqual,
  'less-or-equal': SearchFilter.lessOrEqual,
  approximate: SearchFilter.approxMatch,
} as const;

/** RFC 4511 section 4.5.1. */
function writeFilter(writer: BerWriter, filter: Filter): void {
  switch (filter.type) {
    case 'and':
    case 'or':
      writer.startSequence(SearchFilter[filter.type]);
      for (const part of filter.filters) writeFilter(writer, part);
      writer.endSequence();
      break;
    case 'not':
      writer.startSequence(SearchFilter.not);
      writeFilter(writer, filter.filter);
      writer.endSequence();
      break;
    case 'presence':
      writer.writeString(filter.attribute, SearchFilter.present);
      break;
    case 'substring':
      writeSubstring(writer, filter);
      break;
    case 'extensible':
      writeExtensible(writer, filter);
      break;
    default:
      writer.startSequence(ASSERTION_TAGS[filter.type]);
      writer.writeString(filter.attribute);
      writer.writeBuffer(filter.value, OCTET_STRING);
      writer.endSequence();
      break;
  }
}

function writeSubstring(writer: BerWriter, filter: Extract<Filter, { type: 'substring' }>): void {
  writer.startSequence(SearchFilter.substrings);
  writer.writeString(filter.attribute);
  writer.startSequence();
  if (filter.initial !== null) writer.writeBuffer(filter.initial, 0x80);
  for (const part of filter.any) writer.writeBuffer(part, 0x81);
  if (filter.final !== null) writer.writeBuffer(filter.final, 0x82);
  writer.endSequence();
  writer.endSequence();
}

function writeExtensible(writer: BerWriter, filter: Extract<Filter, { type: 'extensible' }>): void {
  writer.startSequence(SearchFilter.extensibleMatch);
  if (filter.rule !== null) writer.writeString(filter.rule, 0x81);
  if (filter.attribute !== null) writer.writeString(filter.attribute, 0x82);
  writer.writeBuffer(filter.value, 0x83);
  if (filter.dnAttributes) writer.writeBoolean(true, 0x84);
  writer.endSequence();
}
