/** Steps as a plan holds them, with what they count for. */
import type { ImportStep } from '../core/directory/imports.ts';
import { DirectoryError } from '../core/errors.ts';
import type { SyncCounters } from '../core/model/sync-run.ts';

export interface PlannedStep<Step extends ImportStep = ImportStep> {
  readonly step: Step;
  /** Of the entry upstream, for the report. */
  readonly dn: string;
  /** What the run's counters gain once the step is applied. */
  readonly counts: Partial<SyncCounters>;
}

/** The text as it is kept, null where it breaks the rule. */
export function valid(text: string | null, normalise: (text: string) => string): string | null {
  try {
    return text === null ? null : normalise(text);
  } catch (error) {
    if (error instanceof DirectoryError) return null;
    throw error;
  }
}
