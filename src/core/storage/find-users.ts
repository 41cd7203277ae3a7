/** Looks for users in the database: every order has an index, along which the page is read. */
import { setImmediate as giveWay } from 'node:timers/promises';
import type { User } from '../model/user.ts';
import {
  placeOf,
  searchWords,
  type UserOrder,
  type UserPlace,
  type UserQuery,
} from '../model/user-search.ts';
import { anywhere, checkRows } from './page.ts';
import type { Session } from './session.ts';
import { toUser, type UserRow } from './tables/users.ts';

const COLUMNS: Readonly<Record<UserOrder, string>> = {
  username: 'username',
  name: 'search_key',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
};

/** Rows that one synchronous statement looks through, which takes some milliseconds. */
const WINDOW_ROWS = 5000;
/** Users that one filter may leave for it to be asked first, and the others of those that it finds. */
const FOUND_FIRST_MAX = 5000;

/**
 * PostgreSQL knows by its statistics whether to read along the order or to begin with what a filter finds. SQLite is told:
 * along the order for a window, where most pages are full; then what the narrowest filter finds, unless that is too much.
 * Throws DirectoryError 'invalid' (field `limit`).
 */
export async function findUsers(session: Session, query: UserQuery): Promise<readonly User[]> {
  checkRows(query.limit);
  if (!session.dialect.synchronous || filtersOf(query).length === 0) return select(session, query);
  const found: User[] = [];
  let { after } = query;
  for (let window = 0; ; window++) {
    const upTo = await windowEnd(session, { ...query, after });
    found.push(...(await select(session, { ...query, after, limit: query.limit - found.length, upTo })));
    if (upTo === null || found.length === query.limit) return found;
    after = upTo;
    const first = window === 0 ? await narrowest(session, query) : null;
    if (first !== null) {
      const rest = { ...query, after, limit: query.limit - found.length, first };
      return [...found, ...(await select(session, rest))];
    }
    await giveWay();
  }
}

interface Statement extends UserQuery {
  /** The last place that is looked at. */
  readonly upTo?: UserPlace | null;
  /** The filter that is asked first. */
  readonly first?: Filter;
}

async function select(session: Session, statement: Statement): Promise<readonly User[]> {
  const { sql, parameters } = userSearch(session, statement);
  return (await session.query<UserRow>(sql, parameters)).map(toUser);
}

/** The last place of the window that begins at `after`; null: no more than a window is left. */
async function windowEnd(session: Session, query: UserQuery): Promise<UserPlace | null> {
  const { order, descending, after } = query;
  const { sql, parameters } = userSearch(session, { order, descending, after, limit: 1 }, WINDOW_ROWS - 1);
  const [row] = await session.query<UserRow>(sql, parameters);
  return row === undefined ? null : placeOf(toUser(row), order);
}

/** The filter that finds the fewest users by an index; null: each finds too many. */
async function narrowest(session: Session, query: UserQuery): Promise<Filter | null> {
  let [best, fewest]: [Filter | null, number] = [null, FOUND_FIRST_MAX + 1];
  for (const filter of filtersOf(query)) {
    if (filter.finds === null) continue;
    const sql = `SELECT count(*) AS "count" FROM (${filter.finds(() => '?')} LIMIT ${fewest})`;
    const [row] = await session.query<{ count: number }>(sql, filter.finding);
    if (row !== undefined && row.count < fewest) [best, fewest] = [filter, row.count];
  }
  return best;
}

