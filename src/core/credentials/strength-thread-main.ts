/** The thread in which passwords are judged: one after the other, as they come. */
import { parentPort } from 'node:worker_threads';
import { estimateHere } from './strength-estimate.ts';
import type { StrengthAnswer, StrengthQuestion } from './strength-thread.ts';

parentPort?.on('message', async ({ id, password, words }: StrengthQuestion) => {
  const answer: StrengthAnswer = { id, estimate: await estimateHere(password, words) };
  parentPort?.postMessage(answer);
});
