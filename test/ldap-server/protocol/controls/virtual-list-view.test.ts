import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeVirtualListViewRequest,
  encodeVirtualListViewResponse,
} from '../../../../src/ldap-server/protocol/controls/virtual-list-view.ts';
import { anyVirtualListView } from '../../../support/any-request.ts';
import { element, enumerated, integer, sequence, text } from '../../../support/ber-builder.ts';
import { virtualListViewBytes } from '../../../support/value-bytes.ts';

const byOffset = (offset: number, contentCount: number) =>
  element(0xa0, integer(offset), integer(contentCount));

describe('a virtual list view request', () => {
  it('is read as it was built, whatever it is', () => {
    fc.assert(
      fc.property(anyVirtualListView, (request) => {
        expect(decodeVirtualListViewRequest(virtualListViewBytes(request))).toEqual(request);
      }),
    );
  });

  it.each([
    ['no value', null],
    ['no target', sequence(integer(0), integer(9))],
    ['an unknown target', sequence(integer(0), integer(9), element(0x82, 'x'))],
    ['a negative count before', sequence(integer(-1), integer(9), byOffset(1, 0))],
    ['a negative count after', sequence(integer(0), integer(-1), byOffset(1, 0))],
    ['a negative offset', sequence(integer(0), integer(9), byOffset(-1, 0))],
    ['a negative content count', sequence(integer(0), integer(9), byOffset(1, -1))],
    ['an offset alone', sequence(integer(0), integer(9), element(0xa0, integer(1)))],
  ])('is null for %s', (_, bytes) => {
    expect(decodeVirtualListViewRequest(bytes)).toBeNull();
  });
});

describe('a virtual list view response', () => {
  it('tells where the target is in how many entries, and what the client is to send along next', () => {
    const response = { targetPosition: 7, contentCount: 300, code: 0 };
    const numbers = [integer(7), integer(300), enumerated(0)];
    expect(encodeVirtualListViewResponse({ ...response, contextId: null })).toEqual(sequence(...numbers));
    expect(encodeVirtualListViewResponse({ ...response, contextId: Buffer.from('id') })).toEqual(
      sequence(...numbers, text('id')),
    );
  });
});
