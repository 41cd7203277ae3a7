import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAnswers } from '../../bench/answers.ts';
import { cookieOf } from '../../bench/requests.ts';
import { encodeResult, encodeSearchEntry } from '../../src/ldap-server/protocol/encode.ts';
import { element, enumerated, integer, message, sequence, text } from '../support/ber-builder.ts';

const entry = (id: number) => encodeSearchEntry(id, `uid=${'j'.repeat(id)},dc=roster`, []);
const done = (id: number, code: number) =>
  encodeResult(id, 'search-done', { code, matchedDn: '', message: '' });

test('answers are counted the same however the stream is cut', () => {
  const stream = Buffer.concat([entry(1), entry(200), done(200, 0), entry(70_000), done(70_000, 51)]);
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
      const codes: number[] = [];
      let entries = 0;
      const answers = createAnswers({
        entry: () => {
          entries += 1;
        },
        result: (code) => codes.push(code),
      });
      const ends = [...cuts, stream.length].sort((a, b) => a - b);
      ends.forEach((end, index) => {
        answers.push(stream.subarray(ends[index - 1] ?? 0, end));
      });
      expect({ entries, codes }).toEqual({ entries: 3, codes: [0, 51] });
    }),
  );
});

test('the cookie of a page is found in its result', () => {
  const result = element(0x65, enumerated(0), text(''), text(''));
  const value = sequence(integer(100_000), text('next page'));
  const control = element(0xa0, sequence(text('1.2.840.113556.1.4.319'), text(value)));
  expect(cookieOf(message(3, result, control)).toString()).toBe('next page');
});
