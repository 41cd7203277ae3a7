/** The single permissions that a user has beside the role, or that are taken away. */
import type { VNode } from 'preact';
import { PERMISSION_NAMES, PERMISSIONS, type Permission } from '../../core/access/permissions.ts';
import type { Directory } from '../../core/directory/directory.ts';
import type { Grant } from '../../core/model/role.ts';
import { Table } from '../views/list.tsx';
import { Action, State, Title } from '../views/parts.tsx';
import { type Asked, type Page, refuseUnless, type Shown, textOf, type Visitor } from './page.ts';
import { nameOf, pathOf } from './user.tsx';
import { RANKS_AS_HIGH } from './user-edit.tsx';

export type UserPermissionsDependencies = Pick<Directory, 'users' | 'roles'>;

export function userPermissionsPages(port: UserPermissionsDependencies): readonly Page[] {
  const common = { path: '/users/:username/permissions', needs: 'users.role' } as const;
  return [
    { method: 'get', ...common, show: (asked, visitor) => permissionsPage(port, asked, visitor) },
    { method: 'post', ...common, show: (asked, visitor) => setGrant(port, asked, visitor) },
  ];
}

async function permissionsPage(
  { users, roles }: UserPermissionsDependencies,
  asked: Asked,
  visitor: Visitor,
): Promise<Shown> {
  const { actor, csrfToken } = visitor;
  const user = await users.byUsername(actor, nameOf(asked));
  refuseUnless(await users.isBelow(actor, user), RANKS_AS_HIGH);
  const role = new Set<string>((await roles.byName(actor, user.role)).permissions);
  const grants = await roles.grantsOf(actor, user.username);
  const action = `${pathOf(user.username)}/permissions`;
  const title = `Permissions of ${user.username}`;
  const body = (
    <>
      <Title>{title}</Title>
      <p>
        {`${user.username} has the role ${user.role}. What is set here goes before what the role says. `}
        <a href={pathOf(user.username)}>Back to the user</a>
      </p>
      <Table
        caption={title}
        head={['What', 'Now', '']}
        rows={PERMISSION_NAMES.filter((name) => actor.authority.permissions.has(name)).map((name) => (
          <Row
            key={name}
            {...{ name, action, csrfToken }}
            byRole={role.has(name)}
            grant={grantOf(grants, name)}
          />
        ))}
        ifNone="You have no permission that you could give."
      />
    </>
  );
  return { kind: 'page', title, body };
}

function grantOf(grants: readonly Grant[], name: Permission): boolean | null {
  return grants.find(({ permission }) => permission === name)?.allowed ?? null;
}

interface RowProps {
  readonly name: Permission;
  readonly action: string;
  readonly csrfToken: string;
  readonly byRole: boolean;
  /** null: as the role says. */
  readonly grant: boolean | null;
}

function Row({ name, action, csrfToken, byRole, grant }: RowProps): VNode {
  const allowed = grant ?? byRole;
  const by = grant === null ? 'by the role' : 'set here';
  const change = (to: string, label: string) => (
    <Action
      action={action}
      csrfToken={csrfToken}
      label={label}
      look="secondary"
      values={{ permission: name, to }}
    />
  );
  return (
    <tr>
      <th scope="row" class="wraps">
        {PERMISSIONS[name]} <code>{name}</code>
      </th>
      <td>
        <State mood={allowed ? 'good' : 'muted'}>{`${allowed ? 'permitted' : 'not permitted'}, ${by}`}</State>
      </td>
      <td>
        <div class="actions">
          {allowed ? change('deny', 'Take away') : change('allow', 'Permit')}
          {grant === null ? null : change('role', 'As the role says')}
        </div>
      </td>
    </tr>
  );
}

const CHANGES: Readonly<Record<string, boolean | null>> = { allow: true, deny: false, role: null };

async function setGrant(
  { roles }: UserPermissionsDependencies,
  asked: Asked,
  { actor }: Visitor,
): Promise<Shown> {
  const { form } = asked;
  const permission = textOf(form, 'permission');
  const action = `${pathOf(nameOf(asked))}/permissions`;
  const before = (await roles.grantsOf(actor, nameOf(asked))).find(
    (grant) => grant.permission === permission,
  );
  await roles.setGrant(actor, nameOf(asked), permission, CHANGES[textOf(form, 'to')] ?? null);
  const to = before === undefined ? 'role' : before.allowed ? 'allow' : 'deny';
  const notice = `The permission ${permission} is changed.`;
  return { kind: 'redirect', to: action, notice, undo: { action, fields: { permission, to } } };
}
