/** One sync run, from connecting to its report. */
import type { Clock } from '../core/clock.ts';
import type { SettingsKeeper, Sources, SyncRuns } from '../core/directory/directory.ts';
import type { Imports } from '../core/directory/imports.ts';
import { DirectoryError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Logger } from '../core/log.ts';
import type { Source, SyncMark } from '../core/model/source.ts';
import type { SyncItem, SyncProblem, SyncRun } from '../core/model/sync-run.ts';
import { applyPlan } from './apply.ts';
import { type EnumerationOptions, enumerateAtLast, nextMark } from './enumerate.ts';
import { stepCount } from './plan.ts';
import { plannedItems } from './plan-items.ts';
import { isCovered, removalsOf } from './plan-removals.ts';
import { prepareSync } from './prepare.ts';
import { createProgress, type Progress, RunCancelled } from './progress.ts';
import { summaryOf } from './report.ts';
import type { Wait } from './retry.ts';

export interface RunDependencies {
  readonly directory: {
    readonly sources: Pick<Sources, 'access'>;
    readonly syncRuns: Pick<SyncRuns, 'byId' | 'list' | 'progress' | 'finish'>;
    readonly imports: Imports;
    readonly settings: Pick<SettingsKeeper, 'current'>;
  };
  readonly clock: Clock;
  readonly log: Logger;
  readonly newId: NewId;
  readonly wait: Wait;
}

interface Ending {
  readonly state: 'succeeded' | 'failed' | 'paused' | 'cancelled';
  readonly reason: string;
  readonly problems: readonly SyncProblem[];
  readonly plan?: { readonly items: readonly SyncItem[]; readonly removals: readonly string[] };
  readonly mark?: SyncMark | null;
}

/** A person has looked at the plan of a paused run. */
export interface Confirmation {
  /** Who. */
  readonly by: string;
  readonly runId: string;
  /** removalsOf that plan. */
  readonly removals: readonly string[];
}

export interface SyncOptions {
  /** The time at which a schedule wanted this run; see BeginOptions. */
  readonly slot?: Date;
  /** Lets a plan past the guard that takes away what was confirmed, or less. */
  readonly confirmation?: Confirmation;
}

/** Leads a run that has begun to its end, whatever happens. Rejects only where the end cannot be written. */
export async function runSync(
  dependencies: RunDependencies,
  source: Source,
  run: SyncRun,
  { signal, confirmation, slot }: SyncOptions & { readonly signal: AbortSignal },
): Promise<SyncRun> {
  const { log, directory } = dependencies;
  const lease = new AbortController();
  const progress = createProgress({ ...dependencies, syncRuns: directory.syncRuns }, run.id, (error) =>
    lease.abort(error),
  );
  const stop = () => lease.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const ending = await attempt({ ...dependencies, progress, signal: lease.signal }, source, run, {
    confirmation: confirmation ?? null,
    incremental: slot !== undefined,
  }).catch((error: unknown) => failed(error, log, source));
  signal.removeEventListener('abort', stop);
  progress.stop();
  return finish(dependencies, run, { ...ending, counters: progress.state.counters }, source);
}

async function finish(
  { directory, log }: RunDependencies,
  run: SyncRun,
  end: Parameters<SyncRuns['finish']>[1],
  source: Source,
): Promise<SyncRun> {
  const { state, reason, counters, problems } = end;
  const told = { source: source.name, runId: run.id, state, reason, counters };
  log.info({ ...told, problems: problems.length }, 'a sync has ended');
  try {
    return await directory.syncRuns.finish(run.id, end);
  } catch (error) {
    // Without the lease the run is somebody else's to end.
    if (error instanceof DirectoryError && error.code === 'conflict') return directory.syncRuns.byId(run.id);
    throw error;
  }
}

interface Attempt extends RunDependencies {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function attempt(
  dependencies: Attempt,
  source: Source,
  run: SyncRun,
  {
    confirmation,
    incremental,
  }: { readonly confirmation: Confirmation | null; readonly incremental: boolean },
): Promise<Ending> {
  const { directory, progress, signal } = dependencies;
  const { plan, pause, describe, members, read } = await prepared(dependencies, source, {
    incremental,
    runId: run.id,
  });
  const { usersSeen, groupsSeen, problems } = plan.counters;
  await progress.show({
    phase: 'guard',
    counters: { ...progress.state.counters, usersSeen, groupsSeen, problems },
  });
  const confirmed = confirmation !== null && isCovered(plan, confirmation.removals);
  if (pause !== null && !confirmed) {
    const reason = confirmation === null ? pause : `${CHANGED} ${pause}`;
    const planned = { items: plannedItems(plan, describe), removals: removalsOf(plan) };
    return { state: 'paused', reason, problems: plan.problems, plan: planned };
  }
  await progress.show({ phase: 'apply', total: stepCount(plan) });
  const { imports } = directory;
  const untouched = (await brokeOff(directory.syncRuns, run)) ? members : [];
  const applied = { imports, source, runId: run.id, plan, untouched, describe, progress, signal };
  const faults = await applyPlan(applied);
  await progress.show({ phase: 'report' });
  const summary = summaryOf({ ...plan, counters: progress.state.counters });
  const reason = pause === null ? summary : `Confirmed by ${confirmation?.by}. ${summary}`;
  const all = [...plan.problems, ...faults];
  const mark = nextMark(source, run, read, all);
  return {
    state: 'succeeded',
    reason: read.whole ? reason : `${reason} ${CHANGES_ALONE}`,
    problems: all,
    mark,
  };
}

/** What was read is gone from memory once it is planned. */
async function prepared(dependencies: Attempt, source: Source, options: EnumerationOptions) {
  const upstream = await enumerateAtLast(dependencies, source, options);
  await dependencies.progress.show({ phase: 'plan' });
  const { mark, whole } = upstream;
  return { ...(await prepareSync(dependencies, source, upstream)), read: { mark, whole } };
}

/** Runs in which the last one that applied something is looked for. */
const RUNS_BEFORE_MAX = 20;

/** Whether the last run that applied something may have changed memberships without touching their members. */
async function brokeOff(syncRuns: Pick<SyncRuns, 'list'>, { id, sourceId }: SyncRun): Promise<boolean> {
  const runs = await syncRuns.list(sourceId, RUNS_BEFORE_MAX);
  const last = runs.find((run) => run.id !== id && (run.phase === 'apply' || run.phase === 'report'));
  return last !== undefined && last.state !== 'succeeded';
}

const CHANGED = 'The source takes more away than the plan that was confirmed.';
const CHANGES_ALONE = 'Of people only what had changed was read.';

function failed(error: unknown, log: Logger, source: Source): Ending {
  if (error instanceof RunCancelled) return { state: 'cancelled', reason: error.message, problems: [] };
  if (error instanceof DirectoryError) return { state: 'failed', reason: error.message, problems: [] };
  log.error({ source: source.name, err: error }, 'a sync failed for an unexpected reason');
  return { state: 'failed', reason: 'An internal error ended the sync; the log tells more.', problems: [] };
}
