/** The way out of a connection: gathers answers into few writes, and holds back when the client does not read. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Output } from './operations/search.ts';

export interface ConnectionOutput extends Output {
  /** Writes what has gathered. */
  flush(): void;
  /** So much waits to be read that nothing more may be asked: what is answered out of turn does not heed isFull. */
  readonly isOverfull: boolean;
}

/** Answers are joined up to this size: few system calls, and no second copy of a long listing. */
const WRITE_BYTES = 65_536;

/** What the connection is told of a client that is slow to read. */
export interface OutputListener {
  /** It has not read within `writeStallMs` what waits. */
  stalled(): void;
  /** So many bytes wait to be read; 0: none any more. */
  waits(bytes: number): void;
}

export function createOutput(
  socket: Writable,
  limits: { readonly outputBytesMax: number; readonly writeStallMs: number },
  listener: OutputListener,
): ConnectionOutput {
  let gathered: Buffer[] = [];
  let bytes = 0;
  let stallTimer: NodeJS.Timeout | undefined;
  const settle = (): void => {
    clearTimeout(stallTimer);
    stallTimer = undefined;
    listener.waits(0);
  };
  socket.on('drain', settle);
  socket.on('close', settle);

  const flush = (): void => {
    if (bytes === 0) return;
    const [first] = gathered;
    const chunk = gathered.length === 1 && first !== undefined ? first : Buffer.concat(gathered, bytes);
    gathered = [];
    bytes = 0;
    if (!socket.writable || socket.write(chunk)) return;
    stallTimer ??= setTimeout(listener.stalled, limits.writeStallMs);
    listener.waits(socket.writableLength);
  };

  return {
    send(message) {
      gathered.push(message);
      bytes += message.length;
      if (bytes >= WRITE_BYTES) flush();
    },
    flush,
    get isFull() {
      return bytes + socket.writableLength >= limits.outputBytesMax;
    },
    get isOverfull() {
      return bytes + socket.writableLength >= 2 * limits.outputBytesMax;
    },
    async room() {
      flush();
      if (!socket.destroyed && socket.writableLength >= limits.outputBytesMax) await drainedOrClosed(socket);
      else await nextTurn();
    },
  };
}

async function drainedOrClosed(socket: Writable): Promise<void> {
  const waiting = new AbortController();
  const events = ['drain', 'close'].map((event) => once(socket, event, { signal: waiting.signal }));
  await Promise.race(events).catch(() => undefined);
  waiting.abort();
  await Promise.allSettled(events);
}
