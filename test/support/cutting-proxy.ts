/** A TCP relay that counts the bytes that come back from the upstream, so that a test can act in the middle of an answer. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  readonly port: number;
  /** Resolves once the upstream has sent `bytes` in all, counted from this call; what follows is held back for good. */
  afterBytes(bytes: number): Promise<void>;
  /** Breaks the connections there are, and relays everything of new ones. */
  cut(): void;
  /** Relays everything again, for new connections. */
  open(): void;
  stop(): Promise<void>;
}

/** Relays connections to a port on loopback. */
export async function startCuttingProxy(upstreamPort: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let remaining = Number.POSITIVE_INFINITY;
  let reached: () => void = () => {};
  const server = createServer((client) => {
    const upstream = connect(upstreamPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      remaining -= chunk.length;
      if (remaining > 0) client.write(chunk);
      else reached();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    afterBytes: (bytes) => {
      remaining = bytes;
      return new Promise((resolve) => {
        reached = resolve;
      });
    },
    cut: () => {
      remaining = Number.POSITIVE_INFINITY;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    open: () => {
      remaining = Number.POSITIVE_INFINITY;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
