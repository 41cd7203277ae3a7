/** The connector: tests sources, synchronizes them, and checks imported people's passwords at them. */
import { requirePermission } from '../core/access/require.ts';
import type { RemoteVerifier } from '../core/credentials/verdict.ts';
import type { Links, Sources, SyncRuns } from '../core/directory/directory.ts';
import type { Newcomers } from '../core/directory/newcomers.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Actor } from '../core/model/audit.ts';
import type { Source } from '../core/model/source.ts';
import type { SyncPreview, SyncRun } from '../core/model/sync-run.ts';
import { createBoundedWork } from './bounded-work.ts';
import { type ByHand, createByHand } from './by-hand.ts';
import { createPace } from './pace.ts';
import { previewSync } from './preview.ts';
import { createRemoteVerifier } from './remote.ts';
import { type Wait, wait } from './retry.ts';
import { type RunDependencies, runSync, type SyncOptions } from './run.ts';
import { createSourceDoor } from './source-door.ts';
import { type SourceTest, testSource } from './test-source.ts';

/** As runSync, apart from this thread. Rejects where the run came to no end. */
export type RunElsewhere = (
  source: Source,
  run: SyncRun,
  options: SyncOptions,
  signal: AbortSignal,
) => Promise<SyncRun>;

export interface ConnectorDependencies extends Omit<RunDependencies, 'wait'> {
  /** null: runs go on in this thread. */
  readonly runElsewhere?: RunElsewhere | null;
  /** Between two attempts to read a source; default: by timers. */
  readonly wait?: Wait;
  readonly directory: RunDependencies['directory'] & {
    readonly sources: Pick<Sources, 'byId' | 'access' | 'list'>;
    readonly newcomers: Newcomers;
    readonly links: Pick<Links, 'link'>;
    readonly syncRuns: Pick<
      SyncRuns,
      'begin' | 'byId' | 'list' | 'plannedRemovals' | 'progress' | 'cancel' | 'finish'
    >;
  };
}

export interface StartedSync {
  readonly run: SyncRun;
  readonly done: Promise<SyncRun>;
}

export interface Connector extends ByHand {
  /** Tries connection, bind and searches; what is wrong stands in the answer. */
  test(source: Source): Promise<SourceTest>;
  /**
   * Begins a run; `done` resolves with its end, also where that is a failure. Throws DirectoryError 'conflict'
   * while another run of the source is alive, or where the source is disabled.
   */
  sync(actor: Actor, source: Source, options?: SyncOptions): Promise<StartedSync>;
  /** What a sync would do now; nothing is written. Throws DirectoryError as a sync would fail. */
  preview(actor: Actor, source: Source): Promise<SyncPreview>;
  /**
   * Begins a sync by the plan of a paused run: where the source takes more away by now, it pauses again with the new
   * plan. Throws DirectoryError as sync does; 'conflict' where the run is not paused, or not the newest of its source.
   */
  confirm(actor: Actor, runId: string): Promise<StartedSync>;
  /**
   * Asks a run to end, on whatever server it is: it ends as cancelled within seconds, and what it applied until then
   * stays. Throws DirectoryError: not-found, conflict where it has ended.
   */
  cancel(actor: Actor, runId: string): Promise<SyncRun>;
  readonly remote: RemoteVerifier;
  /** Ends what is under way, runs as failed, and waits for it. */
  stop(): Promise<void>;
}

const TEST_MS_MAX = 60_000;
const RUN_MS_MAX = 2 * 60 * 60_000;

export function createConnector(dependencies: ConnectorDependencies): Connector {
  const { directory, log, runElsewhere } = dependencies;
  const runHere: RunElsewhere = (source, run, options, signal) =>
    runSync({ wait, ...dependencies }, source, run, { ...options, signal });
  const work = createBoundedWork();
  const pace = createPace({ now: () => performance.now(), wait });
  const door = createSourceDoor({ sources: directory.sources, clock: dependencies.clock, pace, wait });
  const testLimit = { ms: TEST_MS_MAX, late: `The test took longer than ${TEST_MS_MAX / 1000} seconds.` };
  const runLimit = { ms: RUN_MS_MAX, late: 'The sync took longer than two hours and was stopped.' };

  async function sync(actor: Actor, source: Source, options: SyncOptions = {}): Promise<StartedSync> {
    if (!source.enabled) throw new DirectoryError('conflict', `The source ${source.name} is disabled.`);
    const run = await directory.syncRuns.begin(actor, source, {
      ...(options.slot && { slot: options.slot }),
      ...(options.confirmation && { confirms: options.confirmation.runId }),
    });
    const done = work
      .run(runLimit, async (signal) => {
        // It may have been changed since the caller read it: the run goes by what is true now.
        const present = (await directory.sources.byId(source.id)) ?? source;
        const ended = await (runElsewhere ?? runHere)(present, run, options, signal);
        if (ended.state === 'succeeded') door.readerWorks(source.id);
        return ended;
      })
      .catch((error: unknown) => broken(run, source, error));
    // Whoever awaits `done` hears of it as well; nobody has to.
    done.catch((error: unknown) =>
      log.error({ source: source.name, runId: run.id, err: error }, 'the end of a sync could not be written'),
    );
    return { run, done };
  }

  /** Without this the run would seem to go on until its lease is over. */
  async function broken({ id }: SyncRun, source: Source, err: unknown): Promise<SyncRun> {
    log.error({ source: source.name, runId: id, err }, 'a sync broke off');
    const { counters } = await directory.syncRuns.byId(id);
    const reason = 'An internal error ended the sync; the log tells more.';
    return directory.syncRuns.finish(id, { state: 'failed', reason, counters, problems: [] });
  }

  return {
    async test(source) {
      const tested = await work.run(testLimit, (signal) =>
        testSource(source, () => directory.sources.access(source), signal),
      );
      if (tested.steps.some(({ name, ok }) => name === 'bind' && ok)) door.readerWorks(source.id);
      return tested;
    },

    sync,

    preview: async (actor, source) => {
      requirePermission(actor, 'sources.sync');
      return work.run(runLimit, (signal) => previewSync({ wait, ...dependencies, signal }, source));
    },

    async confirm(actor, runId) {
      const paused = await pausedRun(directory.syncRuns, runId);
      const source = await directory.sources.byId(paused.sourceId);
      if (source === null)
        throw new DirectoryError('not-found', 'The source of this run is no longer there.');
      const removals = (await directory.syncRuns.plannedRemovals(runId)) ?? [];
      return sync(actor, source, { confirmation: { by: actor.name, runId, removals } });
    },

    ...createByHand({ ...directory, door, work }),
    cancel: (actor, runId) => directory.syncRuns.cancel(actor, runId),
    remote: createRemoteVerifier({
      ...{ sources: directory.sources, newcomers: directory.newcomers, settings: directory.settings },
      ...{ door, work, clock: dependencies.clock, log },
    }),
    async stop() {
      door.close();
      await work.stop();
    },
  };
}

/** A plan that a newer run has looked at again is no longer what a person should confirm. */
async function pausedRun(syncRuns: Pick<SyncRuns, 'byId' | 'list'>, runId: string): Promise<SyncRun> {
  const run = await syncRuns.byId(runId);
  const [newest] = await syncRuns.list(run.sourceId, 1);
  if (run.state === 'paused' && newest?.id === run.id) return run;
  throw new DirectoryError(
    'conflict',
    run.state === 'paused'
      ? `Run ${newest?.id} of the same source is newer: look at that one.`
      : `The run ${run.id} is not paused: there is nothing to confirm.`,
  );
}
