/** `npm run bench:pages`: how long each page and each list of the API takes with a hundred thousand users, on both databases. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openRoster, type Roster } from '../src/app/roster.ts';
import { systemClock } from '../src/core/clock.ts';
import { readConfig } from '../src/core/config/config.ts';
import { disk } from '../src/core/config/disk.ts';
import type { WriteTransaction } from '../src/core/directory/store.ts';
import type { Source } from '../src/core/model/source.ts';
import { ACTOR, NEW_SOURCE } from '../test/support/directory.ts';
import { EVERY_PAGE, populate } from '../test/support/every-page.ts';
import { freePort } from '../test/support/free-port.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { group, memberships, user, userId } from './population-rows.ts';
import { dataDirOf, startRoster } from './roster.ts';

const [USERS, GROUPS, MEMBERS] = [100_000, 10_000, 10];
/** Of the group that everybody is in. */
const ALL = 1;
/** Rows of one transaction. */
const CHUNK = 10_000;
const CALLS = 40;
/** Not counted: connections are made and code is compiled. */
const WARM_UP_CALLS = 5;
const LIMIT_MS = 100;
const API_TOKEN = 'bench-api-token-0123456789';
const OWNER_PASSWORD = 'bench-owner-password';
/** `--only users`: addresses with that in them. */
const ONLY = process.argv[process.argv.indexOf('--only') + 1 || Infinity] ?? '';
const DOCS = join(import.meta.dirname, '..', '..', 'docs', 'performance.md');
const [BEGIN, END] = [
  '<!-- pages: written by npm run bench:pages -- --save-docs -->',
  '<!-- end of pages -->',
];

/** As people ask, narrowly and widely; the words stand in names of the made-up company. */
const QUERIES = [
  ...['/users?search=u', '/users?search=gi', '/users?search=given12', '/users?search=user+9999'],
  ...[
    '/users?search=jane',
    '/users?search=nobody',
    '/users?search=zq',
    '/users?search=example.org&order=name',
  ],
  ...['/users?order=name', '/users?order=createdAt', '/users?order=updatedAt', '/users?state=enabled'],
  ...[
    '/users?state=disabled',
    '/users?role=admin',
    '/users?role=user',
    '/users?role=owner',
    '/users?source=local',
  ],
  ...['/users?state=disabled&role=admin&search=given', '/groups?search=group99', '/groups?search=nothing'],
  ...['/groups/group1', '/groups/group1/people', '/groups/group2/people', '/organizations?search=exa'],
  ...['/audit?action=user.add', '/api/v1/groups/group1/members?limit=500', '/api/v1/groups/staff/members'],
  ...['/api/v1/users?limit=500', '/api/v1/users?search=given12', '/api/v1/users?enabled=false'],
  ...['/api/v1/users?role=admin', '/api/v1/users?group=group1', '/api/v1/users?detailed=true&limit=500'],
  ...['/api/v1/groups?search=99', '/api/v1/users/jdoe', '/api/v1/users/jdoe/organizations'],
];

interface Row {
  readonly address: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly bytes: number;
}

const folder = await mkdtemp(join(tmpdir(), 'roster-bench-pages-'));
const postgres = await startPostgres();
try {
  const load = loadavg()[0] ?? 0;
  const sqlite = await measure(join(folder, 'sqlite'), null);
  const text = table(load, sqlite, await measure(join(folder, 'postgres'), postgres.url));
  process.stdout.write(`${text}\n`);
  if (process.argv.includes('--save-docs')) await save(text);
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measure(place: string, databaseUrl: string | null): Promise<readonly Row[]> {
  const env = {
    ...{ ROSTER_API_TOKEN: API_TOKEN, ROSTER_OWNER_PASSWORD: OWNER_PASSWORD },
    ROSTER_HTTP_PORT: String(await freePort()),
    ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }),
  };
  const dataDir = dataDirOf(place);
  await mkdir(place, { recursive: true });
  await withRoster({ ROSTER_DATA_DIR: dataDir, ...env }, fill);
  // As PostgreSQL does by itself within a minute.
  if (databaseUrl !== null) await analyze(databaseUrl);
  const server = await startRoster(place, [], env);
  try {
    const link = await withRoster({ ROSTER_DATA_DIR: dataDir, ...env }, addTheRest);
    const url = `http://127.0.0.1:${env.ROSTER_HTTP_PORT}`;
    const cookie = await signIn(url);
    const pages = Object.values(EVERY_PAGE).map((address) => address.replace(':link', link));
    const rows: Row[] = [];
    for (const address of [...pages, ...QUERIES, ...(await listsOf(url))]) {
      if (address.includes(ONLY)) rows.push(await timed(url, address, cookie));
    }
    return rows;
  } finally {
    await server.stop();
  }
}

async function analyze(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('ANALYZE');
  await client.end();
}

