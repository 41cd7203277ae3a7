/** The HTTP server of the admin API: listens, bounds what clients may take, and ends in order. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Accounts } from '../core/accounts/accounts.ts';
import { DirectoryError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import { createAccessTokens } from './access-tokens.ts';
import type { ApiDependencies } from './api/table.ts';
import { createIdentify, type IdentifyDependencies } from './identify.ts';
import { createImportContent } from './import-content.ts';
import { createOpenIdSignIn, OPENID_CALLBACK, type OpenIdSignInDependencies } from './openid/sign-in.ts';
import { pageRouter } from './page-router.tsx';
import { createPages, type PagesDependencies } from './pages/index.ts';
import { createRoutes, type RoutesDependencies } from './routes.ts';
import { createRunStreams } from './run-stream.ts';
import { createWebSignIn, type WebSignInDependencies } from './web-sign-in.ts';

export interface AdminServerDependencies
  extends Omit<RoutesDependencies, 'api' | 'identify' | 'pages'>,
    Pick<IdentifyDependencies, 'apiToken' | 'clock'> {
  readonly listen: { readonly host: string; readonly port: number };
  readonly api: Omit<ApiDependencies, 'streams' | 'accessTokens' | 'clock'> &
    Pick<IdentifyDependencies, 'sessions' | 'tokens'> &
    Omit<WebSignInDependencies, 'clock'> &
    Pick<OpenIdSignInDependencies, 'openId'> &
    Accounts;
  readonly pages: Omit<
    PagesDependencies,
    | 'signIn'
    | 'openIdSignIn'
    | 'openIdCallback'
    | 'changeOwnPassword'
    | 'proveOwnPassword'
    | 'accounts'
    | 'transfer'
    | 'streams'
    | 'clock'
    | 'log'
  >;
  /** 32 bytes by which access tokens are signed. */
  readonly accessTokenKey: Uint8Array;
  readonly newId: NewId;
  readonly openIdSignIn: Pick<
    OpenIdSignInDependencies,
    'confirmSecondFactor' | 'observeSignIn' | 'publicUrl' | 'secretBox'
  >;
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

export function createAdminServer(dependencies: AdminServerDependencies): AdminServer {
  const { listen, api, pages, apiToken, accessTokenKey, clock, newId } = dependencies;
  const streams = createRunStreams(api.syncRuns);
  const accessTokens = createAccessTokens({ key: accessTokenKey, clock, newId });
  const identify = createIdentify({ ...api, apiToken, accessTokens, clock });
  const web = createWebSignIn({ ...api, clock });
  const { changeOwnPassword, proveOwnPassword } = api;
  const routes = createRoutes({
    ...dependencies,
    api: { ...api, streams, accessTokens, clock },
    identify,
    pages: pageRouter({
      ...createPages({
        ...pages,
        signIn: web,
        openIdSignIn: createOpenIdSignIn({ ...api, ...dependencies, ...dependencies.openIdSignIn }),
        openIdCallback: dependencies.openIdSignIn.publicUrl + OPENID_CALLBACK,
        changeOwnPassword,
        proveOwnPassword,
        accounts: api,
        transfer: { importContent: createImportContent(api.importFrom), exportTo: api.exportTo },
        streams,
        clock,
        log: dependencies.log,
      }),
      visitors: web,
      authority: api.authority,
      log: dependencies.log,
    }),
  });
  const server = createServer(LIMITS, routes);
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
