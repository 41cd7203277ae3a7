/** Looks at one entry after another for a search, and counts what that costs. */
import type { Assertion } from '../tree/assertion.ts';
import type { Entry } from '../tree/entry.ts';
import { ENTRY_WORK_MAX, matches, type Work } from '../tree/matcher.ts';

/** Values looked at before others get their turn. */
const STEP_WORK = 8192;

export interface Examination {
  /** Whether the assertion is true of an entry; undefined: of one that is gone. */
  matches(entry: Entry | undefined): entry is Entry;
  /** Whether others are to have their turn by now; asking begins the next step where they are. */
  isStepOver(): boolean;
  /** An entry needed more work than any may: what was told of it says nothing. */
  readonly isExceeded: boolean;
}

export function createExamination(assertion: Assertion): Examination {
  let spent = 0;
  let isExceeded = false;
  return {
    matches(entry): entry is Entry {
      if (entry === undefined) {
        spent += 1;
        return false;
      }
      const work: Work = { left: ENTRY_WORK_MAX };
      const truth = matches(assertion, entry, work);
      spent += ENTRY_WORK_MAX - work.left;
      isExceeded ||= work.left <= 0;
      return truth === true;
    },
    isStepOver() {
      if (spent < STEP_WORK) return false;
      spent = 0;
      return true;
    },
    get isExceeded() {
      return isExceeded;
    },
  };
}
