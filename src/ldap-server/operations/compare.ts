/** Compare (RFC 4511 section 4.10). */
import type { CompareRequest } from '../protocol/messages.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import { prepare } from '../tree/assertion.ts';
import { matches } from '../tree/matcher.ts';
import type { Snapshot } from '../tree/snapshot.ts';
import { refuseAsserted } from './asserted.ts';
import type { Controls } from './controls.ts';
import { type Outcome, refusal } from './outcome.ts';
import type { Session } from './session.ts';
import { findTarget, isTarget, type ServerEntries } from './target.ts';

/** Compares by the attribute's equality rule, with what of the entry its sender may see. */
export function compare(
  { entry: dn, attribute, value }: CompareRequest,
  controls: Controls,
  session: Session,
  snapshot: Snapshot,
  server: ServerEntries,
): Outcome {
  const target = findTarget(dn, session, snapshot, server);
  if (!isTarget(target)) return target;
  const refused = refuseAsserted(controls, target);
  if (refused !== null) return refused;
  const { findType } = target.view;
  const type = findType(attribute);
  if (type === undefined)
    return refusal(ResultCode.undefinedAttributeType, 'There is no such attribute type.');
  if (target.entry.values(type).length === 0) {
    return refusal(ResultCode.noSuchAttribute, 'The entry does not have this attribute.');
  }
  if (type.equality === null) {
    return refusal(ResultCode.inappropriateMatching, 'This attribute cannot be compared.');
  }
  const assertion = prepare({ type: 'equality', attribute, value }, () => new Set(), findType);
  if (assertion.type === 'constant') {
    return refusal(ResultCode.invalidAttributeSyntax, 'The value is not of the syntax of this attribute.');
  }
  return refusal(matches(assertion, target.entry) ? ResultCode.compareTrue : ResultCode.compareFalse, '');
}
