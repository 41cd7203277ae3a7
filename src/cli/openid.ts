/** `roster openid`: show, set, remove the provider at which people sign in to the pages; forget who a user is there. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { OpenIdChanges } from '../core/directory/openid.ts';
import {
  OPENID_MATCHES,
  OPENID_SECOND_FACTORS,
  type OpenIdMatch,
  type OpenIdSecondFactor,
} from '../core/model/openid.ts';
import { addYes, confirm, type YesOption } from './confirm.ts';
import { requireChange } from './failure.ts';
import { passwordFromStdin } from './password-input.ts';
import { CONSOLE, withRoster } from './session.ts';
import { readPem } from './source-options.ts';
import { printFields, printJson, printLine, type Terminal } from './terminal.ts';

type Roles = Readonly<Record<string, string>>;

interface SetOptions
  extends Pick<OpenIdChanges, 'issuer' | 'clientId' | 'label' | 'usernameClaim' | 'roleClaim'> {
  readonly clientSecretStdin?: true;
  readonly caFile?: string;
  readonly role?: Roles;
  readonly match?: OpenIdMatch;
  readonly createUsers?: boolean;
  readonly secondFactor?: OpenIdSecondFactor;
}

export function openIdCommand(terminal: Terminal): Command {
  const openId = new Command('openid').description(
    'the OpenID provider at which people sign in to the pages',
  );

  openId
    .command('show')
    .description('show the provider that is set')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) => show(terminal, json === true));

  openId.addCommand(setCommand(terminal));

  addYes(openId.command('remove'))
    .description('let nobody sign in there any more')
    .action((options: YesOption) =>
      withRoster(terminal, async ({ directory }) => {
        const present = await directory.openId.show(CONSOLE);
        const what = `The provider ${present?.issuer} is forgotten, with its client secret and roles.`;
        if (present !== null) await confirm(terminal, what, options);
        await directory.openId.remove(CONSOLE);
        printLine(terminal, 'Nobody signs in by OpenID Connect any more.');
      }),
    );

  openId
    .command('forget')
    .description('forget who a user is at the provider')
    .argument('<username>')
    .action((username: string) =>
      withRoster(terminal, async ({ directory }) => {
        const known = await directory.openId.forget(CONSOLE, username);
        printLine(terminal, known ? `Forgot who ${username} is there.` : `${username} was not known there.`);
      }),
    );

  return openId;
}

function setCommand(terminal: Terminal): Command {
  return new Command('set')
    .description('set a provider, or change what is given of it')
    .option('--issuer <url>', 'as the provider calls itself')
    .option('--client-id <id>', 'as the provider knows Roster')
    .option('--client-secret-stdin', 'read the client secret from standard input')
    .option('--ca-file <pem>', 'certificates to trust instead of the public ones; "" for those')
    .option('--label <text>', 'on the button, after "Sign in with"')
    .option(
      '--role <value=role>',
      'the role that a value of the claim gives; again for more, replaces all',
      collectRole,
    )
    .option('--role-claim <name>', 'the claim that decides about the role (groups)')
    .option('--username-claim <name>', 'the claim with the username (preferred_username)')
    .addOption(
      new Option('--match <by>', 'by what a newcomer is taken for a user who is here').choices(
        OPENID_MATCHES,
      ),
    )
    .option('--create-users', 'whoever is matched with nobody becomes a user')
    .option('--no-create-users', 'nobody becomes a user')
    .addOption(new Option('--second-factor <by>', 'who sees to it').choices(OPENID_SECOND_FACTORS))
    .action((options: SetOptions) => set(terminal, options));
}

function collectRole(text: string, before: Roles = {}): Roles {
  const [, value, role] = /^(.+)=([^=]+)$/su.exec(text) ?? [];
  if (value === undefined || role === undefined) throw new InvalidArgumentError('Write it as value=role.');
  return { ...before, [value]: role };
}

async function set(terminal: Terminal, options: SetOptions): Promise<void> {
  const { clientSecretStdin, caFile, role: roles, ...fields } = options;
  requireChange(options);
  const changes: OpenIdChanges = {
    ...fields,
    ...(roles !== undefined && { roles }),
    ...(caFile !== undefined && { caPem: caFile === '' ? null : await readPem(caFile, '--ca-file') }),
    ...(clientSecretStdin && { clientSecret: await passwordFromStdin(terminal) }),
  };
  await withRoster(terminal, async ({ directory, publicUrl }) => {
    const { issuer } = await directory.openId.change(CONSOLE, changes);
    printLine(terminal, `People sign in to the pages at ${issuer} too.`);
    printFields(terminal, { 'Redirect URI': `${publicUrl}/sign-in/openid/callback` });
  });
}

async function show(terminal: Terminal, json: boolean): Promise<void> {
  const present = await withRoster(terminal, ({ directory }) => directory.openId.show(CONSOLE));
  if (json) return printJson(terminal, present);
  if (present === null) return printLine(terminal, 'No OpenID provider is set.');
  printFields(terminal, {
    Issuer: present.issuer,
    'Client id': present.clientId,
    CA: present.caPem === null ? 'the public ones' : 'given',
    Label: present.label,
    Match: present.match,
    'Creates users': present.createUsers ? 'yes' : 'no',
    'Username claim': present.usernameClaim,
    'Role claim': present.roleClaim,
    Roles: Object.entries(present.roles)
      .map(([value, role]) => `${value}=${role}`)
      .join(', '),
    'Second factor': present.secondFactor,
  });
}
