import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrames, MalformedAnswer } from '../../../src/connector/ldap/ber-elements.ts';
import { decodeResponse } from '../../../src/connector/ldap/responses.ts';
import { encodePagedResults } from '../../../src/ldap-server/protocol/controls/paged-results.ts';
import {
  encodePartialAttribute,
  encodeResult,
  encodeSearchEntry,
} from '../../../src/ldap-server/protocol/encode.ts';
import { element, integer, message, sequence, set, text } from '../../support/ber-builder.ts';

const ENTRY = encodeSearchEntry(7, 'cn=Jane Doe,dc=example', [
  encodePartialAttribute('CN', ['Jane Doe', 'jdoe']),
  encodePartialAttribute('objectGUID', [Buffer.from([0xff, 0x00, 0x80])]),
]);
const DONE = encodeResult(
  7,
  'search-done',
  { code: 4, matchedDn: '', message: 'enough' },
  {
    controls: [
      {
        oid: '1.2.840.113556.1.4.319',
        critical: true,
        value: encodePagedResults({ size: 0, cookie: Buffer.from('next') }),
      },
    ],
  },
);

test('an entry comes with its values as bytes, under lower-cased names', () => {
  const response = decodeResponse(ENTRY);
  expect(response).toMatchObject({ type: 'entry', id: 7, entry: { dn: 'cn=Jane Doe,dc=example' } });
  const attributes = response.type === 'entry' ? [...response.entry.attributes] : [];
  expect(attributes).toEqual([
    ['cn', [Buffer.from('Jane Doe'), Buffer.from('jdoe')]],
    ['objectguid', [Buffer.from([0xff, 0x00, 0x80])]],
  ]);
});

test('a result comes with its code, its words and the cookie of the page', () => {
  expect(decodeResponse(DONE)).toEqual({
    type: 'result',
    id: 7,
    operation: 0x65,
    result: { code: 4, message: 'enough', cookie: Buffer.from('next'), policy: null },
  });
});

test.each([
  ['a list of attributes that is a string', element(0x64, text('cn=a'), text(Buffer.from([0x04])))],
  [
    'an attribute longer than its list',
    element(0x64, text('cn=a'), element(0x30, Buffer.from([0x30, 9, 4, 1]))),
  ],
  [
    'values that are not strings',
    element(0x64, text('cn=a'), sequence(sequence(text('cn'), set(integer(1))))),
  ],
  ['an unknown operation', element(0x79, text('cn=a'))],
  ['a result without code', element(0x65, text(''), text(''), text(''))],
])('%s is refused', (_name, operation) => {
  expect(() => decodeResponse(message(1, operation))).toThrow(MalformedAnswer);
});

test('whatever bytes come, an answer is read or refused', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => readsOrRefuses(Buffer.from(bytes))));
  fc.assert(
    fc.property(fc.constantFrom(ENTRY, DONE), fc.nat(), fc.nat(255), (valid, at, byte) => {
      const changed = Buffer.from(valid);
      changed[at % changed.length] = byte;
      readsOrRefuses(changed);
    }),
  );
});

test('a stream gives the same messages however it is cut', () => {
  const stream = Buffer.concat([ENTRY, DONE, ENTRY]);
  for (let cut = 0; cut <= stream.length; cut += 1) {
    const frames = createFrames(1000);
    const found = [stream.subarray(0, cut), stream.subarray(cut)].flatMap((chunk) => [...frames.push(chunk)]);
    expect(found).toEqual([ENTRY, DONE, ENTRY]);
  }
  const frames = createFrames(1000);
  expect([...stream].flatMap((byte) => [...frames.push(Buffer.from([byte]))])).toEqual([ENTRY, DONE, ENTRY]);
});

test('a message that announces more than the bound is refused at its header', () => {
  const frames = createFrames(1000);
  expect(() => [...frames.push(Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]))]).toThrow(MalformedAnswer);
});

function readsOrRefuses(bytes: Buffer): void {
  try {
    decodeResponse(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedAnswer);
  }
}
