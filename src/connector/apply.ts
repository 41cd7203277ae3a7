/** Applies a plan in chunks, each one transaction; an entry that cannot be written is isolated and reported. */
import type { Imports } from '../core/directory/imports.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Source } from '../core/model/source.ts';
import { SYNC_ITEMS_MAX, type SyncProblem } from '../core/model/sync-run.ts';
import { addCounts, type Plan, type Stage } from './plan.ts';
import type { Describe } from './plan-items.ts';
import type { PlannedStep } from './plan-steps.ts';
import type { Progress } from './progress.ts';

export interface Application {
  readonly imports: Pick<Imports, 'apply' | 'keepDigests'>;
  readonly source: Source;
  readonly runId: string;
  readonly plan: Plan;
  /** Users whose memberships changed before, in a run that did not come to moving their updatedAt. */
  readonly untouched: readonly string[];
  readonly describe: Describe;
  readonly progress: Pick<Progress, 'state' | 'show' | 'renew'>;
  readonly signal: AbortSignal;
}

/** Rows that one transaction writes, give or take one step; of memberships, which are small, so many count as one. */
export const CHUNK_ROWS_MAX = 5_000;
const MEMBERSHIPS_OF_ROW = 4;
/** With more entries that cannot be written something else is wrong, and the run fails. */
export const FAULTS_MAX = 1_000;

/**
 * The problems that applying met; counters grow in `progress`. Steps are taken out of the plan, which is empty at the end:
 * what has been applied is not kept in memory. Throws DirectoryError when the lease is lost, the
 * database is away or the signal aborts: what was applied until then stays, and a later sync completes it.
 */
export async function applyPlan(application: Application): Promise<readonly SyncProblem[]> {
  const { plan, untouched, progress, signal } = application;
  const problems: SyncProblem[] = [];
  const missing = new Set<string>();
  let untold = SYNC_ITEMS_MAX;
  const touched = new Set(untouched);
  for (const chunk of takeChunks(plan.stages)) {
    signal.throwIfAborted();
    for (const id of membersMoved(chunk)) touched.add(id);
    const report = { left: withoutMissing(chunk.slice(0, untold), missing).length };
    untold = Math.max(0, untold - chunk.length);
    await applyChunk(application, withoutMissing(chunk, missing), { problems, missing, report });
    await progress.show({ done: progress.state.done + chunk.length });
  }
  await touch(application, [...touched]);
  await keepDigests(application);
  return problems;
}

/** Once for each user, however many of its memberships changed. */
async function touch({ imports, source, runId, signal }: Application, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += CHUNK_ROWS_MAX) {
    signal.throwIfAborted();
    const userIds = ids.slice(at, at + CHUNK_ROWS_MAX);
    await imports.apply(source, runId, [{ type: 'touch-users', userIds }]);
  }
}

/** Those of groups only where no member was left out, such as one that somebody else has brought meanwhile. */
async function keepDigests({ imports, source, runId, plan, progress }: Application): Promise<void> {
  const isWhole = progress.state.counters.membersAdded === plan.counters.membersAdded;
  for (const subject of isWhole ? (['user', 'group'] as const) : (['user'] as const)) {
    const digests = plan.digests[`${subject}s`];
    for (let at = 0; at < digests.length; at += CHUNK_ROWS_MAX)
      await imports.keepDigests(source, runId, subject, digests.slice(at, at + CHUNK_ROWS_MAX));
  }
}

/** The members that steps add or remove, groups too. */
function* membersMoved(steps: readonly PlannedStep[]): Generator<string> {
  for (const { step } of steps) {
    if (step.type === 'remove-members') yield* step.memberIds;
    if (step.type === 'add-members') for (const { memberId } of step.members) yield memberId;
  }
}

/** What has become of the plan so far. */
interface Outcome {
  readonly problems: SyncProblem[];
  /** Ids of new entries that could not be written. */
  readonly missing: Set<string>;
  /** Steps of the chunk that the run's report tells of: they are among the plan's first ones, which `describe` knows. */
  readonly report: { left: number };
}

/** Halves a chunk that fails until the steps at fault stand alone. */
async function applyChunk(
  { imports, source, runId, describe, progress, signal }: Application,
  chunk: readonly PlannedStep[],
  { problems, missing, report }: Outcome,
): Promise<void> {
  const pending = [chunk];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part.length === 0) continue;
    signal.throwIfAborted();
    const steps = part.map(({ step }) => step);
    try {
      const items = part.slice(0, report.left).map(describe);
      const counts = await imports.apply(source, runId, steps, items);
      report.left -= items.length;
      await progress.show({ counters: addCounts(progress.state.counters, [{ counts }]) });
    } catch (error) {
      if (!isFaultOfEntry(error)) throw error;
      // A lost lease is a conflict too; renewing tells.
      await progress.renew();
      const [first, ...others] = part;
      if (first !== undefined && others.length === 0) {
        report.left = Math.max(0, report.left - 1);
        problems.push({ dn: first.dn, reason: error.message });
        await progress.show({ counters: addCounts(progress.state.counters, [FAULT]) });
        if (first.step.type === 'create-user' || first.step.type === 'create-group')
          missing.add(first.step.id);
        if (problems.length > FAULTS_MAX) throw tooManyFaults(error);
      } else {
        const middle = Math.ceil(part.length / 2);
        pending.push(part.slice(middle), part.slice(0, middle));
      }
    }
  }
}

const FAULT = { counts: { problems: 1 } } as const;

function isFaultOfEntry(error: unknown): error is DirectoryError {
  return (
    error instanceof DirectoryError && ['invalid', 'conflict', 'not-found', 'forbidden'].includes(error.code)
  );
}

function tooManyFaults(last: DirectoryError): DirectoryError {
  return new DirectoryError(
    'conflict',
    `More than ${FAULTS_MAX} entries could not be written: ${last.message}`,
    {
      cause: last,
    },
  );
}

function* takeChunks(stages: Stage[]): Generator<readonly PlannedStep[]> {
  for (let stage = stages.shift(); stage !== undefined; stage = stages.shift()) {
    const { steps, together } = stage;
    while (steps.length > 0) yield steps.splice(0, together ? steps.length : chunkLength(steps));
  }
}

function chunkLength(steps: readonly PlannedStep[]): number {
  let rows = 0;
  const end = steps.findIndex((step) => {
    if (rows >= CHUNK_ROWS_MAX) return true;
    rows += rowsOf(step);
    return false;
  });
  return end === -1 ? steps.length : end;
}

function rowsOf({ step }: PlannedStep): number {
  if (step.type === 'add-members') return step.members.length / MEMBERSHIPS_OF_ROW;
  return step.type === 'remove-members' ? step.memberIds.length / MEMBERSHIPS_OF_ROW : 1;
}

/** What follows from a new entry that could not be written is left out: its problem is reported once. */
function withoutMissing(chunk: readonly PlannedStep[], missing: ReadonlySet<string>): readonly PlannedStep[] {
  if (missing.size === 0) return chunk;
  return chunk.flatMap((planned): PlannedStep[] => {
    const { step } = planned;
    if (step.type !== 'add-members') return [planned];
    if (missing.has(step.groupId)) return [];
    const members = step.members.filter(({ memberId }) => !missing.has(memberId));
    return [{ ...planned, step: { ...step, members } }];
  });
}
