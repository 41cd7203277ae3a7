/** `npm run bench:workers`: Roster with one LDAPS process beside Roster with two, in memory, speed and processor time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificates } from '../src/ldap-server/certificate.ts';
import { type Generator, startGenerator } from './generators.ts';
import { fillDatabase } from './population-rows.ts';
import { dataDirOf, installCertificate, startRoster } from './roster.ts';
import { type Work, worksOf } from './works.ts';
import { cpuSeconds, residentBytes, type Served } from './yardstick.ts';

const USERS = Number(process.argv[2] ?? 100_000);
const SIZE = { users: USERS, groups: Math.ceil(USERS / 100), members: 100 };
const PEOPLE = 100;
const WORKS = ['uid', 'uid-16', 'binds', 'visits'];
const WORKERS = [1, 2];
const PACE = { warmUpMs: 1000, measureMs: 4000 };
const MIB = 1024 * 1024;

const folder = await mkdtemp(join(tmpdir(), 'roster-bench-'));
const generator = startGenerator();
try {
  const names = { hostnames: ['localhost'], addresses: ['127.0.0.1'], now: new Date(), validDays: 30 };
  const certificate = await issueCertificates(names);
  await fillDatabase(dataDirOf(folder), SIZE);
  await installCertificate(folder, certificate);
  for (const workers of WORKERS) {
    const roster = await startRoster(folder, [], { ROSTER_LDAP_WORKERS: String(workers) });
    try {
      await measure(workers, roster, certificate.caPem, generator);
    } finally {
      await roster.stop();
    }
  }
} finally {
  generator.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measure(workers: number, roster: Served, caPem: string, from: Generator): Promise<void> {
  say(`${workers} LDAPS process(es), ${USERS} users`);
  say(`  resident after the start: ${await resident(roster)} MiB`);
  for (const work of worksOf(SIZE, PEOPLE).filter(({ name }) => WORKS.includes(name))) {
    const load = { ...work.load, ...PACE, port: roster.port, caPem };
    if (work.isWarmedByEach)
      for (let turn = 0; turn < workers; turn += 1)
        await from.run({ ...load, mode: 'once', warmUpMs: 0, measureMs: 600_000 });
    await tell(work, roster, () => from.run(load));
  }
  say(`  resident after the works: ${await resident(roster)} MiB`);
}

async function tell(work: Work, { pid }: Served, run: () => ReturnType<Generator['run']>): Promise<void> {
  const before = await cpuSeconds(pid);
  const { done, doneInAll, elapsedMs, failures, lost } = await run();
  if (Object.keys(failures).length > 0 || lost > 0) throw new Error(`${work.name}: requests failed.`);
  const cpuUs = ((await cpuSeconds(pid)) - before) * 1e6;
  const [rate, each] = [(done * 1000) / elapsedMs, cpuUs / doneInAll];
  say(`  ${work.title}: ${Math.round(rate)} a second, ${each.toFixed(1)} µs of processor time each`);
}

async function resident({ pid }: Served): Promise<number> {
  return Math.round((await residentBytes(pid)) / MIB);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
