/** The rate of an import of people from CSV, beside the same rows inserted bare through the same driver. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';
import { SYSTEM_AUTHORITY } from '../src/core/access/authority.ts';
import { systemClock } from '../src/core/clock.ts';
import { DATABASE_FILE } from '../src/core/config/installation.ts';
import { createJournal } from '../src/core/directory/journal.ts';
import type { CopiedRow, Store } from '../src/core/directory/store.ts';
import { newId } from '../src/core/ids.ts';
import { silentLogger } from '../src/core/log.ts';
import type { Actor } from '../src/core/model/audit.ts';
import { openStore, type StoreLocation } from '../src/core/storage/open.ts';
import { createImport } from '../src/core/transfer/import.ts';
import { writeTo } from '../src/core/transfer/output-file.ts';

const ROWS = Number(process.env['ROSTER_BENCH_ROWS'] ?? 100_000);
/** Two empty databases, parted by a blank: PostgreSQL instead of SQLite. */
const DATABASES = (process.env['ROSTER_BENCH_DATABASES'] ?? '').split(' ').filter((url) => url !== '');
const HASH = `$2b$12$${'a'.repeat(53)}`;
const ACTOR: Actor = { door: 'cli', name: 'console', address: null, authority: SYSTEM_AUTHORITY };
const MEBIBYTE = 1024 * 1024;
const MEMORY_EVERY_MS = 200;

const folder = await mkdtemp(join(tmpdir(), 'roster-bench-import-'));
try {
  const file = join(folder, 'people.csv');
  await writePeople(file);
  const [imported, bare] = [locationOf(0), locationOf(1)];
  const before = process.memoryUsage().rss;
  const { cost, rss, users } = await importPeople(imported, file);
  const bareCost = await insertBare(bare, users);
  print(`import  ${told(cost)}; memory ${mib(before)} MiB before, at most ${mib(rss)} MiB`);
  print(`bare    ${told(bareCost)}`);
  print(
    `share   ${percent(bareCost.seconds, cost.seconds)} of the bare rate, by processor time ${percent(bareCost.cpu, cost.cpu)}`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

function locationOf(index: number): StoreLocation {
  return { databaseUrl: DATABASES[index] ?? null, dataDir: join(folder, String(index)) };
}

async function writePeople(path: string): Promise<void> {
  const output = createWriteStream(path);
  await writeTo(output, 'username,email,fallback email,full name,role,password hash\n');
  for (let index = 0; index < ROWS; index++) {
    const name = `user-${index}`;
    await writeTo(output, `${name},${name}@example.org,${name}@example.net,Jane Doe ${index},user,${HASH}\n`);
  }
  output.end();
  await finished(output);
}

async function importPeople(location: StoreLocation, file: string) {
  const store = await openStore({ ...location, log: silentLogger, clock: systemClock });
  const run = createImport({ store, clock: systemClock, newId, journal: createJournal(newId) });
  let rss = 0;
  const watch = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage.rss());
  }, MEMORY_EVERY_MS);
  const lap = startLap();
  const { created } = await run(ACTOR, file, { format: 'csv', update: false, preview: false });
  const cost = lap();
  clearInterval(watch);
  if (created !== ROWS) throw new Error(`${created} of ${ROWS} users were imported.`);
  const users = await usersOf(store);
  await store.close();
  return { cost, rss, users };
}

async function usersOf(store: Store): Promise<readonly CopiedRow[]> {
  const users: CopiedRow[] = [];
  await store.copyOut(async ({ table, rows }) => {
    if (table === 'users') users.push(...rows);
  });
  return users;
}

/** Into the same table with the same indexes, by one prepared statement within one transaction. */
async function insertBare(location: StoreLocation, rows: readonly CopiedRow[]): Promise<Cost> {
  const store = await openStore({ ...location, log: silentLogger, clock: systemClock });
  await store.close();
  const columns = Object.keys(rows[0] ?? {});
  const values = rows.map((row) => columns.map((column) => row[column] ?? null));
  const names = columns.map((column) => `"${column}"`).join(', ');
  return location.databaseUrl === null
    ? insertBareSqlite(join(location.dataDir, DATABASE_FILE), names, values)
    : insertBarePostgres(location.databaseUrl, names, values);
}

type Values = readonly (readonly CopiedRow[string][])[];

function insertBareSqlite(path: string, names: string, values: Values): Cost {
  const database = new BetterSqlite3(path);
  database.pragma('synchronous = FULL');
  const places = names.replaceAll(/"\w+"/g, '?');
  const insert = database.prepare(`INSERT INTO "users" (${names}) VALUES (${places})`);
  const lap = startLap();
  database.exec('BEGIN');
  for (const row of values)
    insert.run(row.map((value) => (typeof value === 'boolean' ? Number(value) : value)));
  database.exec('COMMIT');
  const cost = lap();
  database.close();
  return cost;
}

async function insertBarePostgres(url: string, names: string, values: Values): Promise<Cost> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let place = 0;
  const places = names.replaceAll(/"\w+"/g, () => `$${++place}`);
  const text = `INSERT INTO "users" (${names}) VALUES (${places})`;
  const lap = startLap();
  await client.query('BEGIN');
  for (const row of values) await client.query({ name: 'insert', text, values: [...row] });
  await client.query('COMMIT');
  const cost = lap();
  await client.end();
  return cost;
}

interface Cost {
  readonly seconds: number;
  /** Seconds of the processor in this process: less at the mercy of other work on the machine. */
  readonly cpu: number;
}

function startLap(): () => Cost {
  const start = performance.now();
  const startCpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(startCpu);
    return { seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
  };
}

function told({ seconds, cpu }: Cost): string {
  return `${Math.round(ROWS / seconds)} users/s in ${seconds.toFixed(1)} s (processor ${cpu.toFixed(1)} s)`;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(0)} %`;
}

function mib(bytes: number): number {
  return Math.round(bytes / MEBIBYTE);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
