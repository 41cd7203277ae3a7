/** The command line: `roster <noun> <verb>`, one file per noun. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { appsCommand } from './apps.ts';
import { attributesCommand } from './attributes.ts';
import { auditCommand } from './audit.ts';
import { authorityCommand } from './authority.ts';
import { backupCommand, restoreCommand } from './backup.ts';
import { completionCommand } from './completion.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { tellFailure } from './failure.ts';
import { groupsCommand } from './groups.ts';
import { importCommand } from './import.ts';
import { loadCommand } from './load.ts';
import { openIdCommand } from './openid.ts';
import { organizationsCommand } from './organizations.ts';
import { rolesCommand } from './roles.ts';
import { serveCommand } from './serve.ts';
import { settingsCommand } from './settings.ts';
import { sourcesCommand } from './sources.ts';
import type { Terminal } from './terminal.ts';
import { usersCommand } from './users.ts';

const PACKAGE_FILE = new URL('../../package.json', import.meta.url);

/** Runs one command; resolves with the exit status: 0 success, 1 failure, 2 wrong usage. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return tellFailure(error, terminal);
  }
}

/** The whole tree of commands. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('roster')
    .description('A directory of users and groups, read over LDAPS, filled from the directories you have.')
    .version(ownVersion(), '--version', 'print the version')
    .addCommand(serveCommand(terminal))
    .addCommand(usersCommand(terminal))
    .addCommand(loadCommand(terminal))
    .addCommand(groupsCommand(terminal))
    .addCommand(organizationsCommand(terminal))
    .addCommand(attributesCommand(terminal))
    .addCommand(rolesCommand(terminal))
    .addCommand(appsCommand(terminal))
    .addCommand(sourcesCommand(terminal))
    .addCommand(settingsCommand(terminal))
    .addCommand(openIdCommand(terminal))
    .addCommand(authorityCommand(terminal))
    .addCommand(auditCommand(terminal))
    .addCommand(importCommand(terminal))
    .addCommand(exportCommand(terminal))
    .addCommand(backupCommand(terminal))
    .addCommand(restoreCommand(terminal))
    .addCommand(doctorCommand(terminal))
    .addCommand(completionCommand(terminal));
  configure(program, terminal);
  return program;
}

/** Failures become exceptions, and output goes to the terminal, in this command and all below it. */
function configure(command: Command, terminal: Terminal): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => terminal.stdout.write(text),
    writeErr: (text) => terminal.stderr.write(text),
    outputError: (text, write) => write(`${sentence(text)}${hint(text, command)}\n`),
  });
  for (const below of command.commands) configure(below, terminal);
}

function hint(text: string, command: Command): string {
  return text.includes('unknown command') ? ` See ${pathOf(command)} --help.` : '';
}

/** The words by which a command is called. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** Of the package that this file is a part of. */
function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(PACKAGE_FILE, 'utf8')) as { version: string };
  return version;
}

/** commander's "error: unknown option '--x'" and its suggestion, in the form of our own sentences. */
function sentence(text: string): string {
  const words = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll(/\s+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1) + (/[.?)]$/.test(words) ? '' : '.');
}
