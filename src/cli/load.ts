/** `roster load`: brings the people of a file such as users.yaml into the directory. */
import { Command } from 'commander';
import { readUsersFile } from '../app.ts';
import { DirectoryError } from '../core/errors.ts';
import { CONSOLE, withRoster } from './session.ts';
import { counted, printJson, printLine, printTable, type Terminal } from './terminal.ts';

export function loadCommand(terminal: Terminal): Command {
  return new Command('load')
    .description('add and change the people of a file such as users.yaml: all of them, or nobody')
    .argument(
      '<file>',
      'YAML: a list of people with email, username, full_name, affiliations, active, confirmed, password, roles, allow',
    )
    .option('--json', 'print JSON')
    .action((file: string, { json }: { json?: true }) => load(terminal, file, json === true));
}

async function load(terminal: Terminal, file: string, json: boolean): Promise<void> {
  const text = await readUsersFile(file);
  if (text === null) throw new DirectoryError('not-found', `There is no file ${file}.`);
  const loaded = await withRoster(terminal, (roster) => roster.load(CONSOLE, text));
  if (json) return printJson(terminal, loaded);
  const { created, updated, unchanged, passwords } = loaded;
  printLine(
    terminal,
    `Added ${counted(created, 'user')}, changed ${updated}, left ${unchanged} as they were.`,
  );
  if (passwords.length === 0) return;
  printLine(terminal, 'Made up for those without one; keep them now, they are not shown again:');
  const rows = passwords.map(({ username, password }) => [username, password]);
  printTable(terminal, ['username', 'password'], rows);
}
