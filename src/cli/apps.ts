/** `roster apps`: list, add, show, edit, password, delete. */
import { Command, Option } from 'commander';
import type { Roster } from '../app.ts';
import type { ApplicationChanges } from '../core/directory/directory.ts';
import { type Application, SECOND_FACTOR_RULES, type SecondFactorRule } from '../core/model/application.ts';
import { publicApplication } from '../core/model/public.ts';
import { addYes, confirm, type YesOption } from './confirm.ts';
import { requireChange, UsageError } from './failure.ts';
import { passwordFromStdin } from './password-input.ts';
import { CONSOLE, withRoster } from './session.ts';
import { printFields, printJson, printLine, printTable, type Terminal } from './terminal.ts';

interface SightOptions {
  readonly group?: readonly string[];
  readonly everyone?: true;
  readonly nobody?: true;
}

interface EditOptions extends SightOptions {
  readonly name?: string;
  readonly description?: string;
  readonly allow?: readonly string[];
  readonly allowAnywhere?: true;
  readonly enable?: true;
  readonly disable?: true;
  readonly secondFactor?: SecondFactorRule;
}

interface PasswordOptions {
  readonly passwordStdin?: true;
  readonly json?: true;
}

export function appsCommand(terminal: Terminal): Command {
  const apps = new Command('apps').description('applications that read the directory and sign people in');

  apps
    .command('list')
    .description('list all applications')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) => withRoster(terminal, (roster) => list(terminal, roster, json)));

  addCommand(apps, terminal);

  apps
    .command('show')
    .description('show an application')
    .argument('<name>')
    .option('--json', 'print JSON')
    .action((name: string, { json }: { json?: true }) =>
      withRoster(terminal, (roster) => show(terminal, roster, name, json)),
    );

  editCommand(apps, terminal);

  apps
    .command('password')
    .description('give an application a new password')
    .argument('<name>')
    .option('--password-stdin', 'read it from standard input; otherwise one is made and shown')
    .option('--json', 'print JSON')
    .action((name: string, options: PasswordOptions) => setPassword(terminal, name, options));

  addYes(apps.command('delete'))
    .description('delete an application')
    .argument('<name>')
    .action((name: string, options: YesOption) =>
      withRoster(terminal, async ({ directory }) => {
        await directory.applications.byName(CONSOLE, name);
        await confirm(terminal, `Application ${name} is deleted: it can no longer bind.`, options);
        await directory.applications.delete(CONSOLE, name);
        printLine(terminal, `Deleted application ${name}.`);
      }),
    );

  return apps;
}

function addCommand(apps: Command, terminal: Terminal): void {
  withSight(
    apps.command('add').description('add an application; without --group or --everyone it sees nobody'),
  )
    .argument('<name>')
    .option('--description <text>', 'what it is')
    .option('--allow <range>', 'it may bind from this address or range alone; may be repeated', collect)
    .option('--password-stdin', 'read its password from standard input; otherwise one is made and shown')
    .option('--json', 'print JSON')
    .action((name: string, options: EditOptions & PasswordOptions) => add(terminal, name, options));
}

function editCommand(apps: Command, terminal: Terminal): void {
  withSight(apps.command('edit').description('change what is given; lists are replaced as a whole'))
    .argument('<name>')
    .option('--name <name>', 'its new name')
    .option('--description <text>', 'what it is')
    .option('--nobody', 'it sees nobody')
    .option('--allow <range>', 'it may bind from this address or range alone; may be repeated', collect)
    .option('--allow-anywhere', 'it may bind from all of the general allow-list')
    .addOption(secondFactorOption())
    .option('--enable', 'it may bind again')
    .option('--disable', 'it can neither bind nor sign anybody in')
    .action((name: string, options: EditOptions) => edit(terminal, name, options));
}

function secondFactorOption(): Option {
  return new Option('--second-factor <rule>', 'what becomes of +totpToken= at its sign-ins').choices(
    SECOND_FACTOR_RULES,
  );
}

