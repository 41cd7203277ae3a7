/** `roster organizations`: list, add, show, edit, delete, add-member, remove-member. */
import { Command, Option } from 'commander';
import type { OrganizationChanges } from '../core/directory/directory.ts';
import { usesSentence } from '../core/directory/organizations.ts';
import { publicOrganization } from '../core/model/public.ts';
import { requireChange, WorkFailed } from './failure.ts';
import { everyPage } from './pages.ts';
import { CONSOLE, withRoster } from './session.ts';
import { counted, printFields, printJson, printLine, printTable, type Terminal } from './terminal.ts';

interface Options {
  readonly name?: string;
  readonly description?: string;
  readonly public?: boolean;
}

interface JsonOption {
  readonly json?: true;
}

interface MemberOptions {
  readonly owner?: boolean;
  readonly group?: true;
}

export function organizationsCommand(terminal: Terminal): Command {
  const organizations = new Command('organizations').description('bodies of people, public or not');

  organizations
    .command('list')
    .description('list all organizations')
    .option('--json', 'print JSON')
    .action((options: JsonOption) => list(terminal, options));

  withOptions(organizations.command('add').description('add an organization').argument('<slug>'))
    .option('--owner <username>', 'manages its members')
    .action((slug: string, { owner, ...options }: Options & { owner?: string }) =>
      withRoster(terminal, async ({ directory }) => {
        const given = { slug, ...changesOf(options), ...(owner !== undefined && { owner }) };
        const { name } = await directory.organizations.add(CONSOLE, given);
        printLine(terminal, `Added organization ${name}.`);
      }),
    );

  organizations
    .command('show')
    .description('show an organization and its members')
    .argument('<slug>')
    .option('--json', 'print JSON')
    .action((slug: string, options: JsonOption) => show(terminal, slug, options));

  withOptions(organizations.command('edit').description('change what is given').argument('<slug>'))
    .option('--slug <slug>', 'new slug')
    .option('--no-public', 'only its members see it')
    .action((slug: string, { slug: newSlug, ...options }: Options & { slug?: string }) =>
      edit(terminal, slug, { ...changesOf(options), ...(newSlug !== undefined && { slug: newSlug }) }),
    );

  organizations
    .command('delete')
    .description('delete an organization; its members stay')
    .argument('<slug>')
    .option('--yes', 'also what goes with it')
    .action((slug: string, { yes }: { yes?: true }) => remove(terminal, slug, yes === true));

  memberCommands(organizations, terminal);
  return organizations;
}

function withOptions(command: Command): Command {
  return command
    .option('--name <name>', 'name to show')
    .option('--description <text>', 'what it is')
    .option('--public', 'everybody who signs in sees it');
}

function changesOf({ public: isPublic, ...others }: Options): OrganizationChanges {
  return { ...others, ...(isPublic !== undefined && { visibility: isPublic ? 'public' : 'private' }) };
}

function memberCommands(organizations: Command, terminal: Terminal): void {
  organizations
    .command('add-member')
    .description('add a user or a group, or change who owns it')
    .argument('<slug>')
    .argument('<member>', 'username, or with --group the name of a group')
    .option('--group', 'the member is a group')
    .addOption(new Option('--owner', 'the user also manages its members').conflicts('group'))
    .option('--no-owner', 'the user no longer manages its members')
    .action((slug: string, name: string, { owner, group }: MemberOptions) =>
      withRoster(terminal, async ({ directory }) => {
        const member = { name, kind: kindOf(group), ...(owner !== undefined && { owner }) };
        const added = await directory.organizations.addMember(CONSOLE, slug, member);
        const as = added.owner ? 'an owner' : 'a member';
        printLine(terminal, `${added.name} is ${as} of ${slug.toLowerCase()} now.`);
      }),
    );

  organizations
    .command('remove-member')
    .description('take a user or a group out of an organization')
    .argument('<slug>')
    .argument('<member>')
    .option('--group', 'the member is a group')
    .action((slug: string, name: string, { group }: MemberOptions) =>
      withRoster(terminal, async ({ directory }) => {
        const member = { name, kind: kindOf(group) };
        const removed = await directory.organizations.removeMember(CONSOLE, slug, member);
        printLine(terminal, `Removed ${removed.kind} ${removed.name} from ${slug.toLowerCase()}.`);
      }),
    );
}

function kindOf(group: true | undefined): 'user' | 'group' {
  return group ? 'group' : 'user';
}

async function list(terminal: Terminal, { json }: JsonOption): Promise<void> {
  const found = await withRoster(terminal, ({ directory }) =>
    everyPage(
      (page) => directory.organizations.find(CONSOLE, { ...page, search: '' }),
      ({ name }) => name,
    ),
  );
  const organizations = found.map(publicOrganization);
  if (json) return printJson(terminal, organizations);
  const rows = organizations.map(({ slug, name, visibility }) => [slug, name, visibility]);
  printTable(terminal, ['slug', 'name', 'visibility'], rows, 'There are no organizations.');
}

async function show(terminal: Terminal, slug: string, { json }: JsonOption): Promise<void> {
  await withRoster(terminal, async ({ directory }) => {
    const { organization, owners, ...uses } = await directory.organizations.bySlug(CONSOLE, slug);
    const shown = publicOrganization(organization);
    if (json) return printJson(terminal, { ...shown, owners, ...uses });
    printFields(terminal, {
      Slug: shown.slug,
      Name: shown.name,
      Description: shown.description,
      Visibility: shown.visibility,
      Owners: owners.join(', '),
      Groups: `in ${counted(uses.groups, 'group')}`,
      Applications: `opens ${counted(uses.applications, 'application')}`,
      Id: shown.id,
      Added: shown.createdAt.toISOString(),
    });
    terminal.stdout.write('\n');
    const members = await everyPage(
      (page) => directory.organizations.members(CONSOLE, slug, page),
      ({ memberId }) => memberId,
    );
    const rows = members.map(({ name, memberKind, owner }) => [name, memberKind, owner ? 'owner' : '']);
    printTable(terminal, ['member', 'kind', 'role'], rows, 'It has no members.');
  });
}

async function edit(terminal: Terminal, slug: string, changes: OrganizationChanges): Promise<void> {
  requireChange(changes);
  const { name } = await withRoster(terminal, ({ directory }) =>
    directory.organizations.edit(CONSOLE, slug, changes),
  );
  printLine(terminal, `Changed organization ${name}.`);
}

async function remove(terminal: Terminal, slug: string, yes: boolean): Promise<void> {
  await withRoster(terminal, async ({ directory }) => {
    const details = await directory.organizations.bySlug(CONSOLE, slug);
    const { name } = details.organization;
    if (!yes) throw new WorkFailed(`${usesSentence(name, details)} With --yes it is deleted all the same.`);
    await directory.organizations.delete(CONSOLE, slug, details);
    printLine(terminal, `Deleted organization ${name}.`);
  });
}
