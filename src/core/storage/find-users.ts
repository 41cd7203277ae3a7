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

/** Throws DirectoryError 'invalid' (field `limit`). */
export async function findUsers(session: Session, query: UserQuery): Promise<readonly User[]> {
  checkRows(query.limit);
  const found: User[] = [];
  let { after } = query;
  for (;;) {
    const limit = query.limit - found.length;
    const upTo =
      session.dialect.synchronous && looksThroughMany(query)
        ? await windowEnd(session, { ...query, after })
        : null;
    const { sql, parameters } = userSearch(session, { ...query, after, limit, upTo });
    found.push(...(await session.query<UserRow>(sql, parameters)).map(toUser));
    if (upTo === null || found.length === query.limit) return found;
    after = upTo;
    await giveWay();
  }
}

/** Whether few of the rows along the index may match; the members of a group are found by themselves. */
function looksThroughMany({ search, enabled, role, sourceId, groupId }: UserQuery): boolean {
  return groupId === undefined && [search, enabled, role, sourceId].some((filter) => filter !== undefined);
}

/** The last place of the window that begins at `after`; null: no more than a window is left. */
async function windowEnd(session: Session, query: UserQuery): Promise<UserPlace | null> {
  const { order, descending, after } = query;
  const { sql, parameters } = userSearch(session, { order, descending, after, limit: 1 }, WINDOW_ROWS - 1);
  const [row] = await session.query<UserRow>(sql, parameters);
  return row === undefined ? null : placeOf(toUser(row), order);
}

/** The statement for what is asked, up to and with `upTo`, after so many (`offset`) that are left out. */
export function userSearch(
  session: Pick<Session, 'dialect'>,
  query: UserQuery & { readonly upTo?: UserPlace | null },
  offset = 0,
): { readonly sql: string; readonly parameters: readonly unknown[] } {
  const parameters: unknown[] = [];
  const bind = (value: unknown) => session.dialect.parameter(parameters.push(value));
  const [forward, backward, direction] = query.descending ? ['<', '>=', 'DESC'] : ['>', '<=', 'ASC'];
  const column = COLUMNS[query.order];
  const conditions = [
    ...placeCondition(column, forward, query.after, bind),
    ...placeCondition(column, backward, query.upTo ?? null, bind),
    ...filterConditions(query, bind),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const order = `ORDER BY "${column}" ${direction}, id ${direction}`;
  const sql = `SELECT * FROM "users"${where} ${order} LIMIT ${query.limit} OFFSET ${offset}`;
  return { sql, parameters };
}

type Bind = (value: unknown) => string;

function placeCondition(column: string, operator: string, place: UserPlace | null, bind: Bind): string[] {
  return place === null ? [] : [`("${column}", id) ${operator} (${bind(place.value)}, ${bind(place.id)})`];
}

function filterConditions(
  { search = '', enabled, role, sourceId, groupId }: UserQuery,
  bind: Bind,
): string[] {
  const words = searchWords(search).map((word) => `search_key LIKE ${bind(anywhere(word))} ESCAPE '!'`);
  const isEnabled = '(active = true AND suspended_at IS NULL)';
  return [
    ...words,
    ...(enabled === undefined ? [] : [enabled ? isEnabled : `NOT ${isEnabled}`]),
    ...(role === undefined ? [] : [`role = ${bind(role)}`]),
    ...(sourceId === undefined
      ? []
      : [sourceId === null ? 'source_id IS NULL' : `source_id = ${bind(sourceId)}`]),
    ...(groupId === undefined
      ? []
      : [`id IN (SELECT member_id FROM "memberships" WHERE group_id = ${bind(groupId)})`]),
  ];
}
