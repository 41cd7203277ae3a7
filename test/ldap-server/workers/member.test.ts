/** One worker as the process that leads sees it: its end, in whatever order it is told. */
import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { silentLogger } from '../../../src/core/log.ts';
import { createSeats } from '../../../src/ldap-server/connection-seats.ts';
import { createMember } from '../../../src/ldap-server/workers/member.ts';

function begin({ pid, openPort }: { pid?: number; openPort?: () => Promise<never> } = {}) {
  const worker = Object.assign(new EventEmitter(), {
    ...{ id: 1, isConnected: () => true, send: () => true },
    process: { pid, kill: () => true },
  });
  const seats = createSeats({ connectionsMax: 1, connectionsPerAddressMax: 1 });
  const ends: unknown[] = [];
  const never = async (): Promise<never> => {
    throw new Error('Nobody asks for this.');
  };
  const member = createMember({
    ...{ process: worker as unknown as Worker, seats, log: silentLogger },
    handlers: { verify: never, forget() {}, 'change-own-password': never, happened() {} },
    openPort: openPort ?? never,
    closePort() {},
    ended: (how) => ends.push(how),
  });
  return { worker, member, seats, ends };
}

test('a seat that is taken by its last message, after its exit, is free again', async () => {
  const { worker, seats, ends } = begin({ pid: 7 });
  worker.emit('exit', null, 'SIGKILL');
  worker.emit('message', [{ id: 1, ask: 'take-seat', input: '192.0.2.1' }]);
  await nextTurn();
  expect([ends, seats.take('192.0.2.1')]).toEqual([[], 'too-many']);
  worker.emit('disconnect');
  await nextTurn();
  expect([ends, seats.take('192.0.2.1')]).toEqual([['SIGKILL'], null]);
});

test('one that the machine does not let start has ended, and says why', async () => {
  const { worker, member, ends } = begin();
  const started = member.start({} as never);
  worker.emit('error', new Error('spawn EAGAIN'));
  worker.emit('disconnect');
  await expect(started).rejects.toMatchObject({ code: 'unavailable' });
  expect(ends).toEqual(['spawn EAGAIN']);
});

test('who may not have the port is given no connections', async () => {
  const { worker, member } = begin({ pid: 7, openPort: () => Promise.reject(new Error('It is taken.')) });
  worker.emit('message', [{ id: 1, ask: 'open-port', input: undefined }]);
  expect(member.isOpen()).toBe(true);
  await nextTurn();
  expect(member.isOpen()).toBe(false);
});
