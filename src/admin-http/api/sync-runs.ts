/** /sync-runs: past and present runs, each also as a stream of events. */
import { z } from 'zod';
import type { Sources, SyncRuns } from '../../core/directory/directory.ts';
import { publicRun, publicRunSummary } from '../../core/model/public.ts';
import { decodeCursor, toPage } from '../cursor.ts';
import { placeOfRun, RUN_PLACE } from '../run-place.ts';
import type { RunStreams } from '../run-stream.ts';
import { PAGE, pageOf, TEXT } from './fields.ts';
import { ok, type Route, route } from './route.ts';
import { REPORT_ITEM, RUN, RUN_SUMMARY } from './run-fields.ts';

export interface SyncRunsApiDependencies {
  readonly sources: Pick<Sources, 'find'>;
  readonly syncRuns: Pick<SyncRuns, 'byId' | 'list' | 'items'>;
  readonly streams: Pick<RunStreams, 'follow'>;
}

const EVENTS = 'text/event-stream';
const tag = 'Runs';

export function syncRunRoutes({ sources, syncRuns, streams }: SyncRunsApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/sync-runs',
      tag,
      summary: 'List runs, newest first',
      needs: 'sources.read',
      query: z.strictObject({ source: TEXT.exactOptional().describe('Id or name.'), ...PAGE }),
      answers: { 200: pageOf(RUN_SUMMARY) },
      async handle({ query: { source, limit, cursor } }) {
        const sourceId = source === undefined ? null : (await sources.find(source)).id;
        const runs = await syncRuns.list(sourceId, limit + 1, decodeCursor(RUN_PLACE, cursor));
        return ok(toPage(runs, limit, placeOfRun, publicRunSummary));
      },
    }),
    route({
      method: 'get',
      path: '/sync-runs/{id}',
      tag,
      summary: `Read a run; with "Accept: ${EVENTS}" as it goes, in events "progress" and "end"`,
      needs: 'sources.read',
      answers: { 200: RUN },
      async handle({ params, prefers }) {
        const run = await syncRuns.byId(params.id);
        const headers = { Vary: 'Accept, Authorization' };
        if (!prefers(EVENTS)) return { status: 200, body: publicRun(run), headers };
        return { status: 200, headers, stream: (sink) => streams.follow(run, sink) };
      },
    }),
    route({
      method: 'get',
      path: '/sync-runs/{id}/items',
      tag,
      summary: 'List what a run did, or for a paused one what it would have done',
      needs: 'sources.read',
      query: z.strictObject(PAGE),
      answers: { 200: pageOf(REPORT_ITEM) },
      async handle({ params, query: { limit, cursor } }) {
        const after = decodeCursor(z.int(), cursor);
        const items = await syncRuns.items(params.id, { after, limit: limit + 1 });
        return ok(
          toPage(
            items,
            limit,
            ({ seq }) => seq,
            (item) => item,
          ),
        );
      },
    }),
  ];
}
