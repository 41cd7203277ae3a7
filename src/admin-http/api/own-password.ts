/** What a wrong password of who has signed in is answered by. */
import { DirectoryError } from '../../core/errors.ts';

/** Who asks is known well: 401 would tell clients that their token is not good. */
export function forbidWrongPassword(field: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof DirectoryError && error.code === 'unauthenticated')) throw error;
    throw new DirectoryError('forbidden', error.message, { field });
  };
}
