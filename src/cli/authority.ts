/** `roster authority`: show, set and take away the external authority. */
import { Command, Option } from 'commander';
import { UsageError } from './failure.ts';
import { passwordFromStdin, promptPassword } from './password-input.ts';
import { CONSOLE, withRoster } from './session.ts';
import { readPem } from './source-options.ts';
import { printFields, printJson, printLine, type Terminal } from './terminal.ts';

interface SetOptions {
  readonly token?: boolean;
  readonly tokenStdin?: true;
  readonly caFile?: string;
  readonly systemCa?: true;
  readonly timeout?: string;
  readonly owners?: boolean;
}

export function authorityCommand(terminal: Terminal): Command {
  const authority = new Command('authority').description(
    'a service of your own that checks passwords, and manages people in the place of Roster',
  );

  authority
    .command('show')
    .description('show which one is set')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) => show(terminal, json === true));

  authority
    .command('set')
    .description('have passwords checked there; people are managed there from then on')
    .argument('<url>', 'to which name and password are posted: https, or http on this machine')
    .option('--token', 'ask for the token by which it knows this server')
    .option('--token-stdin', 'read the token from standard input')
    .option('--no-token', 'send no token any more')
    .option('--ca-file <path>', 'certificates to trust, in PEM form')
    .addOption(new Option('--system-ca', 'trust the authorities of the system').conflicts('caFile'))
    .option('--timeout <seconds>', 'how long to wait for its answer')
    .option('--owners', 'it may say that somebody is an owner')
    .option('--no-owners', 'it may not')
    .action((url: string, options: SetOptions) => set(terminal, url, options));

  authority
    .command('off')
    .description('take it away: people are managed here again')
    .action(() =>
      withRoster(terminal, async ({ directory }) => {
        await directory.authority.remove(CONSOLE);
        printLine(terminal, 'There is no external authority any more.');
      }),
    );

  return authority;
}

function show(terminal: Terminal, json: boolean): Promise<void> {
  return withRoster(terminal, async ({ directory }) => {
    const present = await directory.authority.current(CONSOLE);
    if (json) return printJson(terminal, present);
    if (present === null)
      return printLine(terminal, 'No external authority is set: people are managed here.');
    printFields(terminal, {
      url: present.url,
      token: present.hasToken ? 'set' : 'none',
      ca: present.caPem === null ? 'of the system' : 'own',
      timeout: `${present.timeoutSeconds} s`,
      owners: present.ownersAllowed ? 'allowed' : 'not allowed',
    });
  });
}

async function set(terminal: Terminal, url: string, options: SetOptions): Promise<void> {
  const { caFile, systemCa, timeout, owners } = options;
  const token = await tokenOf(terminal, options);
  const changes = {
    url,
    ...(token !== undefined && { token }),
    ...(caFile !== undefined && { caPem: await readPem(caFile, '--ca-file') }),
    ...(systemCa && { caPem: null }),
    ...(timeout !== undefined && { timeoutSeconds: Number(timeout) }),
    ...(owners !== undefined && { ownersAllowed: owners }),
  };
  await withRoster(terminal, async ({ directory }) => {
    const { url: kept } = await directory.authority.set(CONSOLE, changes);
    printLine(terminal, `Passwords are checked by ${kept}; users, groups and roles are managed there.`);
  });
}

/** undefined: it stays. */
async function tokenOf(
  terminal: Terminal,
  { token, tokenStdin }: SetOptions,
): Promise<string | null | undefined> {
  if (tokenStdin) return passwordFromStdin(terminal);
  if (token === false) return null;
  if (token === undefined) return undefined;
  if (terminal.stdin.isTTY) return promptPassword(terminal, 'Token: ');
  throw new UsageError('Give the token by --token-stdin, or at a terminal.');
}
