/** How long Roster takes to serve, beside a process that only reads the same rows through the same driver. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median } from './measure.ts';
import { dataDirOf, startRoster } from './roster.ts';

export interface StartUp {
  /** From the start of the process until it serves LDAPS. */
  readonly rosterMs: number;
  /** The same on an empty database: what does not come of the rows. */
  readonly emptyMs: number;
  /** The rows of users, groups and memberships, all read by SELECT; the start of the process is left out. */
  readonly selectMs: number;
}

const TABLES = ['users', 'groups', 'memberships'];

export async function measureStartUp(folder: string, emptyFolder: string, rounds: number): Promise<StartUp> {
  const times = { rosterMs: [] as number[], emptyMs: [] as number[], selectMs: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.selectMs.push(await selectMs(join(dataDirOf(folder), 'roster.db')));
    times.rosterMs.push(await startMs(folder));
    times.emptyMs.push(await startMs(emptyFolder));
  }
  return {
    rosterMs: median(times.rosterMs),
    emptyMs: median(times.emptyMs),
    selectMs: median(times.selectMs),
  };
}

async function startMs(folder: string): Promise<number> {
  const begun = performance.now();
  const roster = await startRoster(folder);
  const ms = performance.now() - begun;
  await roster.stop();
  return ms;
}

async function selectMs(file: string): Promise<number> {
  const script = `
    const database = new (require('better-sqlite3'))(process.argv[1], { readonly: true });
    const begun = performance.now();
    for (const table of ${JSON.stringify(TABLES)}) database.prepare('SELECT * FROM "' + table + '"').all();
    console.log(performance.now() - begun);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, file], {
    cwd: join(import.meta.dirname, '..', '..'),
  });
  return Number(stdout);
}
