/** Cursors of lists: where a page ended, in a form that callers only hand back. */
import type { z } from 'zod';
import { DirectoryError } from '../core/errors.ts';

export function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** null without a cursor. Throws DirectoryError 'invalid' (field `cursor`) for one of another list. */
export function decodeCursor<Place>(schema: z.ZodType<Place>, cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    const sentence = 'The cursor is not one of this list in this order: leave it out to begin.';
    throw new DirectoryError('invalid', sentence, { field: 'cursor' });
  }
}

/** A page out of rows of which one more was read than asked for. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  place: (row: Row) => unknown,
  item: (row: Row) => Item,
): { readonly items: readonly Item[]; readonly next: string | null } {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(item),
    next: last === undefined ? null : encodeCursor(place(last)),
  };
}
