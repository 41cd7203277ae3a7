/** Virtual list views: a window on sorted search results (draft-ietf-ldapext-ldapv3-vlv-09). */
import { Tag } from '../ber-reader.ts';
import { BerWriter } from '../ber-writer.ts';
import { readValue } from '../read-value.ts';
import type { RequestReader } from '../request-reader.ts';

/** The entry around which the window lies. */
export type ViewTarget =
  | {
      readonly type: 'offset';
      /** From 1; 0, which Active Directory allows, is for the operation to refuse by offsetRangeError. */
      readonly offset: number;
      /** The size of the whole list as the client knows it; 0: not at all. */
      readonly contentCount: number;
    }
  /** The first entry whose first sort key is not before this. */
  | { readonly type: 'value'; readonly value: Buffer };

export interface VirtualListViewRequest {
  readonly beforeCount: number;
  readonly afterCount: number;
  readonly target: ViewTarget;
  /** What the last answer gave along; null in a first request. */
  readonly contextId: Buffer | null;
}

export interface VirtualListViewResponse {
  /** Of the target entry, from 1; one more than contentCount: behind the last. */
  readonly targetPosition: number;
  readonly contentCount: number;
  readonly code: number;
  readonly contextId: Buffer | null;
}

/** null where the value is missing or malformed. */
export function decodeVirtualListViewRequest(value: Buffer | null): VirtualListViewRequest | null {
  return readValue(value, (reader) => {
    const outer = reader.enter(Tag.sequence);
    const request = {
      beforeCount: reader.count('The number of entries before the target'),
      afterCount: reader.count('The number of entries after the target'),
      target: decodeTarget(reader),
      contextId: reader.optionalValue(Tag.octetString),
    };
    reader.leave(outer);
    return request;
  });
}

export function encodeVirtualListViewResponse(response: VirtualListViewResponse): Buffer {
  const writer = new BerWriter();
  const sequence = writer.begin(Tag.sequence);
  writer.integer(response.targetPosition);
  writer.integer(response.contentCount);
  writer.integer(response.code, Tag.enumerated);
  if (response.contextId !== null) writer.octets(response.contextId);
  writer.end(sequence);
  return writer.finish();
}

const BY_OFFSET = 0xa0;
const GREATER_THAN_OR_EQUAL = 0x81;

function decodeTarget(reader: RequestReader): ViewTarget {
  if (reader.nextTag !== BY_OFFSET) return { type: 'value', value: reader.value(GREATER_THAN_OR_EQUAL) };
  const outer = reader.enter(BY_OFFSET);
  const offset = reader.count('An offset');
  const contentCount = reader.count('A content count');
  reader.leave(outer);
  return { type: 'offset', offset, contentCount };
}
