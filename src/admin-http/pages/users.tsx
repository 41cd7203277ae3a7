/** The list of users: search as one types, filters, and what is done with several at once. */
import type { VNode } from 'preact';
import { z } from 'zod';
import { BUILT_IN_ROLES } from '../../core/access/permissions.ts';
import type { Directory } from '../../core/directory/directory.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { User } from '../../core/model/user.ts';
import { placeOf, USER_ORDERS, type UserOrder, type UserQuery } from '../../core/model/user-search.ts';
import { decodeCursor, toPage } from '../cursor.ts';
import { Filter, LIST_ROWS, listShown, Table } from '../views/list.tsx';
import { Time } from '../views/parts.tsx';
import { type Asked, type Fields, may, type Page, type Shown, textOf, type Visitor } from './page.ts';
import { sourceNames } from './provenance.ts';
import { pathOf, UserState } from './user.tsx';

export type UserListDependencies = Pick<Directory, 'users' | 'groups' | 'roles' | 'sources'>;

const PATH = '/users';
const TOGETHER = `${PATH}/together`;

export function userListPages(port: UserListDependencies): readonly Page[] {
  return [
    {
      method: 'get',
      path: PATH,
      needs: 'users.read',
      show: (asked, visitor) => listPage(port, asked, visitor),
    },
    {
      method: 'post',
      path: TOGETHER,
      needs: 'users.read',
      show: (asked, visitor) => together(port, asked, visitor),
    },
  ];
}

async function listPage(port: UserListDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { query } = asked;
  const wanted = queryOf(query);
  const found = await port.users.find(visitor.actor, { ...wanted, limit: LIST_ROWS + 1 });
  const { items, next } = toPage(
    found,
    LIST_ROWS,
    (user) => placeOf(user, wanted.order),
    (user) => user,
  );
  const sources = await sourceNames(port.sources);
  const roles = await roleNames(port, visitor);
  return listShown({
    ...{ asked, next, path: PATH, title: 'Users', searchLabel: 'Search names and addresses' },
    filters: <Filters query={query} sources={sources} roles={roles} />,
    add: may(visitor, 'users.create') ? 'Add a user' : null,
    table: <Users users={items} query={query} sources={sources} visitor={visitor} />,
  });
}

async function roleNames({ roles }: UserListDependencies, visitor: Visitor): Promise<readonly string[]> {
  if (!may(visitor, 'roles.read')) return Object.keys(BUILT_IN_ROLES);
  return (await roles.list(visitor.actor)).map(({ name }) => name);
}

/** Anything that a link or a form may say; what makes no sense is as if it were not said. */
function queryOf(query: Fields): Omit<UserQuery, 'limit'> {
  const order = USER_ORDERS.find((name) => name === query.get('order')) ?? 'username';
  const state = query.get('state');
  const role = textOf(query, 'role');
  const source = textOf(query, 'source');
  return {
    search: textOf(query, 'search'),
    ...(state === 'enabled' && { enabled: true }),
    ...(state === 'disabled' && { enabled: false }),
    ...(role !== '' && { role }),
    ...(source !== '' && { sourceId: source === 'local' ? null : source }),
    order,
    descending: isTime(order),
    after: placeIn(order, query),
  };
}

/** Times are sorted from the newest. */
function isTime(order: UserOrder): boolean {
  return order === 'createdAt' || order === 'updatedAt';
}

/** Times are numbers, names are texts: a cursor of another order does not fit. */
function placeIn(order: UserOrder, query: Fields): UserQuery['after'] {
  const value = isTime(order) ? z.number() : z.string();
  return decodeCursor(z.strictObject({ value, id: z.string() }), query.get('cursor') ?? undefined);
}

interface FiltersProps {
  readonly query: Fields;
  readonly sources: ReadonlyMap<string, string>;
  readonly roles: readonly string[];
}

function Filters({ query, sources, roles }: FiltersProps): VNode {
  const ofSources = [...sources].map(([id, name]) => [id, `From ${name}`] as const);
  return (
    <>
      <Filter
        name="state"
        label="State"
        query={query}
        options={[
          ['', 'Any state'],
          ['enabled', 'Enabled'],
          ['disabled', 'Disabled'],
        ]}
      />
      <Filter
        name="role"
        label="Role"
        query={query}
        options={[['', 'Any role'], ...roles.map((role) => [role, role] as const)]}
      />
      {sources.size === 0 ? null : (
        <Filter
          name="source"
          label="Where they come from"
          query={query}
          options={[['', 'From anywhere'], ['local', 'Kept here'], ...ofSources]}
        />
      )}
      <Filter
        name="order"
        label="Order"
        query={query}
        options={[
          ['username', 'By username'],
          ['name', 'By name'],
          ['createdAt', 'The newest first'],
          ['updatedAt', 'The last changed first'],
        ]}
      />
    </>
  );
}

interface UsersProps extends Omit<FiltersProps, 'roles'> {
  readonly users: readonly User[];
  readonly visitor: Visitor;
}

