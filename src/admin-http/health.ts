/** Answers the probes of orchestrators: whether the process lives, whether it serves. */
import { Router } from 'express';

/** Why Roster cannot serve at the moment; empty when it can. */
export type Readiness = () => Promise<readonly string[]>;

export function health(readiness: Readiness): Router {
  const router = Router();

  router.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });

  router.get('/readyz', async (_request, response) => {
    const reasons = await readiness();
    response.status(reasons.length === 0 ? 200 : 503);
    response.json({ status: reasons.length === 0 ? 'ready' : 'not ready', reasons });
  });

  return router;
}
