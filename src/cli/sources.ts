/** `roster sources`: list, add, test, sync, runs. */
import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { type PresetDefaults, presetDefaults, type Roster } from '../app.ts';
import type { NewSource } from '../core/directory/directory.ts';
import { publicRun, publicSource } from '../core/model/public.ts';
import { PRESET_NAMES, type PresetName } from '../core/model/source.ts';
import { UsageError, WorkFailed } from './failure.ts';
import { passwordFromStdin, promptPassword } from './password-input.ts';
import { CONSOLE, withRoster } from './session.ts';
import { showProgress } from './sync-progress.ts';
import { printJson, printLine, printTable, type Terminal } from './terminal.ts';

interface AddOptions extends Partial<PresetDefaults> {
  readonly preset: PresetName;
  readonly url: string;
  readonly baseDn: string;
  readonly bindDn: string;
  readonly bindPasswordStdin?: true;
  readonly syncGroups?: true;
  readonly caFile?: string;
}

/** Runs that `sources runs` lists, newest first. */
const LISTED_RUNS = 50;
/** Problems that a sync shows; all that are kept stand in the JSON of the run. */
const SHOWN_PROBLEMS = 20;

export function sourcesCommand(terminal: Terminal): Command {
  const sources = new Command('sources').description('directories from which users and groups are imported');
  sources.addCommand(addCommand(terminal));

  sources
    .command('list')
    .description('list all sources')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) =>
      withRoster(terminal, (roster) => list(terminal, roster, json === true)),
    );

  sources
    .command('test')
    .description('try a source without changing anything')
    .argument('<source>', 'name or id')
    .action((name: string) => withRoster(terminal, (roster) => test(terminal, roster, name)));

  sources
    .command('sync')
    .description('import from a source now')
    .argument('<source>', 'name or id')
    .action((name: string) => withRoster(terminal, (roster) => sync(terminal, roster, name)));

  sources
    .command('runs')
    .description('list the newest sync runs')
    .argument('[source]', 'name or id; without it, of all sources')
    .option('--json', 'print JSON')
    .action((name: string | undefined, { json }: { json?: true }) =>
      withRoster(terminal, (roster) => runs(terminal, roster, name, json === true)),
    );

  return sources;
}

function addCommand(terminal: Terminal): Command {
  return new Command('add')
    .description('add a source; what is not given comes from the preset')
    .argument('<name>')
    .addOption(
      new Option('--preset <preset>', 'kind of directory').choices(PRESET_NAMES).makeOptionMandatory(),
    )
    .requiredOption('--url <url>', 'ldaps://host[:port]')
    .requiredOption('--base-dn <dn>', 'where the people are')
    .requiredOption('--bind-dn <dn>', 'account that reads the directory')
    .option('--bind-password-stdin', 'read the password of that account from standard input')
    .option('--filter <filter>', 'which entries are people')
    .option('--username-field <attribute>')
    .option('--sync-groups', 'import groups too')
    .option('--group-base-dn <dn>', 'where the groups are')
    .option('--group-filter <filter>', 'which entries are groups')
    .option('--group-name-field <attribute>')
    .option(
      '--ca-file <path>',
      'PEM file of the authorities that may have signed the certificate of the server',
    )
    .action((name: string, options: AddOptions) => add(terminal, name, options));
}

async function add(terminal: Terminal, name: string, options: AddOptions): Promise<void> {
  const caPem = options.caFile === undefined ? null : await readCaFile(options.caFile);
  const bindPassword = await bindPasswordFor(terminal, options);
  const { preset, url, baseDn, bindDn } = options;
  const source: NewSource = {
    ...{ name, preset, url, caPem, baseDn, bindDn, bindPassword },
    ...defaultsFor(preset, baseDn),
    ...chosen(options),
    syncGroups: options.syncGroups === true,
  };
  const added = await withRoster(terminal, ({ directory }) => directory.sources.add(CONSOLE, source));
  printLine(terminal, `Added source ${added.name}. Try it: roster sources test ${added.name}`);
}