function Users({ users, query, sources, visitor }: UsersProps): VNode {
  const several = users.length > 0 && (may(visitor, 'users.edit') || may(visitor, 'groups.members'));
  const table = (
    <Table
      caption="Users"
      head={[
        ...(several ? [<ChooseAll key="all" />] : []),
        ...['Username', 'Name', 'E-mail', 'Role', 'State', 'From', 'Changed'],
      ]}
      rows={users.map((user) => <Row key={user.id} user={user} sources={sources} several={several} />)}
      ifNone={query.size === 0 ? 'There are no users yet.' : 'Nobody is like that.'}
    />
  );
  return several ? <Together visitor={visitor}>{table}</Together> : table;
}

function ChooseAll(): VNode {
  return (
    <>
      <span class="hidden">Chosen</span>
      <input type="checkbox" class="scripted-only" data-ticks-all="user" aria-label="Choose all" />
    </>
  );
}

function Together({ visitor, children }: { readonly visitor: Visitor; readonly children: VNode }): VNode {
  return (
    <form method="post" action={TOGETHER}>
      <input type="hidden" name="csrf" value={visitor.csrfToken} />
      {children}
      <fieldset class="together">
        <legend>With the chosen ones</legend>
        {may(visitor, 'users.edit') ? (
          <>
            <Do what="disable">Disable</Do>
            <Do what="enable">Enable</Do>
          </>
        ) : null}
        {may(visitor, 'groups.members') ? (
          <>
            <input name="group" aria-label="Name of a group" placeholder="Name of a group" />
            <Do what="add">Add to the group</Do>
            <Do what="remove">Remove from it</Do>
          </>
        ) : null}
      </fieldset>
    </form>
  );
}

function Do({ what, children }: { readonly what: keyof typeof DEEDS; readonly children: string }): VNode {
  return (
    <button type="submit" name="do" value={what} class="secondary">
      {children}
    </button>
  );
}

interface RowProps {
  readonly user: User;
  readonly sources: ReadonlyMap<string, string>;
  readonly several: boolean;
}

function Row({ user, sources, several }: RowProps): VNode {
  const { username, displayName, email, role, origin, updatedAt } = user;
  return (
    <tr>
      {several ? (
        <td>
          <input type="checkbox" name="user" value={username} aria-label={`Choose ${username}`} />
        </td>
      ) : null}
      <th scope="row">
        <a href={pathOf(username)}>{username}</a>
      </th>
      <td>{displayName}</td>
      <td>{email ?? ''}</td>
      <td>{role}</td>
      <td>
        <UserState user={user} />
      </td>
      <td>{origin === null ? 'here' : (sources.get(origin.sourceId) ?? 'a source')}</td>
      <td>
        <Time at={updatedAt} />
      </td>
    </tr>
  );
}

/** What can be done with several, each with what takes it back. */
const DEEDS = {
  disable: { undo: 'enable', told: 'disabled' },
  enable: { undo: 'disable', told: 'enabled' },
  add: { undo: 'remove', told: 'added to the group' },
  remove: { undo: 'add', told: 'removed from the group' },
} as const;

/** One after the other: each is a change of its own, and the first that is refused ends it, with what was done. */
async function together(port: UserListDependencies, { form }: Asked, { actor }: Visitor): Promise<Shown> {
  const named = form.get('do') ?? '';
  if (!isDeed(named)) throw new DirectoryError('invalid', 'Say what is to be done.', { field: 'do' });
  const usernames = form.getAll('user').slice(0, LIST_ROWS);
  if (usernames.length === 0) return { kind: 'redirect', to: PATH, notice: 'Nobody was chosen.' };
  const group = textOf(form, 'group');
  const done: string[] = [];
  let refusal = '';
  try {
    for (const username of usernames) {
      if (await isChanged(port, actor, named, username, group)) done.push(username);
    }
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    refusal = `${error.message} `;
  }
  const { undo, told } = DEEDS[named];
  const fields = { do: undo, group, user: done };
  return {
    kind: 'redirect',
    to: PATH,
    notice: `${refusal}${done.length} of ${usernames.length} ${told}.`,
    ...(done.length > 0 && { undo: { action: TOGETHER, fields } }),
  };
}

function isDeed(name: string): name is keyof typeof DEEDS {
  return Object.hasOwn(DEEDS, name);
}

/** Whether the deed changed anything, so that only that is taken back. */
async function isChanged(
  { users, groups }: UserListDependencies,
  actor: Visitor['actor'],
  deed: keyof typeof DEEDS,
  username: string,
  group: string,
): Promise<boolean> {
  if (deed === 'add' || deed === 'remove') {
    const user = await users.byUsername(actor, username);
    const isIn = ((await users.groupsOf(actor, [user])).get(user.id) ?? []).some(
      ({ name }) => name === group,
    );
    if (deed === 'add') await groups.addMember(actor, group, { name: username, kind: 'user' });
    else if (isIn) await groups.removeMember(actor, group, { name: username, kind: 'user' });
    return isIn === (deed === 'remove');
  }
  const enabled = deed === 'enable';
  const { active } = await users.byUsername(actor, username);
  if (active === enabled) return false;
  await users.setEnabled(actor, username, enabled);
  return true;
}
