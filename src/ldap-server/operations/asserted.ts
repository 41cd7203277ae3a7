/** The assertion control: an operation takes place only where a filter is true of its target (RFC 4528). */
import { ResultCode } from '../protocol/result-codes.ts';
import { prepare } from '../tree/assertion.ts';
import { matches } from '../tree/matcher.ts';
import { groupsAbove } from '../tree/view.ts';
import type { Controls } from './controls.ts';
import { type Outcome, refusal } from './outcome.ts';
import type { Target } from './target.ts';

/** null: nothing was asserted, or what was holds. */
export function refuseAsserted({ assertion }: Controls, { entry, view }: Target): Outcome | null {
  if (assertion === null) return null;
  const holds = matches(
    prepare(assertion, (key) => groupsAbove(view, key)),
    entry,
  );
  return holds === true ? null : ASSERTION_FAILED;
}

const ASSERTION_FAILED = refusal(ResultCode.assertionFailed, 'The assertion is not true of this entry.');
