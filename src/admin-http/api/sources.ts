/** /sources: the directories from which people are imported; tried, previewed and synchronized. */
import { z } from 'zod';
import type { NewSource, Sources, SyncRuns } from '../../core/directory/directory.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Actor } from '../../core/model/audit.ts';
import { publicRun, publicSource } from '../../core/model/public.ts';
import type { PresetName, Source } from '../../core/model/source.ts';
import type { SyncPreview, SyncRun } from '../../core/model/sync-run.ts';
import { HttpProblem } from '../problem.ts';
import { FLAG } from './fields.ts';
import { type Answer, created, ok, type Route, route } from './route.ts';
import { PREVIEW, RUN } from './run-fields.ts';
import { NEW_SOURCE, SOURCE, SOURCE_CHANGES } from './source-fields.ts';

export interface SourcesApiDependencies {
  readonly sources: Pick<Sources, 'list' | 'find' | 'add' | 'edit' | 'setEnabled' | 'delete'>;
  readonly syncRuns: Pick<SyncRuns, 'list'>;
  readonly connector: SourceConnector;
  readonly presetDefaults: (preset: PresetName, baseDn: string) => PresetFields;
}

/** What of a new source its preset knows. */
export type PresetFields = Pick<
  NewSource,
  'filter' | 'usernameField' | 'groupBaseDn' | 'groupFilter' | 'groupNameField'
>;

export interface SourceConnector {
  test(source: Source): Promise<SourceTest>;
  /** Starts a sync; DirectoryError 'conflict' while another run of that source is alive. */
  sync(actor: Actor, source: Source): Promise<{ readonly run: SyncRun }>;
  preview(actor: Actor, source: Source): Promise<SyncPreview>;
  /** Starts the sync that a paused run would have been. */
  confirm(actor: Actor, runId: string): Promise<{ readonly run: SyncRun }>;
  cancel(actor: Actor, runId: string): Promise<SyncRun>;
}

/** What was tried of a source, step by step, with the first people and groups as they would be imported. */
interface SourceTest {
  readonly ok: boolean;
  readonly steps: readonly { readonly name: string; readonly ok: boolean; readonly message: string }[];
  readonly users: readonly object[];
  readonly groups: readonly object[];
}

/** Newest runs among which the running one is looked for. */
const RECENT_RUNS = 10;
const tag = 'Sources';

const TEST = z
  .object({
    ok: z.boolean(),
    steps: z.array(z.object({ name: z.string(), ok: z.boolean(), message: z.string() })),
    users: z.array(z.looseObject({})),
    groups: z.array(z.looseObject({})),
  })
  .meta({ id: 'SourceTest', description: 'What works of a source, and its first people and groups.' });

const KEPT = z.object({ users: z.int(), groups: z.int() });

export function sourceRoutes(dependencies: SourcesApiDependencies): readonly Route[] {
  return [
    ...listRoutes(dependencies),
    ...routesByName(dependencies),
    ...connectorRoutes(dependencies),
    ...runRoutes(dependencies),
  ];
}

function listRoutes({ sources, presetDefaults }: SourcesApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/sources',
      tag,
      summary: 'List all sources',
      needs: 'sources.read',
      answers: { 200: z.array(SOURCE) },
      handle: async () => ok((await sources.list()).map(publicSource)),
    }),
    route({
      method: 'post',
      path: '/sources',
      tag,
      summary: 'Add a source',
      needs: 'sources.create',
      body: NEW_SOURCE,
      answers: { 201: SOURCE },
      async handle({ actor, body }) {
        const defaults = { syncGroups: false, ...presetDefaults(body.preset, body.baseDn) };
        const source = await sources.add(actor, { ...defaults, ...body });
        return created(publicSource(source), `/sources/${source.name}`);
      },
    }),
  ];
}

