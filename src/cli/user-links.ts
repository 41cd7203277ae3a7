/** `roster users link`, `unlink` and `import`: which users come from a source. */
import type { Command } from 'commander';
import { UsageError } from './failure.ts';
import { passwordFromStdin } from './password-input.ts';
import { CONSOLE, withRoster } from './session.ts';
import { printLine, type Terminal } from './terminal.ts';

interface LinkOptions {
  readonly dn?: string;
  readonly externalId?: string;
}

export function addLinkCommands(terminal: Terminal, users: Command): void {
  users
    .command('link')
    .description('bind a user to an entry of a source, which checks the password from then on')
    .argument('<username>')
    .argument('<source>', 'name or id')
    .option('--dn <dn>', 'of the entry')
    .option('--external-id <id>', 'stable id of the entry, such as its entryUUID or objectGUID')
    .action((username: string, source: string, options: LinkOptions) =>
      link(terminal, username, source, options),
    );

  users
    .command('unlink')
    .description('make an imported user a local one; without a password a disabled one')
    .argument('<username>')
    .option('--password-stdin', 'read the password from standard input')
    .action((username: string, options: { passwordStdin?: true }) => unlink(terminal, username, options));

  users
    .command('import')
    .description('bring in one person from a source, with groups, before a sync does')
    .argument('<source>', 'name or id')
    .argument('<username>')
    .action((source: string, username: string) =>
      withRoster(terminal, async ({ directory, connector }) => {
        const user = await connector.importUser(CONSOLE, await directory.sources.find(source), username);
        printLine(terminal, `Imported user ${user.username}.`);
      }),
    );
}

async function link(
  terminal: Terminal,
  username: string,
  sourceName: string,
  { dn, externalId }: LinkOptions,
): Promise<void> {
  const entry = dn !== undefined ? { dn } : externalId !== undefined ? { externalId } : null;
  if (entry === null || (dn !== undefined && externalId !== undefined))
    throw new UsageError('Name the entry by --dn or by --external-id.');
  await withRoster(terminal, async ({ directory, connector }) => {
    const source = await directory.sources.find(sourceName);
    const user = await connector.link(CONSOLE, username, source, entry);
    printLine(
      terminal,
      `Linked user ${user.username} to ${user.origin?.dn ?? ''}. Its fields come with the next sync of ${source.name}.`,
    );
  });
}

async function unlink(
  terminal: Terminal,
  username: string,
  { passwordStdin }: { passwordStdin?: true },
): Promise<void> {
  const password = passwordStdin ? await passwordFromStdin(terminal) : null;
  await withRoster(terminal, async ({ directory }) => {
    const user = await directory.links.unlink(CONSOLE, username, password);
    const state = user.active ? '' : ', disabled: set a password, then enable it';
    printLine(terminal, `User ${user.username} is a local one now${state}.`);
  });
}
