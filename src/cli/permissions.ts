/** `roster users allow|deny`: single permissions of a user beside the role. */
import type { Command } from 'commander';
import { CONSOLE, withRoster } from './session.ts';
import { printLine, type Terminal } from './terminal.ts';

export function permissionCommands(terminal: Terminal, users: Command): void {
  const verbs = [
    ['allow', 'give a user one permission beside the role', true, 'Allowed'],
    ['deny', 'take one permission away from a user, whatever the role says', false, 'Denied'],
  ] as const;
  for (const [verb, description, allowed, outcome] of verbs) {
    users
      .command(verb)
      .description(description)
      .argument('<username>')
      .argument('<permission>', 'roles permissions lists them')
      .option('--reset', 'leave the permission to the role again')
      .action((username: string, permission: string, { reset }: { reset?: true }) =>
        withRoster(terminal, async ({ directory }) => {
          await directory.roles.setGrant(CONSOLE, username, permission, reset ? null : allowed);
          const left = `Left ${permission} of user ${username} to the role.`;
          printLine(terminal, reset ? left : `${outcome} ${permission} to user ${username}.`);
        }),
      );
  }
}
