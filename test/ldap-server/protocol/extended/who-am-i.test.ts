import { expect, it } from 'vitest';
import { encodeAuthorizationId } from '../../../../src/ldap-server/protocol/extended/who-am-i.ts';

it('an authorization id is a DN with its prefix, and empty for an anonymous connection', () => {
  expect(encodeAuthorizationId('uid=jdöe,dc=roster')).toEqual(Buffer.from('dn:uid=jdöe,dc=roster'));
  expect(encodeAuthorizationId(null)).toEqual(Buffer.alloc(0));
});
