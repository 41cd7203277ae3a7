/** `roster groups`: list, add, show, add-member. */
import { Command } from 'commander';
import type { Roster } from '../app.ts';
import type { Group, Membership } from '../core/model/group.ts';
import { publicGroup, publicMembership } from '../core/model/public.ts';
import { everyPage } from './pages.ts';
import { CONSOLE, withRoster } from './session.ts';
import { printFields, printJson, printLine, printTable, type Terminal } from './terminal.ts';

interface AddOptions {
  readonly displayName?: string;
  readonly description?: string;
}

export function groupsCommand(terminal: Terminal): Command {
  const groups = new Command('groups').description('groups of users and of other groups');

  groups
    .command('list')
    .description('list all groups')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) =>
      withRoster(terminal, (roster) => list(terminal, roster, json === true)),
    );

  groups
    .command('add')
    .description('add a group')
    .argument('<name>')
    .option('--display-name <name>')
    .option('--description <text>')
    .action((name: string, options: AddOptions) =>
      withRoster(terminal, async ({ directory }) => {
        const group = await directory.groups.add(CONSOLE, { name, ...options });
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

  groups
    .command('add-member')
    .description('add a user or a group to a group')
    .argument('<group>')
    .argument('<member>', 'username, or the name of another group')
    .option('--owner', 'the user also manages the group')
    .action((group: string, member: string, { owner }: { owner?: true }) =>
      withRoster(terminal, async ({ directory }) => {
        await directory.groups.addMember(CONSOLE, group, { name: member, owner: owner === true });
        printLine(terminal, `Added ${member} to group ${group}${owner ? ' as an owner' : ''}.`);
      }),
    );

  return groups;
}

async function list(terminal: Terminal, { directory }: Roster, json: boolean): Promise<void> {
  const groups = await everyPage(directory.groups.list, ({ name }) => name);
  if (json) return printJson(terminal, groups.map(publicGroup));
  const sources = new Map((await directory.sources.list()).map(({ id, name }) => [id, name]));
  const rows = groups.map(({ name, displayName, origin }) => [
    ...[name, displayName],
    origin === null ? '' : (sources.get(origin.sourceId) ?? ''),
  ]);
  printTable(terminal, ['name', 'display name', 'source'], rows, 'There are no groups.');
}

async function show(terminal: Terminal, roster: Roster, name: string, json: boolean): Promise<void> {
  const { group, memberships } = await roster.directory.groups.byName(name);
  const nameOf = await memberNames(roster, memberships);
  const members = memberships
    .map((membership) => ({ name: nameOf.get(membership.memberId) ?? '', ...publicMembership(membership) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (json) return printJson(terminal, { ...publicGroup(group), members });
  printFields(terminal, fieldsOf(group));
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
    'DN upstream': group.origin?.dn ?? '',
    Id: group.id,
    Changed: group.updatedAt.toISOString(),
  };
}
