import { expect, test } from 'vitest';
import { createSingleFlight } from '../../../src/core/credentials/single-flight.ts';

test('who asks the same while the answer is under way shares it, and who asks later asks anew', async () => {
  const flights = createSingleFlight<number>(10);
  let asked = 0;
  const ask = async () => ++asked;
  expect(
    await Promise.all([flights.share('a', ask), flights.share('a', ask), flights.share('b', ask)]),
  ).toEqual([1, 1, 2]);
  expect(await flights.share('a', ask)).toBe(3);
});

test('a failure is shared too, and not kept', async () => {
  const flights = createSingleFlight<string>(10);
  const fail = () => Promise.reject(new Error('no answer'));
  const outcomes = await Promise.allSettled([flights.share('a', fail), flights.share('a', fail)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await flights.share('a', async () => 'answer')).toBe('answer');
});

test('more callers than may wait are told that it is busy, until others have their answer', async () => {
  const flights = createSingleFlight<string>(2);
  const answer = async () => 'answer';
  const first = [flights.share('a', answer), flights.share('a', answer)];
  await expect(flights.share('a', answer)).rejects.toMatchObject({ code: 'busy' });
  expect(await Promise.all(first)).toEqual(['answer', 'answer']);
  expect(await flights.share('b', answer)).toBe('answer');
});
