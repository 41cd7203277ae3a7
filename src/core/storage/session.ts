/** An open transaction as the rest of storage sees it: guarded statements on one connection. */
import type { EntityManager, EntitySchema, FindManyOptions, ObjectLiteral } from 'typeorm';
import { translateError } from './errors.ts';

/** What the two databases say differently. */
export interface Dialect {
  /** Whether a statement holds the event loop until it is done. */
  readonly synchronous: boolean;
  /** The placeholder of the statement's n-th parameter, from 1. */
  parameter(position: number): string;
  /** The column as SQLite's planner, which has no statistics, looks for no index of it. */
  unindexed(column: string): string;
  /** A query for the foreign keys: the tables that refer (`from`), and those that they refer to (`to`). */
  readonly references: string;
  /** A condition: the column has one of the values that the query, of one column, finds. */
  isOneOf(column: string, query: string): string;
  /** A FROM item called `r`: the rows of the JSON array of objects that is parameter 1. */
  rows(columns: readonly RowColumn[]): string;
}

export interface RowColumn {
  readonly name: string;
  readonly type: string;
}

/** Every method throws DirectoryError as errors.ts says, and after the transaction's end an Error. */
export interface Session {
  readonly dialect: Dialect;
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
  find<Row extends ObjectLiteral>(table: EntitySchema<Row>, options?: FindManyOptions<Row>): Promise<Row[]>;
  /** Runs one statement for each list of parameters, where that is faster than one statement of many rows; else null. */
  readonly runEach: ((sql: string, lists: readonly ParameterList[]) => Promise<void>) | null;
}

export type ParameterList = readonly (string | number | null)[];

/** A connection that nobody else uses meanwhile. */
export interface Connection {
  readonly manager: EntityManager;
  readonly dialect: Dialect;
  /** Opens the transaction, snapshot and locks included. */
  begin(): Promise<unknown>;
  readonly commit?: string;
  /** See Session. */
  readonly runEach?: (sql: string, lists: readonly ParameterList[]) => void;
}

/**
 * Runs `work` between `begin` and `commit`. Once a statement has failed the whole transaction fails with its error,
 * even where `work` caught it: PostgreSQL would undo it in silence, SQLite would commit half of it.
 */
export async function inTransaction<T>(
  { manager, dialect, begin, commit = 'COMMIT', runEach }: Connection,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const guard = createGuard();
  try {
    await guard.run(begin);
    const result = await work({
      dialect,
      query: (sql, parameters = []) => guard.run(() => manager.query(sql, [...parameters])),
      find: (table, options) => guard.run(() => manager.find(table, options)),
      runEach: runEach === undefined ? null : (sql, lists) => guard.run(async () => runEach(sql, lists)),
    });
    await guard.last(() => manager.query(commit));
    return result;
  } catch (error) {
    guard.close();
    // Fails where the database has rolled back already or the connection is gone: undone all the same.
    await manager.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Lets statements through until the first failure or the end, so that a straggler cannot write after either. */
function createGuard() {
  let closed = false;
  let failure: { readonly error: unknown } | null = null;

  async function run<T>(statement: () => Promise<T>): Promise<T> {
    if (closed) throw new Error('A statement came after the end of its transaction.');
    if (failure !== null) throw failure.error;
    try {
      return await statement();
    } catch (error) {
      failure ??= { error: translateError(error) };
      throw failure.error;
    }
  }

  function close(): void {
    closed = true;
  }

  function last(statement: () => Promise<unknown>): Promise<unknown> {
    const outcome = run(statement);
    close();
    return outcome;
  }

  return { run, last, close };
}
