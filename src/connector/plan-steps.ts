/** Steps as a plan holds them, with what they count for. */
import { isDeepStrictEqual } from 'node:util';
import type { ImportStep, StepOf } from '../core/directory/imports.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Origin } from '../core/model/origin.ts';
import type { SyncCounters } from '../core/model/sync-run.ts';

/** What a plan says; the rest follows from it. */
export type PlanStep = Exclude<ImportStep, StepOf<'touch-users'>>;

export interface PlannedStep<Step extends PlanStep = PlanStep> {
  readonly step: Step;
  /** Of the entry upstream, for the report. */
  readonly dn: string;
  /** What the run's counters gain once the step is applied. */
  readonly counts: Partial<SyncCounters>;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whether the grace is over of an import that is gone now, whether or not that was known before. */
export function isOver(origin: Origin | null, graceDays: number, now: Date): boolean {
  const since = origin?.goneSince ?? now;
  return since.getTime() + graceDays * DAY_MS <= now.getTime();
}

/** Whether it is kept since when it is gone; a time to come is of a clock that was ahead. */
export function isKnownGone({ goneSince }: Origin, now: Date): boolean {
  return goneSince !== undefined && goneSince <= now;
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

interface Listed {
  readonly dn: string;
  readonly via?: readonly string[];
}

export function viaOf({ via }: Listed): Pick<Listed, 'via'> {
  return via === undefined ? {} : { via };
}

/** Whether the entry has another DN than the import was made of, or came another way. */
export function hasMoved({ dn, via }: Listed, origin: Origin | null): boolean {
  return dn !== origin?.dn || (via !== undefined && !isDeepStrictEqual(via, origin.via));
}
