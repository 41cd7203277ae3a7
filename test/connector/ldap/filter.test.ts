import fc from 'fast-check';
import { SearchRequest } from 'ldapts';
import { expect, test } from 'vitest';
import { ldaptsFilter } from '../../../src/connector/ldap/filter.ts';
import { decodeRequest } from '../../../src/ldap-server/protocol/decode.ts';
import { anyFilter } from '../../support/any-filter.ts';

test('every filter reaches the wire as it is', () => {
  fc.assert(
    fc.property(anyFilter, (filter) => {
      const request = new SearchRequest({ messageId: 1, baseDN: '', filter: ldaptsFilter(filter) });
      expect(decodeRequest(request.write()).request).toMatchObject({ type: 'search', filter });
    }),
  );
});
