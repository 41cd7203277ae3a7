import { expect, it } from 'vitest';
import { decodeCancel } from '../../../../src/ldap-server/protocol/extended/cancel.ts';
import { integer, sequence, text } from '../../../support/ber-builder.ts';

it.each([
  ['a message id', sequence(integer(2_147_483_647)), 2_147_483_647],
  ['no value', null, null],
  ['a negative id', sequence(integer(-1)), null],
  ['no id', sequence(), null],
  ['a text', sequence(text('1')), null],
  ['a number alone', integer(1), null],
])('a cancel request is read: %s', (_, bytes, messageId) => {
  expect(decodeCancel(bytes)).toBe(messageId);
});
