/** Notices commits on SQLite, of this and of other processes, by asking for the file's data version. */
import BetterSqlite3 from 'better-sqlite3';
import type { Watch } from './database.ts';
import { keepStatements } from './sqlite-statements.ts';

const POLL_MS = 20;

/** `data_version` differs after each commit of another connection; the question costs microseconds. */
export function watchSqlite(path: string, wake: () => void): Watch {
  const connection = new BetterSqlite3(path, { fileMustExist: true, timeout: 0 });
  keepStatements(connection);
  const dataVersion = connection.prepare('PRAGMA data_version').pluck();
  let version: unknown = null;

  function poll(): void {
    try {
      const present = dataVersion.get();
      if (present === version) return;
      version = present;
    } catch {
      // The followers read, and learn what is the matter.
    }
    wake();
  }

  const timer = setInterval(poll, POLL_MS).unref();
  return {
    async stop() {
      clearInterval(timer);
      connection.close();
    },
  };
}
