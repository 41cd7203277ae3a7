/** The assertion control: do the operation only where a filter is true (RFC 4528). */
import type { Filter } from '../../../core/syntax/filter.ts';
import { decodeFilter } from '../decode-filter.ts';
import { readValue } from '../read-value.ts';

/** null where the value is missing or malformed, which RFC 4528 section 3 leaves to protocolError. */
export function decodeAssertion(value: Buffer | null): Filter | null {
  return readValue(value, decodeFilter);
}
