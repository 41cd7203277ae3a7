import { expect, test } from 'vitest';
import { type DialectChanges, normaliseDialect } from '../../../src/core/model/source-dialect.ts';
import { normaliseSignIn } from '../../../src/core/model/source-sign-in.ts';
import { normaliseSourceUrl } from '../../../src/core/model/source-url.ts';

test.each<[string, object, RegExp]>([
  [
    'attributes',
    { attributes: { shoeSize: ['shoe'] } },
    /^There is no field "shoeSize" to map: it is one of id, /,
  ],
  ['attributes', { attributes: { email: ['mail address'] } }, /^The field email must come from attributes/],
  ['attributes', { attributes: { email: Array(11).fill('mail') } }, /^The field email comes from at most 10/],
  ['usernameFrom', { usernameFrom: 'after-at' }, /^The username rule must be whole or before-at\.$/],
  ['membersFrom', { membersFrom: 'nobody' }, /^What tells memberships must be groups or users\.$/],
  ['pageSize', { pageSize: 0 }, /^The page size must be a whole number from 1 to 5000\.$/],
])('a wrong dialect names the field %s: %j', (field, dialect, message) => {
  expect(() => normaliseDialect(dialect as DialectChanges)).toThrow(
    expect.objectContaining({ code: 'invalid', field, message: expect.stringMatching(message) }),
  );
});

test.each([
  ['bindsPerSecond', { bindsPerSecond: -1 }],
  ['timeLimitSeconds', { timeLimitSeconds: 0 }],
  ['timeLimitSeconds', { timeLimitSeconds: 121 }],
  ['rememberSeconds', { rememberSeconds: 1.5 }],
])('a wrong %s is refused with its bounds: %j', (field, signIn) => {
  expect(() => normaliseSignIn(signIn)).toThrow(
    expect.objectContaining({
      field,
      message: expect.stringMatching(/must be a whole number from \d+ to \d+\.$/),
    }),
  );
});

test('ldap:// leaves this machine only where the operator allows it, and never reaches what nobody may', () => {
  expect(() => normaliseSourceUrl('ldap://ldap.example.org')).toThrow('ROSTER_ALLOW_PLAIN_LDAP');
  expect(normaliseSourceUrl('ldap://ldap.example.org', true)).toBe('ldap://ldap.example.org');
  expect(() => normaliseSourceUrl('ldap://169.254.169.254', true)).toThrow('refused');
});
