/** `roster users`: list, add, show, edit, confirm, allow, deny, password, enable, disable, delete. */
import { Command } from 'commander';
import type { Roster } from '../app.ts';
import { publicUser } from '../core/model/public.ts';
import { isEnabled, stateOf, type User } from '../core/model/user.ts';
import { placeOf, type UserPlace } from '../core/model/user-search.ts';
import { attributeFields } from './attributes.ts';
import { addYes, confirm, type YesOption } from './confirm.ts';
import { requireChange, UsageError } from './failure.ts';
import { everyPage } from './pages.ts';
import { passwordFromStdin, promptNewPassword } from './password-input.ts';
import { permissionCommands } from './permissions.ts';
import {
  addProfileOptions,
  addProfileRemovals,
  extrasOf,
  type ProfileOptions,
  profileFields,
} from './profile-options.ts';
import { CONSOLE, withRoster } from './session.ts';
import { printFields, printJson, printLine, printTable, type Terminal } from './terminal.ts';
import { addLinkCommands } from './user-links.ts';
import { addSignInCommands } from './user-sign-in.ts';
import { addStorageCommand } from './user-storage.ts';

interface AddOptions extends ProfileOptions {
  readonly email?: string;
  readonly name?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly role?: string;
  readonly passwordStdin?: true;
  readonly update?: true;
}

interface ListOptions {
  readonly search?: string;
  readonly detailed?: true;
  readonly json?: true;
}

interface PasswordOptions extends Pick<AddOptions, 'passwordStdin'> {
  readonly generate?: true;
}

interface EditOptions extends Omit<AddOptions, 'email' | 'passwordStdin' | 'update'> {
  readonly username?: string;
  /** false: none. */
  readonly email?: string | false;
}

