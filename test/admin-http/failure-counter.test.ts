import { expect, test } from 'vitest';
import { COUNTED_KEYS_MAX, createFailureCounter } from '../../src/admin-http/failure-counter.ts';

test('a key is exceeded after as many failures as are allowed, until its window is over', () => {
  let now = 0;
  const failures = createFailureCounter({ max: 2, windowMs: 1000, clock: { now: () => new Date(now) } });
  failures.add('a');
  expect(failures.exceeded('a')).toBe(false);
  now = 999;
  failures.add('a');
  expect(failures.exceeded('a')).toBe(true);
  expect(failures.exceeded('b')).toBe(false);
  now = 1000;
  expect(failures.exceeded('a')).toBe(false);
});

test('the number of keys is bounded: the oldest is forgotten first', () => {
  const failures = createFailureCounter({ max: 1, windowMs: 1000, clock: { now: () => new Date(0) } });
  for (let key = 0; key <= COUNTED_KEYS_MAX; key++) failures.add(String(key));
  expect(failures.exceeded('0')).toBe(false);
  expect(failures.exceeded('1')).toBe(true);
  expect(failures.exceeded(String(COUNTED_KEYS_MAX))).toBe(true);
});