/** The statement for what is asked, after so many (`offset`) that are left out. */
export function userSearch(
  session: Pick<Session, 'dialect'>,
  statement: Statement,
  offset = 0,
): { readonly sql: string; readonly parameters: readonly unknown[] } {
  const { dialect } = session;
  const { first, upTo = null, after, descending, limit } = statement;
  const parameters: unknown[] = [];
  const bind = (value: unknown) => dialect.parameter(parameters.push(value));
  const [forward, backward, direction] = descending ? ['<', '>=', 'DESC'] : ['>', '<=', 'ASC'];
  const names = [`"${COLUMNS[statement.order]}"`, 'id'];
  const columns = first === undefined ? names : names.map(dialect.unindexed);
  const conditions = [
    ...(first?.finds ? [`${first.key} IN (${first.finds(bindAll(bind, first.finding))})`] : []),
    ...placeCondition(columns, forward, after, bind),
    ...placeCondition(columns, backward, upTo, bind),
    ...filtersOf(statement).map(({ holds, held }) => holds(bindAll(bind, held), dialect.unindexed)),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const order = `ORDER BY ${columns.map((column) => `${column} ${direction}`).join(', ')}`;
  const sql = `SELECT * FROM "users"${where} ${order} LIMIT ${limit} OFFSET ${offset}`;
  return { sql, parameters };
}

type Bind = (value: unknown) => string;

function placeCondition(
  columns: readonly string[],
  operator: string,
  place: UserPlace | null,
  bind: Bind,
): string[] {
  return place === null
    ? []
    : [`(${columns.join(', ')}) ${operator} (${bind(place.value)}, ${bind(place.id)})`];
}

/** The places of these values, one at each call. */
function bindAll(bind: Bind, values: readonly unknown[]): () => string {
  let next = 0;
  return () => bind(values[next++]);
}

/** What is asked of users, in two ways: of each, or as a query that finds them by an index. */
interface Filter {
  readonly holds: (place: () => string, unindexed: (column: string) => string) => string;
  /** The parameters of `holds`. */
  readonly held: readonly unknown[];
  /** A query for the column `key` of the users; null: there is no index. For SQLite alone. */
  readonly finds: ((place: () => string) => string) | null;
  /** The parameters of `finds`. */
  readonly finding: readonly unknown[];
  readonly key: 'id' | 'posix_number';
}

/** Each that is asked for. */
export function filtersOf({ search = '', enabled, role, sourceId, groupId }: UserQuery): readonly Filter[] {
  const words = searchWords(search);
  return [
    ...(words.length === 0 ? [] : [wordsFilter(words)]),
    ...(enabled === undefined ? [] : [enabledFilter(enabled)]),
    ...(role === undefined ? [] : [columnFilter('role', role)]),
    ...(sourceId === undefined ? [] : [columnFilter('source_id', sourceId)]),
    ...(groupId === undefined ? [] : [groupFilter(groupId)]),
  ];
}

/** A word of one character is nearly everywhere: no index is asked for it. */
function wordsFilter(words: readonly string[]): Filter {
  const parts = words.map((word) => [...word]).filter((characters) => characters.length > 1);
  const matches = (place: () => string) =>
    parts.map(({ length }) => (length === 2 ? beginningWith(place) : place())).join(" || ' AND ' || ");
  return {
    holds: (place) => words.map(() => `search_key LIKE ${place()} ESCAPE '!'`).join(' AND '),
    held: words.map(anywhere),
    finds:
      parts.length === 0
        ? null
        : (place) => `SELECT rowid FROM "users_search" WHERE "users_search" MATCH ${matches(place)}`,
    finding: parts.flatMap((characters) =>
      characters.length === 2
        ? [characters.join(''), `${characters.join('')}${LAST_CHARACTER}`]
        : [`(${trigramsOf(characters).join(' ')})`],
    ),
    key: 'posix_number',
  };
}

const LAST_CHARACTER = '\u{10FFFF}';

/** What FTS5 is to look for: any of the groups of three characters that are there and begin with two; else nothing. */
function beginningWith(place: () => string): string {
  const quoted = `'"' || replace(term, '"', '""') || '"'`;
  const terms = `FROM "users_search_terms" WHERE term >= ${place()} AND term < ${place()}`;
  return `'(' || (SELECT coalesce(group_concat(${quoted}, ' OR '), '""') ${terms}) || ')'`;
}

function trigramsOf(characters: readonly string[]): string[] {
  return characters.slice(2).map((_, from) => {
    const trigram = characters.slice(from, from + 3).join('');
    return `"${trigram.replaceAll('"', '""')}"`;
  });
}

function enabledFilter(enabled: boolean): Filter {
  const isEnabled = (active: string) => `(${active} = true AND suspended_at IS NULL)`;
  return {
    holds: (_place, unindexed) => `${enabled ? '' : 'NOT '}${isEnabled(unindexed('active'))}`,
    held: [],
    finds: enabled ? null : () => `SELECT id FROM "users" WHERE NOT ${isEnabled('active')}`,
    finding: [],
    key: 'id',
  };
}

function columnFilter(column: 'role' | 'source_id', value: string | null): Filter {
  const has = (name: string, place: () => string) =>
    value === null ? `${name} IS NULL` : `${name} = ${place()}`;
  const values = value === null ? [] : [value];
  return {
    holds: (place, unindexed) => has(unindexed(column), place),
    held: values,
    finds: (place) => `SELECT id FROM "users" WHERE ${has(column, place)}`,
    finding: values,
    key: 'id',
  };
}

function groupFilter(groupId: string): Filter {
  const members = (place: () => string) => `SELECT member_id FROM "memberships" WHERE group_id = ${place()}`;
  return {
    holds: (place) => `EXISTS (${members(place)} AND member_id = "users".id)`,
    held: [groupId],
    finds: members,
    finding: [groupId],
    key: 'id',
  };
}
