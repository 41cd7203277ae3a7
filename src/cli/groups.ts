/** `roster groups`: list, add, show, edit, delete, add-member, remove-member, copy-members. */
import { Command, Option } from 'commander';
import type { Roster } from '../app.ts';
import type { ChangedMember, GroupChanges, MemberName } from '../core/directory/directory.ts';
import { DirectoryError } from '../core/errors.ts';
import {
  checkGroupPermissions,
  GROUP_PERMISSIONS,
  type Group,
  type Membership,
} from '../core/model/group.ts';
import type { MetadataChanges } from '../core/model/metadata.ts';
import { nameKey } from '../core/model/names.ts';
import { publicGroup, publicMembership } from '../core/model/public.ts';
import { type AttributeOptions, addAttributeOptions, attributeChanges } from './attribute-options.ts';
import { attributeFields } from './attributes.ts';
import { addYes, confirm, type YesOption } from './confirm.ts';
import { requireChange, WorkFailed } from './failure.ts';
import { everyPage } from './pages.ts';
import { collectMetadata, metadataText } from './profile-options.ts';
import { CONSOLE, withRoster } from './session.ts';
import { counted, printFields, printJson, printLine, printTable, type Terminal } from './terminal.ts';

interface AddOptions extends AttributeOptions {
  readonly displayName?: string;
  readonly description?: string;
  /** false: none. */
  readonly email?: string | false;
  readonly permissions?: string | false;
  readonly metadata?: MetadataChanges;
}

interface ListOptions {
  readonly search?: string;
  readonly json?: true;
}

interface EditOptions extends AddOptions {
  readonly name?: string;
}

interface MemberOptions {
  /** Absent: as it is. */
  readonly owner?: boolean;
  readonly user?: true;
  readonly group?: true;
}

export function groupsCommand(terminal: Terminal): Command {
  const groups = new Command('groups').description('groups of users and of other groups');

  groups
    .command('list')
    .description('list all groups')
    .option('--search <text>', 'those alone in whose names this occurs')
    .option('--json', 'print JSON')
    .action((options: ListOptions) => withRoster(terminal, (roster) => list(terminal, roster, options)));

  addExtras(groups.command('add'))
    .description('add a group')
    .argument('<name>')
    .option('--display-name <name>', 'name to show')
    .option('--description <text>', 'what it is for')
    .action((name: string, options: AddOptions) =>
      withRoster(terminal, async ({ directory }) => {
        const group = await directory.groups.add(CONSOLE, { name, ...(await changesOf(options)) });
        printLine(terminal, `Added group ${group.name}.`);
      }),
    );

  groups
    .command('show')
    .description('show a group and its members')
    .argument('<name>')
    .option('--json', 'print JSON')
    .action((name: string, { json }: { json?: true }) =>
      withRoster(terminal, (roster) => show(terminal, roster, name, json === true)),
    );

  addExtras(groups.command('edit'))
    .option('--no-email', 'take the e-mail address away')
    .option('--no-permissions', 'take the tag away')
    .description('change what is given')
    .argument('<name>')
    .option('--name <name>', 'new name')
    .option('--display-name <name>', 'name to show')
    .option('--description <text>', 'what it is for')
    .action(async (name: string, options: EditOptions) => edit(terminal, name, await changesOf(options)));

  addYes(groups.command('delete'))
    .description('delete a group; its members stay')
    .argument('<name>')
    .action((name: string, options: YesOption) =>
      withRoster(terminal, async ({ directory }) => {
        const { group, memberships } = await directory.groups.byName(CONSOLE, name);
        const count = memberships.length;
        const loss = count === 0 ? '' : `, and with it ${counted(count, 'membership')}`;
        await confirm(terminal, `Group ${group.name} is deleted${loss}.`, options);
        await directory.groups.delete(CONSOLE, group.name);
        printLine(terminal, `Deleted group ${group.name}.`);
      }),
    );

  memberCommand(groups, 'add-member', 'add a user or a group to a group, or change who owns it')
    .option('--owner', 'the user also manages the group')
    .option('--no-owner', 'the user no longer manages the group')
    .action((group: string, member: string, options: MemberOptions) =>
      addMember(terminal, group, member, options),
    );

  copyCommand(groups, terminal);

  memberCommand(groups, 'remove-member', 'take a user or a group out of a group').action(
    (group: string, member: string, options: MemberOptions) => removeMember(terminal, group, member, options),
  );

  return groups;
}

function copyCommand(groups: Command, terminal: Terminal): void {
  groups
    .command('copy-members')
    .description('make the members of one group members of another too')
    .argument('<from>')
    .argument('<to>')
    .option('--owners-only', 'the owners alone')
    .action((from: string, to: string, { ownersOnly = false }: { ownersOnly?: boolean }) =>
      withRoster(terminal, async ({ directory }) => {
        const added = await directory.groups.copyMembers(CONSOLE, from, to, { ownersOnly });
        printLine(terminal, `Added ${added} ${added === 1 ? 'member' : 'members'} of ${from} to ${to}.`);
      }),
    );
}

function addExtras(command: Command): Command {
  return addAttributeOptions(command)
    .option('--email <address>', 'e-mail address of the group')
    .option('--permissions <tag>', `a tag for applications: ${GROUP_PERMISSIONS.join(', ')}`)
    .option(
      '--metadata <key=value>',
      'free metadata; may be repeated; without a value the key goes',
      collectMetadata,
    );
}

