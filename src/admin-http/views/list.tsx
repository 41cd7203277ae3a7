/** A list with search as one types, filters, and pages: works without scripts as an ordinary form. */
import type { ComponentChildren, VNode } from 'preact';
import { z } from 'zod';
import { decodeCursor, toPage } from '../cursor.ts';
import type { Asked, Fields, Shown } from '../pages/page.ts';
import { Title } from './parts.tsx';

export interface ListPage extends Pick<ListProps, 'path' | 'filters'> {
  readonly asked: Pick<Asked, 'query' | 'fragment'>;
  readonly title: string;
  readonly searchLabel: string;
  /** On the button that leads to a form for a new one; null: the visitor may add none. */
  readonly add: string | null;
  readonly table: VNode;
  /** The cursor of the page that follows; null at the end. */
  readonly next: string | null;
}

/** The page of a list, or the part of it that changes as one types. */
export function listShown({ asked, title, path, searchLabel, filters, add, table, next }: ListPage): Shown {
  const { query, fragment } = asked;
  const paged = (
    <>
      {table}
      <Pager path={path} query={query} next={next} />
    </>
  );
  if (fragment) return { kind: 'fragment', body: paged };
  const adding = (
    <a href={`${path}/new`} class="button">
      {add}
    </a>
  );
  const body = (
    <>
      <Title actions={add === null ? undefined : adding}>{title}</Title>
      <List path={path} query={query} searchLabel={searchLabel} filters={filters}>
        {paged}
      </List>
    </>
  );
  return { kind: 'page', title, body };
}

export const LIST_ROWS = 50;

/** What is found by name from where the last page ended. */
export async function foundByName<Named extends { readonly name: string }>(
  { query }: Pick<Asked, 'query'>,
  find: (wanted: { search: string; after: string | null; limit: number }) => Promise<readonly Named[]>,
): Promise<{ readonly items: readonly Named[]; readonly next: string | null }> {
  const after = decodeCursor(z.string(), query.get('cursor') ?? undefined);
  const search = query.get('search')?.trim() ?? '';
  const found = await find({ search, after, limit: LIST_ROWS + 1 });
  return toPage(
    found,
    LIST_ROWS,
    ({ name }) => name,
    (named) => named,
  );
}

export interface ListProps {
  /** Of the page, and of the parts that htmx fetches. */
  readonly path: string;
  readonly query: Fields;
  /** What can be searched for, in words; absent: there is no search. */
  readonly searchLabel?: string;
  /** Further inputs of the search form, such as filters. */
  readonly filters?: ComponentChildren;
  /** The table with its pager. */
  readonly children: ComponentChildren;
}

export const LIST_ID = 'list';

export function List({ path, query, searchLabel, filters, children }: ListProps): VNode {
  return (
    <>
      <search>
        <form
          method="get"
          action={path}
          class="filters"
          hx-get={path}
          hx-target={`#${LIST_ID}`}
          hx-trigger="input changed delay:250ms from:find input[type=search], change, submit"
          hx-push-url="true"
          hx-sync="this:replace"
        >
          {searchLabel === undefined ? null : (
            <input
              type="search"
              name="search"
              aria-label={searchLabel}
              placeholder={searchLabel}
              value={query.get('search') ?? ''}
              autocomplete="off"
            />
          )}
          {filters}
          <button type="submit" class="secondary">
            Show
          </button>
        </form>
      </search>
      <p id="list-status" class="hidden" role="status"></p>
      <div id={LIST_ID}>{children}</div>
    </>
  );
}

export interface TableProps {
  readonly caption: string;
  /** An empty one stands over buttons. */
  readonly head: readonly ComponentChildren[];
  readonly rows: readonly VNode[];
  /** What stands there instead of a table without rows. */
  readonly ifNone: string;
}

export function Table({ caption, head, rows, ifNone }: TableProps): VNode {
  if (rows.length === 0) return <p class="muted">{ifNone}</p>;
  return (
    // A table that is wider than the window is scrolled, by keyboard too.
    <section class="table" aria-label={caption} tabindex={0}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>{head.map((title) => (title === '' ? <td></td> : <th scope="col">{title}</th>))}</tr>
        </thead>
        <tbody>{rows}</tbody>
      </table>
    </section>
  );
}

/** To the first page and to the next one; `next` is the cursor, null at the end. */
export function Pager({
  path,
  query,
  next,
}: Pick<ListProps, 'path' | 'query'> & { next: string | null }): VNode {
  const first = withField(query, 'cursor', null);
  return (
    <nav aria-label="Pages" class="pager">
      {query.has('cursor') ? <a href={`${path}${first}`}>First page</a> : null}
      {next === null ? null : <a href={`${path}${withField(query, 'cursor', next)}`}>Next page</a>}
    </nav>
  );
}

/** The query as it is but for one field; null takes it away. */
export function withField(query: Fields, name: string, value: string | null): string {
  const changed = new URLSearchParams(query);
  if (value === null) changed.delete(name);
  else changed.set(name, value);
  const text = changed.toString();
  return text === '' ? '' : `?${text}`;
}

export interface FilterProps {
  readonly name: string;
  readonly label: string;
  readonly query: Fields;
  /** Values with what they are called. */
  readonly options: readonly (readonly [value: string, label: string])[];
}

export function Filter({ name, label, query, options }: FilterProps): VNode {
  return (
    <select name={name} aria-label={label}>
      {options.map(([value, text]) => (
        <option key={value} value={value} selected={value === (query.get(name) ?? '')}>
          {text}
        </option>
      ))}
    </select>
  );
}
