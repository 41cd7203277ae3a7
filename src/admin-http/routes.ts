/** The express application: what is answered at which path, and what guards it. */
import express, { type Express, type RequestHandler } from 'express';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import { type SourcesApiDependencies, sourcesApi } from './api/sources.ts';
import { type SyncRunsApiDependencies, syncRunsApi } from './api/sync-runs.ts';
import { requireBearer } from './bearer.ts';
import { health, type Readiness } from './health.ts';
import { type MetricsText, metricsPage } from './metrics.ts';
import { answerProblem, notFound } from './problem.ts';

export interface RoutesDependencies extends SourcesApiDependencies, SyncRunsApiDependencies {
  readonly sources: SourcesApiDependencies['sources'] & SyncRunsApiDependencies['sources'];
  readonly syncRuns: SourcesApiDependencies['syncRuns'] & SyncRunsApiDependencies['syncRuns'];
  readonly readiness: Readiness;
  readonly metrics: MetricsText;
  /** What a caller of the API must show. */
  readonly token: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}

const BODY_BYTES_MAX = 64 * 1024;

export function createRoutes(dependencies: RoutesDependencies): Express {
  const { readiness, metrics, token, clock, log } = dependencies;
  const bearer = requireBearer({ token, clock });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(securityHeaders);
  app.use(health(readiness));
  app.get('/', (_request, response) => {
    response.type('text/plain').send('Roster serves its API under /api/v1, with a bearer token.\n');
  });
  app.get('/metrics', bearer, metricsPage(metrics));
  app.use('/api', bearer, express.json({ limit: BODY_BYTES_MAX }));
  app.use('/api/v1/sources', sourcesApi(dependencies));
  app.use('/api/v1/sync-runs', syncRunsApi(dependencies));
  app.use(notFound);
  app.use(answerProblem(log));
  return app;
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