function routesByName({ sources }: SourcesApiDependencies): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/sources/{idOrName}',
      tag,
      summary: 'Read a source',
      needs: 'sources.read',
      answers: { 200: SOURCE },
      handle: async ({ params }) => ok(publicSource(await sources.find(params.idOrName))),
    }),
    route({
      method: 'patch',
      path: '/sources/{idOrName}',
      tag,
      summary: 'Change what is given of a source',
      needs: 'sources.edit',
      body: SOURCE_CHANGES,
      answers: { 200: SOURCE },
      async handle({ actor, params: { idOrName }, body: { enabled, ...changes }, requireMatch }) {
        const check = (present: Source) => requireMatch(publicSource(present));
        const isChanged = Object.keys(changes).length > 0;
        let source = isChanged
          ? await sources.edit(actor, idOrName, changes, check)
          : await sources.find(idOrName);
        if (!isChanged) check(source);
        if (enabled !== undefined) source = await sources.setEnabled(actor, source.id, enabled);
        return ok(publicSource(source));
      },
    }),
    route({
      method: 'delete',
      path: '/sources/{idOrName}',
      tag,
      summary: 'Delete a source; nobody is deleted with it',
      needs: 'sources.delete',
      query: z.strictObject({
        keepImports: FLAG.exactOptional().describe(
          'Its users stay as local ones, disabled; else they are a conflict.',
        ),
      }),
      answers: { 200: KEPT.describe('How many users and groups stayed.') },
      async handle({ actor, params, query }) {
        const keepImports = query.keepImports === true;
        const { users, groups } = await sources.delete(actor, params.idOrName, { keepImports });
        return ok({ users, groups });
      },
    }),
  ];
}

function connectorRoutes({ sources, syncRuns, connector }: SourcesApiDependencies): readonly Route[] {
  async function begin(source: Source, start: () => Promise<{ readonly run: SyncRun }>): Promise<Answer> {
    const { run } = await start().catch(async (error: unknown) => {
      throw await namingTheRunningOne(error, source);
    });
    return { status: 202, body: publicRun(run), headers: { Location: `/api/v1/sync-runs/${run.id}` } };
  }

  async function namingTheRunningOne(error: unknown, source: Source): Promise<unknown> {
    if (!(error instanceof DirectoryError && error.code === 'conflict')) return error;
    const running = (await syncRuns.list(source.id, RECENT_RUNS)).find((run) => run.state === 'running');
    return new HttpProblem(409, error.message, { code: error.code, ...(running && { runId: running.id }) });
  }

  return [
    route({
      method: 'post',
      path: '/sources/{idOrName}/test',
      tag,
      summary: 'Try a source: connection, bind, searches; what is wrong stands in the answer',
      needs: 'sources.sync',
      answers: { 200: TEST },
      handle: async ({ params }) => ok(await connector.test(await sources.find(params.idOrName))),
    }),
    route({
      method: 'post',
      path: '/sources/{idOrName}/preview',
      tag,
      summary: 'Tell what a sync would do, and do nothing',
      needs: 'sources.sync',
      answers: { 200: PREVIEW },
      handle: async ({ actor, params }) =>
        ok(await connector.preview(actor, await sources.find(params.idOrName))),
    }),
    route({
      method: 'post',
      path: '/sources/{idOrName}/sync',
      tag,
      summary: 'Begin a sync; a conflict names the run (runId) that is alive',
      needs: 'sources.sync',
      answers: { 202: RUN },
      async handle({ actor, params }) {
        const source = await sources.find(params.idOrName);
        return begin(source, () => connector.sync(actor, source));
      },
    }),
  ];
}

function runRoutes({ connector }: SourcesApiDependencies): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/sync-runs/{id}/confirm',
      tag: 'Runs',
      summary: 'Begin the sync that a paused run has planned',
      needs: 'sources.sync',
      answers: { 202: RUN },
      async handle({ actor, params }) {
        const { run } = await connector.confirm(actor, params.id);
        return { status: 202, body: publicRun(run), headers: { Location: `/api/v1/sync-runs/${run.id}` } };
      },
    }),
    route({
      method: 'post',
      path: '/sync-runs/{id}/cancel',
      tag: 'Runs',
      summary: 'Ask a run to end; what it has done stays',
      needs: 'sources.sync',
      answers: { 202: RUN },
      handle: async ({ actor, params }) => ({
        status: 202,
        body: publicRun(await connector.cancel(actor, params.id)),
      }),
    }),
  ];
}