export function usersCommand(terminal: Terminal): Command {
  const users = new Command('users').description('people who sign in');

  users
    .command('list')
    .description('list all users')
    .option('--search <text>', 'those alone in whose names and addresses each of these words occurs')
    .option('--detailed', 'with groups')
    .option('--json', 'print JSON')
    .action((options: ListOptions) => withRoster(terminal, (roster) => list(terminal, roster, options)));

  addProfileOptions(users.command('add'))
    .description('add a user')
    .argument('<username>')
    .option('--email <address>', 'e-mail address')
    .option('--name <name>', 'display name')
    .option('--given-name <name>', 'given name')
    .option('--family-name <name>', 'family name')
    .option('--role <role>', 'role; by default user')
    .option('--update', 'where a user has that e-mail address, change what is given of it instead')
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

  addProfileRemovals(addProfileOptions(users.command('edit')))
    .description('change what is given; an empty text takes the field away')
    .argument('<username>')
    .option('--username <username>', 'new username')
    .option('--email <address>', 'e-mail address')
    .option('--no-email', 'take the e-mail address away')
    .option('--name <name>', 'display name')
    .option('--given-name <name>', 'given name')
    .option('--family-name <name>', 'family name')
    .option('--role <role>', 'another role')
    .action((username: string, options: EditOptions) => edit(terminal, username, options));

  users
    .command('confirm')
    .description('say that the e-mail address of a user is known to be the person’s')
    .argument('<username>')
    .action((username: string) =>
      withRoster(terminal, async ({ directory }) => {
        const user = await directory.users.edit(CONSOLE, username, { confirmed: true });
        printLine(terminal, `Confirmed the e-mail address of user ${user.username}.`);
      }),
    );

  users
    .command('password')
    .description('set the password of a user')
    .argument('<username>')
    .option('--password-stdin', 'read the password from standard input')
    .option('--generate', 'make one, and show it once')
    .action((username: string, options: PasswordOptions) => setPassword(terminal, username, options));

  permissionCommands(terminal, users);
  addLinkCommands(terminal, users);
  addStorageCommand(users, terminal);
  addSignInCommands(terminal, users);

  switchCommand(terminal, users, 'enable', 'let a user sign in again');
  switchCommand(terminal, users, 'disable', 'keep a user from signing in, and from being listed over LDAPS');

  addYes(users.command('delete'))
    .description('delete a user')
    .argument('<username>')
    .action((username: string, options: YesOption) =>
      withRoster(terminal, async ({ directory }) => {
        const user = await directory.users.byUsername(CONSOLE, username);
        const what = `User ${user.username} is deleted, with memberships, second factor and app passwords.`;
        await confirm(terminal, what, options);
        await directory.users.delete(CONSOLE, user.username);
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

async function list(
  terminal: Terminal,
  { directory }: Roster,
  { search = '', detailed, json }: ListOptions,
): Promise<void> {
  const users = await everyPage(
    (page: { readonly after: UserPlace | null; readonly limit: number }) =>
      directory.users.find(CONSOLE, { ...page, search, order: 'username', descending: false }),
    (user) => placeOf(user, 'username'),
  );
  const groups = detailed ? await directory.users.groupsOf(CONSOLE, users) : null;
  const groupsOf = ({ id }: User) => groups?.get(id) ?? [];
  if (json) {
    const details = (user: User) => (groups === null ? {} : { groups: groupsOf(user) });
    return printJson(
      terminal,
      users.map((user) => ({ ...publicUser(user), ...details(user) })),
    );
  }
  const names = new Map((await directory.sources.list()).map(({ id, name }) => [id, name]));
  const rows = users.map((user) => [
    ...[user.username, user.displayName, user.email ?? ''],
    ...[user.role, stateText(user), user.origin === null ? '' : (names.get(user.origin.sourceId) ?? '')],
    ...(groups === null
      ? []
      : [
          groupsOf(user)
            .map(({ name }) => name)
            .join(', '),
        ]),
  ]);
  const head = ['username', 'name', 'e-mail', 'role', 'state', 'source', ...(detailed ? ['groups'] : [])];
  printTable(terminal, head, rows, search === '' ? 'There are no users.' : 'There are no such users.');
}

async function add(terminal: Terminal, username: string, options: AddOptions): Promise<void> {
  const { email, name, givenName, familyName, role, passwordStdin, update } = options;
  if (update && email === undefined)
    throw new UsageError('With --update, give --email: it tells who is meant.');
  const fields = {
    ...(await extrasOf(options)),
    ...(email !== undefined && { email }),
    ...(name !== undefined && { displayName: name }),
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    ...(role !== undefined && { role }),
  };
  const password = await passwordFor(terminal, passwordStdin, 'Password (empty: none yet): ');
  await withRoster(terminal, async ({ directory: { users } }) => {
    const present = update && email !== undefined ? await users.byEmail(CONSOLE, email) : null;
    if (present !== null) {
      const user = await users.edit(CONSOLE, present.username, fields);
      if (password !== '') await users.setPassword(CONSOLE, user.username, password);
      return printLine(terminal, `Changed user ${user.username}.`);
    }
    const user = await users.add(CONSOLE, { username, ...fields, ...(password !== '' && { password }) });
    const state = user.passwordHash === null ? ', without a password' : '';
    return printLine(terminal, `Added user ${user.username}${state}.`);
  });
}

async function show(
  terminal: Terminal,
  { directory }: Roster,
  username: string,
  json: boolean,
): Promise<void> {
  const user = await directory.users.byUsername(CONSOLE, username);
  if (json) {
    const attributes = await directory.attributes.ofUser(CONSOLE, username);
    return printJson(terminal, { ...publicUser(user), attributes });
  }
  const source = user.origin === null ? null : await directory.sources.byId(user.origin.sourceId);
  const defined = attributeFields(await directory.attributes.ofUser(CONSOLE, username));
  printFields(terminal, { ...fieldsOf(user, source?.name ?? ''), ...defined });
}

async function edit(
  terminal: Terminal,
  name: string,
  { username, email, name: displayName, givenName, familyName, role, ...options }: EditOptions,
): Promise<void> {
  const changes = {
    ...(await extrasOf(options)),
    ...(username !== undefined && { username }),
    ...(email !== undefined && { email: email === false ? null : email }),
    ...(displayName !== undefined && { displayName }),
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    ...(role !== undefined && { role }),
  };
  requireChange(changes);
  const user = await withRoster(terminal, ({ directory }) => directory.users.edit(CONSOLE, name, changes));
  printLine(terminal, `Changed user ${user.username}.`);
}

async function setPassword(
  terminal: Terminal,
  username: string,
  { passwordStdin, generate }: PasswordOptions,
): Promise<void> {
  if (passwordStdin && generate)
    throw new UsageError('Give either --password-stdin or --generate, not both.');
  const given = generate ? '' : await passwordFor(terminal, passwordStdin, 'New password: ');
  if (given === '' && !generate)
    throw new UsageError('Give the new password by --password-stdin, at a terminal, or use --generate.');
  await withRoster(terminal, async ({ directory, newPassword }) => {
    const password = generate ? newPassword() : given;
    const user = await directory.users.setPassword(CONSOLE, username, password);
    printLine(terminal, `Set the password of user ${user.username}.`);
    if (generate) printFields(terminal, { Password: `${password} (shown this once)` });
  });
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
    ...profileFields(user),
    Role: user.role,
    State: stateText(user),
    'Second factor': user.secondFactor ? 'on' : 'off',
    'Password here': user.passwordHash === null ? 'none' : 'set',
    Source: source,
    'DN upstream': user.origin?.dn ?? '',
    Id: user.id,
    Changed: user.updatedAt.toISOString(),
  };
}

function stateText(user: User): string {
  const state = stateOf(user);
  return state === 'active' ? 'enabled' : state;
}
