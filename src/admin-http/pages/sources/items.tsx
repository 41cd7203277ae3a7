/** What a run did or would do, entry by entry, filtered. */
import type { VNode } from 'preact';
import {
  SYNC_ACTIONS,
  type SyncChange,
  type SyncItem,
  type SyncProblem,
} from '../../../core/model/sync-run.ts';
import { Table, withField } from '../../views/list.tsx';
import { type Fields, textOf } from '../page.ts';
import { ACTIONS } from './words.tsx';

export const ITEM_ROWS = 50;

/** Whether an item is wanted by what the filters say. */
export function wantedBy(query: Fields): (item: SyncItem) => boolean {
  const [action, kind] = [textOf(query, 'action'), textOf(query, 'kind')];
  const search = textOf(query, 'search').toLowerCase();
  return (item) =>
    (action === '' || item.action === action) &&
    (kind === '' || item.kind === kind) &&
    (search === '' || item.name.includes(search) || item.dn.toLowerCase().includes(search));
}

export function ItemFilters({ query }: { readonly query: Fields }): VNode {
  const actions = SYNC_ACTIONS.map((action) => [action, ACTIONS[action]] as const);
  return (
    <>
      <Filter name="action" label="What happens" query={query} options={[['', 'All changes'], ...actions]} />
      <Filter
        name="kind"
        label="To whom"
        query={query}
        options={[
          ['', 'People and groups'],
          ['user', 'People'],
          ['group', 'Groups'],
        ]}
      />
    </>
  );
}

interface FilterProps {
  readonly name: string;
  readonly label: string;
  readonly query: Fields;
  readonly options: readonly (readonly [string, string])[];
}

function Filter({ name, label, query, options }: FilterProps): VNode {
  const chosen = textOf(query, name);
  return (
    <select name={name} aria-label={label}>
      {options.map(([value, word]) => (
        <option key={value} value={value} selected={value === chosen}>
          {word}
        </option>
      ))}
    </select>
  );
}

export interface ItemsProps {
  readonly items: readonly SyncItem[];
  /** They are here by now: names lead to them. */
  readonly linked?: boolean;
  readonly caption: string;
  readonly ifNone: string;
}

export function Items({ items, linked = false, caption, ifNone }: ItemsProps): VNode {
  return (
    <Table
      caption={caption}
      head={['Name', 'Changes']}
      rows={items.map((item) => (
        <tr key={`${item.kind} ${item.name} ${item.action}`}>
          <th scope="row" class="wraps">
            {linked && item.action !== 'delete' ? (
              <a href={`/${item.kind}s/${encodeURIComponent(item.name)}`}>{item.name}</a>
            ) : (
              item.name
            )}
            <br />
            <small class="muted">{`${item.kind === 'user' ? 'person' : 'group'} ${ACTIONS[item.action]}`}</small>
          </th>
          <td class="wraps">
            <Changes item={item} />
            <small class="muted">{item.dn}</small>
          </td>
        </tr>
      ))}
      ifNone={ifNone}
    />
  );
}

/** Of one entry: shown, and unfolded; a page of the largest groups stays small. */
const CHANGES_SHOWN = 3;
const CHANGES_LISTED = 20;

function Changes({ item }: { readonly item: SyncItem }): VNode {
  const { name, moreChanges } = item;
  // The name of what is new stands beside it.
  const changes = item.changes.filter(({ from, to }) => from !== null || to !== name);
  const first = changes.slice(0, CHANGES_SHOWN);
  const listed = changes.slice(CHANGES_SHOWN, CHANGES_LISTED);
  const more = changes.length - first.length + moreChanges;
  const unlisted = more - listed.length;
  return (
    <>
      <ChangeList changes={first} />
      {more === 0 ? null : (
        <details>
          <summary>{`${more} more`}</summary>
          <ChangeList changes={listed} />
          {unlisted === 0 ? null : <p class="muted">{`and ${unlisted} that are not listed`}</p>}
        </details>
      )}
    </>
  );
}

function ChangeList({ changes }: { readonly changes: readonly SyncChange[] }): VNode {
  return (
    <ul class="changes">
      {changes.map((change) => (
        <li key={`${change.field} ${change.from} ${change.to}`}>{changeText(change)}</li>
      ))}
    </ul>
  );
}

function changeText({ field, from, to }: SyncChange): string {
  if (field === 'members') return to === null ? `without ${from}` : `with ${to}`;
  if (from === null) return `${field}: ${to}`;
  return `${field}: ${from} → ${to ?? '(none)'}`;
}

export interface ProblemsProps {
  /** Of the page on which they stand, with its query. */
  readonly path: string;
  readonly query: Fields;
  readonly problems: readonly SyncProblem[];
  /** How many there were; a report keeps the first ones. */
  readonly total: number;
  /** What can be done about one; null: nothing here. */
  readonly wayOut: (problem: SyncProblem) => VNode | null;
}

/** Problems that a page shows at once. */
const PROBLEMS_SHOWN = 20;

/** In the query: how many problems stand on earlier pages. */
const PROBLEMS_FROM = 'problems';

export function Problems({ path, query, problems, total, wayOut }: ProblemsProps): VNode | null {
  if (problems.length === 0) return null;
  const asked = Number(query.get(PROBLEMS_FROM));
  const start = Number.isInteger(asked) && asked > 0 && asked < problems.length ? asked : 0;
  const end = start + PROBLEMS_SHOWN;
  const shown = problems.slice(start, end);
  const at = (from: number) => `${path}${withField(query, PROBLEMS_FROM, `${from}`)}`;
  return (
    <>
      <h2>Problems</h2>
      <ul class="problems">
        {shown.map((problem) => (
          <li key={`${problem.dn} ${problem.reason}`}>
            {problem.reason}
            <br />
            <small class="muted">{problem.dn}</small>
            {wayOut(problem)}
          </li>
        ))}
      </ul>
      <nav aria-label="Problems" class="pager">
        {start > 0 ? <a href={at(0)}>First problems</a> : null}
        {end < problems.length ? <a href={at(end)}>More problems</a> : null}
      </nav>
      {total > problems.length ? (
        <p class="muted">{`The report keeps the first ${problems.length} of ${total}.`}</p>
      ) : null}
    </>
  );
}
