import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEREFERENCES_MAX,
  decodeDereferenceRequest,
  encodeDereferenceResponse,
} from '../../../../src/ldap-server/protocol/controls/dereference.ts';
import { encodePartialAttribute } from '../../../../src/ldap-server/protocol/encode.ts';
import { anyDereferences } from '../../../support/any-request.ts';
import { element, sequence, set, text } from '../../../support/ber-builder.ts';
import { dereferenceBytes } from '../../../support/value-bytes.ts';

const asked = { attribute: 'member', attributes: ['uid', 'mail'] };

describe('a dereference request', () => {
  it('is read as it was built, whatever it asks', () => {
    fc.assert(
      fc.property(anyDereferences, (dereferences) => {
        expect(decodeDereferenceRequest(dereferenceBytes(dereferences))).toEqual(dereferences);
      }),
    );
  });

  it('may name so many attributes, and no more', () => {
    const most = Array.from({ length: DEREFERENCES_MAX }, () => asked);
    expect(decodeDereferenceRequest(dereferenceBytes(most))).toHaveLength(DEREFERENCES_MAX);
    expect(decodeDereferenceRequest(dereferenceBytes([...most, asked]))).toBeNull();
    const attributes = Array.from({ length: 1001 }, () => 'uid');
    expect(decodeDereferenceRequest(dereferenceBytes([{ attribute: 'member', attributes }]))).toBeNull();
  });

  it.each([
    ['no value', null],
    ['nothing asked', sequence()],
    ['nothing to read', dereferenceBytes([{ attribute: 'member', attributes: [] }])],
    ['an attribute without a list', sequence(sequence(text('member')))],
  ])('is null for %s', (_, bytes) => {
    expect(decodeDereferenceRequest(bytes)).toBeNull();
  });
});

describe('a dereference response', () => {
  it('holds the attributes found under each DN, and DNs under which nothing was', () => {
    const bytes = encodeDereferenceResponse([
      { attribute: 'member', dn: 'uid=jdoe', attributes: [encodePartialAttribute('uid', ['jdoe'])] },
      { attribute: 'member', dn: 'uid=away', attributes: [] },
    ]);
    const uid = sequence(text('uid'), set(text('jdoe')));
    expect(bytes).toEqual(
      sequence(
        sequence(text('member'), text('uid=jdoe'), element(0xa0, uid)),
        sequence(text('member'), text('uid=away')),
      ),
    );
  });
});
