/** The assertion control: an operation takes place only where a filter is true of its target (RFC 4528). */
import { ResultCode } from '../protocol/result-codes.ts';
import { prepare } from '../tree/assertion.ts';
import { groupsAbove } from '../tree/view.ts';
import type { Controls } from './controls.ts';
import { createExamination } from './examination.ts';
import { type Outcome, refusal } from './outcome.ts';
import type { Target } from './target.ts';

/** null: nothing was asserted, or what was holds. */
export function refuseAsserted({ assertion }: Controls, { entry, view }: Target): Outcome | null {
  if (assertion === null) return null;
  const examination = createExamination(prepare(assertion, (key) => groupsAbove(view, key), view.findType));
  if (examination.matches(entry)) return null;
  return examination.isExceeded ? ASSERTION_TOO_MUCH : ASSERTION_FAILED;
}

const ASSERTION_TOO_MUCH = refusal(
  ResultCode.adminLimitExceeded,
  'The entry holds too much for this assertion.',
);
const ASSERTION_FAILED = refusal(ResultCode.assertionFailed, 'The assertion is not true of this entry.');
