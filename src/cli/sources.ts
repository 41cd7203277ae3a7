/** `roster sources`: list, add, edit, test, sync, runs, report, enable, disable, delete. */
import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { type PresetDefaults, presetDefaults, type Roster } from '../app.ts';
import type { SourceChanges } from '../core/directory/directory.ts';
import { DirectoryError } from '../core/errors.ts';
import { publicSource } from '../core/model/public.ts';
import { PRESET_NAMES, type PresetName } from '../core/model/source.ts';
import { requireChange, UsageError, WorkFailed } from './failure.ts';
import { passwordFromStdin, promptPassword } from './password-input.ts';
import { CONSOLE, withRoster } from './session.ts';
import { addSyncCommands } from './sync.ts';
import { counted, printJson, printLine, printTable, type Terminal } from './terminal.ts';

interface FieldOptions extends Partial<PresetDefaults> {
  readonly bindPasswordStdin?: true;
  readonly syncGroups?: boolean;
  readonly caFile?: string;
}

interface AddOptions extends FieldOptions {
  readonly preset: PresetName;
  readonly url: string;
  readonly baseDn: string;
  readonly bindDn: string;
}

interface EditOptions extends FieldOptions {
  readonly name?: string;
  readonly url?: string;
  readonly baseDn?: string;
  readonly bindDn?: string;
  readonly systemCa?: true;
}

export function sourcesCommand(terminal: Terminal): Command {
  const sources = new Command('sources').description('directories from which users and groups are imported');
  sources.addCommand(addCommand(terminal));
  sources.addCommand(editCommand(terminal));

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

  addSyncCommands(terminal, sources);

  switchCommand(terminal, sources, 'enable', 'sync a source again, and ask it about passwords');
  switchCommand(terminal, sources, 'disable', 'neither sync a source nor ask it: its users cannot sign in');

  sources
    .command('delete')
    .description('delete a source; who was imported from it is not deleted')
    .argument('<source>', 'name or id')
    .option('--yes', 'also while it has imports: they stay as local ones, the users disabled')
    .action((name: string, { yes }: { yes?: true }) =>
      withRoster(terminal, (roster) => remove(terminal, roster, name, yes === true)),
    );

  return sources;
}

function switchCommand(
  terminal: Terminal,
  sources: Command,
  verb: 'enable' | 'disable',
  description: string,
): void {
  sources
    .command(verb)
    .description(description)
    .argument('<source>', 'name or id')
    .action((name: string) =>
      withRoster(terminal, async ({ directory }) => {
        const source = await directory.sources.setEnabled(CONSOLE, name, verb === 'enable');
        printLine(terminal, `${source.enabled ? 'Enabled' : 'Disabled'} source ${source.name}.`);
      }),
    );
}

function addCommand(terminal: Terminal): Command {
  const command = new Command('add')
    .description('add a source; what is not given comes from the preset')
    .argument('<name>')
    .addOption(
      new Option('--preset <preset>', 'kind of directory').choices(PRESET_NAMES).makeOptionMandatory(),
    )
    .requiredOption('--url <url>', 'ldaps://host[:port]')
    .requiredOption('--base-dn <dn>', 'where the people are')
    .requiredOption('--bind-dn <dn>', 'account that reads the directory');
  return withFields(command).action((name: string, options: AddOptions) => add(terminal, name, options));
}

function editCommand(terminal: Terminal): Command {
  const command = new Command('edit')
    .description('change what is given; another URL or CA needs the bind password anew')
    .argument('<source>', 'name or id')
    .option('--name <name>', 'new name')
    .option('--url <url>', 'ldaps://host[:port]')
    .option('--base-dn <dn>', 'where the people are')
    .option('--bind-dn <dn>', 'account that reads the directory');
  return withFields(command)
    .option('--no-sync-groups', 'import users alone')
    .addOption(new Option('--system-ca', 'trust the authorities of the system').conflicts('caFile'))
    .action((name: string, options: EditOptions) => edit(terminal, name, options));
}

function withFields(command: Command): Command {
  return command
    .option('--bind-password-stdin', 'read the password of that account from standard input')
    .option('--filter <filter>', 'which entries are people')
    .option('--username-field <attribute>', 'attribute that holds the username')
    .option('--sync-groups', 'import groups too')
    .option('--group-base-dn <dn>', 'where the groups are')
    .option('--group-filter <filter>', 'which entries are groups')
    .option('--group-name-field <attribute>', 'attribute that holds the name of a group')
    .option(
      '--ca-file <path>',
      'PEM file of the authorities that may have signed the certificate of the server',
    );
}

