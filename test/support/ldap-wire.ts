/** A client that writes bytes of its own choice to an LDAP server, and tells the answers apart. */
import type { Socket } from 'node:net';

export interface Answer {
  readonly id: number;
  /** Tag of the protocol operation: 0x61 bind, 0x64 entry, 0x65 search done, 0x78 extended ... */
  readonly tag: number;
  /** The result code; -1 for an entry. */
  readonly code: number;
  readonly bytes: Buffer;
}

export interface Wire {
  readonly answers: Answer[];
  send(...messages: readonly Buffer[]): void;
  /** Resolves when `count` answers of any kind are there; rejects when the connection ends before. */
  received(count: number): Promise<readonly Answer[]>;
  /** Resolves when the server has closed the connection. */
  closed(): Promise<void>;
}

export function createWire(socket: Socket): Wire {
  const answers: Answer[] = [];
  let pending = Buffer.alloc(0);
  let isClosed = false;
  let waiting: (() => void)[] = [];
  const news = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  const tell = (): void => {
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
    tell();
  });
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (let length = wholeLength(pending); length <= pending.length; length = wholeLength(pending)) {
      answers.push(answerOf(pending.subarray(0, length)));
      pending = pending.subarray(length);
    }
    tell();
  });
  return {
    answers,
    send: (...messages) => void socket.write(Buffer.concat(messages)),
    async received(count) {
      while (answers.length < count) {
        if (isClosed) throw new Error(`The connection ended after ${answers.length} answers.`);
        await news();
      }
      return answers;
    },
    async closed() {
      while (!isClosed) await news();
    },
  };
}

/** Length of the element at the beginning; infinite while its header is incomplete. */
function wholeLength(buffer: Buffer): number {
  const first = buffer[1];
  if (first === undefined) return Number.POSITIVE_INFINITY;
  if (first < 128) return 2 + first;
  const octets = first - 128;
  return buffer.length < 2 + octets ? Number.POSITIVE_INFINITY : 2 + octets + buffer.readUIntBE(2, octets);
}

function contents(element: Buffer): Buffer {
  const first = element[1] ?? 0;
  return element.subarray(first < 128 ? 2 : 2 + first - 128);
}

function answerOf(bytes: Buffer): Answer {
  const message = contents(bytes);
  const idLength = message[1] ?? 0;
  const operation = message.subarray(2 + idLength);
  const tag = operation[0] ?? 0;
  const code = tag === 0x64 ? -1 : (contents(operation)[2] ?? -1);
  return { id: message.readIntBE(2, idLength), tag, code, bytes };
}
