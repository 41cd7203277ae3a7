import { expect, test } from 'vitest';
import { createNetworkShare } from '../../../src/core/credentials/network-share.ts';

test('a network that fills its share is told that it is busy, while others go on', async () => {
  const share = createNetworkShare(2);
  let finish = (_: string) => {};
  const slow = new Promise<string>((resolve) => {
    finish = resolve;
  });
  const underWay = [share.take('192.0.2.1', () => slow), share.take('192.0.2.1', () => slow)];
  await expect(share.take('192.0.2.1', async () => 'third')).rejects.toMatchObject({ code: 'busy' });
  expect(await share.take('192.0.2.2', async () => 'other')).toBe('other');
  expect(await share.take(null, async () => 'unknown')).toBe('unknown');
  finish('done');
  expect(await Promise.all(underWay)).toEqual(['done', 'done']);
  expect(await share.take('192.0.2.1', async () => 'later')).toBe('later');
});

test('a check that fails gives its place back', async () => {
  const share = createNetworkShare(1);
  const failing = share.take('192.0.2.1', () => Promise.reject(new Error('no answer')));
  await expect(failing).rejects.toThrow('no answer');
  expect(await share.take('192.0.2.1', async () => 'next')).toBe('next');
});
