/** Shows what a sync would do, and writes nothing. */
import type { Source } from '../core/model/source.ts';
import type { SyncPreview } from '../core/model/sync-run.ts';
import { type EnumerationDependencies, enumerateAtLast } from './enumerate.ts';
import { stepCount } from './plan.ts';
import { plannedItems } from './plan-items.ts';
import { prepareSync } from './prepare.ts';
import { summaryOf } from './report.ts';

/** Throws DirectoryError as a sync would fail. */
export async function previewSync(
  dependencies: Omit<EnumerationDependencies, 'progress'> & Parameters<typeof prepareSync>[0],
  source: Source,
): Promise<SyncPreview> {
  const upstream = await enumerateAtLast({ ...dependencies, progress: UNSEEN }, source, {
    ...{ incremental: false, runId: null },
  });
  const { plan, pause, describe } = await prepareSync(dependencies, source, upstream);
  const { counters, problems } = plan;
  return {
    pause,
    summary: summaryOf(plan),
    counters,
    problems,
    items: plannedItems(plan, describe),
    itemsTotal: stepCount(plan),
  };
}

const UNSEEN = { show: async () => {} };
