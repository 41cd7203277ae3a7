/** `roster users`: list, add, show, edit, password, enable, disable, delete. */
import { Command } from 'commander';
import type { Roster } from '../app.ts';
import { publicUser } from '../core/model/public.ts';
import { isEnabled, type User } from '../core/model/user.ts';
import { requireChange, UsageError } from './failure.ts';
import { everyPage } from './pages.ts';
import { passwordFromStdin, promptNewPassword } from './password-input.ts';
import { CONSOLE, withRoster } from './session.ts';
import { printFields, printJson, printLine, printTable, type Terminal } from './terminal.ts';

interface AddOptions {
  readonly email?: string;
  readonly name?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly passwordStdin?: true;
}

interface EditOptions extends Omit<AddOptions, 'email' | 'passwordStdin'> {
  readonly username?: string;
  /** false: none. */
  readonly email?: string | false;
}

export function usersCommand(terminal: Terminal): Command {
  const users = new Command('users').description('people who sign in');

  users
    .command('list')
    .description('list all users')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) =>
      withRoster(terminal, (roster) => list(terminal, roster, json === true)),
    );

  users
    .command('add')
    .description('add a user')
    .argument('<username>')
    .option('--email <address>', 'e-mail address')
    .option('--name <name>', 'display name')
    .option('--given-name <name>', 'given name')
    .option('--family-name <name>', 'family name')
    .option('--password-stdin', 'read the password from standard input')
    .action((username: string, options: AddOptions) => add(terminal, username, options));

  users
    .command('show')
    .description('show a user')
    .argument('<username>')
    .option('--json', 'print JSON')
    .action((username: string, { json }: { json?: true }) =>
      withRoster(terminal, (roster) => show(terminal, roster, username, json === true)),
    );

  users
    .command('edit')
    .description('change what is given')
    .argument('<username>')
    .option('--username <username>', 'new username')
    .option('--email <address>', 'e-mail address')
    .option('--no-email', 'take the e-mail address away')
    .option('--name <name>', 'display name')
    .option('--given-name <name>', 'given name')
    .option('--family-name <name>', 'family name')
    .action((username: string, options: EditOptions) => edit(terminal, username, options));

  users
    .command('password')
    .description('set the password of a user')
    .argument('<username>')
    .option('--password-stdin', 'read the password from standard input')
    .action((username: string, options: Pick<AddOptions, 'passwordStdin'>) =>
      setPassword(terminal, username, options),
    );

  switchCommand(terminal, users, 'enable', 'let a user sign in again');
  switchCommand(terminal, users, 'disable', 'keep a user from signing in, and from being listed over LDAPS');

  users
    .command('delete')
    .description('delete a user')
    .argument('<username>')
    .action((username: string) =>
      withRoster(terminal, async ({ directory }) => {
        const user = await directory.users.delete(CONSOLE, username);
        printLine(terminal, `Deleted user ${user.username}.`);
      }),
    );

  return users;
}

function switchCommand(
  terminal: Terminal,
  users: Command,
  verb: 'enable' | 'disable',
  description: string,
): void {
  users
    .command(verb)
    .description(description)
    .argument('<username>')
    .action((username: string) =>
      withRoster(terminal, async ({ directory }) => {
        const user = await directory.users.setEnabled(CONSOLE, username, verb === 'enable');
        const state = user.active && !isEnabled(user) ? ', which its source has suspended' : '';
        printLine(terminal, `${user.active ? 'Enabled' : 'Disabled'} user ${user.username}${state}.`);
      }),
    );
}

async function list(terminal: Terminal, { directory }: Roster, json: boolean): Promise<void> {
  const users = await everyPage(directory.users.list, ({ username }) => username);
  if (json) return printJson(terminal, users.map(publicUser));
  const names = new Map((await directory.sources.list()).map(({ id, name }) => [id, name]));
  const rows = users.map((user) => [
    ...[user.username, user.displayName, user.email ?? ''],
    ...[stateOf(user), user.origin === null ? '' : (names.get(user.origin.sourceId) ?? '')],
  ]);
  printTable(terminal, ['username', 'name', 'e-mail', 'state', 'source'], rows, 'There are no users.');
}

async function add(terminal: Terminal, username: string, options: AddOptions): Promise<void> {
  const { email, name, givenName, familyName, passwordStdin } = options;
  const password = await passwordFor(terminal, passwordStdin, 'Password (empty: none yet): ');
  const user = await withRoster(terminal, ({ directory }) =>
    directory.users.add(CONSOLE, {
      username,
      ...(email !== undefined && { email }),
      ...(name !== undefined && { displayName: name }),
      ...(givenName !== undefined && { givenName }),
      ...(familyName !== undefined && { familyName }),
      ...(password !== '' && { password }),
    }),
  );
  printLine(
    terminal,
    `Added user ${user.username}${user.passwordHash === null ? ', without a password' : ''}.`,
  );
}

async function show(
  terminal: Terminal,
  { directory }: Roster,
  username: string,
  json: boolean,
): Promise<void> {
  const user = await directory.users.byUsername(username);
  if (json) return printJson(terminal, publicUser(user));
  const source = user.origin === null ? null : await directory.sources.byId(user.origin.sourceId);
  printFields(terminal, fieldsOf(user, source?.name ?? ''));
}

async function edit(
  terminal: Terminal,
  name: string,
  { username, email, name: displayName, givenName, familyName }: EditOptions,
): Promise<void> {
  const changes = {
    ...(username !== undefined && { username }),
    ...(email !== undefined && { email: email === false ? null : email }),
    ...(displayName !== undefined && { displayName }),
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
  };
  requireChange(changes);
  const user = await withRoster(terminal, ({ directory }) => directory.users.edit(CONSOLE, name, changes));
  printLine(terminal, `Changed user ${user.username}.`);
}

async function setPassword(
  terminal: Terminal,
  username: string,
  { passwordStdin }: Pick<AddOptions, 'passwordStdin'>,
): Promise<void> {
  const password = await passwordFor(terminal, passwordStdin, 'New password: ');
  if (password === '') throw new UsageError('Give the new password by --password-stdin, or at a terminal.');
  const user = await withRoster(terminal, ({ directory }) =>
    directory.users.setPassword(CONSOLE, username, password),
  );
  printLine(terminal, `Set the password of user ${user.username}.`);
}

/** From standard input when asked for, else by a prompt where there is somebody to ask; '' for none. */
async function passwordFor(terminal: Terminal, fromStdin: true | undefined, prompt: string): Promise<string> {
  if (fromStdin) return passwordFromStdin(terminal);
  return terminal.stdin.isTTY ? promptNewPassword(terminal, prompt) : '';
}

function fieldsOf(user: User, source: string): Record<string, string> {
  return {
    Username: user.username,
    Name: user.displayName,
    'E-mail': [user.email ?? [], user.otherEmails].flat().join(', '),
    Role: user.role,
    State: stateOf(user),
    'Password here': user.passwordHash === null ? 'none' : 'set',
    Source: source,
    'DN upstream': user.origin?.dn ?? '',
    Id: user.id,
    Changed: user.updatedAt.toISOString(),
  };
}

function stateOf(user: User): string {
  if (isEnabled(user)) return 'enabled';
  return user.active ? 'suspended' : 'disabled';
}
