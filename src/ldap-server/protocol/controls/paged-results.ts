/** Simple paged results (RFC 2696). */
import { Tag } from '../ber-reader.ts';
import { BerWriter } from '../ber-writer.ts';
import { readValue } from '../read-value.ts';

/** The page size asked for, or in an answer an estimate of the total (0: unknown). */
export interface PagedResults {
  readonly size: number;
  /** Empty in the first request and in the last answer. A copy. */
  readonly cookie: Buffer;
}

/** null where the value is missing or malformed, which RFC 2696 section 3 leaves to protocolError. */
export function decodePagedResults(value: Buffer | null): PagedResults | null {
  return readValue(value, (reader) => {
    const outer = reader.enter(Tag.sequence);
    const paged = { size: reader.count('A page size'), cookie: reader.value() };
    reader.leave(outer);
    return paged;
  });
}

export function encodePagedResults({ size, cookie }: PagedResults): Buffer {
  const writer = new BerWriter();
  const sequence = writer.begin(Tag.sequence);
  writer.integer(size);
  writer.octets(cookie);
  writer.end(sequence);
  return writer.finish();
}
