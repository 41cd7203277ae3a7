/** Reads the values of controls and of extended operations, which are BER inside an octet string. */
import { BerError } from './ber-reader.ts';
import { DEFAULT_DECODE_LIMITS } from './decode-limits.ts';
import { RequestReader } from './request-reader.ts';
import { ProtocolViolation } from './violation.ts';

/**
 * What `read` makes of the one element that the value is, a copy; null where the value is missing or malformed. `read`
 * may refuse by the reader's `refuse`.
 */
export function readValue<T>(value: Buffer | null, read: (reader: RequestReader) => T): T | null {
  if (value === null) return null;
  const reader = new RequestReader(value, DEFAULT_DECODE_LIMITS);
  try {
    const result = read(reader);
    return reader.more ? null : result;
  } catch (error) {
    if (error instanceof BerError || error instanceof ProtocolViolation) return null;
    throw error;
  }
}
