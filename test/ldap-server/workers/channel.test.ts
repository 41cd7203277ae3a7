import { expect, test } from 'vitest';
import { z } from 'zod';
import { DirectoryError } from '../../../src/core/errors.ts';
import { silentLogger } from '../../../src/core/log.ts';
import { type Calls, createChannel } from '../../../src/ldap-server/workers/channel.ts';

const CALLS = {
  double: { input: z.number(), output: z.number() },
  note: { input: z.string(), output: z.void() },
} satisfies Calls;

/** Two ends; what is sent to the second is told too. */
function connect(double: (input: number) => number | Promise<number>) {
  const messages: unknown[] = [];
  const notes: string[] = [];
  const served = { asked: {}, served: CALLS, log: silentLogger };
  const answering = createChannel({
    ...served,
    handlers: { double, note: (text) => void notes.push(text) },
    send: (message) => asking.receive(message),
  });
  const asking = createChannel({
    ...{ asked: CALLS, served: {}, handlers: {}, log: silentLogger },
    send(message) {
      messages.push(message);
      answering.receive(message);
    },
  });
  return { asking, answering, messages, notes };
}

test('questions of one turn go as one message, and each has its answer', async () => {
  const { asking, messages, notes } = connect((input) => input * 2);
  asking.tell('note', 'first');
  expect(await Promise.all([asking.ask('double', 2), asking.ask('double', 21)])).toEqual([4, 42]);
  expect(notes).toEqual(['first']);
  expect(messages).toHaveLength(1);
});

test('an expected failure comes over as it is; of another one nothing but that it happened', async () => {
  const fail = (error: Error) => connect(() => Promise.reject(error)).asking.ask('double', 1);
  await expect(fail(new DirectoryError('invalid', 'Say more.', { field: 'name' }))).rejects.toMatchObject({
    ...{ name: 'DirectoryError', code: 'invalid', message: 'Say more.', field: 'name' },
  });
  await expect(fail(new Error('secret of the inside'))).rejects.toMatchObject({
    ...{ code: 'unavailable', message: 'Internal error.' },
  });
});

test.each([
  ['no list', { id: 1 }],
  ['a call that is not served', [{ id: 1, ask: 'constructor', input: 1 }]],
  ['an input of another shape', [{ id: 1, ask: 'double', input: '1' }]],
  ['an answer to no question', [{ id: 7, output: 1 }]],
])('%s is refused', (_title, message) => {
  const { answering } = connect((input) => input);
  expect(() => answering.receive(message)).toThrow();
});

test('who asks a process that is gone is told so, and whose question was under way too', async () => {
  const { asking } = connect(() => new Promise(() => {}));
  const underWay = asking.ask('double', 1);
  asking.close();
  await expect(underWay).rejects.toMatchObject({ code: 'unavailable' });
  await expect(asking.ask('double', 1)).rejects.toMatchObject({ code: 'unavailable' });
});
