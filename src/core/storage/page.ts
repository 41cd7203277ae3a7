/** Options of TypeORM's find for pages and for single rows. */
import { type FindManyOptions, MoreThan } from 'typeorm';
import type { Page } from '../directory/store.ts';
import { DirectoryError } from '../errors.ts';

const PAGE_ROWS_MAX = 1000;

/** What follows `page.after` in the order of `column`. Throws DirectoryError 'invalid' (field `limit`). */
export function after<Row>(page: Page, column: keyof Row & string, where: object = {}): FindManyOptions<Row> {
  checkRows(page.limit);
  const beyond = page.after === null ? {} : { [column]: MoreThan(page.after) };
  // Keys computed from a type parameter are beyond TypeScript's inference.
  return {
    where: { ...where, ...beyond },
    order: { [column]: 'ASC' },
    take: page.limit,
  } as FindManyOptions<Row>;
}

/** Throws DirectoryError 'invalid' (field `limit`). */
export function checkRows(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= PAGE_ROWS_MAX) return;
  throw new DirectoryError('invalid', `A page has 1 to ${PAGE_ROWS_MAX} rows, not ${limit}.`, {
    field: 'limit',
  });
}

/** What finds a text anywhere in a column by LIKE ... ESCAPE '!', whose own characters stand for themselves. */
export function anywhere(text: string): string {
  return `%${text.replace(/[!%_]/g, '!$&')}%`;
}

export function first<Row, Model>(rows: readonly Row[], toModel: (row: Row) => Model): Model | null {
  const [row] = rows;
  return row === undefined ? null : toModel(row);
}
