/** `roster import`: people from a CSV or JSON file, or everything from an export. */
import { extname } from 'node:path';
import { Command, Option } from 'commander';
import { IMPORT_FORMATS, type ImportFormat, problemLines } from '../app.ts';
import { UsageError, WorkFailed } from './failure.ts';
import { CONSOLE, withRoster } from './session.ts';
import { counted, printJson, printLine, type Terminal } from './terminal.ts';

interface ImportFlags {
  readonly format?: ImportFormat;
  readonly update?: boolean;
  readonly preview?: boolean;
  readonly json?: boolean;
}

export function importCommand(terminal: Terminal): Command {
  return new Command('import')
    .description('add the people of a file, of an export all that it holds: all of it, or nothing')
    .argument('<file>', 'csv: username, email, fallback email, full name, role; or json, such as an export')
    .addOption(new Option('--format <format>', 'by default what the name ends in').choices(IMPORT_FORMATS))
    .option('--update', 'change who is there already, by username or e-mail address, and groups by name')
    .option('--preview', 'tell what would be done, and do nothing')
    .option('--json', 'print JSON')
    .action((file: string, flags: ImportFlags) => importPeople(terminal, file, flags));
}

async function importPeople(
  terminal: Terminal,
  file: string,
  { format = formatOf(file), update = false, preview = false, json = false }: ImportFlags,
): Promise<void> {
  const done = await withRoster(terminal, ({ importFrom }) =>
    importFrom(CONSOLE, file, { format, update, preview }),
  );
  if (json) printJson(terminal, done);
  if (done.problemsTotal > 0) {
    const sentence = `Nothing was changed: ${counted(done.problemsTotal, 'problem')}.`;
    throw new WorkFailed([...problemLines(done.problems, done.problemsTotal), sentence].join('\n'));
  }
  if (json) return;
  const what = `${counted(done.created, 'user')}, ${preview ? 'change' : 'changed'} ${done.updated}`;
  const others = Object.entries(done.others);
  // A file without people tells of what it holds alone.
  if (done.created + done.updated + done.unchanged > 0 || others.length === 0) {
    printLine(
      terminal,
      `${preview ? 'Would add' : 'Added'} ${what}, ${preview ? 'leave' : 'left'} ${done.unchanged} as they were.`,
    );
  }
  for (const [list, { created, updated, unchanged }] of others) {
    printLine(terminal, `Of ${list}: ${created} added, ${updated} changed, ${unchanged} as they were.`);
  }
}

function formatOf(file: string): ImportFormat {
  const ending = extname(file).slice(1).toLowerCase();
  const format = IMPORT_FORMATS.find((each) => each === ending);
  if (format === undefined) throw new UsageError('Say by --format what is in the file: csv or json.');
  return format;
}
