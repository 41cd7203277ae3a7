/** `roster users invite`, `reset-link`, `impersonate`, `owner-login` and `second-factor-off`: how people get in. */
import type { Command } from 'commander';
import { type GivenLink, type GivenPassword, IMPERSONATION_HOURS, IMPERSONATION_HOURS_MAX } from '../app.ts';
import { UsageError } from './failure.ts';
import { CONSOLE, withRoster } from './session.ts';
import { printFields, printJson, printLine, type Terminal } from './terminal.ts';

interface LinkOptions {
  readonly show?: true;
  readonly json?: true;
}

interface ImpersonateOptions {
  readonly hours?: string;
  readonly withdraw?: true;
  readonly json?: true;
}

export function addSignInCommands(terminal: Terminal, users: Command): void {
  linkCommand(
    terminal,
    users,
    'invite',
    'let a user without a password choose one, by a link that works once',
  );
  linkCommand(terminal, users, 'reset-link', 'let a user choose a new password, by a link that works once');

  users
    .command('impersonate')
    .description('get a temporary password of a user, who keeps the own one')
    .argument('<username>')
    .option(
      '--hours <hours>',
      `how long it works: 1 to ${IMPERSONATION_HOURS_MAX}, by default ${IMPERSONATION_HOURS}`,
    )
    .option('--withdraw', 'end it, with the sessions that it opened')
    .option('--json', 'print JSON')
    .action((username: string, options: ImpersonateOptions) => impersonate(terminal, username, options));

  users
    .command('owner-login')
    .description('get a password of an owner that works once at the pages, past the second factor')
    .argument('[username]', 'by default the first owner who is enabled')
    .option('--json', 'print JSON')
    .action((username: string | undefined, { json }: { json?: true }) =>
      withRoster(terminal, async ({ accounts }) =>
        printGiven(terminal, await accounts.impersonation.ownerLogin(CONSOLE, username ?? null), json),
      ),
    );

  users
    .command('second-factor-off')
    .description('switch off the second factor of somebody who has lost it')
    .argument('<username>')
    .action((username: string) =>
      withRoster(terminal, async ({ accounts, directory }) => {
        const before = await directory.users.byUsername(CONSOLE, username);
        if (!before.secondFactor) return printLine(terminal, `User ${before.username} has no second factor.`);
        const user = await accounts.secondFactors.switchOffOf(CONSOLE, username);
        printLine(terminal, `Switched off the second factor of user ${user.username}.`);
      }),
    );
}

function linkCommand(
  terminal: Terminal,
  users: Command,
  verb: 'invite' | 'reset-link',
  description: string,
): void {
  users
    .command(verb)
    .description(description)
    .argument('<username>')
    .option('--show', 'show the link, and do not send it')
    .option('--json', 'print JSON')
    .action((username: string, { show, json }: LinkOptions) =>
      withRoster(terminal, async ({ accounts: { passwordLinks } }) => {
        const options = { send: show !== true };
        const given = await (verb === 'invite'
          ? passwordLinks.invite(CONSOLE, username, options)
          : passwordLinks.give(CONSOLE, username, options));
        printLink(terminal, given, json);
      }),
    );
}

function printLink(
  terminal: Terminal,
  { user, kind, expiresAt, sentTo, url }: GivenLink,
  json: true | undefined,
): void {
  const { username } = user;
  if (json) printJson(terminal, { username, kind, expiresAt, sentTo, url });
  else if (url === null) printLine(terminal, `Sent user ${username} a link to ${sentTo ?? ''}.`);
  else {
    printLine(terminal, `Hand this link to user ${username} by a way that nobody else reads.`);
    printFields(terminal, { Link: url, 'Works until': expiresAt.toISOString() });
  }
}

async function impersonate(
  terminal: Terminal,
  username: string,
  { hours, withdraw, json }: ImpersonateOptions,
): Promise<void> {
  if (withdraw && hours !== undefined) throw new UsageError('Give either --hours or --withdraw, not both.');
  await withRoster(terminal, async ({ accounts: { impersonation } }) => {
    if (withdraw) {
      const user = await impersonation.withdraw(CONSOLE, username);
      printLine(terminal, `Withdrew the temporary password of user ${user.username}.`);
    } else {
      const duration = hours === undefined ? undefined : Number(hours);
      printGiven(terminal, await impersonation.begin(CONSOLE, username, duration), json);
    }
  });
}

function printGiven(
  terminal: Terminal,
  { user: { username }, password, expiresAt }: GivenPassword,
  json: true | undefined,
): void {
  const until = expiresAt.toISOString();
  if (json) printJson(terminal, { username, password, expiresAt });
  else
    printFields(terminal, {
      ...{ Username: username, Password: `${password} (shown this once)`, 'Works until': until },
    });
}
