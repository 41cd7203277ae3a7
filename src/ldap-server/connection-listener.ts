/** Where new connections come from: a port of this machine. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { DirectoryError } from '../core/errors.ts';

export type { Socket };

export interface Place {
  readonly host: string;
  readonly port: number;
}

export interface Listener {
  readonly isOpen: boolean;
  /** Port 0 takes a free one. Throws DirectoryError 'invalid' (field `listen`). */
  open(place: Place): Promise<Place>;
  /** Takes no more connections; resolves when the last of those it took has ended. */
  close(): Promise<void>;
}

/** `take` is given each connection. */
export type MakeListener = (take: (socket: Socket) => void) => Listener;

export const listenHere: MakeListener = (take) => createListener(take, { noDelay: true });

/** Nothing is read of its connections, so that they can be handed over whole. */
export const listenForOthers: MakeListener = (take) =>
  createListener(take, { noDelay: true, pauseOnConnect: true });

function createListener(
  take: (socket: Socket) => void,
  options: { readonly noDelay: boolean; readonly pauseOnConnect?: boolean },
): Listener {
  let server: Server | null = null;

  return {
    get isOpen() {
      return server !== null;
    },
    async open({ host, port }) {
      const opening = createServer(options, take);
      await listen(opening, { host, port });
      server = opening;
      const address = opening.address();
      return { host, port: typeof address === 'object' && address !== null ? address.port : port };
    },
    async close() {
      if (server === null) return;
      const closed = once(server, 'close');
      server.close();
      server = null;
      await closed;
    },
  };
}

async function listen(server: Server, { host, port }: Place): Promise<void> {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new DirectoryError('invalid', `LDAPS cannot listen on ${host} port ${port} (${reason}).`, {
      field: 'listen',
      cause,
    });
  }
}