async function changesOf({
  email,
  permissions,
  attribute,
  attributeFile,
  ...others
}: EditOptions): Promise<GroupChanges> {
  const attributes = await attributeChanges({
    ...(attribute && { attribute }),
    ...(attributeFile && { attributeFile }),
  });
  return {
    ...others,
    ...(attributes !== undefined && { attributes }),
    ...(email !== undefined && { email: email || null }),
    ...(permissions !== undefined && {
      permissions: permissions === false ? null : checkGroupPermissions(permissions),
    }),
  };
}

function memberCommand(groups: Command, verb: string, description: string): Command {
  return groups
    .command(verb)
    .description(description)
    .argument('<group>')
    .argument('<member>', 'username, or the name of another group')
    .option('--user', 'the member is a user')
    .addOption(new Option('--group', 'the member is a group').conflicts('user'));
}

async function edit(terminal: Terminal, name: string, changes: GroupChanges): Promise<void> {
  requireChange(changes);
  const group = await withRoster(terminal, ({ directory }) => directory.groups.edit(CONSOLE, name, changes));
  printLine(terminal, `Changed group ${group.name}.`);
}

async function addMember(
  terminal: Terminal,
  group: string,
  name: string,
  { owner, ...options }: MemberOptions,
): Promise<void> {
  const member = { ...memberName(name, options), ...(owner !== undefined && { owner }) };
  const changed = await withRoster(terminal, ({ directory }) =>
    directory.groups.addMember(CONSOLE, group, member).catch(tellOptions),
  );
  printLine(terminal, sentenceOf(changed, nameKey(group)));
}

async function removeMember(
  terminal: Terminal,
  group: string,
  name: string,
  options: MemberOptions,
): Promise<void> {
  const removed = await withRoster(terminal, ({ directory }) =>
    directory.groups.removeMember(CONSOLE, group, memberName(name, options)).catch(tellOptions),
  );
  printLine(terminal, `Removed ${removed.kind} ${removed.name} from group ${nameKey(group)}.`);
}

function memberName(name: string, { user, group }: MemberOptions): MemberName {
  if (user) return { name, kind: 'user' };
  return group ? { name, kind: 'group' } : { name };
}

/** A name that a user and a group have asks for an option. */
function tellOptions(error: unknown): never {
  if (!(error instanceof DirectoryError && error.field === 'kind')) throw error;
  throw new WorkFailed(error.message.replace('say which.', 'say which by --user or --group.'));
}

/** What became of the membership. */
function sentenceOf({ name, memberKind, owner, before }: ChangedMember, group: string): string {
  if (before === null) return `Added ${memberKind} ${name} to group ${group}${owner ? ' as an owner' : ''}.`;
  if (before.owner !== owner) return `${name} is ${owner ? 'now' : 'no longer'} an owner of ${group}.`;
  if (before.fromSource) return `${name} is a member of ${group} now whatever its source says.`;
  return `${name} is ${owner ? 'an owner' : 'a member'} of ${group} already.`;
}

async function list(
  terminal: Terminal,
  { directory }: Roster,
  { search = '', json }: ListOptions,
): Promise<void> {
  const groups = await everyPage(
    (page) => directory.groups.find(CONSOLE, { ...page, search }),
    ({ name }) => name,
  );
  if (json) return printJson(terminal, groups.map(publicGroup));
  const sources = new Map((await directory.sources.list()).map(({ id, name }) => [id, name]));
  const rows = groups.map(({ name, displayName, origin }) => [
    ...[name, displayName],
    origin === null ? '' : (sources.get(origin.sourceId) ?? ''),
  ]);
  printTable(
    terminal,
    ['name', 'display name', 'source'],
    rows,
    search === '' ? 'There are no groups.' : 'There are no such groups.',
  );
}

async function show(terminal: Terminal, roster: Roster, name: string, json: boolean): Promise<void> {
  const { group, memberships } = await roster.directory.groups.byName(CONSOLE, name);
  const nameOf = await memberNames(roster, memberships);
  const members = memberships
    .map((membership) => ({ name: nameOf.get(membership.memberId) ?? '', ...publicMembership(membership) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (json) return printJson(terminal, { ...publicGroup(group), members });
  const defined = attributeFields(await roster.directory.attributes.ofGroup(CONSOLE, name));
  printFields(terminal, { ...fieldsOf(group), ...defined });
  terminal.stdout.write('\n');
  const rows = members.map((member) => [
    ...[member.name, member.memberKind, member.owner ? 'owner' : ''],
    member.fromSource ? 'from its source' : '',
  ]);
  printTable(terminal, ['member', 'kind', 'role', 'added'], rows, 'It has no members.');
}

/** Name by id, of members that are users and of those that are groups. */
function memberNames({ store }: Roster, memberships: readonly Membership[]): Promise<Map<string, string>> {
  const ids = memberships.map(({ memberId }) => memberId);
  return store.read(async (transaction) => {
    const users = await transaction.usersByIds(ids);
    const groups = await transaction.groupsByIds(ids);
    return new Map([
      ...users.map(({ id, username }) => [id, username] as const),
      ...groups.map(({ id, name }) => [id, name] as const),
    ]);
  });
}

function fieldsOf(group: Group): Record<string, string> {
  return {
    Name: group.name,
    'Display name': group.displayName,
    Description: group.description,
    'E-mail': group.email ?? '',
    Permissions: group.permissions ?? '',
    Metadata: metadataText(group.metadata),
    'DN upstream': group.origin?.dn ?? '',
    Id: group.id,
    Changed: group.updatedAt.toISOString(),
  };
}
