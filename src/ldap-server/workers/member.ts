/** One worker as the process that leads knows it: what can be asked of it, and which connections it holds. */
import type { Worker } from 'node:cluster';
import type { Logger } from '../../core/log.ts';
import type { MetricsReading } from '../../core/metrics/readings.ts';
import { createHandover } from '../connection-handover.ts';
import type { Place, Socket } from '../connection-listener.ts';
import type { Seats } from '../connection-seats.ts';
import { LEADER_CALLS, WORKER_CALLS, type WorkerStatus, type WorkerTask } from './calls.ts';
import { type Channel, createChannel, type Handlers } from './channel.ts';

export interface MemberDependencies {
  readonly process: Worker;
  /** Of all. */
  readonly seats: Seats;
  /** What does not concern this worker alone. */
  readonly handlers: Omit<
    Handlers<typeof LEADER_CALLS>,
    'is-there' | 'open-port' | 'close-port' | 'took' | 'take-seat' | 'leave-seat' | 'status'
  >;
  /** Called when it wants connections, and when it wants no more. */
  openPort(): Promise<Place>;
  closePort(): void;
  /** Called once. `how`: exit status or signal; `left`: the connections that were given and have not come. */
  ended(how: number | string, left: readonly Socket[]): void;
  readonly log: Logger;
}

export interface Member {
  readonly id: number;
  readonly channel: Channel<typeof WORKER_CALLS>;
  readonly startedMs: number;
  /** Whether it wants connections. */
  isOpen(): boolean;
  /** Connections that it has and is about to have. */
  load(): number;
  give(socket: Socket): void;
  /** As it told last; null: it does not serve yet. */
  status(): WorkerStatus | null;
  /** As it told last. */
  reading(): MetricsReading | null;
  /** Resolves when it serves; where it cannot, it is ended. */
  start(task: WorkerTask): Promise<void>;
  /** Asks for reading and status, and waits a bounded time. */
  read(): Promise<void>;
  /** Lets it tell its clients; resolves when it has ended. */
  stop(): Promise<void>;
}

const STOP_MS = 8_000;
const READING_MS = 2_000;
/** For messages that come after the exit; those on their way to it wait so long at most. */
const LAST_WORDS_MS = 1_000;

export function createMember(dependencies: MemberDependencies): Member {
  const { process: worker, seats, handlers, openPort, closePort, ended, log } = dependencies;
  const handover = createHandover(worker);
  let isOpen = false;
  const held = holding(seats);
  let status: WorkerStatus | null = null;
  let reading: MetricsReading | null = null;
  let isServing = false;
  let isThere = (): void => {};
  const there = new Promise<void>((resolve) => {
    isThere = resolve;
  });
  // Its last messages can come after its exit: a seat that they take must be left again, a connection is not to be given twice.
  const disconnected = new Promise<void>((resolve) => worker.once('disconnect', resolve));
  const exited = new Promise<number | string>((resolve) => {
    worker.once('exit', (code, signal) => resolve(signal ?? code));
    // One that the machine does not let start never exits.
    worker.once('error', (error) => worker.process.pid === undefined && resolve(error.message));
  });
  // On a crowded machine the channel of a killed process has been seen not to end at all.
  const gone = exited.then(async (how) => {
    const late = new Promise<void>((resolve) => setTimeout(resolve, LAST_WORDS_MS).unref());
    await Promise.race([disconnected, late]);
    return how;
  });
  const channel = createChannel({
    ...{ asked: WORKER_CALLS, served: LEADER_CALLS, log },
    send: (message) => void (worker.isConnected() && worker.send(message as object)),
    handlers: {
      ...handlers,
      'is-there': isThere,
      'open-port'() {
        isOpen = true;
        return openPort().catch((error: unknown) => {
          isOpen = false;
          throw error;
        });
      },
      'close-port'() {
        isOpen = false;
        closePort();
      },
      took: handover.took,
      'take-seat': held.take,
      'leave-seat': held.leave,
      status: (told) => {
        status = told;
      },
    },
  });
  worker.on('message', (message: unknown) => {
    try {
      channel.receive(message);
    } catch (err) {
      log.error({ err, worker: worker.id }, 'an LDAPS process spoke nonsense and is ended');
      kill();
    }
  });
  worker.on('error', (err) => log.error({ err, worker: worker.id }, 'an LDAPS process cannot be spoken to'));
  void gone.then((how) => {
    isServing = false;
    isOpen = false;
    closePort();
    channel.close();
    held.leaveAll();
    ended(how, handover.takeBack());
  });

  function kill(): void {
    worker.process.kill('SIGKILL');
  }

  return {
    id: worker.id,
    channel,
    startedMs: performance.now(),
    isOpen: () => isOpen,
    load: () => held.count() + handover.size,
    give: handover.give,
    status: () => (isServing ? status : null),
    reading: () => reading,
    async start(task) {
      await Promise.race([there, gone]);
      try {
        await channel.ask('start', task);
        isServing = true;
      } catch (error) {
        kill();
        throw error;
      }
    },
    async read() {
      const late = new Promise<null>((resolve) => setTimeout(resolve, READING_MS, null).unref());
      const answer = await Promise.race([channel.ask('metrics', undefined), late]).catch(() => null);
      if (answer !== null) ({ reading, status } = answer);
    },
    async stop() {
      const last = setTimeout(kill, STOP_MS);
      channel.tell('stop', undefined);
      await gone;
      clearTimeout(last);
    },
  };
}

/** The seats of one worker, which are free when it ends. */
function holding(seats: Seats): Seats & { count(): number; leaveAll(): void } {
  const counts = new Map<string | null, number>();
  let taken = 0;

  function add(address: string | null, change: 1 | -1): void {
    const count = (counts.get(address) ?? 0) + change;
    taken += change;
    if (count === 0) counts.delete(address);
    else counts.set(address, count);
  }

  return {
    count: () => taken,
    async take(address) {
      const refusal = await seats.take(address);
      if (refusal === null) add(address, 1);
      return refusal;
    },
    leave(address) {
      if (!counts.has(address)) return;
      add(address, -1);
      seats.leave(address);
    },
    leaveAll() {
      for (const [address, count] of counts) for (let left = count; left > 0; left -= 1) seats.leave(address);
      counts.clear();
      taken = 0;
    },
  };
}
