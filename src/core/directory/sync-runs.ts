/** Begins, follows and ends sync runs; a lease keeps each source in one hand at a time. */
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import { formatHolder, type Holder, isHeld, leaseFrom } from '../model/lease.ts';
import type { Source } from '../model/source.ts';
import { NO_COUNTERS, SYNC_PROBLEMS_MAX, type SyncRun } from '../model/sync-run.ts';
import type { SyncRuns } from './directory.ts';
import type { Journal } from './journal.ts';
import { checkLimit, notFound } from './lookup.ts';
import type { ReadTransaction, SourceLookup, Store, WriteTransaction } from './store.ts';

export interface SyncRunsDependencies {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly journal: Journal;
  readonly holder: Holder;
  /** Whether a process of this host exists. */
  readonly processAlive: (pid: number) => boolean;
}

const ABORT_REASON = 'The process that ran it ended before it finished.';

export function createSyncRuns(dependencies: SyncRunsDependencies): SyncRuns {
  const { store, clock, newId, journal, processAlive } = dependencies;
  const holder = formatHolder(dependencies.holder);
  const held = (run: SyncRun, now: Date) => isHeld(run, now, dependencies.holder, processAlive);

  /** Marks dead runs as aborted and returns them. */
  async function sweep(transaction: WriteTransaction, now: Date): Promise<readonly SyncRun[]> {
    const dead = (await transaction.runningSyncRuns()).filter((run) => !held(run, now));
    const aborted = dead.map((run) => ended(run, { state: 'aborted', reason: ABORT_REASON }, now));
    for (const run of aborted) await recordEnd(transaction, journal, run, now);
    return aborted;
  }

  return {
    byId: (id) => store.read((transaction) => requireRun(transaction, id)),

    async list(sourceId, limit) {
      checkLimit(limit);
      return store.read((transaction) => transaction.syncRuns(sourceId, limit));
    },

    begin: (actor, source) =>
      store.write(async (transaction) => {
        const at = clock.now();
        await sweep(transaction, at);
        await refuseUnready(transaction, source);
        const run = newRun(newId(), source.id, holder, at);
        await transaction.insertSyncRun(run);
        const details = { source: source.name, runId: run.id };
        await journal(transaction, { ...bySource(source.id), at, actor, action: 'source.sync', details });
        return run;
      }),

    progress: (runId, { done, total, ...state }) =>
      store.write(async (transaction) => {
        const run = await requireHeldRun(transaction, runId, holder);
        const leaseExpiresAt = leaseFrom(clock.now());
        await transaction.updateSyncRun({ ...run, ...state, progress: { done, total }, leaseExpiresAt });
      }),

    finish: (runId, end) =>
      store.write(async (transaction) => {
        const run = await requireHeldRun(transaction, runId, holder);
        const at = clock.now();
        const problems = end.problems.slice(0, SYNC_PROBLEMS_MAX);
        const final = ended(run, { ...end, problems }, at);
        await recordEnd(transaction, journal, final, at);
        return final;
      }),

    async abortDead() {
      // Asked every few seconds: only where somebody died is it worth the writers' lock.
      const running = await store.read((transaction) => transaction.runningSyncRuns());
      if (running.every((run) => held(run, clock.now()))) return [];
      return store.write((transaction) => sweep(transaction, clock.now()));
    },
  };
}

/**
 * The run, if it is still in the hands of `holder`.
 * Throws DirectoryError 'conflict' where it has ended or was taken away, 'not-found' where it never was.
 */
export async function requireHeldRun(lookup: SourceLookup, runId: string, holder: string): Promise<SyncRun> {
  const run = await requireRun(lookup, runId);
  if (run.state === 'running' && run.holder === holder) return run;
  throw new DirectoryError(
    'conflict',
    `The sync run ${runId} is no longer held by this process: it must stop.`,
  );
}

async function requireRun(lookup: SourceLookup, runId: string): Promise<SyncRun> {
  return (await lookup.syncRun(runId)) ?? notFound('There is no sync run with this id.');
}

async function refuseUnready(transaction: ReadTransaction, { id, name }: Source): Promise<void> {
  const source = (await transaction.source(id)) ?? notFound(`The source ${name} is no longer there.`);
  if (!source.enabled) throw new DirectoryError('forbidden', `The source ${name} is switched off.`);
  const running = (await transaction.runningSyncRuns()).find((run) => run.sourceId === id);
  if (running === undefined) return;
  throw new DirectoryError('conflict', `The source ${name} is being synced already by run ${running.id}.`);
}

function newRun(id: string, sourceId: string, holder: string, now: Date): SyncRun {
  return {
    id,
    sourceId,
    state: 'running',
    phase: 'connect',
    progress: { done: 0, total: null },
    counters: NO_COUNTERS,
    problems: [],
    reason: '',
    startedAt: now,
    finishedAt: null,
    holder,
    leaseExpiresAt: leaseFrom(now),
  };
}

type RunEnd = Pick<SyncRun, 'state' | 'reason'> & Partial<Pick<SyncRun, 'counters' | 'problems'>>;

function ended(run: SyncRun, end: RunEnd, now: Date): SyncRun {
  return { ...run, ...end, finishedAt: now, leaseExpiresAt: now };
}

async function recordEnd(
  transaction: WriteTransaction,
  journal: Journal,
  run: SyncRun,
  at: Date,
): Promise<void> {
  await transaction.updateSyncRun(run);
  const { id: runId, sourceId, state, reason, counters } = run;
  const source = await transaction.source(sourceId);
  const actor: Actor = { door: 'sync', name: source?.name ?? sourceId, address: null };
  const details = { runId, state, reason, counters };
  await journal(transaction, { ...bySource(sourceId), at, actor, action: 'source.sync-end', details });
}

/** Runs are not followed by the change feed: who shows one reads its row. */
function bySource(subjectId: string) {
  return { subjectId, changes: [] };
}
