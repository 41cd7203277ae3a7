import { once } from 'node:events';
import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createOutput, createWriterPool, type WriterPool } from '../../src/ldap-server/output.ts';

const LIMITS = { outputBytesMax: 1000, writeStallMs: 60_000 };
const LISTENER = { stalled: () => undefined, waits: () => undefined };

/** A socket that reads when it is told to. */
function aSocket(): { socket: Writable; chunks: Buffer[]; read: () => void } {
  const chunks: Buffer[] = [];
  const waiting: (() => void)[] = [];
  const socket = new Writable({
    highWaterMark: 100,
    write(chunk: Buffer, _encoding, done) {
      const at = chunks.push(chunk) - 1;
      // When it has been read its memory may be used anew.
      waiting.push(() => {
        chunks[at] = Buffer.from(chunk);
        done();
      });
    },
  });
  const read = (): void => {
    for (const done of waiting.splice(0)) done();
  };
  return { socket, chunks, read };
}

function anOutput(socket: Writable, writers: WriterPool = createWriterPool()) {
  return createOutput(socket, LIMITS, writers, LISTENER);
}

it('sends the answers of one turn in one write, in their order', () => {
  const { socket, chunks } = aSocket();
  const output = anOutput(socket);
  for (const text of ['one', 'two', 'three']) output.writer.raw(Buffer.from(text));
  output.passOn();
  expect(chunks).toEqual([]);
  output.flush();
  output.flush();
  expect(chunks.map(String)).toEqual(['onetwothree']);
});

it('mixes nothing up where connections write at the same time and after each other', async () => {
  const writers = createWriterPool();
  const ends = Array.from({ length: 4 }, () => aSocket());
  const outputs = ends.map(({ socket }) => anOutput(socket, writers));
  for (let round = 0; round < 3000; round += 1) {
    for (const [index, output] of outputs.entries()) output.writer.raw(Buffer.alloc(20, index));
    outputs[round % 4]?.flush();
    if (round % 100 === 0) {
      for (const { read } of ends) read();
      await nextTurn();
    }
  }
  for (const output of outputs) output.flush();
  for (const [index, { socket, chunks, read }] of ends.entries()) {
    const finished = once(socket, 'finish');
    socket.end();
    while (!socket.writableFinished) {
      read();
      await nextTurn();
    }
    await finished;
    expect(Buffer.concat(chunks).equals(Buffer.alloc(60_000, index))).toBe(true);
  }
});

it('does not write again to what a slow client has yet to read', () => {
  const writers = createWriterPool();
  const slow = aSocket();
  const other = aSocket();
  const unread = anOutput(slow.socket, writers);
  unread.writer.raw(Buffer.alloc(50, 1));
  unread.flush();
  const output = anOutput(other.socket, writers);
  output.writer.raw(Buffer.alloc(100_000, 2));
  output.flush();
  expect(slow.chunks).toEqual([Buffer.alloc(50, 1)]);
});

it('keeps no whole buffer for each short answer that a slow client has yet to read', () => {
  const writers = createWriterPool();
  let lent = 0;
  const { socket } = aSocket();
  const output = anOutput(socket, {
    borrow() {
      lent += 1;
      return writers.borrow();
    },
    giveBack(writer) {
      lent -= 1;
      writers.giveBack(writer);
    },
  });
  for (let answer = 0; answer < 100; answer += 1) {
    output.writer.raw(Buffer.alloc(14));
    output.flush();
  }
  expect(socket.writableLength).toBe(1400);
  expect(lent).toBe(1);
});

it('is full while as much waits as should, written or not, and has room once it is read', async () => {
  const { socket, read } = aSocket();
  const output = anOutput(socket);
  output.writer.raw(Buffer.alloc(999));
  expect(output.isFull).toBe(false);
  output.writer.raw(Buffer.alloc(1));
  expect([output.isFull, output.isOverfull]).toEqual([true, false]);
  const room = output.room();
  output.writer.raw(Buffer.alloc(1000));
  expect(output.isOverfull).toBe(true);
  output.flush();
  while (socket.writableLength > 0) {
    read();
    await nextTurn();
  }
  await room;
  expect(output.isFull).toBe(false);
});

it('passes on what has gathered once it is much', () => {
  const { socket, chunks } = aSocket();
  const output = anOutput(socket);
  output.writer.raw(Buffer.alloc(65_536));
  output.passOn();
  expect(chunks).toHaveLength(1);
});
