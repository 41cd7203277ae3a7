/** The values of controls, as data. */
import { BerError, BerReader, Tag } from './ber-reader.ts';
import { BerWriter } from './ber-writer.ts';

/** Simple paged results (RFC 2696): the page size asked for, or in an answer an estimate of the total (0: unknown). */
export interface PagedResults {
  readonly size: number;
  /** Empty in the first request and in the last answer. A copy. */
  readonly cookie: Buffer;
}

/** null where the value is missing or malformed, which RFC 2696 section 3 leaves to protocolError. */
export function decodePagedResults(value: Buffer | null): PagedResults | null {
  if (value === null) return null;
  try {
    const reader = new BerReader(value);
    reader.enter(Tag.sequence);
    const size = reader.integer();
    const cookie = Buffer.from(reader.octets());
    return size < 0 ? null : { size, cookie };
  } catch (error) {
    if (error instanceof BerError) return null;
    throw error;
  }
}

export function encodePagedResults({ size, cookie }: PagedResults): Buffer {
  const writer = new BerWriter();
  const sequence = writer.begin(Tag.sequence);
  writer.integer(size);
  writer.octets(cookie);
  writer.end(sequence);
  return writer.finish();
}
