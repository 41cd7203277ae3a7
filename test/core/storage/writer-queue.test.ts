/** Writers of one process take turns, and give up in time. */
import { expect, test } from 'vitest';
import { createWriterQueue } from '../../../src/core/storage/writer-queue.ts';

test('writers take turns in the order in which they came', async () => {
  const queue = createWriterQueue();
  const order: string[] = [];
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      queue(async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} ends`);
      }),
    ),
  );
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('a writer whose turn does not come in time is told that others are busy, and never runs', async () => {
  const queue = createWriterQueue();
  const ran: string[] = [];
  const { promise: released, resolve: release } = withResolvers();
  const first = queue(() => released);
  const second = queue(async () => void ran.push('second'), 10);
  await expect(second).rejects.toMatchObject({ name: 'DirectoryError', code: 'busy' });
  release();
  await first;
  await queue(async () => void ran.push('third'));
  expect(ran).toEqual(['third']);
});

test('a writer is told how much of its time is left for the writers of other processes', async () => {
  const left = await createWriterQueue()(async (waitMs) => waitMs, 1000);
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(1000);
});

test('a writer that fails leaves the queue to the next', async () => {
  const queue = createWriterQueue();
  await expect(queue(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await queue(async () => 'next')).toBe('next');
});

test('the queue is bounded', async () => {
  const queue = createWriterQueue();
  const { promise: released, resolve: release } = withResolvers();
  const waiting = Array.from({ length: 1001 }, () => queue(() => released));
  // Turns are given out asynchronously: the first one no longer counts as waiting.
  await new Promise((resolve) => setImmediate(resolve));
  const refused = Promise.all([queue(() => released), queue(() => released)]);
  await expect(refused).rejects.toMatchObject({ code: 'busy' });
  release();
  await Promise.all(waiting);
});

function withResolvers() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
