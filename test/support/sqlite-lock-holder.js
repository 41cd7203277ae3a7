/** A process of its own that takes SQLite's write lock on the file it is given, writes, says so and waits to be killed. */
import BetterSqlite3 from 'better-sqlite3';

const database = new BetterSqlite3(process.argv[2]);
database.exec('BEGIN IMMEDIATE');
database.exec("INSERT INTO settings (name, value) VALUES ('allow', '[\"uncommitted\"]')");
process.stdout.write('locked\n');
setInterval(() => {}, 1000);
