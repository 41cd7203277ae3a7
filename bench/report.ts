/** The outcome as tables for people, as JSON for later runs, and as parts of docs/performance.md. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Crowded } from './crowded.ts';
import type { Grown } from './growth.ts';
import type { WorkResult } from './measure.ts';
import type { Size } from './population.ts';
import { slapdVersion } from './slapd.ts';
import type { StartUp } from './start-up.ts';
import type { Visibility } from './visibility.ts';

export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Of the last minute before the run. */
  readonly load: number;
  readonly node: string;
  readonly slapd: string;
}

/** Bytes. */
export interface Resident {
  readonly slapd: number;
  readonly roster: number;
  /** A Roster without users. */
  readonly empty: number;
}

export interface Watched {
  readonly visible?: Visibility;
  readonly crowded?: Crowded;
  readonly slapdCrowded?: Crowded;
  readonly startUp?: StartUp;
}

export interface Results extends Machine {
  readonly size: Size;
  /** Processes of Roster that serve LDAPS. */
  readonly workers: number;
  readonly speeds: readonly WorkResult[];
  readonly resident: Resident;
  readonly watched: Watched;
}

/** This file runs as dist-bench/bench/report.js. */
const ROOT = join(import.meta.dirname, '..', '..');
const DOCS = join(ROOT, 'docs');
const MIB = 1024 * 1024;

export async function machine(): Promise<Machine> {
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    load: loadavg()[0] ?? 0,
    node: process.version,
    slapd: await slapdVersion(),
  };
}

/** One of the tables in docs/performance.md, and what is written of it. */
export type TableName = 'sync' | 'comparison' | 'workers' | 'growth' | 'attacks';

/** Returns where. */
export async function saveJson<Saved extends Machine>(name: TableName, results: Saved): Promise<string> {
  const folder = join(ROOT, 'bench', 'results');
  await mkdir(folder, { recursive: true });
  const file = `${results.date.replace(/\D/g, '')}-${name}.json`;
  await writeFile(join(folder, file), `${JSON.stringify(results, null, 2)}\n`);
  return join('bench', 'results', file);
}

export async function saveDocs(name: TableName, markdown: string): Promise<void> {
  const file = join(DOCS, 'performance.md');
  const [before, after] = [`<!-- table of the bench: ${name} -->`, `<!-- end of ${name} -->`];
  const text = await readFile(file, 'utf8');
  const [begin, end] = [text.indexOf(before), text.indexOf(after)];
  if (begin < 0 || end < begin)
    throw new Error(`docs/performance.md has lost the marks around its table ${name}.`);
  await writeFile(file, `${text.slice(0, begin)}${before}\n\n${markdown}\n${text.slice(end)}`);
}

export async function saveDrawing(name: string, svg: string): Promise<void> {
  await writeFile(join(DOCS, name), svg);
}

