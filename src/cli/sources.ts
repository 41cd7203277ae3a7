/** `roster sources`: list, show, add, edit, test, sync, cancel, runs, report, enable, disable, delete. */
import { Command, Option } from 'commander';
import { type PresetDefaults, presetDefaults, type Roster } from '../app.ts';
import type { SourceChanges } from '../core/directory/directory.ts';
import { publicSource } from '../core/model/public.ts';
import { scheduleInWords } from '../core/model/schedule.ts';
import { PRESET_NAMES, type PresetName, type Source } from '../core/model/source.ts';
import { addYes, confirm, type YesOption } from './confirm.ts';
import { requireChange, UsageError, WorkFailed } from './failure.ts';
import { passwordFromStdin, promptPassword } from './password-input.ts';
import { presetsCommand } from './presets.ts';
import { CONSOLE, withRoster } from './session.ts';
import { addDialectOptions, type DialectOptions, dialectFields, readPem } from './source-options.ts';
import { addPolicyOptions, type PolicyOptions, policyFields, policyOf } from './source-policy.ts';
import { addSyncCommands } from './sync.ts';
import { counted, printFields, printJson, printLine, printTable, type Terminal } from './terminal.ts';

interface FieldOptions extends Partial<PresetDefaults>, DialectOptions, PolicyOptions {
  /** false: none. */
  readonly schedule?: string | false;
  readonly timeZone?: string;
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
  /** false: none. */
  readonly clientCertificate?: false;
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
    .command('show')
    .description('show what is kept of a source')
    .argument('<source>', 'name or id')
    .option('--json', 'print JSON')
    .action((name: string, { json }: { json?: true }) =>
      withRoster(terminal, (roster) => show(terminal, roster, name, json === true)),
    );

  sources
    .command('test')
    .description('try a source without changing anything')
    .argument('<source>', 'name or id')
    .option('--json', 'print JSON')
    .action((name: string, { json }: { json?: true }) =>
      withRoster(terminal, (roster) => test(terminal, roster, name, json === true)),
    );

  sources.addCommand(presetsCommand(terminal));

  addSyncCommands(terminal, sources);

  switchCommand(terminal, sources, 'enable', 'sync a source again, and ask it about passwords');
  switchCommand(terminal, sources, 'disable', 'neither sync a source nor ask it: its users cannot sign in');

  addYes(sources.command('delete'))
    .description('delete a source; its imports stay as local ones, the users disabled')
    .argument('<source>', 'name or id')
    .action((name: string, options: YesOption) =>
      withRoster(terminal, (roster) => remove(terminal, roster, name, options)),
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
    .requiredOption(
      '--url <url>',
      'ldaps://host[:port]; ldap:// to this machine alone, unless ROSTER_ALLOW_PLAIN_LDAP says yes',
    )
    .requiredOption('--base-dn <dn>', 'where the people are')
    .requiredOption('--bind-dn <dn>', 'account that reads the directory');
  return withFields(command)
    .addHelpText('after', PRESET_HELP)
    .action((name: string, options: AddOptions) => add(terminal, name, options));
}

function editCommand(terminal: Terminal): Command {
  const command = new Command('edit')
    .description('change what is given; another URL, CA or client certificate needs the secrets anew')
    .argument('<source>', 'name or id')
    .option('--name <name>', 'new name')
    .option(
      '--url <url>',
      'ldaps://host[:port]; ldap:// to this machine alone, unless ROSTER_ALLOW_PLAIN_LDAP says yes',
    )
    .option('--base-dn <dn>', 'where the people are')
    .option('--bind-dn <dn>', 'account that reads the directory');
  return withFields(command)
    .option('--no-sync-groups', 'import users alone')
    .option('--no-schedule', 'synchronize when somebody says so alone')
    .option('--no-client-certificate', 'show no certificate')
    .addHelpText('after', PRESET_HELP)
    .addOption(new Option('--system-ca', 'trust the authorities of the system').conflicts('caFile'))
    .action((name: string, options: EditOptions) => edit(terminal, name, options));
}

const PRESET_HELP =
  '\nWhat a kind of directory is filled in with, and what to know of it: roster sources presets <preset>';

function withFields(command: Command): Command {
  const fields = command
    .option('--bind-password-stdin', 'read the password of that account from standard input')
    .option('--filter <filter>', 'which entries are people')
    .option('--username-field <attribute>', 'attribute that holds the username')
    .option('--sync-groups', 'import groups too')
    .option('--group-base-dn <dn>', 'where the groups are')
    .option('--group-filter <filter>', 'which entries are groups')
    .option('--group-name-field <attribute>', 'attribute that holds the name of a group')
    .option('--schedule <cron>', 'when the server synchronizes it by itself, such as "30 2 * * *"')
    .option('--time-zone <zone>', 'of the schedule, such as Europe/Zurich (default: UTC)')
    .option(
      '--ca-file <path>',
      'PEM file of the authorities that may have signed the certificate of the server',
    );
  addPolicyOptions(addDialectOptions(fields).optionsGroup('What a sync does with what it finds:'));
  // What follows stands with the first ones again.
  return fields.optionsGroup('');
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
    const { clientKeyPem: _, ...checked } = source;
    await directory.sources.check(checked);
    const bindPassword = await bindPasswordFor(terminal, options, bindDn);
    return directory.sources.add(CONSOLE, { ...source, bindPassword });
  });
  printLine(terminal, `Added source ${added.name}. Try it: roster sources test ${added.name}`);
}

