/** Copies all tables out of the database and into it, in a form that is the same for both databases. */
import type { EntitySchema } from 'typeorm';
import type { CopiedRow, CopiedRows } from '../directory/store.ts';
import { DirectoryError } from '../errors.ts';
import { allRows, insertRows } from './rows.ts';
import type { Session } from './session.ts';
import { ChangeTable, PRUNED } from './tables/changes.ts';
import { TABLES } from './tables/index.ts';
import { SessionTable } from './tables/sessions.ts';

/** Rows of one part: one with an avatar has 90 KB. */
const PART_ROWS_MAX = 200;

type AnyTable = EntitySchema<Record<string, unknown>>;

/** Sessions end with a move, and who follows changes reads everything anew. */
const NOT_COPIED: readonly string[] = [ChangeTable, SessionTable].map(({ options }) => options.name);

/** Tables that others refer to come first. */
export async function copyOut(session: Session, sink: (part: CopiedRows) => Promise<void>): Promise<void> {
  for (const table of await copiedTables(session)) {
    const columns = copiedColumns(table);
    for await (const rows of allRows(session, table, PART_ROWS_MAX)) {
      await sink({ table: table.options.name, rows: rows.map((row) => toCopied(columns, row)) });
    }
  }
}

/** Throws DirectoryError: 'invalid' for what is no row of ours, 'conflict' for what contradicts or refers to nothing. */
export async function copyIn(session: Session, parts: AsyncIterable<CopiedRows>, at: Date): Promise<void> {
  for (const table of (await orderedTables(session)).toReversed()) {
    if (table.options.name !== ChangeTable.options.name) {
      await session.query(`DELETE FROM "${table.options.name}"`);
    }
  }
  const tables = new Map((await copiedTables(session)).map((table) => [table.options.name, table]));
  for await (const { table: name, rows } of parts) {
    const table = tables.get(name);
    if (table === undefined) throw misfit(name, 'There is no such table.');
    const columns = copiedColumns(table);
    for (const row of rows) checkRow(name, columns, row);
    for (let start = 0; start < rows.length; start += PART_ROWS_MAX) {
      await insertRows(session, table, rows.slice(start, start + PART_ROWS_MAX));
    }
  }
  await refuseLooseMembers(session);
  await loseFollowers(session, at);
}

interface CopiedColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** Without those that the database counts: rows come in their order. */
function copiedColumns(table: AnyTable): readonly CopiedColumn[] {
  return Object.entries(table.options.columns)
    .filter(([, options]) => options?.generated === undefined)
    .map(([name, options]) => ({ name, type: String(options?.type), nullable: options?.nullable === true }));
}

function toCopied(columns: readonly CopiedColumn[], row: Record<string, unknown>): CopiedRow {
  const values = columns.map(({ name, type }) => {
    const value = row[name] as CopiedRow[string];
    return [name, type === 'boolean' && value !== null ? Boolean(value) : value];
  });
  return Object.fromEntries(values);
}

function checkRow(table: string, columns: readonly CopiedColumn[], row: CopiedRow): void {
  const flawed = columns.find((column) => !fits(column, row[column.name]));
  if (flawed !== undefined) throw misfit(table, `The column ${flawed.name} of a row does not fit.`);
  if (Object.keys(row).length > columns.length) throw misfit(table, 'A row has more columns than the table.');
}

function fits({ type, nullable }: CopiedColumn, value: unknown): boolean {
  if (value === null) return nullable;
  if (type === 'boolean') return typeof value === 'boolean';
  return type === 'bigint' ? Number.isSafeInteger(value) : typeof value === 'string';
}

function misfit(table: string, sentence: string): DirectoryError {
  return new DirectoryError(
    'invalid',
    `The copy does not fit (table ${JSON.stringify(table.slice(0, 80))}): ${sentence}`,
  );
}

async function copiedTables(session: Session): Promise<readonly AnyTable[]> {
  return (await orderedTables(session)).filter(({ options }) => !NOT_COPIED.includes(options.name));
}

/** So that each comes after those that it refers to. */
async function orderedTables(session: Session): Promise<readonly AnyTable[]> {
  const references = await session.query<{ from: string; to: string }>(session.dialect.references);
  const ordered = new Map<string, AnyTable>();
  let left: readonly AnyTable[] = TABLES as unknown as readonly AnyTable[];
  while (left.length > 0) {
    const names = new Set(left.map(({ options }) => options.name));
    const waits = (name: string) =>
      references.some(({ from, to }) => from === name && to !== name && names.has(to));
    const free = left.filter(({ options }) => !waits(options.name));
    if (free.length === 0) throw new Error(`Tables refer to one another: ${[...names].join(', ')}.`);
    for (const table of free) ordered.set(table.options.name, table);
    left = left.filter((table) => !free.includes(table));
  }
  return [...ordered.values()];
}

/** No foreign key holds them, see tables/memberships.ts. */
async function refuseLooseMembers(session: Session): Promise<void> {
  const loose = await session.query(
    `SELECT 1 FROM "memberships" AS m WHERE NOT EXISTS (SELECT 1 FROM "users" WHERE id = m.member_id)
     AND NOT EXISTS (SELECT 1 FROM "groups" WHERE id = m.member_id) LIMIT 1`,
  );
  if (loose.length > 0) throw misfit('memberships', 'A member is neither a user nor a group.');
}

/** A mark after all that anybody has read, as pruning leaves it: followers read everything anew. */
async function loseFollowers(session: Session, at: Date): Promise<void> {
  await insertRows(session, ChangeTable, [
    { subject: PRUNED, subject_id: '', member_id: null, at: at.getTime() },
  ]);
  await session.query('DELETE FROM "changes" WHERE "seq" < (SELECT max("seq") FROM "changes")');
}
