import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../../src/core/syntax/filter-text.ts';
import {
  decodeMatchedValues,
  VALUES_FILTER_ITEMS_MAX,
} from '../../../../src/ldap-server/protocol/controls/matched-values.ts';
import { anyMatchedValues } from '../../../support/any-request.ts';
import { element, sequence } from '../../../support/ber-builder.ts';
import { filterBytes } from '../../../support/filter-bytes.ts';

const value = (...filters: string[]) =>
  sequence(...filters.map((filter) => filterBytes(parseFilter(filter))));

describe('a values filter', () => {
  it('is read as it was built, whatever its items', () => {
    fc.assert(
      fc.property(anyMatchedValues, (items) => {
        expect(decodeMatchedValues(sequence(...items.map((item) => filterBytes(item))))).toEqual(items);
      }),
    );
  });

  it('may have so many items, and no more', () => {
    const items = Array.from({ length: VALUES_FILTER_ITEMS_MAX }, () => '(mail=*)');
    expect(decodeMatchedValues(value(...items))).toHaveLength(VALUES_FILTER_ITEMS_MAX);
    expect(decodeMatchedValues(value(...items, '(mail=*)'))).toBeNull();
  });

  it.each([
    ['no value', null],
    ['no item', sequence()],
    ['a filter that joins', value('(&(mail=a)(mail=b))')],
    ['a filter that chooses', value('(|(mail=a))')],
    ['a filter that negates', value('(mail=*)', '(!(mail=a))')],
    ['a match in DNs', value('(cn:dn:=x)')],
    ['an unknown item', sequence(element(0xaa))],
    ['a filter that is no list', filterBytes(parseFilter('(mail=*)'))],
  ])('is null for %s', (_, bytes) => {
    expect(decodeMatchedValues(bytes)).toBeNull();
  });
});
