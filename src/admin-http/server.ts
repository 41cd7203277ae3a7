/** The HTTP server of the admin API: listens, bounds what clients may take, and ends in order. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { DirectoryError } from '../core/errors.ts';
import { createRoutes, type RoutesDependencies } from './routes.ts';
import { createRunStreams } from './run-stream.ts';

export interface AdminServerDependencies extends Omit<RoutesDependencies, 'streams'> {
  readonly listen: { readonly host: string; readonly port: number };
}

export interface AdminServer {
  /** Resolves when it listens, with the port that it got. Throws DirectoryError 'unavailable' where it cannot. */
  start(): Promise<{ readonly host: string; readonly port: number }>;
  /** Ends streams and connections; bounded. */
  stop(): Promise<void>;
}

const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  /** How often the others are looked at; by default twice a minute. */
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
};
const CONNECTIONS_MAX = 500;
/** Answers under way are given this long; a connection that never asked anything counts as one. */
const STOP_MS = 1_000;
const CLOSE_IDLE_MS = 50;

export function createAdminServer({ listen, ...dependencies }: AdminServerDependencies): AdminServer {
  const streams = createRunStreams(dependencies.syncRuns);
  const server = createServer(LIMITS, createRoutes({ ...dependencies, streams }));
  server.maxConnections = CONNECTIONS_MAX;

  return {
    async start() {
      try {
        server.listen(listen);
        await once(server, 'listening');
        server.on('error', (err) => dependencies.log.error({ err }, 'HTTP cannot take a connection.'));
      } catch (cause) {
        throw cannotListen(listen, cause);
      }
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : listen.port;
      return { host: listen.host, port };
    },

    async stop() {
      if (!server.listening) return;
      streams.stop();
      const closed = once(server, 'close');
      server.close();
      // Connections fall idle one by one, as their answers are finished.
      const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_MS);
      const late = setTimeout(() => server.closeAllConnections(), STOP_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(late);
    },
  };
}

function cannotListen({ host, port }: { host: string; port: number }, cause: unknown): DirectoryError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const reason = code === 'EADDRINUSE' ? 'another process listens there' : code;
  return new DirectoryError(
    'unavailable',
    `HTTP cannot listen on ${host} port ${port} (${reason}): free it, or set ROSTER_HTTP_HOST and ROSTER_HTTP_PORT.`,
    { cause },
  );
}
