/**
 * Many rows at once, as one JSON parameter that the database unfolds: three to four times faster than TypeORM's
 * INSERT, and never near the bounds on parameters (PostgreSQL) or on the depth of expressions (SQLite).
 */
import { setImmediate as giveWay } from 'node:timers/promises';
import type { EntitySchema } from 'typeorm';
import type { Page } from '../directory/store.ts';
import { unkeepable } from './errors.ts';
import { checkRows } from './page.ts';
import type { ParameterList, RowColumn, Session } from './session.ts';

/** Rows of one statement: SQLite is synchronous, this holds the event loop for about 10 ms. */
const STATEMENT_ROWS_MAX = 500;
/** Rows of one VALUES: of a user alone, with the trigger that feeds the search, a statement takes twice as long. */
const VALUES_ROWS = 100;
/** Rows of one chunk of a full read. */
const CHUNK_ROWS_MAX = 2000;
/** NUL and halves of surrogate pairs, as JSON.stringify writes them. */
const UNKEEPABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** Inserts rows; columns that the database generates are left to it. */
export async function insertRows<Row extends object>(
  session: Session,
  table: EntitySchema<Row>,
  rows: readonly Partial<Row>[],
): Promise<void> {
  await insert(session, table, rows, '');
}

/** Inserts rows, or replaces those with the same primary key. No two of `rows` may have the same. */
export async function putRows<Row extends object>(
  session: Session,
  table: EntitySchema<Row>,
  rows: readonly Row[],
): Promise<void> {
  const { keys, others } = columnsOf(table);
  const replaced = others.map(({ name }) => `"${name}" = excluded."${name}"`);
  await insert(session, table, rows, ` ON CONFLICT (${list(keys)}) DO UPDATE SET ${replaced}`);
}

/**
 * Sets, by primary key, the columns that the rows carry (all carry the same). `vacant` gives for each unique column
 * a value (SQL) that nobody holds: rows whose unique values change give them up first, so that the rows of one call
 * may exchange them.
 */
export async function updateRows<Row extends object>(
  session: Session,
  table: EntitySchema<Row>,
  rows: readonly Partial<Row>[],
  vacant: Partial<Record<keyof Row & string, string>> = {},
): Promise<void> {
  const carried = Object.keys(rows[0] ?? {});
  const { keys, others } = columnsOf(table);
  const columns = others.filter(({ name }) => carried.includes(name));
  const match = keys.map(({ name }) => `t."${name}" = r."${name}"`).join(' AND ');
  const from = `FROM ${session.dialect.rows([...keys, ...columns])} WHERE ${match}`;
  const update = `UPDATE ${nameOf(table)} AS t SET`;
  const unique = Object.entries(vacant);
  if (rows.length > 1 && unique.length > 0) {
    const vacate = unique.map(([name, value]) => `"${name}" = ${value}`);
    const changes = unique.map(([name]) => `t."${name}" IS DISTINCT FROM r."${name}"`).join(' OR ');
    await inStatements(session, rows, `${update} ${vacate} ${from} AND (${changes})`);
  }
  const replace = columns.map(({ name }) => `"${name}" = r."${name}"`);
  await inStatements(session, rows, `${update} ${replace} ${from}`);
}

/** Deletes the rows that carry one of `keys`. */
export async function deleteRows<Row extends object, Column extends keyof Row & string>(
  session: Session,
  table: EntitySchema<Row>,
  columns: readonly Column[],
  keys: readonly Pick<Row, Column>[],
): Promise<void> {
  await inStatements(session, keys, `DELETE FROM ${nameOf(table)} ${whereIn(session, table, columns)}`);
}

/** The rows whose `column` has one of `values`, in no order. `valuesMax`: of one statement, where each finds many. */
export async function selectRows<Row extends object>(
  session: Session,
  table: EntitySchema<Row>,
  column: keyof Row & string,
  values: readonly string[],
  valuesMax = STATEMENT_ROWS_MAX,
): Promise<Row[]> {
  const keys = values.map((value) => ({ [column]: value }));
  return (await inStatements<Row>(session, keys, selectSql(session, table, [column]), valuesMax)).flat();
}

