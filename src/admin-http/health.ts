/** Answers the probes of orchestrators: whether the process lives, whether it serves. */
import { Router } from 'express';

export interface Ready {
  /** Why Roster cannot serve at the moment; empty when it can. */
  readonly reasons: readonly string[];
  /** What an operator should mend before it is too late. */
  readonly warnings: readonly string[];
}

export type Readiness = () => Promise<Ready>;

export function health(readiness: Readiness): Router {
  const router = Router();

  router.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });

  router.get('/readyz', async (_request, response) => {
    const { reasons, warnings } = await readiness();
    response.status(reasons.length === 0 ? 200 : 503);
    response.json({ status: reasons.length === 0 ? 'ready' : 'not ready', reasons, warnings });
  });

  return router;
}
