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
    .command('ldap')
    .description('whether LDAPS is served; off closes the port and all connections')
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .action((state: 'on' | 'off') =>
      withRoster(terminal, async ({ directory }) => {
        await directory.settings.change(CONSOLE, { ldapServed: state === 'on' });
        printLine(terminal, `Set ldap to ${state}.`);
      }),
    );

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

  set
    .command('profiles-locked')
    .description('whether people may not change their own profiles')
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .action((state: 'on' | 'off') =>
      withRoster(terminal, async ({ directory }) => {
        await directory.settings.change(CONSOLE, { profilesLocked: state === 'on' });
        printLine(terminal, `Set profiles-locked to ${state}.`);
      }),
    );

  set
    .command('storage-limited')
    .description('whether applications are refused to say that users take more storage than they may')
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .action((state: 'on' | 'off') =>
      withRoster(terminal, async ({ directory }) => {
        await directory.settings.change(CONSOLE, { storageLimited: state === 'on' });
        printLine(terminal, `Set storage-limited to ${state}.`);
      }),
    );

  set
    .command('audit-days')
    .description('how many days the audit is kept')
    .argument('<days>')
    .action((days: string) =>
      withRoster(terminal, async ({ directory }) => {
        await directory.settings.change(CONSOLE, { auditDays: Number(days) });
        printLine(terminal, `Set audit-days to ${Number(days)}.`);
      }),
    );

  set
    .command('password-length-minimum')
    .description('how many characters new passwords of people have at least, from 8')
    .argument('<characters>')
    .action((characters: string) =>
      withRoster(terminal, async ({ directory }) => {
        await directory.settings.change(CONSOLE, { passwordLengthMinimum: Number(characters) });
        printLine(terminal, `Set password-length-minimum to ${Number(characters)}.`);
      }),
    );

  set
    .command('password-score-minimum')
    .description('how hard to guess new passwords of people are at least, from 0 to 4')
    .argument('<points>')
    .action((points: string) =>
      withRoster(terminal, async ({ directory }) => {
        await directory.settings.change(CONSOLE, { passwordScoreMinimum: Number(points) });
        printLine(terminal, `Set password-score-minimum to ${Number(points)}.`);
      }),
    );

  set
    .command('second-factor-roles')
    .description('whose users can do nothing without a second factor')
    .argument('<role...>', 'names of roles, "all", or "none"')
    .action((roles: string[]) =>
      withRoster(terminal, async ({ directory }) => {
        const secondFactorRoles = roles.includes('all') ? 'all' : roles.filter((role) => role !== 'none');
        await directory.settings.change(CONSOLE, { secondFactorRoles });
        printLine(terminal, `Set second-factor-roles to ${roles.join(' ')}.`);
      }),
    );

  return set;
}

async function list(terminal: Terminal, { directory }: Roster, json: boolean): Promise<void> {
  const { bindPasswordHash: _secret, instanceId: _fixed, ...others } = await directory.settings.current();
  const { attributes: _defined, openId: _elsewhere, authority: _there, ...settings } = others;
  if (json) return printJson(terminal, settings);
  const { allow, passwordModify, posix, profilesLocked, auditDays, secondFactorRoles } = settings;
  printFields(terminal, {
    allow: allow.join(' ') || 'nobody',
    'bind-password': 'set',
    ldap: settings.ldapServed ? 'on' : 'off',
    'password-modify': passwordModify ? 'on' : 'off',
    posix: posixText(posix),
    'profiles-locked': profilesLocked ? 'on' : 'off',
    'storage-limited': settings.storageLimited ? 'on' : 'off',
    'audit-days': String(auditDays),
    'password-length-minimum': String(settings.passwordLengthMinimum),
    'password-score-minimum': String(settings.passwordScoreMinimum),
    'second-factor-roles': secondFactorRoles === 'all' ? 'all' : secondFactorRoles.join(' ') || 'none',
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
