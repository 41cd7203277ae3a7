/** Steps as a plan holds them, with what they count for. */
import type { ImportStep } from '../core/directory/imports.ts';
import { DirectoryError } from '../core/errors.ts';
import { TEXT_LENGTH_MAX } from '../core/model/names.ts';
import type { SyncCounters } from '../core/model/sync-run.ts';

/** Steps of one type. */
export type StepOf<Type extends ImportStep['type']> = Extract<ImportStep, { type: Type }>;

export interface PlannedStep<Step extends ImportStep = ImportStep> {
  readonly step: Step;
  /** Of the entry upstream, for the report. */
  readonly dn: string;
  /** What the run's counters gain once the step is applied. */
  readonly counts: Partial<SyncCounters>;
}

/** A text from upstream as one line by the rule of normaliseText: what may not stand in it becomes a blank. */
export function oneLine(text: string): string {
  return text
    .slice(0, TEXT_LENGTH_MAX)
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
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
