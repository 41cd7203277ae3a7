/** Measures how Roster fares as the company grows: the same works with more and more users. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate } from '../src/ldap-server/certificate.ts';
import type { Generator } from './generators.ts';
import { median, type Pace, warmUpAndMeasure } from './measure.ts';
import type { Size } from './population.ts';
import { fillDatabase } from './population-rows.ts';
import { dataDirOf, installCertificate, startRoster } from './roster.ts';
import { measureVisibility } from './visibility.ts';
import { type Work, worksOf } from './works.ts';
import { residentBytes, type Served } from './yardstick.ts';

export interface Grown {
  readonly users: number;
  /** Equality searches on uid a second, one at a time over 8 connections: the median of the rounds. */
  readonly perSecond: number;
  /** When every entry has been read. */
  readonly residentBytes: number;
  /** For each user more than at the size before; null: there is none. */
  readonly bytesPerUser: number | null;
  readonly startMs: number;
  readonly visibleP99Ms: number;
}

export interface GrowthOptions {
  readonly folder: string;
  readonly certificate: Certificate & { readonly caPem: string };
  readonly generator: Generator;
  readonly pace: Pace;
  readonly changes: number;
  readonly sizes: readonly Size[];
  say(what: string): void;
  /** Told of each server, so that it is stopped whatever happens. */
  keep(server: Served): Served;
}

interface Stage {
  readonly size: Size;
  readonly server: Served;
  readonly folder: string;
  readonly startMs: number;
  readonly rates: number[];
}

/** The servers stay up together and take turns, round by round: what else the machine does falls on all alike. */
export async function measureGrowth(options: GrowthOptions): Promise<readonly Grown[]> {
  const { certificate, generator, pace, changes, say } = options;
  const bench = { caPem: certificate.caPem, generator, pace };
  const stages: Stage[] = [];
  for (const size of options.sizes) {
    say(`${size.users} users`);
    stages.push(await startStage(size, options));
  }
  for (let round = 0; round < pace.rounds; round += 1) {
    for (const { size, server, rates } of stages) {
      rates.push((await warmUpAndMeasure(work('uid', size), server, bench)).perSecond);
    }
  }
  const grown: Grown[] = [];
  for (const { size, server, folder, startMs, rates } of stages) {
    say(`${size.users} users: all entries, and changes`);
    await warmUpAndMeasure(work('listing', size), server, bench);
    const bytes = await residentBytes(server.pid);
    const before = grown.at(-1);
    const more = before && (bytes - before.residentBytes) / (size.users - before.users);
    const visible = await measureVisibility(dataDirOf(folder), server.port, certificate.caPem, changes);
    grown.push({
      ...{ users: size.users, perSecond: median(rates), startMs, visibleP99Ms: visible.p99Ms },
      ...{ residentBytes: bytes, bytesPerUser: more ?? null },
    });
  }
  return grown;
}

async function startStage(size: Size, options: GrowthOptions): Promise<Stage> {
  const folder = join(options.folder, String(size.users));
  await mkdir(folder);
  await fillDatabase(dataDirOf(folder), size);
  await installCertificate(folder, options.certificate);
  // The first start makes what an installation has, its keys and its owner.
  await (await startRoster(folder)).stop();
  const begun = performance.now();
  const server = options.keep(await startRoster(folder));
  return { ...{ size, folder, server, rates: [] }, startMs: performance.now() - begun };
}

function work(wanted: string, size: Size): Work {
  const found = worksOf(size, 1).find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`There is no work named ${wanted}.`);
  return found;
}
