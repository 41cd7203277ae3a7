/** Reads a list to its end, page by page. */
const PAGE_LIMIT = 1000;

export async function everyPage<T, K = string>(
  list: (page: { readonly after: K | null; readonly limit: number }) => Promise<readonly T[]>,
  keyOf: (item: T) => K,
): Promise<readonly T[]> {
  const items: T[] = [];
  for (let after: K | null = null; ; ) {
    const page: readonly T[] = await list({ after, limit: PAGE_LIMIT });
    items.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_LIMIT) return items;
    after = keyOf(last);
  }
}