/** Tells who waits what is being done. */
export function say(what: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${what}\n`);
}

/** Markdown. */
export function table(results: Results): string {
  const { size, workers } = results;
  return [
    `${conditions(results)}; ${whole(size.users)} users, ${whole(size.groups)} groups of ${whole(size.members)}; ` +
      `Roster serves LDAPS from ${workers === 1 ? 'one process' : `${workers} processes`}.`,
    '',
    ...speedTable(results.speeds),
    '',
    '| watched | slapd | Roster | at most | |',
    '|---|---:|---:|---:|---|',
    ...watchedRows(results).map(([what, ofSlapd, ofRoster, atMost, isMet]) =>
      row([what, ofSlapd, ofRoster, atMost, mark(isMet)]),
    ),
    '',
  ].join('\n');
}

/** Markdown. */
export function growthTable(began: Machine, grown: readonly Grown[]): string {
  const [first, last] = [grown[0], grown.at(-1)];
  const kept = (last?.perSecond ?? 0) / (first?.perSecond ?? 1);
  return [
    `${conditions(began)}; groups of 100, one for each 100 users.`,
    '',
    '| users | equality on uid, /s | resident, MiB | bytes for each user more | start to ready, s | change visible, p99, ms |',
    '|---:|---:|---:|---:|---:|---:|',
    ...grown.map(({ users, perSecond, residentBytes, bytesPerUser, startMs, visibleP99Ms }) =>
      row([
        ...[users, perSecond, residentBytes / MIB].map(whole),
        bytesPerUser === null ? '' : whole(bytesPerUser),
        ...[startMs / 1000, visibleP99Ms].map((value) => value.toFixed(1)),
      ]),
    ),
    '',
    `With ${whole(last?.users ?? 0)} users ${kept.toFixed(2)} of the equality rate with ${whole(first?.users ?? 0)} ` +
      `(at least 0.7: ${mark(kept >= 0.7)}); bytes for each user more at most 2,048: ${mark((last?.bytesPerUser ?? 0) < 2048)}; ` +
      `changes visible within 50 ms: ${mark(grown.every(({ visibleP99Ms }) => visibleP99Ms <= 50))}.`,
    '',
  ].join('\n');
}

export function conditions({ date, processor, cores, memoryGiB, load, node, slapd }: Machine): string {
  return (
    `${date} UTC, ${processor}, ${cores} cores, ${memoryGiB} GiB, load average before ${load.toFixed(1)}; ` +
    `Node.js ${node}, slapd ${slapd}`
  );
}

function speedTable(speeds: readonly WorkResult[]): readonly string[] {
  const heads = ['/s', 'µs', 'bytes'].flatMap((what) => [`slapd ${what}`, `Roster ${what}`]);
  const columns = [
    'work',
    ...heads.slice(0, 2),
    ...['ratio', 'at least', '', 'ldapjs /s', 'ceiling /s'],
    ...heads.slice(2),
    'ceiling µs',
  ];
  return [
    row(columns),
    `|---|---:|---:|---:|---:|---|${'---:|'.repeat(7)}`,
    ...speeds.map(({ title, unit, target, slapd, roster, ldapjs, ceiling }) => {
      const ratio = roster.perSecond / slapd.perSecond;
      const servers = [slapd, roster];
      return row([
        unit === 'entries' ? `${title} (entries)` : title,
        ...servers.map(({ perSecond }) => whole(perSecond)),
        ...[ratio.toFixed(2), String(target), mark(ratio >= target)],
        ...[ldapjs === null ? '' : whole(ldapjs.perSecond), whole(ceiling.perSecond)],
        ...servers.map(({ cpuUs }) => cpuUs.toFixed(1)),
        ...servers.map(({ bytes }) => whole(bytes)),
        ceiling.cpuUs.toFixed(1),
      ]);
    }),
  ];
}

type WatchedRow = readonly [
  what: string,
  slapd: string,
  roster: string,
  atMost: string,
  isMet: boolean | null,
];

function watchedRows({ resident, size, watched }: Results): readonly WatchedRow[] {
  const { startUp, visible, crowded, slapdCrowded } = watched;
  const perUser = (resident.roster - resident.empty) / size.users;
  const rows: WatchedRow[] = [
    [
      'resident memory, MiB',
      whole(resident.slapd / MIB),
      whole(resident.roster / MIB),
      whole((1.5 * resident.slapd) / MIB),
      resident.roster <= 1.5 * resident.slapd,
    ],
    [`the same without users, MiB`, '', whole(resident.empty / MIB), '', null],
    ['resident bytes for each user', '', whole(perUser), '2,048', perUser < 2048],
  ];
  if (startUp !== undefined) rows.push(...startUpRows(startUp));
  if (visible !== undefined) {
    rows.push(['committed change visible, p50, ms', '', visible.p50Ms.toFixed(1), '', null]);
    rows.push(['the same, p99, ms', '', visible.p99Ms.toFixed(1), '50', visible.p99Ms <= 50]);
  }
  if (crowded !== undefined && slapdCrowded !== undefined) rows.push(...crowdedRows(slapdCrowded, crowded));
  return rows;
}

function startUpRows({ rosterMs, emptyMs, selectMs }: StartUp): readonly WatchedRow[] {
  return [
    ['bare SELECT of the rows, ms', '', whole(selectMs), '', null],
    ['start to ready, ms', '', whole(rosterMs), whole(4 * selectMs), rosterMs <= 4 * selectMs],
    ['start to ready without users, ms', '', whole(emptyMs), '', null],
  ];
}

function crowdedRows(slapd: Crowded, roster: Crowded): readonly WatchedRow[] {
  const [factorOfSlapd, factor] = [slapd, roster].map((each) => each.crowdedP99Us / each.quietP99Us);
  const us = (value: number): string => whole(value);
  return [
    ['p99 of equality searches, quiet, µs', us(slapd.quietP99Us), us(roster.quietP99Us), '', null],
    ['the same beside a listing and 200 sign-ins', us(slapd.crowdedP99Us), us(roster.crowdedP99Us), '', null],
    [
      'times its quiet value',
      (factorOfSlapd ?? 0).toFixed(1),
      (factor ?? 0).toFixed(1),
      '10',
      (factor ?? 0) < 10,
    ],
    ['requests lost', whole(slapd.lost), whole(roster.lost), '0', roster.lost === 0],
    ['sign-ins let in', whole(slapd.signedIn), whole(roster.signedIn), '', null],
    ['sign-ins told busy', whole(slapd.busy), whole(roster.busy), '', null],
  ];
}

function mark(isMet: boolean | null): string {
  return isMet === null ? '' : isMet ? 'met' : '**missed**';
}

export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
