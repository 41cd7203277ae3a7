/** How a source is asked about the passwords of its people. */
import { DirectoryError } from '../errors.ts';

export interface SignInRules {
  /** Somebody unknown here who signs in at the source is created at once. */
  readonly createUsers: boolean;
  /** More binds a second wait, and at last are refused as busy; 0: no limit. */
  readonly bindsPerSecond: number;
  /** For one sign-in; a push to a telephone takes up to a minute. */
  readonly timeLimitSeconds: number;
  /** So long a password that was found right counts without asking again; 0: each is asked about. */
  readonly rememberSeconds: number;
}

/** What an operator has set; the rest is as the preset has it. */
export type SignInChanges = Partial<SignInRules>;

export const BINDS_PER_SECOND_MAX = 1000;
export const TIME_LIMIT_SECONDS_MAX = 120;
export const REMEMBER_SECONDS_MAX = 3600;

/** Throws DirectoryError 'invalid', whose field and sentence name what to mend. */
export function normaliseSignIn(changes: SignInChanges): SignInChanges {
  const { createUsers, bindsPerSecond, timeLimitSeconds, rememberSeconds } = changes;
  return {
    ...(createUsers !== undefined && { createUsers }),
    ...(bindsPerSecond !== undefined && {
      bindsPerSecond: between(
        'bindsPerSecond',
        'The number of binds a second',
        bindsPerSecond,
        0,
        BINDS_PER_SECOND_MAX,
      ),
    }),
    ...(timeLimitSeconds !== undefined && {
      timeLimitSeconds: between(
        'timeLimitSeconds',
        'The time limit of a sign-in, in seconds,',
        timeLimitSeconds,
        1,
        TIME_LIMIT_SECONDS_MAX,
      ),
    }),
    ...(rememberSeconds !== undefined && {
      rememberSeconds: between(
        'rememberSeconds',
        'The time for which a right password is remembered, in seconds,',
        rememberSeconds,
        0,
        REMEMBER_SECONDS_MAX,
      ),
    }),
  };
}

function between(field: string, word: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new DirectoryError('invalid', `${word} must be a whole number from ${min} to ${max}.`, { field });
}
