import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { createStrengthThread } from '../../../src/core/credentials/strength-thread.ts';

const BUILT = new URL('../../../dist/core/credentials/strength-thread-main.js', import.meta.url);

it('judges passwords in one thread, which ends when nobody asks, and in another one afterwards', async () => {
  const started: Worker[] = [];
  const estimate = createStrengthThread(() => {
    const worker = new Worker(BUILT);
    started.push(worker);
    return worker;
  }, 50);
  const [common, own, good] = await Promise.all([
    estimate('P4ssw0rd!', []),
    estimate('zanzibarquux', ['zanzibarquux']),
    estimate('correct horse battery', []),
  ]);
  expect(common.score).toBeLessThan(2);
  expect(own.score).toBeLessThan(2);
  expect(good).toEqual({ score: 4, warning: null });
  expect(started).toHaveLength(1);
  const [first] = started;
  if (first !== undefined) await once(first, 'exit');
  expect((await estimate('password1', [])).score).toBe(0);
  expect(started).toHaveLength(2);
});

it('refuses what it was asked where its thread ends, and asks another one next', async () => {
  const scripts = ['process.exit(1)', 'throw new Error("broken")'];
  const estimate = createStrengthThread(() => {
    const script = scripts.shift();
    return script === undefined ? new Worker(BUILT) : new Worker(script, { eval: true });
  });
  await expect(estimate('correct horse battery', [])).rejects.toThrow(
    'The thread that judges passwords has ended.',
  );
  await expect(estimate('correct horse battery', [])).rejects.toThrow('broken');
  expect((await estimate('correct horse battery', [])).score).toBe(4);
});
