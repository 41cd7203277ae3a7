/** One sync run, from connecting to its report. */
import { setImmediate as giveWay } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import type { Sources, SyncRuns } from '../core/directory/directory.ts';
import type { Imports } from '../core/directory/imports.ts';
import { DirectoryError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Logger } from '../core/log.ts';
import type { Source } from '../core/model/source.ts';
import type { SyncPhase, SyncProblem, SyncRun } from '../core/model/sync-run.ts';
import { applyPlan } from './apply.ts';
import { guardReason } from './guard.ts';
import { openLdapSource } from './ldap-source.ts';
import { type Plan, planSync, type Upstream, wantedNames } from './plan.ts';
import type { InTurns } from './plan-turns.ts';
import { presets } from './presets/index.ts';
import { createProgress, type Progress } from './progress.ts';
import { summaryOf } from './report.ts';

export interface RunDependencies {
  readonly directory: {
    readonly sources: Pick<Sources, 'bindPassword'>;
    readonly syncRuns: Pick<SyncRuns, 'byId' | 'progress' | 'finish'>;
    readonly imports: Imports;
  };
  readonly clock: Clock;
  readonly log: Logger;
  readonly newId: NewId;
}

interface Ending {
  readonly state: 'succeeded' | 'failed' | 'paused';
  readonly reason: string;
  readonly problems: readonly SyncProblem[];
}

export interface SyncOptions {
  /** A person has looked at what paused the run before: the guard is skipped, and the run's reason says so. */
  readonly confirmed?: boolean;
}

/** Leads a run that has begun to its end, whatever happens. Rejects only where the end cannot be written. */
export async function runSync(
  dependencies: RunDependencies,
  source: Source,
  run: SyncRun,
  { signal, confirmed = false }: SyncOptions & { readonly signal: AbortSignal },
): Promise<SyncRun> {
  const { log, directory } = dependencies;
  const lease = new AbortController();
  const progress = createProgress({ ...dependencies, syncRuns: directory.syncRuns }, run.id, (error) =>
    lease.abort(error),
  );
  const stop = () => lease.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const { reason, ...ending } = await attempt(
    { ...dependencies, progress, signal: lease.signal },
    source,
    run,
    confirmed,
  ).catch((error: unknown) => failed(error, log, source));
  signal.removeEventListener('abort', stop);
  progress.stop();
  const end = { ...ending, reason: confirmed ? `${CONFIRMED} ${reason}` : reason };
  return finish(dependencies, run, { ...end, counters: progress.state.counters }, source);
}

const CONFIRMED = 'Confirmed beforehand, so that the guard did not look.';

async function finish(
  { directory, log }: RunDependencies,
  run: SyncRun,
  end: Parameters<SyncRuns['finish']>[1],
  source: Source,
): Promise<SyncRun> {
  log.info({ source: source.name, runId: run.id, ...end, problems: end.problems.length }, 'a sync has ended');
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
  confirmed: boolean,
): Promise<Ending> {
  const { directory, progress, signal } = dependencies;
  const upstream = await enumerate(dependencies, source);
  await progress.show({ phase: 'plan' });
  const { plan, pause } = await prepare(dependencies, source, upstream);
  const { usersSeen, groupsSeen, problems } = plan.counters;
  await progress.show({
    phase: 'guard',
    counters: { ...progress.state.counters, usersSeen, groupsSeen, problems },
  });
  if (pause !== null && !confirmed) return { state: 'paused', reason: pause, problems: plan.problems };
  const total = plan.stages.reduce((sum, { steps }) => sum + steps.length, 0);
  await progress.show({ phase: 'apply', total });
  const { imports } = directory;
  const faults = await applyPlan({ imports, source, runId: run.id, plan, progress, signal });
  await progress.show({ phase: 'report' });
  const reason = summaryOf({ ...plan, counters: progress.state.counters });
  return { state: 'succeeded', reason, problems: [...plan.problems, ...faults] };
}

/** Everything the source lists, or a throw: nothing is planned on half a directory. */
async function enumerate({ directory, progress, signal }: Attempt, source: Source): Promise<Upstream> {
  await progress.show({ phase: 'connect' });
  const bindPassword = directory.sources.bindPassword(source);
  const session = await openLdapSource(source, presets[source.preset], bindPassword, { signal });
  try {
    const users = await collect(session.users(), 'enumerate-users', progress);
    const groups = source.syncGroups ? await collect(session.groups(), 'enumerate-groups', progress) : null;
    return { users, groups };
  } finally {
    session.close();
  }
}

async function collect<Item>(
  pages: AsyncIterable<readonly Item[]>,
  phase: SyncPhase,
  progress: Progress,
): Promise<Item[]> {
  const items: Item[] = [];
  await progress.show({ phase });
  for await (const page of pages) {
    for (const item of page) items.push(item);
    await progress.show({ done: items.length });
  }
  return items;
}

async function prepare(
  { directory: { imports }, newId, signal }: Attempt,
  source: Source,
  upstream: Upstream,
): Promise<{ plan: Plan; pause: string | null }> {
  const { usernameHint, emptyGroupsVanish } = presets[source.preset];
  const state = await imports.stateOf(source.id);
  const taken = await imports.takenByOthers(source.id, await completed(wantedNames(upstream), signal));
  const plan = await completed(
    planSync({ upstream, state, taken, usernameHint, emptyGroupsVanish, newId }),
    signal,
  );
  return { plan, pause: guardReason(upstream, state, plan) };
}

async function completed<Result>(work: InTurns<Result>, signal: AbortSignal): Promise<Result> {
  for (;;) {
    const turn = work.next();
    if (turn.done === true) return turn.value;
    signal.throwIfAborted();
    await giveWay();
  }
}

function failed(error: unknown, log: Logger, source: Source): Ending {
  if (error instanceof DirectoryError) return { state: 'failed', reason: error.message, problems: [] };
  log.error({ source: source.name, err: error }, 'a sync failed for an unexpected reason');
  return { state: 'failed', reason: 'An internal error ended the sync; the log tells more.', problems: [] };
}
