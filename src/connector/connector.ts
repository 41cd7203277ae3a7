/** The connector: tests sources, synchronizes them, and checks imported people's passwords at them. */
import type { RemoteVerifier } from '../core/credentials/verdict.ts';
import type { Sources, SyncRuns } from '../core/directory/directory.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Actor } from '../core/model/audit.ts';
import type { Source } from '../core/model/source.ts';
import type { SyncRun } from '../core/model/sync-run.ts';
import { createBoundedWork } from './bounded-work.ts';
import { createRemoteVerifier } from './remote-password.ts';
import { type RunDependencies, runSync, type SyncOptions } from './run.ts';
import { type SourceTest, testSource } from './test-source.ts';

export interface ConnectorDependencies extends RunDependencies {
  readonly directory: RunDependencies['directory'] & {
    readonly sources: Pick<Sources, 'byId' | 'bindPassword'>;
    readonly syncRuns: Pick<SyncRuns, 'begin' | 'byId' | 'progress' | 'finish'>;
  };
}

export interface Connector {
  /** Tries connection, bind and searches; what is wrong stands in the answer. */
  test(source: Source): Promise<SourceTest>;
  /**
   * Begins a run; `done` resolves with its end, also where that is a failure. Throws DirectoryError 'conflict'
   * while another run of the source is alive, or where the source is disabled.
   */
  sync(
    actor: Actor,
    source: Source,
    options?: SyncOptions,
  ): Promise<{ readonly run: SyncRun; readonly done: Promise<SyncRun> }>;
  readonly remote: RemoteVerifier;
  /** Ends what is under way, runs as failed, and waits for it. */
  stop(): Promise<void>;
}

const TEST_MS_MAX = 60_000;
const RUN_MS_MAX = 2 * 60 * 60_000;

export function createConnector(dependencies: ConnectorDependencies): Connector {
  const { directory, log } = dependencies;
  const work = createBoundedWork();
  const testLimit = { ms: TEST_MS_MAX, late: `The test took longer than ${TEST_MS_MAX / 1000} seconds.` };
  const runLimit = { ms: RUN_MS_MAX, late: 'The sync took longer than two hours and was stopped.' };
  return {
    test: (source) =>
      work.run(testLimit, (signal) =>
        testSource(source, () => directory.sources.bindPassword(source), signal),
      ),

    async sync(actor, source, options) {
      if (!source.enabled) throw new DirectoryError('conflict', `The source ${source.name} is disabled.`);
      const run = await directory.syncRuns.begin(actor, source);
      const done = work.run(runLimit, (signal) => runSync(dependencies, source, run, { ...options, signal }));
      // Whoever awaits `done` hears of it as well; nobody has to.
      done.catch((error: unknown) =>
        log.error(
          { source: source.name, runId: run.id, err: error },
          'the end of a sync could not be written',
        ),
      );
      return { run, done };
    },

    remote: createRemoteVerifier({ sources: directory.sources, work, log }),
    stop: () => work.stop(),
  };
}
