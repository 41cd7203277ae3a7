/** The DirectoryError that some work throws, to look at more than its message. */
import { DirectoryError } from '../../src/core/errors.ts';

export function thrownBy(work: () => unknown): DirectoryError {
  try {
    work();
  } catch (error) {
    if (error instanceof DirectoryError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}
