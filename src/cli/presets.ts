/** `roster sources presets`: what each kind of directory is filled in with, and what its users need to know. */
import { Command } from 'commander';
import { presetNamed, presetTitles } from '../app.ts';
import { UsageError } from './failure.ts';
import { printFields, printJson, printLine, printTable, type Terminal } from './terminal.ts';

export function presetsCommand(terminal: Terminal): Command {
  return new Command('presets')
    .description('the kinds of directories, or what one of them is filled in with')
    .argument('[preset]')
    .option('--json', 'print JSON')
    .action((name: string | undefined, { json }: { json?: true }) => {
      if (name === undefined) list(terminal, json === true);
      else show(terminal, name, json === true);
    });
}

function list(terminal: Terminal, json: boolean): void {
  const titles = presetTitles();
  const rows = titles.map(({ name, title }) => [name, title]);
  if (json) printJson(terminal, titles);
  else printTable(terminal, ['preset', 'directory'], rows);
}

function show(terminal: Terminal, name: string, json: boolean): void {
  const preset = presetNamed(name);
  if (preset === null) {
    throw new UsageError(`There is no preset ${JSON.stringify(name)}: roster sources presets lists them.`);
  }
  if (json) printJson(terminal, preset);
  else showPreset(terminal, preset);
}

function showPreset(terminal: Terminal, preset: NonNullable<ReturnType<typeof presetNamed>>): void {
  const { dialect, signIn, hints } = preset;
  const mapped = Object.entries(dialect.attributes).filter(([, names]) => names.length > 0);
  printFields(terminal, {
    Directory: preset.title,
    Filter: preset.userFilter,
    'Username field': preset.usernameField,
    'Group filter': preset.groupFilter,
    'Group name field': preset.groupNameField,
    'Username from': dialect.usernameFrom,
    'Members from': dialect.membersFrom,
    'Page size': String(dialect.pageSize),
    'Binds per second': signIn.bindsPerSecond === 0 ? 'no limit' : String(signIn.bindsPerSecond),
    'Sign-in seconds': String(signIn.timeLimitSeconds),
    'Remember seconds': String(signIn.rememberSeconds),
  });
  printLine(terminal, '');
  printTable(
    terminal,
    ['field', 'attributes'],
    mapped.map(([field, names]) => [field, names.join(', ')]),
    '',
  );
  printLine(terminal, '');
  for (const [field, hint] of Object.entries(hints)) printLine(terminal, `${field}: ${hint}`);
}
