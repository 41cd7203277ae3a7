/** The way out of a connection: gathers answers into few writes, and holds back when the client does not read. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Output } from './operations/search.ts';

export interface ConnectionOutput extends Output {
  /** Writes what has gathered. */
  flush(): void;
}

/** Answers are joined up to this size: few system calls, and no second copy of a long listing. */
const WRITE_BYTES = 65_536;

/** `stalled` is called when the client has read nothing of what waits for `writeStallMs`. */
export function createOutput(
  socket: Writable,
  limits: { readonly outputBytesMax: number; readonly writeStallMs: number },
  stalled: () => void,
): ConnectionOutput {
  let gathered: Buffer[] = [];
  let bytes = 0;
  let stallTimer: NodeJS.Timeout | undefined;
  const settle = (): void => clearTimeout(stallTimer);
  socket.on('drain', settle);
  socket.on('close', settle);

  const flush = (): void => {
    if (bytes === 0) return;
    const [first] = gathered;
    const chunk = gathered.length === 1 && first !== undefined ? first : Buffer.concat(gathered, bytes);
    gathered = [];
    bytes = 0;
    if (!socket.writable || socket.write(chunk)) return;
    clearTimeout(stallTimer);
    stallTimer = setTimeout(stalled, limits.writeStallMs);
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