function withSight(command: Command): Command {
  return command
    .option('--group <name>', 'it sees the members of this group and signs them in; may be repeated', collect)
    .option('--everyone', 'it sees all users and groups, and signs everybody in');
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

async function list(terminal: Terminal, roster: Roster, json: true | undefined): Promise<void> {
  const applications = await roster.directory.applications.list(CONSOLE);
  if (json) return printJson(terminal, applications.map(publicApplication));
  const nameOf = await groupNames(roster, applications);
  const rows = applications.map((application) => [
    ...[application.name, application.description, sightOf(application, nameOf)],
    ...[application.allow.join(', '), application.enabled ? 'enabled' : 'disabled'],
  ]);
  printTable(terminal, ['name', 'description', 'sees', 'from', 'state'], rows, 'There are no applications.');
}

async function add(terminal: Terminal, name: string, options: EditOptions & PasswordOptions): Promise<void> {
  const changes = changesOf(options);
  const given = options.passwordStdin ? await passwordFromStdin(terminal) : null;
  await withRoster(terminal, async (roster) => {
    const password = given ?? roster.newPassword();
    const application = await roster.directory.applications.add(CONSOLE, { ...changes, name, password });
    if (options.json) return printJson(terminal, withGenerated(application, given, password));
    printLine(terminal, `Added application ${application.name}.`);
    printFields(terminal, { 'Bind DN': bindDn(roster, application), ...shownOnce(given, password) });
  });
}

async function show(terminal: Terminal, roster: Roster, name: string, json: true | undefined): Promise<void> {
  const application = await roster.directory.applications.byName(CONSOLE, name);
  if (json) return printJson(terminal, publicApplication(application));
  printFields(terminal, {
    Name: application.name,
    Description: application.description,
    'Bind DN': bindDn(roster, application),
    Sees: sightOf(application, await groupNames(roster, [application])),
    From: application.allow.join(', ') || 'all of the general allow-list',
    'Second factor': application.secondFactor,
    State: application.enabled ? 'enabled' : 'disabled',
    Id: application.id,
    Changed: application.updatedAt.toISOString(),
  });
}

async function edit(terminal: Terminal, name: string, options: EditOptions): Promise<void> {
  const changes = changesOf(options);
  requireChange(changes);
  const application = await withRoster(terminal, ({ directory }) =>
    directory.applications.edit(CONSOLE, name, changes),
  );
  printLine(terminal, `Changed application ${application.name}.`);
}

async function setPassword(terminal: Terminal, name: string, options: PasswordOptions): Promise<void> {
  const given = options.passwordStdin ? await passwordFromStdin(terminal) : null;
  await withRoster(terminal, async ({ directory, newPassword }) => {
    const password = given ?? newPassword();
    const application = await directory.applications.setPassword(CONSOLE, name, password);
    if (options.json) return printJson(terminal, withGenerated(application, given, password));
    printLine(terminal, `Set the password of application ${application.name}.`);
    if (given === null) printFields(terminal, shownOnce(given, password));
  });
}

function changesOf(options: EditOptions): ApplicationChanges {
  const { name, description, allow, secondFactor } = options;
  refuseBoth(options.enable, '--enable', options.disable, '--disable');
  refuseBoth(allow, '--allow', options.allowAnywhere, '--allow-anywhere');
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...sightChanges(options),
    ...(allow !== undefined && { allow }),
    ...(options.allowAnywhere && { allow: [] }),
    ...(secondFactor !== undefined && { secondFactor }),
    ...((options.enable || options.disable) && { enabled: options.enable === true }),
  };
}

function sightChanges({ group, everyone, nobody }: SightOptions): ApplicationChanges {
  refuseBoth(group, '--group', everyone, '--everyone');
  refuseBoth(group, '--group', nobody, '--nobody');
  refuseBoth(everyone, '--everyone', nobody, '--nobody');
  if (group !== undefined) return { everyone: false, groups: group };
  if (everyone || nobody) return { everyone: everyone === true, groups: [] };
  return {};
}

function refuseBoth(one: unknown, oneName: string, other: unknown, otherName: string): void {
  if (one !== undefined && other !== undefined) {
    throw new UsageError(`Give either ${oneName} or ${otherName}, not both.`);
  }
}

function sightOf({ everyone, groups }: Application, nameOf: ReadonlyMap<string, string>): string {
  if (everyone) return 'everyone';
  const names = groups.flatMap((id) => nameOf.get(id) ?? []);
  return names.join(', ') || 'nobody';
}

/** Name by id of all groups of these applications that are still there. */
function groupNames({ store }: Roster, applications: readonly Application[]): Promise<Map<string, string>> {
  const ids = [...new Set(applications.flatMap(({ groups }) => groups))];
  return store.read(async (transaction) => {
    const groups = await transaction.groupsByIds(ids);
    return new Map(groups.map(({ id, name }) => [id, name]));
  });
}

function bindDn({ baseDn }: Roster, { name }: Application): string {
  return `cn=${name},ou=apps,${baseDn}`;
}

/** Only who did not choose the password is told it. */
function shownOnce(given: string | null, password: string): Record<string, string> {
  return given === null ? { Password: `${password} (shown this once)` } : {};
}

function withGenerated(application: Application, given: string | null, password: string) {
  return { ...publicApplication(application), ...(given === null && { password }) };
}
