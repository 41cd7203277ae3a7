/**
 * `npm run bench:sync -- [users groups members] [--save-docs] [--database sqlite] [--profile DIR]`: how long Roster takes to
 * import a large OpenLDAP, beside a bare enumeration of the same by ldapts. Profiles are those of each thread.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { Client } from 'ldapts';
import { issueCertificates } from '../src/ldap-server/certificate.ts';
import { freePort } from '../test/support/free-port.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { ADMIN_DN, ADMIN_PASSWORD, GROUPS_DN, type Size, USERS_DN } from './population.ts';
import { writeLdif } from './population-ldif.ts';
import { saveDocs } from './report.ts';
import { installCertificate, startRoster } from './roster.ts';
import { loadSlapd, startSlapd } from './slapd.ts';
import { cpuSeconds, residentBytes, type Served } from './yardstick.ts';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'roster.cjs');
const API_TOKEN = 'bench-api-token-0123456789';
const PAGE_SIZE = 1000;
const USER_ATTRIBUTES = [
  'uid',
  'mail',
  'displayName',
  'cn',
  'givenName',
  'sn',
  'entryUUID',
  'modifyTimestamp',
];
const GROUP_ATTRIBUTES = ['cn', 'description', 'member', 'entryUUID'];
const POLL_MS = 50;
const QUIET_MS = 5_000;
/** Between two searches: what the client costs is not what the sync does. */
const SEARCH_EVERY_MS = 5;
const MIB = 1024 ** 2;
const FIRST = 'first';

interface Measured {
  readonly database: string;
  readonly run: string;
  readonly seconds: number;
  readonly times: number;
  /** Processor time of Roster over that of the bare enumeration: less at the mercy of other work on the machine. */
  readonly cpuTimes: number;
  readonly memoryMib: number;
  /** What the same directory takes in a Roster that has started with it, above an empty one. */
  readonly directoryMib: number;
  readonly searches: number;
  readonly p99Times: number;
}

interface Cost {
  readonly seconds: number;
  readonly cpu: number;
}

interface Upstream {
  readonly slapd: Served;
  readonly caPem: string;
  readonly caFile: string;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    'save-docs': { type: 'boolean', default: false },
    database: { type: 'string' },
    profile: { type: 'string' },
  },
});
if (values['save-docs'] && values.database !== undefined)
  throw new Error('The table holds both databases: leave out --database, or --save-docs.');
