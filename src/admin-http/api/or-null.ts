/** What may not be there. */
import { DirectoryError } from '../../core/errors.ts';

/** null where `work` finds nothing. */
export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  return work.catch((error: unknown) => {
    if (error instanceof DirectoryError && error.code === 'not-found') return null;
    throw error;
  });
}
