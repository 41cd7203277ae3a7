import { expect, it } from 'vitest';
import { decodeRequest } from '../../../src/ldap-server/protocol/decode.ts';
import { requestBytes } from '../../support/request-bytes.ts';
import { VALUE_FORMS } from '../../support/value-bytes.ts';
import { carriers, readVectors, valuesOf } from '../../support/vectors.ts';

const vectors = readVectors();

it('there are requests of many clients', () => {
  expect(vectors.length).toBeGreaterThan(60);
});

it.each(vectors.map(({ about, ...vector }) => [about, vector] as const))('%s', (_, { bytes, meaning }) => {
  const { values = [], form = {}, ...message } = meaning;
  const decoded = decodeRequest(bytes);
  expect(decoded).toEqual(message);
  expect(valuesOf(decoded)).toEqual(values);
  expect(requestBytes(decoded, form).toString('hex')).toBe(bytes.toString('hex'));
  for (const { oid, value } of carriers(decoded)) {
    expect(VALUE_FORMS.get(oid)?.rebuild(value)).toEqual(value);
  }
});
