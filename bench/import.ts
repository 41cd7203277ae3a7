/** `npm run bench:import`: the rate of an import from CSV beside the same rows inserted bare, and what finds users then. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
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
import { openPostgres } from '../src/core/storage/postgres.ts';
import { openSqlite } from '../src/core/storage/sqlite.ts';
import { createImport } from '../src/core/transfer/import.ts';
import { writeTo } from '../src/core/transfer/output-file.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { type Plan, plansOf } from './plans.ts';

const ROWS = Number(process.env['ROSTER_BENCH_ROWS'] ?? 100_000);
const HASH = `$2b$12$${'a'.repeat(53)}`;
const ACTOR: Actor = { door: 'cli', name: 'console', address: null, authority: SYSTEM_AUTHORITY };
const MEBIBYTE = 1024 * 1024;
const MEMORY_EVERY_MS = 200;
const DOCS = join(import.meta.dirname, '..', '..', 'docs', 'performance.md');
const [BEGIN, END] = [
  '<!-- import: written by npm run bench:import -- --save-docs -->',
  '<!-- end of import -->',
];

const folder = await mkdtemp(join(tmpdir(), 'roster-bench-import-'));
const postgres = await startPostgres();
try {
  const load = loadavg()[0] ?? 0;
  const file = join(folder, 'people.csv');
  await writePeople(file);
  const sqlite = await measure((name) => ({ databaseUrl: null, dataDir: join(folder, name) }), file);
  const urls = { imported: await postgres.createDatabase(), bare: await postgres.createDatabase() };
  const other = await measure((name) => ({ databaseUrl: urls[name], dataDir: join(folder, name) }), file);
  const text = tables(load, [sqlite, other]);
  process.stdout.write(`${text}\n`);
  if (process.argv.includes('--save-docs')) await save(text);
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

interface Measured {
  readonly imported: Cost;
  readonly bare: Cost;
  readonly memory: { readonly before: number; readonly most: number };
  readonly plans: readonly Plan[];
}

async function measure(
  locationOf: (name: 'imported' | 'bare') => StoreLocation,
  file: string,
): Promise<Measured> {
  const location = locationOf('imported');
  const before = process.memoryUsage().rss;
  const { cost: imported, rss: most, users } = await importPeople(location, file);
  const bare = await insertBare(locationOf('bare'), users);
  return { imported, bare, memory: { before, most }, plans: await readPlans(location) };
}

async function readPlans({ databaseUrl, dataDir }: StoreLocation): Promise<readonly Plan[]> {
  const opened = databaseUrl === null ? openSqlite(dataDir) : openPostgres(databaseUrl, silentLogger);
  const database = await opened;
  try {
    await database.write((session) => session.query('ANALYZE'));
    return await plansOf(database);
  } finally {
    await database.close();
  }
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
  const run = createImport({
    ...{ store, clock: systemClock, newId, journal: createJournal(newId) },
    isServed: () => false,
  });
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

function tables(load: number, measured: readonly Measured[]): string {
  const row = (what: string, cell: (each: Measured) => string) =>
    `| ${what} | ${measured.map(cell).join(' | ')} |`;
  const [first, second] = measured.map(({ plans }) => plans);
  return [
    `${ROWS} users, load before it ${load.toFixed(1)}`,
    '',
    '| | SQLite | PostgreSQL |',
    '|---|---|---|',
    row('import, users a second', ({ imported }) => rate(imported)),
    row('bare, users a second', ({ bare }) => rate(bare)),
    row('share of the bare rate', ({ imported, bare }) => percent(bare.seconds, imported.seconds)),
    row('by processor time of the process', ({ imported, bare }) => percent(bare.cpu, imported.cpu)),
    row('memory before and at most, MiB', ({ memory }) => `${mib(memory.before)}, ${mib(memory.most)}`),
    '',
    '| users asked for | SQLite | PostgreSQL |',
    '|---|---|---|',
    ...(first ?? []).map((plan, at) => `| ${plan.asked} | ${told(plan)} | ${told(second?.[at])} |`),
  ].join('\n');
}

function told(plan: Plan | undefined): string {
  if (plan === undefined) return '';
  const names = plan.indexes.map((name) => `\`${name}\``).join(', ');
  return `${plan.scans ? 'all users are looked at' : names}; ${plan.milliseconds.toFixed(1)} ms`;
}

function rate({ seconds }: Cost): string {
  return String(Math.round(ROWS / seconds));
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(0)} %`;
}

function mib(bytes: number): number {
  return Math.round(bytes / MEBIBYTE);
}

async function save(text: string): Promise<void> {
  const docs = await readFile(DOCS, 'utf8');
  const [start, end] = [docs.indexOf(BEGIN), docs.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${DOCS} has no place for the tables of the import.`);
  await writeFile(DOCS, `${docs.slice(0, start + BEGIN.length)}\n${text}\n${docs.slice(end)}`);
}
