/** The way out of a connection: gathers answers into few writes, and holds back when the client does not read. */
import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Output } from './operations/search.ts';
import { BerWriter } from './protocol/ber-writer.ts';

export interface ConnectionOutput extends Output {
  /** Writes what has gathered. */
  flush(): void;
  /** So much waits to be read that nothing more may be asked: what is answered out of turn does not heed isFull. */
  readonly isOverfull: boolean;
}

/** What the connection is told of a client that is slow to read. */
export interface OutputListener {
  /** It has not read within `writeStallMs` what waits. */
  stalled(): void;
  /** So many bytes wait to be read; 0: none any more. */
  waits(bytes: number): void;
}

/** Writers that go from connection to connection, so that those which are quiet hold none. */
export interface WriterPool {
  borrow(): BerWriter;
  /** Its memory is used anew: what was taken from it must have been written. */
  giveBack(writer: BerWriter): void;
}

/** Answers are joined up to this size: few system calls, and the client need not wait for the whole of a long listing. */
const WRITE_BYTES = 65_536;
/** A slow client keeps the whole buffer of which it has not read a part. */
const WRITER_BYTES = 32_768;
/** One that has grown beyond this, for a single large answer, is not kept. */
const WRITER_BYTES_MAX = 3 * WRITER_BYTES;
/** Kept for those who come next: a listing fills one after the other, each until the socket has taken what is in it. */
const WRITERS_MAX = 16;

export function createWriterPool(): WriterPool {
  const free: BerWriter[] = [];
  return {
    borrow: () => free.pop() ?? new BerWriter(WRITER_BYTES),
    giveBack(writer) {
      if (free.length >= WRITERS_MAX || writer.bytes > WRITER_BYTES_MAX) return;
      writer.clear();
      free.push(writer);
    },
  };
}

export interface OutputLimits {
  readonly outputBytesMax: number;
  readonly writeStallMs: number;
}

export function createOutput(
  socket: Writable,
  limits: OutputLimits,
  writers: WriterPool,
  listener: OutputListener,
): ConnectionOutput {
  return new SocketOutput(socket, limits, writers, listener);
}

class SocketOutput implements ConnectionOutput {
  readonly #socket: Writable;
  readonly #limits: OutputLimits;
  readonly #writers: WriterPool;
  readonly #listener: OutputListener;
  /** null: nothing has gathered. */
  #writer: BerWriter | null = null;
  #stallTimer: NodeJS.Timeout | undefined;

  constructor(socket: Writable, limits: OutputLimits, writers: WriterPool, listener: OutputListener) {
    this.#socket = socket;
    this.#limits = limits;
    this.#writers = writers;
    this.#listener = listener;
    socket.on('drain', () => this.#settle());
    socket.on('close', () => this.#settle());
  }

  get writer(): BerWriter {
    this.#writer ??= this.#writers.borrow();
    return this.#writer;
  }

  get isFull(): boolean {
    return this.#waiting >= this.#limits.outputBytesMax;
  }

  get isOverfull(): boolean {
    return this.#waiting >= 2 * this.#limits.outputBytesMax;
  }

  passOn(): void {
    if (this.#writer !== null && this.#writer.pending >= WRITE_BYTES) this.flush();
  }

  flush(): void {
    const writer = this.#writer;
    if (writer === null) return;
    const taken = writer.take();
    this.#writer = null;
    // Its memory is used anew: other buffers for each write would be garbage at the pace of the answers.
    const giveBack = (error?: Error | null): void => {
      if (!error) this.#writers.giveBack(writer);
    };
    // Behind others that wait a short one must not keep a whole buffer: who reads nothing would hold thousands of them.
    const isCopied = this.#socket.writableLength > 0 && 2 * taken.length < writer.bytes;
    const chunk = isCopied ? Buffer.from(taken) : taken;
    if (isCopied || taken.length === 0) giveBack();
    if (taken.length === 0 || !this.#socket.writable) return;
    if (this.#socket.write(chunk, isCopied ? undefined : giveBack)) return;
    this.#stallTimer ??= setTimeout(() => this.#listener.stalled(), this.#limits.writeStallMs);
    this.#listener.waits(this.#socket.writableLength);
  }

  async room(): Promise<void> {
    this.flush();
    const socket = this.#socket;
    if (!socket.destroyed && socket.writableLength >= this.#limits.outputBytesMax)
      await drainedOrClosed(socket);
    else await nextTurn();
  }

  get #waiting(): number {
    return (this.#writer?.pending ?? 0) + this.#socket.writableLength;
  }

  #settle(): void {
    clearTimeout(this.#stallTimer);
    this.#stallTimer = undefined;
    this.#listener.waits(0);
  }
}

/** With listeners of its own: `once` of node:events with a signal takes a tenth of a listing. */
function drainedOrClosed(socket: Writable): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      socket.off('drain', settle).off('close', settle);
      resolve();
    };
    socket.on('drain', settle).on('close', settle);
  });
}
