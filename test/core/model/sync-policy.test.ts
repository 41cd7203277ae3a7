import { expect, test } from 'vitest';
import { DEFAULT_POLICY, normalisePolicy, type SyncPolicy } from '../../../src/core/model/sync-policy.ts';

test('what is not given has its default', () => {
  expect(normalisePolicy({})).toEqual(DEFAULT_POLICY);
  expect(normalisePolicy({ removal: 'delete', removalGraceDays: 0 })).toEqual({
    ...DEFAULT_POLICY,
    removal: 'delete',
    removalGraceDays: 0,
  });
});

test('what is not known is not kept', () => {
  expect(normalisePolicy(given({ unknown: 1 }))).toEqual(DEFAULT_POLICY);
});

test.each([
  ['removal', 'forget', /disable or delete/],
  ['removalGraceDays', -1, /0 to 3650/],
  ['removalGraceDays', 1.5, /whole number/],
  ['goneGroups', 'delete', /keep or remove/],
  ['localMembers', '', /keep or remove/],
  ['conflicts', 'take', /report or link/],
  ['precedence', 1001, /0 to 1000/],
  ['guardPercent', 101, /0 to 100/],
  ['guardMinimum', 0, /1 to 1000000/],
  ['guardMinimum', '10', /whole number/],
])('%s %j is refused in a sentence', (field, value, sentence) => {
  expect(() => normalisePolicy(given({ [field]: value }))).toThrowError(
    expect.objectContaining({ code: 'invalid', field, message: expect.stringMatching(sentence) }),
  );
});

/** As JSON from outside may read. */
function given(fields: Readonly<Record<string, unknown>>): Partial<SyncPolicy> {
  return fields;
}
