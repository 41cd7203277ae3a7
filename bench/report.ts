/** The outcome as a table for people, as JSON for later runs, and as part of docs/performance.md. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Crowded } from './crowded.ts';
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
  readonly speeds: readonly WorkResult[];
  readonly resident: Resident;
  readonly watched: Watched;
}

/** This file runs as dist-bench/bench/report.js. */
const ROOT = join(import.meta.dirname, '..', '..');
const DOCS = join(ROOT, 'docs', 'performance.md');
const [BEGIN, END] = ['<!-- table: written by npm run bench -- --save-docs -->', '<!-- end of table -->'];
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

/** Returns where. */
export async function saveJson(results: Results): Promise<string> {
  const folder = join(ROOT, 'bench', 'results');
  await mkdir(folder, { recursive: true });
  const name = `${results.date.replace(/\D/g, '')}-${results.size.users}.json`;
  await writeFile(join(folder, name), `${JSON.stringify(results, null, 2)}\n`);
  return join('bench', 'results', name);
}

export async function saveDocs(results: Results): Promise<void> {
  const text = await readFile(DOCS, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('docs/performance.md has lost the marks around its table.');
  await writeFile(DOCS, `${text.slice(0, begin)}${BEGIN}\n\n${table(results)}\n${text.slice(end)}`);
}

/** Markdown. */
export function table(results: Results): string {
  const { date, processor, cores, memoryGiB, load, node, slapd, size } = results;
  return [
    `${date} UTC, ${processor}, ${cores} cores, ${memoryGiB} GiB, load average before ${load.toFixed(1)}; ` +
      `Node.js ${node}, slapd ${slapd}; ` +
      `${whole(size.users)} users, ${whole(size.groups)} groups of ${whole(size.members)}.`,
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

function speedTable(speeds: readonly WorkResult[]): readonly string[] {
  const heads = ['/s', 'µs', 'bytes'].flatMap((what) => [`slapd ${what}`, `Roster ${what}`]);
  const columns = [
    'work',
    ...heads.slice(0, 2),
    'ratio',
    'at least',
    '',
    'ceiling /s',
    ...heads.slice(2),
    'ceiling µs',
  ];
  return [
    row(columns),
    `|---|---:|---:|---:|---:|---|${'---:|'.repeat(6)}`,
    ...speeds.map(({ title, unit, target, slapd, roster, ceiling }) => {
      const ratio = roster.perSecond / slapd.perSecond;
      const servers = [slapd, roster];
      return row([
        unit === 'entries' ? `${title} (entries)` : title,
        ...servers.map(({ perSecond }) => whole(perSecond)),
        ...[ratio.toFixed(2), String(target), mark(ratio >= target), whole(ceiling.perSecond)],
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

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