async function add(terminal: Terminal, name: string, options: AddOptions): Promise<void> {
  const { preset, url, baseDn, bindDn } = options;
  const source = {
    ...{ name, preset, url, baseDn, bindDn },
    ...defaultsFor(preset, baseDn),
    ...(await fieldsOf(options)),
    syncGroups: options.syncGroups === true,
  };
  const added = await withRoster(terminal, async ({ directory }) => {
    await directory.sources.check(source);
    const bindPassword = await bindPasswordFor(terminal, options, bindDn);
    return directory.sources.add(CONSOLE, { ...source, bindPassword });
  });
  printLine(terminal, `Added source ${added.name}. Try it: roster sources test ${added.name}`);
}

async function edit(terminal: Terminal, idOrName: string, options: EditOptions): Promise<void> {
  const { name, url, baseDn, bindDn, syncGroups, systemCa, bindPasswordStdin } = options;
  const changes: SourceChanges = {
    ...(name !== undefined && { name }),
    ...(url !== undefined && { url }),
    ...(baseDn !== undefined && { baseDn }),
    ...(bindDn !== undefined && { bindDn }),
    ...(syncGroups !== undefined && { syncGroups }),
    ...(systemCa && { caPem: null }),
    ...(await fieldsOf(options)),
  };
  if (!bindPasswordStdin) requireChange(changes);
  const edited = await withRoster(terminal, async ({ directory }) => {
    const source = await directory.sources.find(idOrName);
    const asked = bindPasswordStdin || url !== undefined || changes.caPem !== undefined;
    const bindPassword = asked ? await bindPasswordFor(terminal, options, bindDn ?? source.bindDn) : null;
    const secret = bindPassword === null ? {} : { bindPassword };
    return directory.sources.edit(CONSOLE, source.id, { ...changes, ...secret });
  });
  printLine(terminal, `Changed source ${edited.name}. Try it: roster sources test ${edited.name}`);
}

async function remove(
  terminal: Terminal,
  { directory }: Roster,
  name: string,
  keepImports: boolean,
): Promise<void> {
  const { source, users, groups } = await directory.sources
    .delete(CONSOLE, name, { keepImports })
    .catch(tellYes);
  if (users + groups === 0) return printLine(terminal, `Deleted source ${source.name}.`);
  const kept = `${counted(users, 'user')} and ${counted(groups, 'group')} from it stay as local ones`;
  printLine(terminal, `Deleted source ${source.name}: ${kept}, the users disabled and without a password.`);
}

/** A source with imports asks for an option. */
function tellYes(error: unknown): never {
  if (!(error instanceof DirectoryError && error.field === 'keepImports')) throw error;
  throw new WorkFailed(
    `${error.message} With --yes it is deleted, and they stay as local ones, the users disabled.`,
  );
}

/** A base that is no DN is refused by the directory, with a sentence of its own. */
function defaultsFor(preset: PresetName, baseDn: string): PresetDefaults {
  try {
    return presetDefaults(preset, baseDn);
  } catch {
    return presetDefaults(preset);
  }
}

/** The given ones of the fields that `add` and `edit` have in common. */
async function fieldsOf(options: FieldOptions): Promise<Partial<PresetDefaults> & { caPem?: string }> {
  const { filter, usernameField, groupBaseDn, groupFilter, groupNameField, caFile } = options;
  return {
    ...(filter !== undefined && { filter }),
    ...(usernameField !== undefined && { usernameField }),
    ...(groupBaseDn !== undefined && { groupBaseDn }),
    ...(groupFilter !== undefined && { groupFilter }),
    ...(groupNameField !== undefined && { groupNameField }),
    ...(caFile !== undefined && { caPem: await readCaFile(caFile) }),
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

async function bindPasswordFor(
  terminal: Terminal,
  { bindPasswordStdin }: FieldOptions,
  bindDn: string,
): Promise<string> {
  if (bindPasswordStdin) return passwordFromStdin(terminal);
  if (terminal.stdin.isTTY) return promptPassword(terminal, `Password of ${bindDn}: `);
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