/** A page of the rows that carry `value`, in the order of `id`; TypeORM's find takes ten times as long. */
export async function selectPage<Row extends { readonly id: string }>(
  session: Session,
  table: EntitySchema<Row>,
  column: keyof Row & string,
  value: string,
  page: Page,
): Promise<readonly Row[]> {
  checkRows(page.limit);
  const [p1, p2, p3] = [1, 2, 3].map((position) => session.dialect.parameter(position));
  const where = `WHERE "${column}" = ${p1} AND "id" > ${p2} ORDER BY "id" LIMIT ${p3}`;
  return session.query<Row>(`SELECT * FROM ${nameOf(table)} ${where}`, [value, page.after ?? '', page.limit]);
}

/** The rows whose `columns` are one of `keys`, in no order. */
export async function selectRowsByKey<Row extends object, Column extends keyof Row & string>(
  session: Session,
  table: EntitySchema<Row>,
  columns: readonly Column[],
  keys: readonly Pick<Row, Column>[],
): Promise<Row[]> {
  return (await inStatements<Row>(session, keys, selectSql(session, table, columns))).flat();
}

/** Of these ids, those that rows have. */
export async function selectIds<Row extends { readonly id: string }>(
  session: Session,
  table: EntitySchema<Row>,
  ids: readonly string[],
): Promise<string[]> {
  const sql = `SELECT "id" FROM ${nameOf(table)} ${whereIn(session, table, ['id'])}`;
  const found = await inStatements<{ id: string }>(
    session,
    ids.map((id) => ({ id })),
    sql,
  );
  return found.flat().map(({ id }) => id);
}

/** How many rows carry each of `values` in `column`; those that none carries are left out. */
export async function countRows<Row extends object>(
  session: Session,
  table: EntitySchema<Row>,
  column: keyof Row & string,
  values: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const where = whereIn(session, table, [column]);
  const sql = `SELECT "${column}" AS "value", count(*) AS "count" FROM ${nameOf(table)} ${where} GROUP BY "${column}"`;
  const keys = values.map((value) => ({ [column]: value }));
  const counted = await inStatements<{ value: string; count: number }>(session, keys, sql);
  return new Map(counted.flat().map(({ value, count }) => [value, Number(count)]));
}

/** All rows of a table in chunks, in the order of the primary key. */
export async function* allRows<Row extends object>(
  session: Session,
  table: EntitySchema<Row>,
  rowsMax = CHUNK_ROWS_MAX,
): AsyncGenerator<readonly Row[]> {
  const { keys } = columnsOf(table);
  const placeholders = keys.map((_, index) => session.dialect.parameter(index + 1));
  const select = `SELECT * FROM ${nameOf(table)}`;
  const page = `ORDER BY ${list(keys)} LIMIT ${rowsMax}`;
  let chunk = await session.query<Row>(`${select} ${page}`);
  for (let last = chunk.at(-1); last !== undefined; last = chunk.at(-1)) {
    yield chunk;
    if (chunk.length < rowsMax) return;
    await giveWay();
    const after = keys.map(({ name }) => Reflect.get(last as Row, name));
    chunk = await session.query<Row>(`${select} WHERE (${list(keys)}) > (${placeholders}) ${page}`, after);
  }
}

/** Runs `sql` for every STATEMENT_ROWS_MAX of `rows`; between the statements the event loop has its turn. */
export async function inStatements<Row>(
  session: Session,
  rows: readonly object[],
  sql: string,
  rowsMax = STATEMENT_ROWS_MAX,
): Promise<(readonly Row[])[]> {
  const results: (readonly Row[])[] = [];
  for (let start = 0; start < rows.length; start += rowsMax) {
    if (start > 0) await giveWay();
    results.push(await session.query<Row>(sql, [toJson(rows.slice(start, start + rowsMax))]));
  }
  return results;
}

