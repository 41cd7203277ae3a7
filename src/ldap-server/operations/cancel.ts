/** Cancel (RFC 3909): ends another operation of the same connection, which then answers that it was canceled. */
import { decodeCancel } from '../protocol/extended/cancel.ts';
import type { Control, ExtendedRequest } from '../protocol/messages.ts';
import { ResultCode } from '../protocol/result-codes.ts';
import { readControls } from './controls.ts';
import { type Outcome, refusal, SUCCESS } from './outcome.ts';

/** What became of the operation that was to end. */
export type Ending = 'canceled' | 'unknown' | 'too-late' | 'cannot';

/** What the operation itself answers. */
export const CANCELED = refusal(ResultCode.canceled, 'The operation was canceled.');

/** `end` ends the operation of a message id, where that is possible. */
export function cancel(
  { value }: ExtendedRequest,
  controls: readonly Control[],
  end: (messageId: number) => Ending,
): Outcome {
  const asked = readControls('extended', controls);
  if ('code' in asked) return asked;
  const messageId = decodeCancel(value);
  return messageId === null ? MALFORMED : ENDINGS[end(messageId)];
}

const MALFORMED = refusal(
  ResultCode.protocolError,
  'The request value of the cancel operation is malformed.',
);

const ENDINGS: Readonly<Record<Ending, Outcome>> = {
  canceled: SUCCESS,
  unknown: refusal(ResultCode.noSuchOperation, 'No operation of that message id is under way.'),
  'too-late': refusal(ResultCode.tooLate, 'It is too late to cancel the operation.'),
  cannot: refusal(ResultCode.cannotCancel, 'Binds are not canceled.'),
};