/** One in fifty is disabled, one in a thousand an administrator, every third from a source. */
async function fill({ directory, store }: Roster): Promise<void> {
  const [at, size] = [new Date(), { users: USERS, groups: GROUPS, members: MEMBERS }];
  const source = await directory.sources.add(ACTOR, { ...NEW_SOURCE, name: 'large' });
  await insert(
    USERS,
    (index) => person(index, source, at),
    (it, rows) => it.insertUsers(rows),
  );
  await insert(
    GROUPS,
    (index) => group(index, at),
    (it, rows) => it.insertGroups(rows),
  );
  const all = memberships(ALL, { ...size, members: USERS });
  const others = (index: number) => (index === ALL ? all : memberships(index, size));
  await insert(GROUPS, others, (it, rows) => it.putMemberships(rows.flat()));

  async function insert<T>(
    count: number,
    row: (index: number) => T,
    write: (transaction: WriteTransaction, rows: readonly T[]) => Promise<void>,
  ): Promise<void> {
    for (let first = 1; first <= count; first += CHUNK) {
      const rows = Array.from({ length: Math.min(CHUNK, count - first + 1) }, (_, step) => row(first + step));
      await store.write((transaction) => write(transaction, rows));
    }
  }
}

function person(index: number, source: Source, at: Date) {
  const origin = { sourceId: source.id, externalId: userId(index), dn: `uid=${index}`, suspendedSince: null };
  return {
    ...user(index, '', at),
    createdAt: new Date(at.getTime() - index * 1000),
    active: index % 50 !== 0,
    role: index % 1000 === 0 ? 'admin' : 'user',
    ...(index % 3 === 0 && { origin }),
  };
}

/** What the pages show beside; returns the secret of a link. */
async function addTheRest({ directory, store, accounts }: Roster): Promise<string> {
  await populate({ directory, store, clock: systemClock });
  const { url } = await accounts.passwordLinks.invite(ACTOR, 'person-01', { send: false });
  return url?.split('/').at(-1) ?? '';
}

/** As the command line does, beside the server. */
async function withRoster<T>(
  env: Readonly<Record<string, string>>,
  work: (roster: Roster) => Promise<T>,
): Promise<T> {
  const roster = await openRoster(readConfig({ ...env, ROSTER_LOG_LEVEL: 'silent' }, disk));
  try {
    return await work(roster);
  } finally {
    await roster.close();
  }
}

async function signIn(url: string): Promise<string> {
  const body = new URLSearchParams({ name: 'admin', password: OWNER_PASSWORD });
  const response = await fetch(`${url}/sign-in`, { method: 'POST', body, redirect: 'manual' });
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

/** All lists of the API that need nothing to be named. */
async function listsOf(url: string): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${API_TOKEN}` };
  const document = await (await fetch(`${url}/api/v1/openapi.json`, { headers })).json();
  const { paths } = document as { paths: Readonly<Record<string, { readonly get?: object }>> };
  return Object.entries(paths)
    .filter(
      ([path, { get }]) => get !== undefined && !/[{]|\/(export|me|openid-connect|authority)/.test(path),
    )
    .map(([path]) => `/api/v1${path.replace('/api/v1', '')}`);
}

async function timed(url: string, address: string, cookie: string): Promise<Row> {
  const headers = address.startsWith('/api/') ? { authorization: `Bearer ${API_TOKEN}` } : { cookie };
  const times: number[] = [];
  let bytes = 0;
  for (let call = -WARM_UP_CALLS; call < CALLS; call++) {
    const start = performance.now();
    const response = await fetch(url + address, { headers, redirect: 'manual' });
    bytes = (await response.arrayBuffer()).byteLength;
    if (call >= 0) times.push(performance.now() - start);
    if (response.status >= 400) throw new Error(`${address} was answered by ${response.status}.`);
  }
  times.sort((a, b) => a - b);
  const quantile = (share: number) => times[Math.ceil(share * CALLS) - 1] ?? 0;
  return {
    address: address.replace(/^(.password.).+/, '$1:link').slice(0, 60),
    medianMs: quantile(0.5),
    p95Ms: quantile(0.95),
    bytes,
  };
}

/** Markdown. */
function table(load: number, sqlite: readonly Row[], onPostgres: readonly Row[]): string {
  const rows = sqlite.map((row, index) => ({ row, other: onPostgres[index] ?? row }));
  const slow = rows.filter(({ row, other }) => Math.max(row.p95Ms, other.p95Ms) >= LIMIT_MS).length;
  const ms = (value: number) => value.toFixed(1);
  return [
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, load average before ${load.toFixed(1)}; ` +
      `${USERS} users, ${GROUPS} groups, one of them with everybody; ${CALLS} calls each, one after the other. ` +
      `${rows.length - slow} of ${rows.length} have their 95th percentile below ${LIMIT_MS} ms on both databases.`,
    '',
    '| address | SQLite median, ms | p95 | PostgreSQL median, ms | p95 | bytes | |',
    '|---|---:|---:|---:|---:|---:|---|',
    ...rows.map(({ row, other }) => {
      const missed = Math.max(row.p95Ms, other.p95Ms) < LIMIT_MS ? '' : ' **missed**';
      const times = [row.medianMs, row.p95Ms, other.medianMs, other.p95Ms].map(ms).join(' | ');
      return `| \`${row.address}\` | ${times} | ${row.bytes} |${missed} |`;
    }),
  ].join('\n');
}

async function save(text: string): Promise<void> {
  const docs = await readFile(DOCS, 'utf8');
  const [begin, end] = [docs.indexOf(BEGIN), docs.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('docs/performance.md has lost the marks around its pages.');
  await writeFile(DOCS, `${docs.slice(0, begin)}${BEGIN}\n\n${text}\n\n${docs.slice(end)}`);
}