async function edit(terminal: Terminal, idOrName: string, options: EditOptions): Promise<void> {
  const { name, url, baseDn, bindDn, syncGroups, systemCa, bindPasswordStdin, clientCertificate } = options;
  const changes: SourceChanges = {
    ...(name !== undefined && { name }),
    ...(url !== undefined && { url }),
    ...(baseDn !== undefined && { baseDn }),
    ...(bindDn !== undefined && { bindDn }),
    ...(syncGroups !== undefined && { syncGroups }),
    ...(systemCa && { caPem: null }),
    ...(clientCertificate === false && { clientCertificatePem: null }),
    ...(await fieldsOf(options)),
  };
  if (!bindPasswordStdin) requireChange(changes);
  const edited = await withRoster(terminal, async ({ directory }) => {
    const source = await directory.sources.find(idOrName);
    const { caPem, clientCertificatePem } = changes;
    const asked =
      bindPasswordStdin || [url, caPem, clientCertificatePem].some((change) => change !== undefined);
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
  options: YesOption,
): Promise<void> {
  const { id, name: known } = await directory.sources.find(name);
  const what = 'its imports stay as local ones, the users disabled and without a password';
  await confirm(terminal, `Source ${known} is deleted with its settings: ${what}.`, options);
  const { source, users, groups } = await directory.sources.delete(CONSOLE, id, { keepImports: true });
  if (users + groups === 0) return printLine(terminal, `Deleted source ${source.name}.`);
  const kept = `${counted(users, 'user')} and ${counted(groups, 'group')} from it stay as local ones`;
  printLine(terminal, `Deleted source ${source.name}: ${kept}, the users disabled and without a password.`);
}

/** A base that is no DN is refused by the directory, with a sentence of its own. */
function defaultsFor(preset: PresetName, baseDn: string): PresetDefaults {
  try {
    return presetDefaults(preset, baseDn);
  } catch {
    return presetDefaults(preset);
  }
}

type GivenFields = Partial<PresetDefaults> &
  Pick<SourceChanges, 'caPem' | 'clientCertificatePem' | 'clientKeyPem'> &
  Pick<SourceChanges, 'schedule' | 'timeZone' | 'policy' | 'dialect' | 'signIn'>;

/** The given ones of the fields that `add` and `edit` have in common. */
async function fieldsOf(options: FieldOptions): Promise<GivenFields> {
  const { filter, usernameField, groupBaseDn, groupFilter, groupNameField, caFile } = options;
  const { schedule, timeZone } = options;
  return {
    ...policyOf(options),
    ...(schedule !== undefined && { schedule: schedule === false ? null : schedule }),
    ...(timeZone !== undefined && { timeZone }),
    ...(filter !== undefined && { filter }),
    ...(usernameField !== undefined && { usernameField }),
    ...(groupBaseDn !== undefined && { groupBaseDn }),
    ...(groupFilter !== undefined && { groupFilter }),
    ...(groupNameField !== undefined && { groupNameField }),
    ...(caFile !== undefined && { caPem: await readPem(caFile, '--ca-file') }),
    ...(await dialectFields(options)),
  };
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
  const rows = sources.map((source) => [
    ...[source.name, source.preset, source.url, source.syncGroups ? 'users and groups' : 'users'],
    ...[source.enabled ? 'on' : 'off', nextOf(source)],
  ]);
  const head = ['name', 'preset', 'url', 'imports', 'state', 'next sync'];
  printTable(terminal, head, rows, 'There are no sources.');
}

async function show(terminal: Terminal, { directory }: Roster, name: string, json: boolean): Promise<void> {
  const source = await directory.sources.find(name);
  if (json) return printJson(terminal, publicSource(source));
  printFields(terminal, {
    Name: source.name,
    Preset: source.preset,
    URL: source.url,
    Certificate: source.caPem === null ? 'trusted by the system' : 'trusted by its own CA',
    'Bind DN': source.bindDn,
    'Base DN': source.baseDn,
    Filter: source.filter,
    'Username field': source.usernameField,
    Imports: source.syncGroups ? 'users and groups' : 'users',
    ...(source.syncGroups && {
      'Group base DN': source.groupBaseDn,
      'Group filter': source.groupFilter,
      'Group name field': source.groupNameField,
    }),
    State: source.enabled ? 'on' : 'off',
    ...policyFields(source.policy),
    Schedule: scheduleInWords(source),
    'Next sync': nextOf(source),
  });
}

function nextOf({ nextRunAt }: Pick<Source, 'nextRunAt'>): string {
  return nextRunAt === null ? 'by hand' : nextRunAt.toISOString();
}

async function test(
  terminal: Terminal,
  { directory, connector }: Roster,
  name: string,
  json: boolean,
): Promise<void> {
  const result = await connector.test(await directory.sources.find(name));
  const { steps, users, groups } = result;
  const failed = steps.find(({ ok }) => !ok);
  if (json) printJson(terminal, result);
  else printTable(terminal, ['step', 'outcome', ''], steps.map(stepRow));
  const rows = [...users.map((it) => sampleRow('user', it)), ...groups.map((it) => sampleRow('group', it))];
  if (!json && rows.length > 0) {
    printLine(terminal, '');
    printTable(terminal, ['for example', 'name', 'display name', 'e-mail or members', 'problem'], rows);
  }
  if (failed !== undefined) throw new WorkFailed(failed.message);
}

type Tested = Awaited<ReturnType<Roster['connector']['test']>>;

function stepRow({ name, ok, message }: Tested['steps'][number]): string[] {
  return [name, ok ? 'passed' : 'failed', message];
}

function sampleRow(
  kind: string,
  { dn, name, displayName, email, members, problem }: Tested['users'][number],
) {
  return [
    kind,
    name ?? dn,
    displayName ?? '',
    members === null ? (email ?? '') : String(members),
    problem ?? '',
  ];
}