const isAsked = (database: string) => [undefined, database].includes(values.database);
const profiling =
  values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(values.profile)}`];
const [users = 100_000, groups = 10_000, members = 50] = positionals.map(Number);
await bench({ users, groups, members }, values['save-docs']);

async function bench(size: Size, isSaved: boolean): Promise<void> {
  const [load = 0] = loadavg();
  const folder = await mkdtemp(join(tmpdir(), 'roster-bench-sync-'));
  const running: { stop(): Promise<void> }[] = [];
  try {
    const upstream = await startUpstream(folder, size, running);
    const bare = await enumerateBare(upstream);
    const { seconds, cpu } = bare;
    process.stdout.write(
      `Bare enumeration by ldapts: ${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of processor time.\n`,
    );
    const rows: Measured[] = [];
    if (isAsked('sqlite'))
      rows.push(...(await measure('SQLite', join(folder, 'sqlite'), {}, upstream, bare)));
    if (isAsked('postgresql')) {
      const postgres = await startPostgres();
      running.push(postgres);
      const env = { DATABASE_URL: postgres.url };
      rows.push(...(await measure('PostgreSQL', join(folder, 'pg'), env, upstream, bare)));
    }
    const text = `${headline(size, bare, load)}\n\n${table(rows)}`;
    process.stdout.write(`${text}\n`);
    if (isSaved) await saveDocs('sync', text);
  } finally {
    for (const part of running.reverse()) await part.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function startUpstream(
  folder: string,
  size: Size,
  running: { stop(): Promise<void> }[],
): Promise<Upstream> {
  const names = { hostnames: ['localhost'], addresses: ['127.0.0.1'], now: new Date(), validDays: 30 };
  const certificate = await issueCertificates(names);
  const [ldif, caFile, slapdFolder] = ['people.ldif', 'ca.pem', 'slapd'].map((name) => join(folder, name));
  if (ldif === undefined || caFile === undefined || slapdFolder === undefined) throw new Error('no folder');
  await writeFile(caFile, certificate.caPem);
  for (const name of ['sqlite', 'pg']) {
    await mkdir(join(folder, name));
    await installCertificate(join(folder, name), certificate);
  }
  await mkdir(slapdFolder);
  await writeLdif(ldif, size);
  await loadSlapd(slapdFolder, ldif, certificate);
  const slapd = await startSlapd(slapdFolder);
  running.push(slapd);
  return { slapd, caPem: certificate.caPem, caFile };
}

/** What Roster reads, and nothing done with it: the better of two. */
async function enumerateBare({ slapd, caPem }: Upstream): Promise<Cost> {
  const rounds: Cost[] = [];
  for (let round = 0; round < 2; round += 1) {
    const client = await bound(slapd.port, caPem);
    const [began, cpuBefore] = [performance.now(), process.cpuUsage()];
    for (const [base, filter, attributes] of [
      [USERS_DN, '(objectClass=inetOrgPerson)', USER_ATTRIBUTES],
      [GROUPS_DN, '(objectClass=groupOfNames)', GROUP_ATTRIBUTES],
    ] as const) {
      const pages = client.searchPaginated(base, {
        ...{ scope: 'sub', filter, attributes: [...attributes], paged: { pageSize: PAGE_SIZE } },
      });
      for await (const _page of pages);
    }
    const { user, system } = process.cpuUsage(cpuBefore);
    rounds.push({ seconds: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 });
    await client.unbind();
  }
  const least = (of: keyof Cost) => Math.min(...rounds.map((round) => round[of]));
  return { seconds: least('seconds'), cpu: least('cpu') };
}

async function measure(
  database: string,
  folder: string,
  env: Readonly<Record<string, string>>,
  upstream: Upstream,
  bare: Cost,
): Promise<Measured[]> {
  const settings = { ...env, ROSTER_API_TOKEN: API_TOKEN, ROSTER_HTTP_PORT: String(await freePort()) };
  const roster = await startRoster(folder, profiling, settings);
  const rows: Omit<Measured, 'directoryMib'>[] = [];
  let empty = 0;
  try {
    await addSource(folder, settings, upstream);
    for (const run of [FIRST, 'nothing changed']) {
      const quiet = await latencyWhile(roster, upstream, pause(QUIET_MS));
      const before = await searchesOf(upstream);
      const idle = await residentBytes(roster.pid);
      if (rows.length === 0) empty = idle;
      const watch = watchMemory(roster.pid);
      const [began, cpuBefore] = [performance.now(), await cpuSeconds(roster.pid)];
      const busy = await latencyWhile(roster, upstream, sync(settings.ROSTER_HTTP_PORT));
      const seconds = (performance.now() - began) / 1000;
      const memoryMib = ((await watch()) - idle) / MIB;
      const searches = (await searchesOf(upstream)) - before - 1;
      const times = seconds / bare.seconds;
      const cpuTimes = ((await cpuSeconds(roster.pid)) - cpuBefore) / bare.cpu;
      rows.push({ database, run, seconds, times, cpuTimes, memoryMib, searches, p99Times: busy / quiet });
      process.stdout.write(`${JSON.stringify({ ...rows.at(-1), quiet, busy })}\n`);
    }
  } finally {
    await roster.stop();
  }
  const directoryMib = Math.max(0, (await residentAfterStart(folder, settings)) - empty) / MIB;
  return rows.map((row) => ({ ...row, directoryMib }));
}

async function residentAfterStart(
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<number> {
  const roster = await startRoster(folder, [], settings);
  try {
    await pause(QUIET_MS);
    return await residentBytes(roster.pid);
  } finally {
    await roster.stop();
  }
}

async function addSource(
  folder: string,
  env: Readonly<Record<string, string>>,
  { slapd, caFile }: Upstream,
): Promise<void> {
  const where = ['--url', `ldaps://127.0.0.1:${slapd.port}`, '--ca-file', caFile, '--bind-dn', ADMIN_DN];
  const what = ['--preset', 'openldap', '--base-dn', USERS_DN, '--group-base-dn', GROUPS_DN, '--sync-groups'];
  const added = promisify(execFile)(
    process.execPath,
    [BIN, 'sources', 'add', 'corp', ...what, ...where, '--bind-password-stdin'],
    { env: { PATH: process.env['PATH'], ROSTER_DATA_DIR: join(folder, 'data'), ...env } },
  );
  added.child.stdin?.end(`${ADMIN_PASSWORD}\n`);
  await added;
}

