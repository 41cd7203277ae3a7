/** Cancel: an abandon that is answered (RFC 3909). */
import { Tag } from '../ber-reader.ts';
import { readValue } from '../read-value.ts';

/** The message id of the operation to cancel; null where the value is missing or malformed. */
export function decodeCancel(value: Buffer | null): number | null {
  return readValue(value, (reader) => {
    const outer = reader.enter(Tag.sequence);
    const messageId = reader.count('A message id');
    reader.leave(outer);
    return messageId;
  });
}