/** A base that is no DN is refused by the directory, with a sentence of its own. */
function defaultsFor(preset: PresetName, baseDn: string): PresetDefaults {
  try {
    return presetDefaults(preset, baseDn);
  } catch {
    return presetDefaults(preset);
  }
}

function chosen(options: AddOptions): Partial<PresetDefaults> {
  const { filter, usernameField, groupBaseDn, groupFilter, groupNameField } = options;
  return {
    ...(filter !== undefined && { filter }),
    ...(usernameField !== undefined && { usernameField }),
    ...(groupBaseDn !== undefined && { groupBaseDn }),
    ...(groupFilter !== undefined && { groupFilter }),
    ...(groupNameField !== undefined && { groupNameField }),
  };
}

async function readCaFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new UsageError(`The file of --ca-file cannot be read${code}: ${path}.`);
  }
}

async function bindPasswordFor(terminal: Terminal, options: AddOptions): Promise<string> {
  if (options.bindPasswordStdin) return passwordFromStdin(terminal);
  if (terminal.stdin.isTTY) return promptPassword(terminal, `Password of ${options.bindDn}: `);
  throw new UsageError('Give the bind password by --bind-password-stdin, or at a terminal.');
}

async function list(terminal: Terminal, { directory }: Roster, json: boolean): Promise<void> {
  const sources = await directory.sources.list();
  if (json) return printJson(terminal, sources.map(publicSource));
  const rows = sources.map(({ name, preset, url, syncGroups, enabled }) => [
    ...[name, preset, url, syncGroups ? 'users and groups' : 'users'],
    enabled ? 'on' : 'off',
  ]);
  printTable(terminal, ['name', 'preset', 'url', 'imports', 'state'], rows, 'There are no sources.');
}

async function test(terminal: Terminal, { directory, connector }: Roster, name: string): Promise<void> {
  const { steps, users, groups } = await connector.test(await directory.sources.find(name));
  for (const step of steps.filter(({ ok }) => ok)) printLine(terminal, step.message);
  const failed = steps.find(({ ok }) => !ok);
  if (failed !== undefined) throw new WorkFailed(failed.message);
  const rows = [
    ...users.map((user) => ['user', user.username ?? '', user.displayName ?? '', user.email ?? '']),
    ...groups.map((group) => ['group', group.name ?? '', group.displayName ?? '', '']),
  ];
  printTable(
    terminal,
    ['for example', 'name', 'display name', 'e-mail'],
    rows,
    'It holds nothing to import.',
  );
}

async function sync(terminal: Terminal, roster: Roster, name: string): Promise<void> {
  const { directory, connector } = roster;
  const source = await directory.sources.find(name);
  const { run, done } = await connector.sync(CONSOLE, source);
  const interrupt = () => void connector.stop();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) terminal.on(signal, interrupt);
  try {
    const hide = showProgress(terminal, () => directory.syncRuns.byId(run.id));
    const { state, reason, problems } = await done.finally(hide);
    if (state !== 'succeeded') throw new WorkFailed(reason);
    printLine(terminal, reason);
    const rows = problems.slice(0, SHOWN_PROBLEMS).map((problem) => [problem.dn, problem.reason]);
    printTable(terminal, ['not as upstream', 'because'], rows);
  } finally {
    for (const signal of signals) terminal.off(signal, interrupt);
  }
}

async function runs(
  terminal: Terminal,
  { directory }: Roster,
  name: string | undefined,
  json: boolean,
): Promise<void> {
  const sources = new Map((await directory.sources.list()).map((source) => [source.id, source.name]));
  const sourceId = name === undefined ? null : (await directory.sources.find(name)).id;
  const newest = await directory.syncRuns.list(sourceId, LISTED_RUNS);
  if (json) return printJson(terminal, newest.map(publicRun));
  const rows = newest.map((run) => [
    ...[run.startedAt.toISOString(), sources.get(run.sourceId) ?? '', run.state],
    run.state === 'running' ? run.phase : run.reason,
  ]);
  printTable(terminal, ['started', 'source', 'state', 'outcome'], rows, 'There were no sync runs yet.');
}
