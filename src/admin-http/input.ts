/** Checks what came with a request, and says in one sentence what does not fit. */
import type { z } from 'zod';
import { DirectoryError } from '../core/errors.ts';

/** Throws DirectoryError 'invalid', whose field is the path of the first member that does not fit. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw issue === undefined ? new DirectoryError('invalid', 'The request does not fit.') : invalid(issue);
}

const NAME_SHOWN_MAX = 80;

function invalid(issue: z.core.$ZodIssue): DirectoryError {
  const field = issue.path.map(String).join('.').slice(0, NAME_SHOWN_MAX);
  if (issue.code === 'unrecognized_keys') {
    const unknown = [...issue.path.map(String), issue.keys[0]].join('.').slice(0, NAME_SHOWN_MAX);
    return new DirectoryError('invalid', `${JSON.stringify(unknown)} is not known here.`, { field: unknown });
  }
  const sentence = `${field === '' ? 'The body' : JSON.stringify(field)}: ${issue.message}.`;
  return new DirectoryError('invalid', sentence, field === '' ? {} : { field });
}
