import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeSortRequest,
  encodeSortResponse,
  SORT_KEYS_MAX,
} from '../../../../src/ldap-server/protocol/controls/sorting.ts';
import { anySortKeys } from '../../../support/any-request.ts';
import { element, enumerated, sequence, text } from '../../../support/ber-builder.ts';
import { sortRequestBytes } from '../../../support/value-bytes.ts';

const key = { attribute: 'sn', rule: null, reverse: false };

describe('a sort request', () => {
  it('is read as it was built, whatever its keys', () => {
    fc.assert(
      fc.property(anySortKeys, (keys) => {
        expect(decodeSortRequest(sortRequestBytes(keys))).toEqual(keys);
      }),
    );
  });

  it('may write out that a key is not reversed', () => {
    expect(decodeSortRequest(sequence(sequence(text('sn'), element(0x81, Buffer.of(0)))))).toEqual([key]);
  });

  it('may have so many keys, and no more', () => {
    const keys = Array.from({ length: SORT_KEYS_MAX }, () => key);
    expect(decodeSortRequest(sortRequestBytes(keys))).toHaveLength(SORT_KEYS_MAX);
    expect(decodeSortRequest(sortRequestBytes([...keys, key]))).toBeNull();
  });

  it.each([
    ['no value', null],
    ['an empty value', Buffer.alloc(0)],
    ['no key', sequence()],
    ['a key without attribute', sequence(sequence())],
    ['an attribute that is not UTF-8', sequence(sequence(text(Buffer.of(0xff))))],
    ['something behind it', Buffer.concat([sortRequestBytes([key]), Buffer.of(0)])],
  ])('is null for %s', (_, bytes) => {
    expect(decodeSortRequest(bytes)).toBeNull();
  });
});

describe('a sort response', () => {
  it('tells the result, and which attribute is at fault', () => {
    expect(encodeSortResponse({ code: 0, attribute: null })).toEqual(sequence(enumerated(0)));
    expect(encodeSortResponse({ code: 16, attribute: 'sn' })).toEqual(
      sequence(enumerated(16), element(0x80, 'sn')),
    );
  });
});
