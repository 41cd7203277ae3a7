/** `roster export`: users and groups for other programs. */
import { Command, Option } from 'commander';
import { EXPORT_FORMATS, type ExportFormat, writeOutputFile, writeTo } from '../app.ts';
import { CONSOLE, withRoster } from './session.ts';
import type { Terminal } from './terminal.ts';

interface ExportFlags {
  readonly format: ExportFormat;
  readonly output?: string;
  readonly replace?: boolean;
}

export function exportCommand(terminal: Terminal): Command {
  return new Command('export')
    .description(
      'write users (csv), everything that can be imported (json), or users and groups (ldif); never passwords',
    )
    .addOption(new Option('--format <format>', 'what to write').choices(EXPORT_FORMATS).makeOptionMandatory())
    .option('--output <file>', 'where to; by default standard output')
    .option('--replace', 'also where the file is there already')
    .action(({ format, output, replace = false }: ExportFlags) =>
      withRoster(terminal, async ({ exportTo }) => {
        if (output === undefined) {
          return exportTo(CONSOLE, format, (text) => writeTo(terminal.stdout, text));
        }
        await writeOutputFile(output, { replace }, (file) =>
          exportTo(CONSOLE, format, (text) => writeTo(file, text)),
        );
      }),
    );
}
