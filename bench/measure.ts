/** Measures one work on both servers in turn, round by round, and beside them the generator's own ceiling. */
import { answerTo, type StandIn } from './ceiling.ts';
import type { Generator } from './generators.ts';
import { LDAPJS_WORKS } from './ldapjs.ts';
import type { Load, Tally } from './load.ts';
import { pageRequest } from './requests.ts';
import type { Work } from './works.ts';
import { cpuSeconds, type Served } from './yardstick.ts';

export interface Pace {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface Speed {
  /** Requests or entries a second: the median of the rounds. */
  readonly perSecond: number;
  readonly rounds: readonly number[];
  /** Processor time of the server for each of them, in microseconds. */
  readonly cpuUs: number;
  /** Bytes received for each of them. */
  readonly bytes: number;
}

export interface WorkResult {
  readonly name: string;
  readonly title: string;
  readonly unit: Work['unit'];
  readonly target: number;
  readonly slapd: Speed;
  readonly roster: Speed;
  /** null: it cannot keep up with this work. */
  readonly ldapjs: Speed | null;
  readonly ceiling: Speed;
}

/** What drives a server. */
export interface Driver {
  readonly generator: Generator;
  readonly caPem: string;
  readonly pace: Pace;
}

export interface Bench extends Driver {
  readonly slapd: Served;
  readonly roster: Served;
  readonly ldapjs: Served;
  readonly standIn: StandIn;
}

/** A first sign-in takes a quarter of a second; a thousand of them take some minutes. */
const FIRST_MS_MAX = 600_000;

/** Throws when a server refuses anything, loses an answer or finds another number of entries than it should. */
export async function measureWork(work: Work, bench: Bench): Promise<WorkResult> {
  const { slapd, roster, ldapjs, standIn, pace } = bench;
  const rounds = {
    ...{ slapd: [] as Round[], roster: [] as Round[] },
    ...{ ldapjs: [] as Round[], ceiling: [] as Round[] },
  };
  await standIn.answerWith(await answerTo(firstRequest(work), roster.port, bench.caPem));
  if (work.isWarmedByEach) for (const { port } of [slapd, roster]) await sendEach(work, port, bench);
  for (let round = 0; round < pace.rounds; round += 1) {
    rounds.slapd.push(await measure(work, slapd, work.entriesEach, bench));
    rounds.roster.push(await measure(work, roster, work.entriesEach, bench));
  }
  if (LDAPJS_WORKS.includes(work.name))
    rounds.ldapjs.push(await measure(work, ldapjs, work.entriesEach, bench));
  rounds.ceiling.push(await measure(work, standIn, null, bench));
  const { name, title, unit, target } = work;
  return {
    ...{ name, title, unit, target },
    slapd: speedOf(rounds.slapd),
    roster: speedOf(rounds.roster),
    ldapjs: rounds.ldapjs.length === 0 ? null : speedOf(rounds.ldapjs),
    ceiling: speedOf(rounds.ceiling),
  };
}

export interface Round {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly bytes: number;
}

/** One round with one server. Throws as `measureWork` does. */
export async function warmUpAndMeasure(work: Work, server: Served, bench: Driver): Promise<Round> {
  if (work.isWarmedByEach) await sendEach(work, server.port, bench);
  return measure(work, server, work.entriesEach, bench);
}

async function measure(
  work: Work,
  { port, pid }: Pick<Served, 'port' | 'pid'>,
  entriesEach: number | null,
  bench: Driver,
): Promise<Round> {
  const cpuBefore = await cpuSeconds(pid);
  const tally = await bench.generator.run(loadOf(work, port, bench));
  const cpu = (await cpuSeconds(pid)) - cpuBefore;
  check(work.name, tally, entriesEach);
  const [done, inAll] =
    work.unit === 'entries' ? [tally.entries, tally.entriesInAll] : [tally.done, tally.doneInAll];
  return {
    perSecond: (done * 1000) / tally.elapsedMs,
    cpuUs: (cpu * 1e6) / inAll,
    bytes: tally.bytes / done,
  };
}

async function sendEach(work: Work, port: number, bench: Driver): Promise<void> {
  const load = loadOf(work, port, bench);
  const tally = await bench.generator.run({ ...load, mode: 'once', warmUpMs: 0, measureMs: FIRST_MS_MAX });
  check(work.name, tally, work.entriesEach);
}

function loadOf(work: Work, port: number, { caPem, pace }: Driver): Load {
  return { ...work.load, port, caPem, warmUpMs: pace.warmUpMs, measureMs: pace.measureMs };
}

function firstRequest({ load }: Work): Buffer {
  const [first = Buffer.alloc(0)] = load.requests;
  return load.mode === 'pages' ? pageRequest(first, 1000, Buffer.alloc(0)) : first;
}

function check(name: string, tally: Tally, entriesEach: number | null): void {
  const codes = Object.keys(tally.failures);
  if (codes.length > 0) throw new Error(`${name}: requests were refused with ${codes.join(', ')}.`);
  if (tally.lost > 0) throw new Error(`${name}: ${tally.lost} requests had no answer.`);
  if (entriesEach !== null && tally.entriesInAll !== entriesEach * tally.doneInAll) {
    const found = tally.entriesInAll / tally.doneInAll;
    throw new Error(`${name}: a request finds ${found} entries, not ${entriesEach}.`);
  }
}

function speedOf(rounds: readonly Round[]): Speed {
  return {
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    rounds: rounds.map(({ perSecond }) => Math.round(perSecond)),
    cpuUs: median(rounds.map(({ cpuUs }) => cpuUs)),
    bytes: median(rounds.map(({ bytes }) => bytes)),
  };
}

/** The middle one; of two middles the mean. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return (upper + lower) / 2;
}
