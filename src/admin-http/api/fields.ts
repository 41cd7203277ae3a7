/** The forms of JSON that several routes take. */
import { z } from 'zod';

/** Longer ones are refused before the directory looks at them; its own rules are stricter. */
const TEXT_LENGTH_MAX = 4096;
const LIST_LENGTH_MAX = 1000;
const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 500;

export const TEXT = z.string().max(TEXT_LENGTH_MAX);
export const TEXTS = z.array(TEXT).max(LIST_LENGTH_MAX);
export const TIME = z.string().meta({ format: 'date-time' });
export const PASSWORD = z.string().max(TEXT_LENGTH_MAX).meta({ format: 'password' });
export const FLAG = z.enum(['true', 'false']).transform((text) => text === 'true');

/** The query of a list that comes in pages. */
export const PAGE = {
  limit: z.coerce.number<string>().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
  cursor: z.string().max(TEXT_LENGTH_MAX).exactOptional().describe('`next` of the page before.'),
};

/** A page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe('The cursor of the next page; null on the last.'),
  });
}

/** A secret that was made up; shown this once. null: the caller gave it. */
export const MADE_UP = z.string().nullable();

export const METADATA = z.record(z.string(), z.string());
export const METADATA_CHANGES = z
  .record(TEXT, TEXT.nullable())
  .describe('What is given is changed; null takes a key away.');

/** The members of a form, each of which may be left out. */
export function optionals<Shape extends Record<string, z.ZodType>>(shape: Shape) {
  const entries = Object.entries(shape).map(([name, schema]) => [name, schema.exactOptional()]);
  return Object.fromEntries(entries) as { [Name in keyof Shape]: z.ZodExactOptional<Shape[Name]> };
}
