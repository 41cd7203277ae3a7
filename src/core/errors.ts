/** The one error type of Roster: a code that each door maps once, and a sentence that is safe to show. */

export type ErrorCode =
  /** The caller's input is wrong; `field` names which part. */
  | 'invalid'
  | 'not-found'
  /** The name, address or state is taken by something else. */
  | 'conflict'
  | 'forbidden'
  | 'unauthenticated'
  /** A bound is reached; the same call may succeed later. */
  | 'busy'
  /** Something that Roster depends on (database, upstream directory) does not answer. */
  | 'unavailable';

/**
 * An expected failure. Its message is one sentence that says what is wrong and what to mend, and never holds
 * a secret. Anything else that is thrown is a bug: it is logged, and outside it reads "internal error".
 */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly code: ErrorCode;
  /** The input field at fault, in camelCase as in the model; undefined where no single one is. */
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, options: { field?: string; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.field = options.field;
  }
}
