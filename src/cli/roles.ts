/** `roster roles`: list, permissions, add, show, edit, delete. */
import { Command, InvalidArgumentError } from 'commander';
import { PERMISSIONS } from '../core/access/permissions.ts';
import type { RoleChanges } from '../core/directory/roles.ts';
import { addYes, confirm, type YesOption } from './confirm.ts';
import { requireChange } from './failure.ts';
import { CONSOLE, withRoster } from './session.ts';
import { counted, printFields, printJson, printLine, printTable, type Terminal } from './terminal.ts';

interface RoleOptions {
  readonly description?: string;
  readonly rank?: number;
  readonly permission?: readonly string[];
}

interface JsonOption {
  readonly json?: true;
}

export function rolesCommand(terminal: Terminal): Command {
  const roles = new Command('roles').description('what users may do');

  roles
    .command('list')
    .description('list all roles, the highest first')
    .option('--json', 'print JSON')
    .action((options: JsonOption) => list(terminal, options));

  roles
    .command('permissions')
    .description('list all permissions')
    .option('--json', 'print JSON')
    .action(({ json }: JsonOption) => {
      if (json) return printJson(terminal, PERMISSIONS);
      printTable(terminal, ['permission', 'lets'], Object.entries(PERMISSIONS), '');
    });

  withOptions(roles.command('add').description('add a role').argument('<name>')).action(
    (name: string, options: RoleOptions) =>
      withRoster(terminal, async ({ directory }) => {
        const role = await directory.roles.add(CONSOLE, { name, ...changesOf(options) });
        printLine(terminal, `Added role ${role.name}.`);
      }),
  );

  roles
    .command('show')
    .description('show a role')
    .argument('<name>')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) => show(terminal, name, options));

  withOptions(roles.command('edit').description('change what is given').argument('<name>')).action(
    (name: string, options: RoleOptions) => edit(terminal, name, options),
  );

  addYes(roles.command('delete'))
    .description('delete a role that nobody has')
    .argument('<name>')
    .action((name: string, options: YesOption) =>
      withRoster(terminal, async ({ directory }) => {
        const { permissions } = await directory.roles.byName(CONSOLE, name);
        const what = counted(permissions.length, 'permission');
        await confirm(terminal, `Role ${name} is deleted, with its ${what}.`, options);
        const role = await directory.roles.delete(CONSOLE, name);
        printLine(terminal, `Deleted role ${role.name}.`);
      }),
    );

  return roles;
}

function withOptions(command: Command): Command {
  return command
    .option('--description <text>', 'what it is for')
    .option(
      '--rank <number>',
      'its users may act on users of a lower rank: above user 0, below admin 300',
      toRank,
    )
    .option('--permission <name>', 'one of "roles permissions"; may be repeated, replaces all', collect);
}

function toRank(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A rank is a whole number.');
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function changesOf({ description, rank, permission }: RoleOptions): RoleChanges {
  return {
    ...(description !== undefined && { description }),
    ...(rank !== undefined && { rank }),
    ...(permission !== undefined && { permissions: permission }),
  };
}

async function list(terminal: Terminal, { json }: JsonOption): Promise<void> {
  await withRoster(terminal, async ({ directory }) => {
    const roles = await directory.roles.list(CONSOLE);
    if (json) return printJson(terminal, roles);
    const rows = roles.map(({ name, rank, builtIn, description }) => [
      ...[name, String(rank), builtIn ? 'yes' : ''],
      description,
    ]);
    printTable(terminal, ['name', 'rank', 'built in', 'description'], rows, 'There are no roles.');
  });
}

async function show(terminal: Terminal, name: string, { json }: JsonOption): Promise<void> {
  await withRoster(terminal, async ({ directory }) => {
    const role = await directory.roles.byName(CONSOLE, name);
    if (json) return printJson(terminal, role);
    printFields(terminal, {
      Name: role.name,
      Description: role.description,
      Rank: String(role.rank),
      'Built in': role.builtIn ? 'yes' : 'no',
      Permissions: role.permissions.join(', '),
    });
  });
}

async function edit(terminal: Terminal, name: string, options: RoleOptions): Promise<void> {
  const changes = changesOf(options);
  requireChange(changes);
  await withRoster(terminal, async ({ directory }) => {
    const role = await directory.roles.edit(CONSOLE, name, changes);
    printLine(terminal, `Changed role ${role.name}.`);
  });
}
