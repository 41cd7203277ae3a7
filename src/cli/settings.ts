/** `roster settings`: list, and set what people change while the server runs. */
import { Argument, Command } from 'commander';
import type { Roster } from '../app.ts';
import type { PosixSettings } from '../core/model/posix.ts';
import { UsageError } from './failure.ts';
import { passwordFromStdin, promptNewPassword } from './password-input.ts';
import { CONSOLE, withRoster } from './session.ts';
import { printFields, printJson, printLine, type Terminal } from './terminal.ts';

interface BindPasswordOptions {
  readonly passwordStdin?: true;
  readonly generate?: true;
}

interface PosixOptions {
  readonly home?: string;
  readonly shell?: string;
}

export function settingsCommand(terminal: Terminal): Command {
  const settings = new Command('settings').description('what running servers follow at once');

  settings
    .command('list')
    .description('list all settings')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) =>
      withRoster(terminal, (roster) => list(terminal, roster, json === true)),
    );

  settings.addCommand(setCommand(terminal));
  return settings;
}

function setCommand(terminal: Terminal): Command {
  const set = new Command('set').description('change a setting');

  set
    .command('allow')
    .description('who may connect over LDAPS; replaces the whole list')
    .argument('[range...]', 'addresses and ranges such as 192.0.2.7 10.0.0.0/8')
    .option('--none', 'empty the list: nobody can connect')
    .action((ranges: string[], { none }: { none?: true }) => setAllow(terminal, ranges, none === true));

  set
    .command('bind-password')
    .description('the password of cn=admin,ou=system')
    .option('--password-stdin', 'read it from standard input')
    .option('--generate', 'make one, and show it once')
    .action((options: BindPasswordOptions) => setBindPassword(terminal, options));

  set
    .command('password-modify')
    .description('whether people may change their own local password over LDAP')
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .action((state: 'on' | 'off') =>
      withRoster(terminal, async ({ directory }) => {
        await directory.settings.change(CONSOLE, { passwordModify: state === 'on' });
        printLine(terminal, `Set password-modify to ${state}.`);
      }),
    );

  set
    .command('posix')
    .description('whether users and groups are accounts of Unix systems too (RFC 2307)')
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .option('--home <path>', 'home directories; %u stands for the username')
    .option('--shell <path>', 'login shell of everybody')
    .action((state: 'on' | 'off', options: PosixOptions) => setPosix(terminal, state, options));

  return set;
}

async function list(terminal: Terminal, { directory }: Roster, json: boolean): Promise<void> {
  const { allow, passwordModify, posix } = await directory.settings.current();
  if (json) return printJson(terminal, { allow, passwordModify, posix });
  printFields(terminal, {
    allow: allow.join(' ') || 'nobody',
    'bind-password': 'set',
    'password-modify': passwordModify ? 'on' : 'off',
    posix: posixText(posix),
  });
}

async function setAllow(terminal: Terminal, given: readonly string[], none: boolean): Promise<void> {
  const allow = given.flatMap((text) => text.split(',')).filter((range) => range.trim() !== '');
  if (none === allow.length > 0) {
    throw new UsageError('Give addresses and ranges, or --none: then nobody can connect over LDAPS.');
  }
  await withRoster(terminal, ({ directory }) => directory.settings.change(CONSOLE, { allow }));
  if (!none) return printLine(terminal, `Set allow to ${allow.join(' ')}.`);
  printLine(terminal, 'Emptied the allow-list.');
  terminal.stderr.write('Nobody can connect over LDAPS now.\n');
}

async function setBindPassword(terminal: Terminal, options: BindPasswordOptions): Promise<void> {
  if (options.passwordStdin && options.generate) {
    throw new UsageError('Give either --password-stdin or --generate, not both.');
  }
  const given = options.generate ? null : await readBindPassword(terminal, options);
  await withRoster(terminal, async ({ directory, newPassword }) => {
    const bindPassword = given ?? newPassword();
    await directory.settings.change(CONSOLE, { bindPassword });
    printLine(terminal, 'Set the bind password.');
    if (given === null) printFields(terminal, { Password: `${bindPassword} (shown this once)` });
  });
}

async function setPosix(
  terminal: Terminal,
  state: 'on' | 'off',
  { home, shell }: PosixOptions,
): Promise<void> {
  const posix = {
    enabled: state === 'on',
    ...(home !== undefined && { homeDirectory: home }),
    ...(shell !== undefined && { loginShell: shell }),
  };
  await withRoster(terminal, async ({ directory }) => {
    await directory.settings.change(CONSOLE, { posix });
    printLine(terminal, `Set posix to ${posixText((await directory.settings.current()).posix)}.`);
  });
}

function posixText({ enabled, homeDirectory, loginShell }: PosixSettings): string {
  return enabled ? `on, home ${homeDirectory}, shell ${loginShell}` : 'off';
}

async function readBindPassword(terminal: Terminal, { passwordStdin }: BindPasswordOptions): Promise<string> {
  if (passwordStdin) return passwordFromStdin(terminal);
  const password = terminal.stdin.isTTY ? await promptNewPassword(terminal, 'New bind password: ') : '';
  if (password !== '') return password;
  throw new UsageError('Give the new password by --password-stdin, at a terminal, or use --generate.');
}
