/** Holds what stands in a file against a schema. */
import type { z } from 'zod';
import { DirectoryError } from '../errors.ts';

/** Throws DirectoryError 'invalid', with the member that does not fit. */
export function fitting<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : issue?.path.map(String);
  const field = keys?.[0]?.slice(0, 80);
  const sentence = issue?.code === 'unrecognized_keys' ? 'There is no such member.' : `${issue?.message}.`;
  throw new DirectoryError('invalid', sentence, field === undefined ? {} : { field });
}
