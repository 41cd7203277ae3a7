import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodePasswordModify,
  encodeGeneratedPassword,
} from '../../../../src/ldap-server/protocol/extended/password-modify.ts';
import { anyPasswordModify } from '../../../support/any-request.ts';
import { element, integer, sequence, text } from '../../../support/ber-builder.ts';
import { passwordModifyBytes } from '../../../support/value-bytes.ts';

const NOTHING = { user: null, oldPassword: null, newPassword: null };

describe('a password modify request', () => {
  it('is read as it was built, whatever it holds', () => {
    fc.assert(
      fc.property(anyPasswordModify, (request) => {
        expect(decodePasswordModify(passwordModifyBytes(request))).toEqual(request);
      }),
    );
  });

  it('asks for the same without a value as with an empty sequence', () => {
    expect(decodePasswordModify(null)).toEqual(NOTHING);
    expect(decodePasswordModify(sequence())).toEqual(NOTHING);
  });

  it('tells an empty new password from none', () => {
    expect(decodePasswordModify(sequence(element(0x82)))?.newPassword).toEqual(Buffer.alloc(0));
  });

  it.each([
    ['an empty value', Buffer.alloc(0)],
    ['a number', integer(1)],
    ['a user that is not UTF-8', sequence(element(0x80, Buffer.of(0xff)))],
    ['an overlong password', sequence(element(0x82, 'x'.repeat(65_537)))],
    ['something behind it', Buffer.concat([sequence(), text('x')])],
  ])('is null for %s', (_, bytes) => {
    expect(decodePasswordModify(bytes)).toBeNull();
  });
});

it('a generated password is told in the response', () => {
  expect(encodeGeneratedPassword('pässword')).toEqual(sequence(element(0x80, 'pässword')));
});