/** Rejects unless the run succeeds. */
async function sync(port: string): Promise<void> {
  const api = async (path: string, method: string) => {
    const headers = { authorization: `Bearer ${API_TOKEN}`, connection: 'close' };
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, { method, headers });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as {
      readonly id: string;
      readonly state: string;
      readonly reason: string;
    };
  };
  for (let run = await api('sources/corp/sync', 'POST'); ; run = await api(`sync-runs/${run.id}`, 'GET')) {
    if (run.state === 'succeeded') return;
    if (run.state !== 'running') throw new Error(`The sync has ${run.state}: ${run.reason}`);
    await pause(POLL_MS);
  }
}

/** The p99 of one client's point searches, one after the other, until `work` is done: in milliseconds. */
async function latencyWhile({ port }: Served, { caPem }: Upstream, work: Promise<unknown>): Promise<number> {
  const client = await bound(port, caPem);
  let done = false;
  const ended = work.finally(() => {
    done = true;
  });
  // It is awaited at the end.
  ended.catch(() => undefined);
  const took: number[] = [];
  while (!done) {
    const began = performance.now();
    await client.search(USERS_DN, { filter: '(uid=admin)', attributes: ['cn'] });
    took.push(performance.now() - began);
    await pause(SEARCH_EVERY_MS);
  }
  await client.unbind();
  await ended;
  return took.sort((a, b) => a - b)[Math.floor(took.length * 0.99)] ?? 0;
}

/** Returns what tells the most that was resident meanwhile. */
function watchMemory(pid: number): () => Promise<number> {
  let most = 0;
  const look = async () => {
    most = Math.max(most, await residentBytes(pid));
  };
  const timer = setInterval(() => void look(), POLL_MS);
  return async () => {
    clearInterval(timer);
    await look();
    return most;
  };
}

/** Searches that slapd has begun so far. */
async function searchesOf({ slapd, caPem }: Upstream): Promise<number> {
  const client = await bound(slapd.port, caPem);
  const { searchEntries } = await client.search('cn=Search,cn=Operations,cn=Monitor', {
    ...{ scope: 'base', attributes: ['monitorOpInitiated'] },
  });
  await client.unbind();
  return Number(searchEntries[0]?.['monitorOpInitiated']);
}

async function bound(port: number, caPem: string): Promise<Client> {
  const client = new Client({ url: `ldaps://127.0.0.1:${port}`, tlsOptions: { ca: caPem } });
  await client.bind(ADMIN_DN, ADMIN_PASSWORD);
  return client;
}

function headline({ users, groups, members }: Size, { seconds, cpu }: Cost, load: number): string {
  const count = (number: number) => number.toLocaleString('en');
  const date = new Date().toISOString().slice(0, 10);
  return `${count(users)} users, ${count(groups)} groups, ${count(groups * members)} memberships. ${cpus()[0]?.model}, ${cpus().length} cores, load ${load.toFixed(1)} before, ${date}. The bare enumeration: ${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of processor time.`;
}

function table(rows: readonly Measured[]): string {
  const head =
    '| database | run | seconds | times the bare one | of processor time | MiB above idle | without the directory itself | searches upstream | p99 of searches, times quiet |';
  const lines = rows.map(({ database, run, seconds, times, cpuTimes, searches, p99Times, ...row }) => {
    // Before a sync in which nothing changes the directory is in memory already.
    const own = run === FIRST ? row.directoryMib : 0;
    const numbers = [
      seconds.toFixed(1),
      times.toFixed(1),
      cpuTimes.toFixed(1),
      row.memoryMib.toFixed(0),
      (row.memoryMib - own).toFixed(0),
      searches,
      p99Times.toFixed(1),
    ];
    return `| ${[database, run, ...numbers].join(' | ')} |`;
  });
  return [head, '|---|---|---:|---:|---:|---:|---:|---:|---:|', ...lines].join('\n');
}
