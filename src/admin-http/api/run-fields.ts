/** Runs of syncs, and what they do, in the JSON of the API. */
import { z } from 'zod';
import type { publicRun, publicRunSummary } from '../../core/model/public.ts';
import {
  NO_COUNTERS,
  SYNC_ACTIONS,
  SYNC_PHASES,
  type SyncItem,
  type SyncPreview,
  type SyncProblem,
} from '../../core/model/sync-run.ts';
import { TIME } from './fields.ts';

const COUNTERS = z
  .object(Object.fromEntries(Object.keys(NO_COUNTERS).map((name) => [name, z.int()])))
  .meta({ id: 'SyncCounters' });

const SUMMARY = {
  id: z.string(),
  sourceId: z.string(),
  state: z.enum(['running', 'succeeded', 'failed', 'aborted', 'paused', 'cancelled']),
  phase: z.enum(SYNC_PHASES),
  progress: z.object({ done: z.int(), total: z.int().nullable() }),
  counters: COUNTERS,
  reason: z.string().describe('One sentence: what came of it; empty while it runs.'),
  startedAt: TIME,
  finishedAt: TIME.nullable(),
  cancelRequested: z.boolean(),
} satisfies Record<keyof ReturnType<typeof publicRunSummary>, z.ZodType>;

const PROBLEMS = z.array(
  z.object({
    dn: z.string(),
    reason: z.string(),
    takenUsername: z.string().exactOptional().describe('Of somebody else here, who can be linked to it.'),
  } satisfies Record<keyof SyncProblem, z.ZodType>),
);

export const RUN_SUMMARY = z
  .object(SUMMARY)
  .meta({ id: 'SyncRunSummary', description: 'A run without its problems.' });

export const RUN = z
  .object({ ...SUMMARY, problems: PROBLEMS } satisfies Record<keyof ReturnType<typeof publicRun>, z.ZodType>)
  .meta({ id: 'SyncRun', description: 'One pass of a source.' });

const ITEM_MEMBERS = {
  kind: z.enum(['user', 'group']),
  action: z.enum(SYNC_ACTIONS),
  name: z.string(),
  dn: z.string(),
  changes: z.array(z.object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
  moreChanges: z.int(),
} satisfies Record<keyof SyncItem, z.ZodType>;

const ITEM = z
  .object(ITEM_MEMBERS)
  .meta({ id: 'SyncItem', description: 'What a run does to one user or group.' });

export const REPORT_ITEM = z
  .object({ ...ITEM_MEMBERS, seq: z.int() })
  .meta({ id: 'SyncReportItem', description: 'What a run did to one user or group.' });

export const PREVIEW = z
  .object({
    pause: z.string().nullable().describe('Why a person would be asked first; null: nobody would.'),
    summary: z.string(),
    counters: COUNTERS,
    problems: PROBLEMS,
    items: z.array(ITEM),
    itemsTotal: z.int(),
  } satisfies Record<keyof SyncPreview, z.ZodType>)
  .meta({ id: 'SyncPreview', description: 'What a sync would do.' });
