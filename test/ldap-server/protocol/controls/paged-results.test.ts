import { describe, expect, it } from 'vitest';
import {
  decodePagedResults,
  encodePagedResults,
} from '../../../../src/ldap-server/protocol/controls/paged-results.ts';
import { integer, sequence, text } from '../../../support/ber-builder.ts';

describe('paged results', () => {
  it.each([
    ['the first request', 500, ''],
    ['a later request', 2147483647, '\0cookie'],
    ['the last answer', 0, ''],
  ])('is read and written: %s', (_, size, cookie) => {
    const bytes = sequence(integer(size), text(cookie));
    const paged = { size, cookie: Buffer.from(cookie) };
    expect(decodePagedResults(bytes)).toEqual(paged);
    expect(encodePagedResults(paged)).toEqual(bytes);
  });

  it.each([
    ['no value', null],
    ['an empty value', Buffer.alloc(0)],
    ['no cookie', sequence(integer(1))],
    ['a negative size', sequence(integer(-1), text(''))],
    ['something behind it', Buffer.concat([sequence(integer(1), text('')), integer(1)])],
    ['other bytes', Buffer.from('500')],
  ])('is null for %s', (_, bytes) => {
    expect(decodePagedResults(bytes)).toBeNull();
  });
});
