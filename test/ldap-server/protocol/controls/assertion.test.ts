import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILTER_DEPTH_MAX } from '../../../../src/core/syntax/filter.ts';
import { decodeAssertion } from '../../../../src/ldap-server/protocol/controls/assertion.ts';
import { anyFilter } from '../../../support/any-filter.ts';
import { element } from '../../../support/ber-builder.ts';
import { filterBytes } from '../../../support/filter-bytes.ts';

const nested = (depth: number): Buffer =>
  depth === 1 ? element(0x87, 'cn') : element(0xa2, nested(depth - 1));

describe('an assertion', () => {
  it('is read as it was built, whatever the filter', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        expect(decodeAssertion(filterBytes(filter))).toEqual(filter);
      }),
    );
  });

  it('is as deep as a filter may be, and no deeper', () => {
    expect(decodeAssertion(nested(FILTER_DEPTH_MAX))).not.toBeNull();
    expect(decodeAssertion(nested(FILTER_DEPTH_MAX + 1))).toBeNull();
  });

  it.each([
    ['no value', null],
    ['an empty value', Buffer.alloc(0)],
    ['a text', Buffer.from('(cn=x)')],
    ['two filters', Buffer.concat([element(0x87, 'cn'), element(0x87, 'sn')])],
  ])('is null for %s', (_, bytes) => {
    expect(decodeAssertion(bytes)).toBeNull();
  });
});
