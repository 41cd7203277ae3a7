/** Shows how far a sync run is, not too often, and keeps its lease alive. */
import type { Clock } from '../core/clock.ts';
import type { SyncRuns } from '../core/directory/directory.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { NO_COUNTERS, type SyncCounters, type SyncPhase } from '../core/model/sync-run.ts';

export interface ProgressDependencies {
  readonly syncRuns: Pick<SyncRuns, 'progress'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RunState {
  readonly phase: SyncPhase;
  readonly done: number;
  readonly total: number | null;
  readonly counters: SyncCounters;
}

export interface Progress {
  /** The latest state, shown or not. */
  readonly state: RunState;
  /** Changes the state; writes it when the last writing is long enough ago or the phase is new. */
  show(change: Partial<RunState>): Promise<void>;
  /** Writes the state now. Throws DirectoryError 'conflict' where the lease is lost, 'not-found' where the run is. */
  renew(): Promise<void>;
  stop(): void;
}

/** People and browsers cannot follow more than four pictures a second. */
const SHOW_MS_MIN = 250;
/** The lease must be renewed well before it ends, however long a page takes; and who cancels a run waits so long. */
const RENEW_MS = 2_000;

/** Why a run ends that somebody has cancelled. */
export class RunCancelled extends DirectoryError {
  constructor() {
    super('conflict', 'The sync was cancelled; what it had applied until then stays.');
  }
}

/** `lost` is called once the lease is lost, or the run cancelled: then it must stop, and write nothing more. */
export function createProgress(
  { syncRuns, clock, log }: ProgressDependencies,
  runId: string,
  lost: (error: DirectoryError) => void,
): Progress {
  let state: RunState = { phase: 'connect', done: 0, total: null, counters: NO_COUNTERS };
  let shownAt = 0;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    shownAt = clock.now().getTime();
    try {
      const { cancelRequested } = await syncRuns.progress(runId, state);
      if (cancelRequested) throw new RunCancelled();
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      if (error.code === 'conflict' || error.code === 'not-found') {
        lost(error);
        throw error;
      }
      // The database is away for a moment; if it stays away the next step of the run finds out.
      log.warn({ runId, error: error.message }, 'the progress of a sync could not be written');
    }
  }

  /** One writing after the other, in order. */
  function renew(): Promise<void> {
    writing = writing.catch(() => {}).then(write);
    return writing;
  }

  const heartbeat = setInterval(() => renew().catch(() => {}), RENEW_MS);
  return {
    get state() {
      return state;
    },
    async show(change) {
      const samePhase = change.phase === undefined || change.phase === state.phase;
      state = { ...state, ...(samePhase ? {} : { done: 0, total: null }), ...change };
      if (!samePhase || clock.now().getTime() - shownAt >= SHOW_MS_MIN) await renew();
    },
    renew,
    stop: () => clearInterval(heartbeat),
  };
}