async function insert<Row extends object>(
  session: Session,
  table: EntitySchema<Row>,
  rows: readonly Partial<Row>[],
  onConflict: string,
): Promise<void> {
  const { dialect, runEach } = session;
  const { insertable } = columnsOf(table);
  const into = `INSERT INTO ${nameOf(table)} (${list(insertable)})`;
  if (runEach === null) {
    const values = insertable.map(({ name }) => `r."${name}"`);
    const sql = `${into} SELECT ${values} FROM ${dialect.rows(insertable)} WHERE true${onConflict}`;
    await inStatements(session, rows, sql);
    return;
  }
  const one = `(${insertable.map(() => dialect.parameter(1))})`;
  const sqlOf = (count: number) => `${into} VALUES ${Array(count).fill(one)}${onConflict}`;
  const names = insertable.map(({ name }) => name);
  for (let start = 0; start < rows.length; start += STATEMENT_ROWS_MAX) {
    if (start > 0) await giveWay();
    const some = rows.slice(start, start + STATEMENT_ROWS_MAX);
    const single = some.splice(some.length - (some.length % VALUES_ROWS));
    if (some.length > 0) await runEach(sqlOf(VALUES_ROWS), parameterLists(some, names, VALUES_ROWS));
    if (single.length > 0) await runEach(sqlOf(1), parameterLists(single, names, 1));
  }
}

/** One list for so many rows: the values of each, in the order of `names`. */
function parameterLists(
  rows: readonly object[],
  names: readonly string[],
  rowsOfList: number,
): ParameterList[] {
  const lists: (string | number | null)[][] = [];
  rows.forEach((row, index) => {
    if (index % rowsOfList === 0) lists.push([]);
    for (const name of names) lists.at(-1)?.push(toParameter(Reflect.get(row, name)));
  });
  return lists;
}

/** As SQLite keeps it. */
function toParameter(value: unknown): string | number | null {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) throw unkeepable();
    return value;
  }
  if (typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : null;
}

function toJson(rows: readonly object[]): string {
  const json = JSON.stringify(rows);
  if (UNKEEPABLE.test(json)) throw unkeepable();
  return json;
}

interface Columns {
  readonly keys: readonly RowColumn[];
  readonly others: readonly RowColumn[];
  readonly insertable: readonly RowColumn[];
}

function columnsOf<Row>(table: EntitySchema<Row>): Columns {
  const all = Object.entries<EntitySchema<Row>['options']['columns'][keyof Row]>(table.options.columns).map(
    ([name, options]) => ({ name, type: String(options?.type), ...options }),
  );
  return {
    keys: all.filter(({ primary }) => primary === true),
    others: all.filter(({ primary }) => primary !== true),
    insertable: all.filter(({ generated }) => generated === undefined),
  };
}

function selectSql<Row>(session: Session, table: EntitySchema<Row>, columns: readonly string[]): string {
  return `SELECT * FROM ${nameOf(table)} ${whereIn(session, table, columns)}`;
}

function whereIn<Row>(session: Session, table: EntitySchema<Row>, names: readonly string[]): string {
  const { keys, others } = columnsOf(table);
  const columns = [...keys, ...others].filter(({ name }) => names.includes(name));
  const values = columns.map(({ name }) => `r."${name}"`);
  const query = `SELECT ${values} FROM ${session.dialect.rows(columns)}`;
  if (columns.length === 1) return `WHERE ${session.dialect.isOneOf(list(columns), query)}`;
  return `WHERE (${list(columns)}) IN (${query})`;
}

function nameOf<Row>(table: EntitySchema<Row>): string {
  return `"${table.options.name}"`;
}

function list(columns: readonly RowColumn[]): string {
  return columns.map(({ name }) => `"${name}"`).join(', ');
}
