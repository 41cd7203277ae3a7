/** Reads a list to its end, page by page. */
import type { Page } from '../core/directory/store.ts';

const PAGE_LIMIT = 1000;

export async function everyPage<T>(
  list: (page: Page) => Promise<readonly T[]>,
  keyOf: (item: T) => string,
): Promise<readonly T[]> {
  const items: T[] = [];
  for (let after: string | null = null; ; ) {
    const page: readonly T[] = await list({ after, limit: PAGE_LIMIT });
    items.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_LIMIT) return items;
    after = keyOf(last);
  }
}
