/** Keeps bounded what grows with time: changes, audit lines, sessions and sync runs. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Database } from './database.ts';
import { lastSequence } from './delta.ts';
import { deleteRows } from './rows.ts';
import type { Session } from './session.ts';
import { PRUNED } from './tables/changes.ts';
import { SettingTable, toSettings } from './tables/settings.ts';
import { SyncItemTable } from './tables/sync-items.ts';
import { SyncRunTable } from './tables/sync-runs.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Retention {
  /** Changes that are kept whatever their age. */
  readonly changesMin: number;
  /** Changes that are kept at most, whatever their age. */
  readonly changesMax: number;
  readonly changesAgeMs: number;
  /** Audit lines that are kept at most, whatever their age. */
  readonly auditLinesMax: number;
  /** Unless the setting auditDays says otherwise. */
  readonly auditLinesAgeMs: number;
  /** The newest runs of each source, beside those that are running. */
  readonly syncRunsMax: number;
  /** What runs did, entry by entry. */
  readonly syncItemsAgeMs: number;
}

const RETENTION: Retention = {
  changesMin: 100_000,
  changesMax: 1_000_000,
  changesAgeMs: 7 * DAY_MS,
  auditLinesMax: 5_000_000,
  auditLinesAgeMs: 400 * DAY_MS,
  syncRunsMax: 1_000,
  syncItemsAgeMs: 30 * DAY_MS,
};
/** Rows of one transaction: other writers get their turn between. */
const STEP_ROWS_MAX = 5_000;

export interface PruneDependencies {
  readonly database: Pick<Database, 'read' | 'write'>;
  readonly clock: Clock;
}

/** Deletes what `retention` does not keep; stops between two transactions where `signal` aborts. */
export async function prune(
  { database, clock }: PruneDependencies,
  signal: AbortSignal,
  retention: Retention = RETENTION,
): Promise<void> {
  const now = clock.now().getTime();
  for (const step of [pruneChanges, pruneAuditLines, pruneSessions, pruneSyncItems, pruneSyncRuns]) {
    while (!signal.aborted && (await step(database, retention, now)));
  }
}

