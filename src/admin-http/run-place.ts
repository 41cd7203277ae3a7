/** Where a page of runs ended, as cursors hold it. */
import { z } from 'zod';
import type { RunPlace, SyncRun } from '../core/model/sync-run.ts';

export const RUN_PLACE: z.ZodType<RunPlace> = z.strictObject({ startedAt: z.int(), id: z.string() });

export function placeOfRun({ startedAt, id }: SyncRun): RunPlace {
  return { startedAt: startedAt.getTime(), id };
}
