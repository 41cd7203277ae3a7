/** Keeps the change feed bounded: old changes go, and the oldest one left is marked so that followers notice. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Database } from './database.ts';
import { lastSequence } from './delta.ts';
import type { Session } from './session.ts';
import { PRUNED } from './tables/changes.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Retention {
  /** Kept whatever their age. */
  readonly changesMin: number;
  /** Kept at most, whatever their age. */
  readonly changesMax: number;
  readonly ageMs: number;
}

const RETENTION: Retention = { changesMin: 100_000, changesMax: 1_000_000, ageMs: 7 * DAY_MS };
/** Rows of one transaction: other writers get their turn between. */
const STEP_ROWS_MAX = 5_000;

/** Deletes what `retention` does not keep. */
export async function pruneChanges(
  { database, clock }: { database: Database; clock: Clock },
  retention: Retention = RETENTION,
): Promise<void> {
  const before = clock.now().getTime() - retention.ageMs;
  for (;;) {
    const mark = await database.read((session) => findMark(session, before, retention));
    if (mark === null) return;
    await database.write((session) => pruneTo(session, mark));
  }
}

/** Prunes at once and then daily, until `signal` aborts; what fails is logged and tried again the next day. */
export async function pruneDaily(
  { database, clock, log }: { database: Database; clock: Clock; log: Logger },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pruneChanges({ database, clock }).catch((error: unknown) => {
      log.warn({ err: error }, 'old changes could not be pruned');
    });
    await pause(DAY_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** The last change of the next step; null where nothing is left to prune. */
async function findMark(session: Session, before: number, retention: Retention): Promise<number | null> {
  const last = await lastSequence(session);
  const [p1, p2, p3] = [1, 2, 3].map((position) => session.dialect.parameter(position));
  const rows = await session.query<{ seq: number }>(
    `SELECT "seq" FROM "changes" WHERE "seq" <= (
       SELECT max("seq") FROM "changes" WHERE ("seq" <= ${p1} AND "at" < ${p2}) OR "seq" <= ${p3}
     ) ORDER BY "seq" LIMIT ${STEP_ROWS_MAX}`,
    [last - retention.changesMin, before, last - retention.changesMax],
  );
  // A single row is the mark of the last pruning, or not worth one.
  return rows.length > 1 ? (rows.at(-1)?.seq ?? null) : null;
}

async function pruneTo(session: Session, mark: number): Promise<void> {
  const [p1, p2] = [1, 2].map((position) => session.dialect.parameter(position));
  await session.query(`UPDATE "changes" SET "subject" = ${p1} WHERE "seq" = ${p2}`, [PRUNED, mark]);
  await session.query(`DELETE FROM "changes" WHERE "seq" < ${p1}`, [mark]);
}
