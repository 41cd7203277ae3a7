/** /api/v1/sources: the list, and the start of a sync. */
import { Router } from 'express';
import type { Sources, SyncRuns } from '../../core/directory/directory.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Actor } from '../../core/model/audit.ts';
import { publicRun, publicSource } from '../../core/model/public.ts';
import type { Source } from '../../core/model/source.ts';
import type { SyncRun } from '../../core/model/sync-run.ts';
import { HttpProblem } from '../problem.ts';

export interface SourcesApiDependencies {
  readonly sources: Pick<Sources, 'list' | 'find'>;
  readonly syncRuns: Pick<SyncRuns, 'list'>;
  /** Starts a sync; DirectoryError 'conflict' while another run of that source is alive. */
  readonly sync: (actor: Actor, source: Source) => Promise<{ readonly run: SyncRun }>;
}

/** Newest runs among which the running one is looked for. */
const RECENT_RUNS = 10;

export function sourcesApi({ sources, syncRuns, sync }: SourcesApiDependencies): Router {
  const router = Router();

  router.get('/', async (_request, response) => {
    response.json((await sources.list()).map(publicSource));
  });

  router.post('/:idOrName/sync', async (request, response) => {
    const source = await sources.find(request.params.idOrName);
    const actor: Actor = { door: 'http', name: 'api-token', address: request.socket.remoteAddress ?? null };
    const { run } = await sync(actor, source).catch(async (error: unknown) => {
      throw await namingTheRunningOne(error, source);
    });
    response.status(202).location(`/api/v1/sync-runs/${run.id}`).json(publicRun(run));
  });

  async function namingTheRunningOne(error: unknown, source: Source): Promise<unknown> {
    if (!(error instanceof DirectoryError && error.code === 'conflict')) return error;
    const running = (await syncRuns.list(source.id, RECENT_RUNS)).find((run) => run.state === 'running');
    return new HttpProblem(409, error.message, { code: error.code, ...(running && { runId: running.id }) });
  }

  return router;
}
