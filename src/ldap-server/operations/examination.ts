/** Looks at one entry after another for a search, and counts what that costs. */
import type { Assertion } from '../tree/assertion.ts';
import type { Entry, Work } from '../tree/entry.ts';
import { ENTRY_WORK_MAX, matches } from '../tree/matcher.ts';

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
  return new CountedExamination(assertion);
}

class CountedExamination implements Examination {
  readonly #assertion: Assertion;
  readonly #work: Work = { left: 0 };
  #spent = 0;
  isExceeded = false;

  constructor(assertion: Assertion) {
    this.#assertion = assertion;
  }

  matches(entry: Entry | undefined): entry is Entry {
    if (entry === undefined) {
      this.#spent += 1;
      return false;
    }
    this.#work.left = ENTRY_WORK_MAX;
    const truth = matches(this.#assertion, entry, this.#work);
    this.#spent += ENTRY_WORK_MAX - this.#work.left;
    this.isExceeded ||= this.#work.left <= 0;
    return truth === true;
  }

  isStepOver(): boolean {
    if (this.#spent < STEP_WORK) return false;
    this.#spent = 0;
    return true;
  }
}
