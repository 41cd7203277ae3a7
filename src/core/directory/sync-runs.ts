/** Begins, follows and ends sync runs; a lease keeps each source in one hand at a time. */
import { SYSTEM_AUTHORITY } from '../access/authority.ts';
import { requirePermission } from '../access/require.ts';
import type { Clock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import type { NewId } from '../ids.ts';
import type { Actor } from '../model/audit.ts';
import { formatHolder, type Holder, isHeld, leaseFrom } from '../model/lease.ts';
import type { NextRun } from '../model/schedule.ts';
import type { Source, SyncMark } from '../model/source.ts';
import {
  NO_COUNTERS,
  SYNC_ITEMS_MAX,
  SYNC_PROBLEMS_MAX,
  type SyncItem,
  type SyncRun,
} from '../model/sync-run.ts';
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
  readonly nextRun: NextRun;
}

const ABORT_REASON = 'The process that ran it ended before it finished.';

export function createSyncRuns(dependencies: SyncRunsDependencies): SyncRuns {
  const { store, clock, newId, journal, processAlive, nextRun } = dependencies;
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

    async list(sourceId, limit, after = null) {
      checkLimit(limit);
      return store.read((transaction) => transaction.syncRuns(sourceId, limit, after));
    },

    begin: (actor, source, { slot, confirms } = {}) =>
      store.write(async (transaction) => {
        requirePermission(actor, 'sources.sync');
        const at = clock.now();
        await sweep(transaction, at);
        const present = await refuseUnready(transaction, source);
        if (slot !== undefined) await claimSlot(transaction, present, slot, nextRun(present, at));
        const run = newRun(newId(), source.id, holder, at);
        await transaction.insertSyncRun(run);
        const details = { source: source.name, runId: run.id, ...(confirms !== undefined && { confirms }) };
        await journal(transaction, { ...bySource(source.id), at, actor, action: 'source.sync', details });
        return run;
      }),

    progress: (runId, { done, total, ...state }) =>
      store.write(async (transaction) => {
        const run = await requireHeldRun(transaction, runId, holder);
        await refuseDisabled(transaction, run);
        const leaseExpiresAt = leaseFrom(clock.now());
        const shown = { ...run, ...state, progress: { done, total }, leaseExpiresAt };
        await transaction.updateSyncRun(shown);
        return shown;
      }),

    cancel: (actor, runId) =>
      store.write(async (transaction) => {
        requirePermission(actor, 'sources.sync');
        const at = clock.now();
        await sweep(transaction, at);
        const run = await requireRun(transaction, runId);
        if (run.state !== 'running') {
          throw new DirectoryError(
            'conflict',
            `The sync run ${runId} has ended already: it has ${run.state}.`,
          );
        }
        const asked = { ...run, cancelRequested: true };
        await transaction.updateSyncRun(asked);
        const { sourceId } = run;
        await journal(transaction, {
          ...bySource(sourceId),
          ...{ at, actor, action: 'source.sync-cancel', details: { runId } },
        });
        return asked;
      }),

    async items(runId, page) {
      checkLimit(page.limit);
      return store.read(async (transaction) => {
        await requireRun(transaction, runId);
        return transaction.syncItems(runId, page);
      });
    },

    plannedRemovals: (runId) => store.read((transaction) => transaction.syncPlan(runId)),

    finish: (runId, { mark, plan, ...end }) =>
      store.write(async (transaction) => {
        const run = await requireHeldRun(transaction, runId, holder);
        const at = clock.now();
        const problems = end.problems.slice(0, SYNC_PROBLEMS_MAX);
        const final = ended(run, { ...end, problems }, at);
        await recordEnd(transaction, journal, final, at);
        if (plan !== undefined) await keepPlan(transaction, runId, plan);
        if (mark !== undefined) await keepMark(transaction, run, mark);
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

/** The source as it is now. */
async function refuseUnready(transaction: ReadTransaction, { id, name }: Source): Promise<Source> {
  const source = (await transaction.source(id)) ?? notFound(`The source ${name} is no longer there.`);
  if (!source.enabled) throw new DirectoryError('forbidden', `The source ${name} is switched off.`);
  const running = (await transaction.runningSyncRuns()).find((run) => run.sourceId === id);
  if (running === undefined) return source;
  throw new DirectoryError('conflict', `The source ${name} is being synced already by run ${running.id}.`);
}

async function keepPlan(
  transaction: WriteTransaction,
  runId: string,
  { items, removals }: { readonly items: readonly SyncItem[]; readonly removals: readonly string[] },
): Promise<void> {
  await transaction.appendSyncItems(runId, items.slice(0, SYNC_ITEMS_MAX));
  await transaction.putSyncPlan(runId, removals);
}

/** Whoever disables a source wants its run to end. */
async function refuseDisabled(transaction: ReadTransaction, { sourceId }: SyncRun): Promise<void> {
  const source = await transaction.source(sourceId);
  if (source === null || source.enabled) return;
  throw new DirectoryError(
    'conflict',
    `The source ${source.name} was disabled while it was synced; what had been applied until then stays.`,
  );
}

/** A run read by the fields as they were: of a source that was changed meanwhile it proves nothing. */
async function keepMark(
  transaction: WriteTransaction,
  { sourceId, startedAt }: SyncRun,
  syncMark: SyncMark | null,
): Promise<void> {
  const source = await transaction.source(sourceId);
  if (source === null || source.updatedAt > startedAt) return;
  await transaction.updateSource({ ...source, syncMark });
}

/** However many servers have seen that the source is due, one begins the run. */
async function claimSlot(
  transaction: WriteTransaction,
  source: Source,
  slot: Date,
  nextRunAt: Date | null,
): Promise<void> {
  if (source.nextRunAt?.getTime() !== slot.getTime()) {
    throw new DirectoryError('conflict', `The run of ${slot.toISOString()} was begun by another server.`);
  }
  await transaction.updateSource({ ...source, nextRunAt });
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
    cancelRequested: false,
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
  const name = source?.name ?? sourceId;
  const actor: Actor = { door: 'sync', name, address: null, authority: SYSTEM_AUTHORITY };
  const details = { runId, state, reason, counters };
  await journal(transaction, { ...bySource(sourceId), at, actor, action: 'source.sync-end', details });
}

/** Runs are not followed by the change feed: who shows one reads its row. */
function bySource(subjectId: string) {
  return { subjectId, changes: [] };
}
