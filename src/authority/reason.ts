/** Why the external authority could not be asked. */
import { DirectoryError } from '../core/errors.ts';

/** The system's code where there is one. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an internal error';
  if (error instanceof DirectoryError) return error.message;
  if (error.name === 'AbortError') return 'no answer in time';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
