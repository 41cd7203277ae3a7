/** `roster settings`: show, edit. */
import { Command, Option } from 'commander';
import type { Roster } from '../app.ts';
import { CONSOLE, withRoster } from './session.ts';
import { printFields, printJson, printLine, type Terminal } from './terminal.ts';

type Switch = 'on' | 'off';

export function settingsCommand(terminal: Terminal): Command {
  const settings = new Command('settings').description('what can be switched while Roster runs');

  settings
    .command('show')
    .description('show the settings')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) =>
      withRoster(terminal, (roster) => show(terminal, roster, json === true)),
    );

  settings
    .command('edit')
    .description('change the settings; a running server follows at once')
    .addOption(
      new Option(
        '--password-modify <on|off>',
        'whether people may change their own local password over LDAP (RFC 3062)',
      )
        .choices(['on', 'off'])
        .makeOptionMandatory(),
    )
    .action(({ passwordModify }: { passwordModify: Switch }) =>
      withRoster(terminal, async ({ directory }) => {
        await directory.settings.change(CONSOLE, { passwordModify: passwordModify === 'on' });
        printLine(terminal, `Password changes over LDAP are ${passwordModify}.`);
      }),
    );

  return settings;
}

async function show(terminal: Terminal, { directory }: Roster, json: boolean): Promise<void> {
  const { allow, passwordModify } = await directory.settings.current();
  if (json) return printJson(terminal, { allow, passwordModify });
  printFields(terminal, {
    'Allowed addresses': allow.join(', '),
    'Password changes over LDAP': passwordModify ? 'on' : 'off',
  });
}
