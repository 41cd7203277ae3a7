/** `roster doctor`: says in sentences what is well and what is wrong with an installation. */
import { networkInterfaces } from 'node:os';
import { Command } from 'commander';
import {
  examineAllowList,
  examineAuthority,
  examineCertificate,
  examineDatabase,
  examineDataDir,
  examinePort,
  openRoster,
  type Roster,
  readCertificate,
} from '../app.ts';
import { type Config, readConfig } from '../core/config/config.ts';
import { disk } from '../core/config/disk.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Finding } from '../core/model/finding.ts';
import { LDAP_SWITCHED_OFF } from '../core/model/settings.ts';
import { WorkFailed } from './failure.ts';
import { printJson, printLine, type Terminal } from './terminal.ts';

export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .description(
      'say what is wrong with configuration, certificate, port, database, allow-list, sources and external authority',
    )
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) => doctor(terminal, json === true));
}

async function doctor(terminal: Terminal, json: boolean): Promise<void> {
  const findings = await examine(terminal);
  if (json) printJson(terminal, findings);
  else for (const { state, sentence } of findings) printLine(terminal, `${MARKS[state]}  ${sentence}`);
  const wrong = findings.filter(({ state }) => state === 'wrong').length;
  if (wrong > 0) throw new WorkFailed(wrong === 1 ? 'One thing is wrong.' : `${wrong} things are wrong.`);
}

const MARKS: Readonly<Record<Finding['state'], string>> = {
  well: 'well   ',
  warning: 'warning',
  wrong: 'WRONG  ',
};

async function examine(terminal: Terminal): Promise<readonly Finding[]> {
  const config = configOrFindings(terminal);
  if (!('dataDir' in config)) return config;
  const now = new Date();
  const { findings, isComplete } = await examineDataDir(config);
  const certificate = await readCertificate(config.certsDir, now).catch(() => null);
  return [
    { subject: 'configuration', state: 'well', sentence: 'The configuration can be read.' },
    ...findings,
    ...(await examineCertificate(config.certsDir, now)),
    await examinePort(config.ldaps, certificate),
    ...(isComplete ? await examineContents(config) : [NOT_STARTED]),
  ];
}

const NOT_STARTED: Finding = {
  subject: 'database',
  state: 'warning',
  sentence: 'The server has not been started here yet, so there is no directory to look at.',
};

function configOrFindings(terminal: Terminal): Config | readonly Finding[] {
  try {
    return readConfig(terminal.env, disk);
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    return error.message
      .split('\n')
      .map((sentence) => ({ subject: 'configuration', state: 'wrong', sentence }));
  }
}

/** What stands in the database, and what that leads to. */
async function examineContents(config: Config): Promise<readonly Finding[]> {
  let roster: Roster;
  try {
    roster = await openRoster({ ...config, logLevel: 'silent' });
  } catch (error) {
    return [{ subject: 'database', state: 'wrong', sentence: sentenceOf(error) }];
  }
  try {
    return [
      ...(await examineDatabase(roster.store)),
      ...(await examineAllow(roster)),
      ...(await examineSources(roster)),
      ...(await examineAuthority(roster.directory.authority)),
    ];
  } finally {
    await roster.close();
  }
}

async function examineAllow({ directory }: Roster): Promise<readonly Finding[]> {
  try {
    const { allow, ldapServed } = await directory.settings.current();
    const off: Finding = { subject: 'port', state: 'warning', sentence: LDAP_SWITCHED_OFF };
    return [...(ldapServed ? [] : [off]), ...examineAllowList(allow, ownAddresses())];
  } catch (error) {
    return [{ subject: 'allow-list', state: 'warning', sentence: sentenceOf(error) }];
  }
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
}

async function examineSources({ directory, connector }: Roster): Promise<readonly Finding[]> {
  const sources = (await directory.sources.list()).filter(({ enabled }) => enabled);
  return Promise.all(
    sources.map(async (source): Promise<Finding> => {
      const { ok, steps } = await connector.test(source);
      const last = steps.at(-1)?.message ?? '';
      const sentence = ok ? `Source ${source.name} answers. ${last}` : `Source ${source.name}: ${last}`;
      return { subject: 'source', state: ok ? 'well' : 'wrong', sentence };
    }),
  );
}

function sentenceOf(error: unknown): string {
  if (error instanceof DirectoryError) return error.message;
  throw error;
}
