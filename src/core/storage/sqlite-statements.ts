/**
 * Keeps alive for good what better-sqlite3 makes: from Node.js 24.19 on, a collection of garbage that finds one of its
 * statements or databases while no JavaScript runs ends the process (better-sqlite3 13 mends it, and needs Node.js 22).
 */
import type BetterSqlite3 from 'better-sqlite3';

const kept: BetterSqlite3.Database[] = [];

/** Makes each statement once. There are as many as texts of SQL in the code: values travel as parameters. */
export function keepStatements(database: BetterSqlite3.Database): void {
  const statements = new Map<string, BetterSqlite3.Statement>();
  const make = database.prepare.bind(database);
  const prepare = (sql: string): BetterSqlite3.Statement => {
    const statement = statements.get(sql) ?? make(sql);
    statements.set(sql, statement);
    return statement;
  };
  // TypeORM calls it as it connects; the library's own makes a statement at each call.
  const pragma = (source: string): unknown[] => {
    const statement = prepare(`PRAGMA ${source}`);
    if (statement.reader) return statement.all();
    statement.run();
    return [];
  };
  Object.assign(database, { prepare, pragma });
  kept.push(database);
}
