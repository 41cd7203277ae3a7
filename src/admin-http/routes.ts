/** The express application: what is answered at which path, and what guards it. */
import express, { type Express, type RequestHandler, type Router } from 'express';
import { requirePermission } from '../core/access/require.ts';
import type { Logger } from '../core/log.ts';
import { type ApiDependencies, apiRoutes } from './api/table.ts';
import { assetRoutes } from './assets.ts';
import { serveRoutes } from './dispatch.ts';
import { health, type Readiness } from './health.ts';
import type { Identify } from './identify.ts';
import { type MetricsText, metricsPage } from './metrics.ts';
import { answerProblem, notFound } from './problem.ts';

export interface RoutesDependencies {
  readonly api: ApiDependencies;
  readonly identify: Identify;
  readonly pages: Router;
  readonly readiness: Readiness;
  readonly metrics: MetricsText;
  readonly log: Pick<Logger, 'error' | 'warn'>;
}

export function createRoutes({ api, identify, pages, readiness, metrics, log }: RoutesDependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // A proxy on this machine may say who asks; see Asked.address.
  app.set('trust proxy', 'loopback');
  app.use(securityHeaders);
  app.use(health(readiness));
  app.get('/metrics', observersOnly(identify), metricsPage(metrics));
  app.use('/api/v1', serveRoutes(apiRoutes(api), identify));
  app.use('/api', notFound);
  app.use(pagePolicy, assetRoutes(), pages);
  app.use(answerProblem(log));
  return app;
}

function observersOnly(identify: Identify): RequestHandler {
  return async (request, _response, next) => {
    const { actor } = await identify(request, 'signed-in');
    requirePermission(actor, 'settings.read');
    next();
  };
}

const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  });
  next();
};

/** Pages load what this server serves, and nothing that stands in the page itself is run. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const pagePolicy: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': PAGE_POLICY,
    'Cross-Origin-Opener-Policy': 'same-origin',
    // Without any, browsers send forms with an Origin of "null", which cannot be told from another site's.
    'Referrer-Policy': 'same-origin',
  });
  next();
};
