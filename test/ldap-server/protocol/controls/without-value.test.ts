import { expect, it } from 'vitest';
import { hasForbiddenValue } from '../../../../src/ldap-server/protocol/controls/without-value.ts';
import { Oid } from '../../../../src/ldap-server/protocol/oids.ts';

it.each([
  ['ManageDsaIT without a value', Oid.manageDsaIt, null, false],
  ['a password policy request with an empty value', Oid.passwordPolicy, '', false],
  ['"do not use a copy" with a value', Oid.dontUseCopy, 'x', true],
  ['paged results with a value', Oid.pagedResults, 'x', false],
])('a control that must have no value is told from one that has: %s', (_, oid, text, forbidden) => {
  const value = text === null ? null : Buffer.from(text);
  expect(hasForbiddenValue({ oid, critical: true, value })).toBe(forbidden);
});
