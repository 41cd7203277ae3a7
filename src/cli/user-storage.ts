/** `roster users storage`: what a user may take of storage, and takes. */
import type { Command } from 'commander';
import { CONSOLE, withRoster } from './session.ts';
import { printFields, printJson, printTable, type Terminal } from './terminal.ts';

export function addStorageCommand(users: Command, terminal: Terminal): void {
  users
    .command('storage')
    .description('show the storage that a user may take (metadata maxStorageMB), and takes')
    .argument('<username>')
    .option('--json', 'print JSON')
    .action((username: string, { json }: { json?: true }) =>
      withRoster(terminal, async ({ directory }) => {
        const storage = await directory.quotas.of(CONSOLE, username);
        if (json) return printJson(terminal, storage);
        const { maxStorageMB, usedMB, applications } = storage;
        printFields(terminal, {
          Allowed: maxStorageMB === null ? 'without limit' : `${maxStorageMB} MB`,
          Used: `${usedMB} MB`,
        });
        const rows = applications.map(({ name, usedMB: mb, at }) => [name, `${mb} MB`, at.toISOString()]);
        if (rows.length > 0) terminal.stdout.write('\n');
        printTable(terminal, ['application', 'used', 'as of'], rows);
      }),
    );
}
