/** `roster backup` and `roster restore`: the whole directory into one file, and back. */
import { Command } from 'commander';
import { examineBackup, restoreRoster } from '../app.ts';
import { readConfig } from '../core/config/config.ts';
import { disk } from '../core/config/disk.ts';
import { addYes, confirm, type YesOption } from './confirm.ts';
import { CONSOLE, withRoster } from './session.ts';
import { counted, printLine, type Terminal } from './terminal.ts';

export function backupCommand(terminal: Terminal): Command {
  return new Command('backup')
    .description('write the whole directory into one file, while the server runs')
    .argument('<file>')
    .option('--with-secrets', 'also the secret key, which opens the passwords of the sources')
    .option('--replace', 'also where the file is there already')
    .action((file: string, { withSecrets = false, replace = false }: BackupFlags) =>
      withRoster(terminal, async (roster) => {
        const counts = await roster.backUp(CONSOLE, file, { withSecrets, replace });
        printLine(
          terminal,
          `Backed up ${sizeOf(counts)} into ${file}${withSecrets ? ', with the secret key' : ''}.`,
        );
      }),
    );
}

interface BackupFlags {
  readonly withSecrets?: boolean;
  readonly replace?: boolean;
}

export function restoreCommand(terminal: Terminal): Command {
  return addYes(new Command('restore'))
    .description('replace the whole directory by a backup; no server may run')
    .argument('<file>')
    .action((file: string, options: YesOption) => restore(terminal, file, options));
}

async function restore(terminal: Terminal, file: string, options: YesOption): Promise<void> {
  const config = readConfig(terminal.env, disk);
  const { head, counts } = await examineBackup(file);
  const what = `${sizeOf(counts)}, of ${head.createdAt}`;
  await confirm(terminal, `Everything is replaced by the backup (${what}).`, options);
  await restoreRoster(config, CONSOLE, file);
  printLine(terminal, `Restored ${what}.`);
}

function sizeOf(counts: Readonly<Record<string, number>>): string {
  return `${counted(counts['users'] ?? 0, 'user')} and ${counted(counts['groups'] ?? 0, 'group')}`;
}
