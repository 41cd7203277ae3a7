/** Hands connections from the process that listens to one that serves; none is lost where that one dies meanwhile. */
import type { Worker } from 'node:cluster';
import { Socket } from 'node:net';
import type { Listener, Place } from './connection-listener.ts';

/** The connections on their way to one process. */
export interface Handover {
  readonly size: number;
  give(socket: Socket): void;
  /** The process has this one. */
  took(number: number): void;
  /** Those that it has not: whole, since nothing was read of them. */
  takeBack(): Socket[];
}

export function createHandover(worker: Worker): Handover {
  const underWay = new Map<number, Socket>();
  let last = 0;

  return {
    get size() {
      return underWay.size;
    },
    give(socket) {
      last += 1;
      underWay.set(last, socket);
      socket.on('error', () => socket.destroy());
      // Where it cannot be sent the process is about to end, and the connection is taken back then.
      worker.process.send({ connection: last }, socket, { keepOpen: true }, () => {});
    },
    took(number) {
      // This process's hold of it; the connection goes on.
      underWay.get(number)?.destroy();
      underWay.delete(number);
    },
    takeBack() {
      const left = [...underWay.values()];
      underWay.clear();
      return left;
    },
  };
}

export interface HandedOverDependencies {
  openPort(): Promise<Place>;
  closePort(): Promise<void>;
  tellTook(number: number): void;
}

/** The listener of a process that is handed its connections. */
export interface HandedOver {
  readonly make: (take: (socket: Socket) => void) => Listener;
  /** Whether a message of the process that listens is a connection. */
  receive(message: unknown, handle: unknown): boolean;
}

export function createHandedOver({ openPort, closePort, tellTook }: HandedOverDependencies): HandedOver {
  const sockets = new Set<Socket>();
  let take: ((socket: Socket) => void) | null = null;
  let isOpen = false;
  let emptied = (): void => {};

  function admit(socket: Socket): void {
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) emptied();
    });
    take?.(socket);
  }

  return {
    make(taking) {
      take = taking;
      return {
        get isOpen() {
          return isOpen;
        },
        async open() {
          const place = await openPort();
          isOpen = true;
          return place;
        },
        async close() {
          isOpen = false;
          await closePort();
          if (sockets.size === 0) return;
          await new Promise<void>((resolve) => {
            emptied = resolve;
          });
        },
      };
    },
    receive(message, handle) {
      if (typeof message !== 'object' || message === null || !('connection' in message)) return false;
      tellTook(Number(message.connection));
      // None where the client has gone meanwhile.
      if (handle instanceof Socket) admit(handle);
      return true;
    },
  };
}
