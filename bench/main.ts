/** `npm run bench`: compares Roster with slapd, follows its growth, or tells where its time goes. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificates } from '../src/ldap-server/certificate.ts';
import { compare, isWanted } from './comparison.ts';
import { startGenerator } from './generators.ts';
import { measureGrowth } from './growth.ts';
import { growthChart } from './growth-chart.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { fillDatabase } from './population-rows.ts';
import { profileEach } from './profiles.ts';
import { growthTable, machine, saveDocs, saveDrawing, saveJson, say, table } from './report.ts';
import { dataDirOf, installCertificate } from './roster.ts';
import { worksOf } from './works.ts';

type Running = { stop(): unknown }[];

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(USAGE);
  else await bench(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function bench(options: Options): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'roster-bench-'));
  const running: Running = [];
  try {
    if (options.growth) await grow(folder, options, running);
    else if (options.profileDir === null) await compareWithOthers(folder, options, running);
    else await profile(folder, { ...options, profileDir: options.profileDir }, running);
  } finally {
    for (const part of running.reverse()) await part.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function compareWithOthers(folder: string, options: Options, running: Running): Promise<void> {
  const results = await compare(folder, options, running);
  const name = options.workers === 1 ? 'comparison' : 'workers';
  process.stdout.write(`\n${table(results)}\n`);
  process.stdout.write(`Saved as ${await saveJson(name, results)}.\n`);
  if (options.saveDocs) await saveDocs(name, table(results));
}

async function grow(folder: string, options: Options, running: Running): Promise<void> {
  const began = await machine();
  const generator = startGenerator();
  running.push(generator);
  const grown = await measureGrowth({
    ...{ folder, generator, pace: options.pace, changes: options.changes, sizes: options.growthSizes, say },
    certificate: await issueBenchCertificate(),
    keep(server) {
      running.push(server);
      return server;
    },
  });
  const text = growthTable(began, grown);
  process.stdout.write(`\n${text}\n`);
  process.stdout.write(`Saved as ${await saveJson('growth', { ...began, grown })}.\n`);
  if (!options.saveDocs) return;
  await saveDocs('growth', text);
  await saveDrawing('growth.svg', growthChart(grown));
}

async function profile(folder: string, options: Options & { readonly profileDir: string }, running: Running) {
  const { size, pace, profileDir: into } = options;
  const certificate = await issueBenchCertificate();
  const ofRoster = join(folder, 'roster');
  await mkdir(ofRoster);
  say(`${size.users} users and ${size.groups} groups of ${size.members}`);
  await fillDatabase(dataDirOf(ofRoster), size);
  await installCertificate(ofRoster, certificate);
  const generator = startGenerator();
  running.push(generator);
  const works = worksOf(size, Math.min(options.people, size.users)).filter(isWanted(options.only));
  const driver = { generator, caPem: certificate.caPem, pace };
  for await (const page of profileEach(works, { ...driver, folder: ofRoster, into })) {
    process.stdout.write(`${page}\n`);
  }
}

function issueBenchCertificate() {
  return issueCertificates({
    ...{ hostnames: ['localhost'], addresses: ['127.0.0.1'], now: new Date(), validDays: 1 },
  });
}
