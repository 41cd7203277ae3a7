/** Compares Roster with slapd, and with ldapjs where it can keep up: over LDAPS, with the same entries and the same requests. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { issueCertificates } from '../src/ldap-server/certificate.ts';
import { type StandIn, startStandIn } from './ceiling.ts';
import { measureCrowded } from './crowded.ts';
import { type Generator, startGenerator } from './generators.ts';
import { startLdapjs } from './ldapjs.ts';
import { type Bench, measureWork, type WorkResult } from './measure.ts';
import type { Options } from './options.ts';
import { writeLdif } from './population-ldif.ts';
import { fillDatabase } from './population-rows.ts';
import { machine, type Resident, type Results, say, type Watched } from './report.ts';
import { dataDirOf, installCertificate, startRoster } from './roster.ts';
import { loadSlapd, startSlapd } from './slapd.ts';
import { measureStartUp } from './start-up.ts';
import { measureVisibility } from './visibility.ts';
import { type Work, worksOf } from './works.ts';
import { residentBytes, type Served } from './yardstick.ts';

const SIGN_INS = 200;

export async function compare(
  folder: string,
  options: Options,
  running: { stop(): unknown }[],
): Promise<Results> {
  const { size, only } = options;
  const began = await machine();
  const started = await start(folder, options, running);
  const works = worksOf(size, Math.min(options.people, size.users)).filter(isWanted(only));
  const speeds: WorkResult[] = [];
  for (const work of works) {
    say(work.title);
    speeds.push(await measureWork(work, started));
  }
  const resident = await residentOf(started, join(folder, 'empty'), options);
  const watched = await watch(folder, options, started, running);
  return { ...began, size, workers: options.workers, speeds, resident, watched };
}

export function isWanted(only: readonly string[]): (row: { readonly name: string }) => boolean {
  return ({ name }) => only.length === 0 || only.includes(name);
}

async function start(folder: string, options: Options, running: { stop(): unknown }[]): Promise<Bench> {
  const { size } = options;
  const names = { hostnames: ['localhost'], addresses: ['127.0.0.1'], now: new Date(), validDays: 30 };
  const certificate = await issueCertificates(names);
  const [ofSlapd, ofRoster, ofEmpty] = [join(folder, 'slapd'), join(folder, 'roster'), join(folder, 'empty')];
  for (const each of [ofSlapd, ofRoster, ofEmpty]) await mkdir(each);
  say(`${size.users} users and ${size.groups} groups of ${size.members} as LDIF`);
  await writeLdif(join(folder, 'people.ldif'), size);
  say('the same into slapd');
  await loadSlapd(ofSlapd, join(folder, 'people.ldif'), certificate);
  say('the same into Roster');
  await fillDatabase(dataDirOf(ofRoster), size);
  for (const each of [ofRoster, ofEmpty]) await installCertificate(each, certificate);
  const keep = <Part extends Served | StandIn | Generator>(part: Part): Part => {
    running.push(part);
    return part;
  };
  return {
    slapd: keep(await startSlapd(ofSlapd)),
    roster: keep(await startRoster(ofRoster, [], workersOf(options))),
    ldapjs: keep(await startLdapjs(certificate, size)),
    standIn: keep(await startStandIn(certificate)),
    generator: keep(startGenerator()),
    caPem: certificate.caPem,
    pace: options.pace,
  };
}

/** After the works, when both have touched all that they touch. */
async function residentOf({ slapd, roster }: Bench, ofEmpty: string, options: Options): Promise<Resident> {
  const empty = await startRoster(ofEmpty, [], workersOf(options));
  const emptyBytes = await residentBytes(empty.pid);
  await empty.stop();
  return {
    slapd: await residentBytes(slapd.pid),
    roster: await residentBytes(roster.pid),
    empty: emptyBytes,
  };
}

async function watch(
  folder: string,
  options: Options,
  bench: Bench,
  running: { stop(): unknown }[],
): Promise<Watched> {
  const { size, people } = options;
  const wanted = isWanted(options.only);
  const ofRoster = join(folder, 'roster');
  const { port } = bench.roster;
  const watched: { -readonly [Name in keyof Watched]: Watched[Name] } = {};
  if (wanted({ name: 'visible' })) {
    say('a committed change over LDAPS');
    watched.visible = await measureVisibility(dataDirOf(ofRoster), port, bench.caPem, options.changes);
  }
  if (wanted({ name: 'crowded' })) {
    say('searches while others list everything and sign in');
    const [search, listing] = ['uid', 'listing'].map((name) => find(worksOf(size, 1), name));
    if (search === undefined || listing === undefined) return watched;
    const common = {
      caPem: bench.caPem,
      generator: bench.generator,
      search,
      listing,
      measureMs: options.crowdedMs,
    };
    const crowd = { ...common, firstPerson: people + 1, signIns: Math.min(SIGN_INS, size.users - people) };
    watched.slapdCrowded = await measureCrowded({ ...crowd, port: bench.slapd.port });
    watched.crowded = await measureCrowded({ ...crowd, port });
  }
  // How long one process takes is asked of one process.
  if (wanted({ name: 'start-up' }) && options.workers === 1) {
    say('start-up');
    for (const part of running.splice(0).reverse()) await part.stop();
    watched.startUp = await measureStartUp(ofRoster, join(folder, 'empty'), options.starts);
  }
  return watched;
}

function find(works: readonly Work[], wanted: string): Work | undefined {
  return works.find(({ name }) => name === wanted);
}

function workersOf({ workers }: Options): Readonly<Record<string, string>> {
  return { ROSTER_LDAP_WORKERS: String(workers) };
}
