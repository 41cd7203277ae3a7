/** /api/v1/sync-runs: past and present runs, each also as a stream of events. */
import { Router } from 'express';
import { z } from 'zod';
import type { Sources, SyncRuns } from '../../core/directory/directory.ts';
import { DirectoryError } from '../../core/errors.ts';
import { publicRun, publicRunSummary } from '../../core/model/public.ts';
import type { RunStreams } from '../run-stream.ts';

export interface SyncRunsApiDependencies {
  readonly sources: Pick<Sources, 'find'>;
  readonly syncRuns: Pick<SyncRuns, 'byId' | 'list'>;
  readonly streams: Pick<RunStreams, 'follow'>;
}

/** Runs in a list, newest first. */
const LISTED_RUNS = 50;

const LIST_QUERY = z.strictObject({ source: z.string().optional() });

export function syncRunsApi({ sources, syncRuns, streams }: SyncRunsApiDependencies): Router {
  const router = Router();

  router.get('/', async (request, response) => {
    const query = LIST_QUERY.safeParse(request.query);
    if (!query.success) {
      throw new DirectoryError('invalid', 'The query may hold one parameter: source=<id or name>.', {
        field: 'source',
      });
    }
    const sourceId = query.data.source === undefined ? null : (await sources.find(query.data.source)).id;
    response.json((await syncRuns.list(sourceId, LISTED_RUNS)).map(publicRunSummary));
  });

  router.get('/:id', async (request, response) => {
    const run = await syncRuns.byId(request.params.id);
    response.vary('Accept');
    if (request.accepts(['json', 'text/event-stream']) === 'text/event-stream') {
      await streams.follow(run, response);
    } else {
      response.json(publicRun(run));
    }
  });

  return router;
}