/** Prunes at once and then daily, until `signal` aborts; what fails is logged and tried again the next day. */
export async function pruneDaily(
  { log, ...dependencies }: PruneDependencies & { readonly log: Logger },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await prune(dependencies, signal).catch((error: unknown) => {
      log.warn({ err: error }, 'old changes, audit lines and sync runs could not be pruned');
    });
    await pause(DAY_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

type PruneStep = (
  database: PruneDependencies['database'],
  retention: Retention,
  now: number,
) => Promise<boolean>;

/** The oldest change that is left is marked, so that followers notice what they missed. */
const pruneChanges: PruneStep = async (database, retention, now) => {
  const mark = await database.read((session) => lastOldChange(session, retention, now));
  if (mark === null) return false;
  await database.write(async (session) => {
    const [p1, p2] = parameters(session);
    await session.query(`UPDATE "changes" SET "subject" = ${p1} WHERE "seq" = ${p2}`, [PRUNED, mark]);
    await session.query(`DELETE FROM "changes" WHERE "seq" < ${p1}`, [mark]);
  });
  return true;
};

const pruneAuditLines: PruneStep = async (database, retention, now) => {
  const mark = await database.read((session) => lastOldAuditLine(session, retention, now));
  if (mark === null) return false;
  await database.write((session) =>
    session.query(`DELETE FROM "audit_lines" WHERE "seq" <= ${session.dialect.parameter(1)}`, [mark]),
  );
  return true;
};

const pruneSyncItems: PruneStep = async (database, { syncItemsAgeMs }, now) => {
  const old = await database.read((session) => oldSyncItems(session, now - syncItemsAgeMs));
  if (old.length === 0) return false;
  await database.write((session) => deleteRows(session, SyncItemTable, ['seq'], old));
  return true;
};

/** Those that are over: one statement, after which nothing is left. */
const pruneSessions: PruneStep = async (database, _retention, now) => {
  await database.write((session) =>
    session.query(`DELETE FROM "sessions" WHERE "expires_at" <= ${session.dialect.parameter(1)}`, [now]),
  );
  return false;
};

const pruneSyncRuns: PruneStep = async (database, { syncRunsMax }) => {
  const old = await database.read((session) => oldSyncRuns(session, syncRunsMax));
  if (old.length === 0) return false;
  await database.write((session) => deleteRows(session, SyncRunTable, ['id'], old));
  return true;
};

/** The last change of the next step; null where nothing is left to prune. */
async function lastOldChange(
  session: Session,
  { changesMin, changesMax, changesAgeMs }: Retention,
  now: number,
): Promise<number | null> {
  const last = await lastSequence(session);
  const [p1, p2, p3] = parameters(session);
  const rows = await session.query<{ seq: number }>(
    `SELECT "seq" FROM "changes" WHERE "seq" <= (
       SELECT max("seq") FROM "changes" WHERE ("seq" <= ${p1} AND "at" < ${p2}) OR "seq" <= ${p3}
     ) ORDER BY "seq" LIMIT ${STEP_ROWS_MAX}`,
    [last - changesMin, now - changesAgeMs, last - changesMax],
  );
  // A single row is the mark of the last pruning, or not worth one.
  return rows.length > 1 ? (rows.at(-1)?.seq ?? null) : null;
}

/** As lastOldChange. Lines are in the order of time: the first that is kept ends the step. */
async function lastOldAuditLine(
  session: Session,
  { auditLinesMax, auditLinesAgeMs }: Retention,
  now: number,
): Promise<number | null> {
  const [p1, p2] = parameters(session);
  const { auditDays } = toSettings(await session.find(SettingTable, { where: { name: 'auditDays' } }));
  const ageMs = auditDays === undefined ? auditLinesAgeMs : auditDays * DAY_MS;
  const rows = await session.query<{ seq: number; old: boolean | 0 | 1 }>(
    `SELECT "seq", "at" < ${p1} OR "seq" <= (SELECT max("seq") FROM "audit_lines") - ${p2} AS "old"
     FROM "audit_lines" ORDER BY "seq" LIMIT ${STEP_ROWS_MAX}`,
    [now - ageMs, auditLinesMax],
  );
  const kept = rows.findIndex(({ old }) => !old);
  return (kept < 0 ? rows : rows.slice(0, kept)).at(-1)?.seq ?? null;
}

async function oldSyncItems(session: Session, before: number): Promise<readonly { seq: number }[]> {
  return session.query<{ seq: number }>(
    `SELECT i."seq" FROM "sync_items" AS i JOIN "sync_runs" AS r ON r."id" = i."run_id"
     WHERE r."finished_at" < ${session.dialect.parameter(1)} LIMIT ${STEP_ROWS_MAX}`,
    [before],
  );
}

async function oldSyncRuns(session: Session, syncRunsMax: number): Promise<readonly { id: string }[]> {
  const [p1, p2] = parameters(session);
  // Sources with few runs are told by the index alone: the rows hold long reports.
  return session.query<{ id: string }>(
    `SELECT "id" FROM (
       SELECT "id", row_number() OVER (PARTITION BY "source_id" ORDER BY "started_at" DESC, "id" DESC) AS "place"
       FROM "sync_runs" WHERE "state" <> 'running' AND "source_id" IN (
         SELECT "source_id" FROM "sync_runs" GROUP BY "source_id" HAVING count(*) > ${p1}
       )
     ) AS "ended" WHERE "place" > ${p2} LIMIT ${STEP_ROWS_MAX}`,
    [syncRunsMax, syncRunsMax],
  );
}

function parameters({ dialect }: Session): string[] {
  return [1, 2, 3].map((position) => dialect.parameter(position));
}
