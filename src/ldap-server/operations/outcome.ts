/** How an operation ends: the LDAPResult that answers it, with what its response carries besides. */
import { DirectoryError } from '../../core/errors.ts';
import type { ResultOptions } from '../protocol/encode.ts';
import type { Result } from '../protocol/messages.ts';
import { ResultCode } from '../protocol/result-codes.ts';

export interface Outcome extends Result, ResultOptions {}

export const SUCCESS: Outcome = { code: ResultCode.success, matchedDn: '', message: '' };

/** `message` is safe to show to the client. */
export function refusal(code: ResultCode, message: string, matchedDn = ''): Outcome {
  return { code, matchedDn, message };
}

/** The outcome that an expected failure stands for; anything else is a bug, and is thrown on. */
export function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof DirectoryError)) throw error;
  switch (error.code) {
    case 'busy':
      return refusal(ResultCode.busy, error.message);
    case 'unavailable':
      return refusal(ResultCode.unavailable, error.message);
    default:
      return refusal(ResultCode.unwillingToPerform, error.message);
  }
}
