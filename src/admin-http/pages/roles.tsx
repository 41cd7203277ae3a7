/** Roles: what there is, what each may do, and the form for roles of one's own. */
import type { VNode } from 'preact';
import {
  BASE_PERMISSIONS,
  CUSTOM_RANK_MAX,
  CUSTOM_RANK_MIN,
  PERMISSION_NAMES,
  PERMISSIONS,
  type Permission,
} from '../../core/access/permissions.ts';
import type { Directory } from '../../core/directory/directory.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Role } from '../../core/model/role.ts';
import { Field, Form, type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { Table } from '../views/list.tsx';
import { Action, Facts, Title } from '../views/parts.tsx';
import { type Asked, type Fields, may, type Page, type Shown, textOf, type Visitor } from './page.ts';
import { PermissionBoxes } from './permission-boxes.tsx';

export type RolePagesDependencies = Pick<Directory, 'roles'>;

const PATH = '/roles';

export function rolePages({ roles }: RolePagesDependencies): readonly Page[] {
  const at = `${PATH}/:name`;
  const needs = 'roles.edit';
  return [
    { method: 'get', path: PATH, needs: 'roles.read', show: (_asked, visitor) => listPage(roles, visitor) },
    { method: 'get', path: `${PATH}/new`, needs, show: (_asked, visitor) => addPage(visitor, NEW_ROLE) },
    { method: 'post', path: `${PATH}/new`, needs, show: (asked, visitor) => add(roles, asked, visitor) },
    {
      method: 'get',
      path: at,
      needs: 'roles.read',
      show: (asked, visitor) => rolePage(roles, asked, visitor),
    },
    { method: 'get', path: `${at}/edit`, needs, show: (asked, visitor) => editPage(roles, asked, visitor) },
    { method: 'post', path: `${at}/edit`, needs, show: (asked, visitor) => edit(roles, asked, visitor) },
    { method: 'post', path: `${at}/delete`, needs, show: (asked, visitor) => remove(roles, asked, visitor) },
  ];
}

type Roles = RolePagesDependencies['roles'];

const NEW_ROLE = firstForm({ rank: String(CUSTOM_RANK_MIN) });

function pathOf(name: string): string {
  return `${PATH}/${encodeURIComponent(name)}`;
}

function nameOf({ params }: Asked): string {
  return params['name'] ?? '';
}

async function listPage(roles: Roles, visitor: Visitor): Promise<Shown> {
  const adding = (
    <a href={`${PATH}/new`} class="button">
      Add a role
    </a>
  );
  const body = (
    <>
      <Title actions={may(visitor, 'roles.edit') ? adding : undefined}>Roles</Title>
      <p>Everybody has one role. People act on those whose role has a lower rank, never on their equals.</p>
      <Table
        caption="Roles, the highest first"
        head={['Name', 'Rank', 'What it is for', 'Kind', 'Who has it']}
        rows={(await roles.list(visitor.actor)).map(({ name, rank, description, builtIn }) => (
          <tr key={name}>
            <th scope="row">
              <a href={pathOf(name)}>{name}</a>
            </th>
            <td class="number">{rank}</td>
            <td>{description}</td>
            <td>{builtIn ? 'built in' : 'made here'}</td>
            <td>
              <Holders name={name} visitor={visitor} />
            </td>
          </tr>
        ))}
        ifNone="There are none."
      />
    </>
  );
  return { kind: 'page', title: 'Roles', body };
}

function Holders({ name, visitor }: { readonly name: string; readonly visitor: Visitor }): VNode | null {
  if (!may(visitor, 'users.read')) return null;
  return <a href={`/users?role=${encodeURIComponent(name)}`}>{`Users of role ${name}`}</a>;
}

async function rolePage(roles: Roles, asked: Asked, visitor: Visitor): Promise<Shown> {
  const role = await roles.byName(visitor.actor, nameOf(asked));
  const has = new Set<string>(role.permissions);
  const body = (
    <>
      <Title actions={<Actions role={role} visitor={visitor} />}>{`Role ${role.name}`}</Title>
      <Facts
        facts={{
          'What it is for': role.description,
          Rank: role.rank,
          Kind: role.builtIn ? 'built in: it stays as it is' : 'made here',
          'Who has it': <Holders name={role.name} visitor={visitor} />,
        }}
      />
      <h2>What it permits</h2>
      <ul>
        {PERMISSION_NAMES.filter((name) => has.has(name)).map((name) => (
          <li key={name}>
            {PERMISSIONS[name]} <code>{name}</code>
          </li>
        ))}
      </ul>
    </>
  );
  return { kind: 'page', title: `Role ${role.name}`, body };
}

function Actions({ role, visitor }: { readonly role: Role; readonly visitor: Visitor }): VNode | null {
  if (role.builtIn || !may(visitor, 'roles.edit')) return null;
  return (
    <>
      <a href={`${pathOf(role.name)}/edit`} class="button">
        Edit
      </a>
      <Action
        action={`${pathOf(role.name)}/delete`}
        csrfToken={visitor.csrfToken}
        label="Delete"
        look="secondary"
      />
    </>
  );
}

function addPage(visitor: Visitor, state: FormState): Shown {
  const title = 'Add a role';
  const form = <RoleForm action={`${PATH}/new`} visitor={visitor} state={state} isNew submit="Add" />;
  return formPage(title, form, state);
}

function formPage(title: string, form: VNode, state: FormState): Shown {
  const body = (
    <>
      <Title>{title}</Title>
      {form}
    </>
  );
  return { kind: 'page', title, status: statusOf(state), body };
}

function add(roles: Roles, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      const { name } = await roles.add(visitor.actor, { name: textOf(form, 'name'), ...changesOf(form) });
      return { kind: 'redirect', to: pathOf(name), notice: `The role ${name} was added.` };
    },
    (state) => addPage(visitor, state),
  );
}

async function editPage(
  roles: Roles,
  asked: Asked,
  visitor: Visitor,
  refused: FormState | null = null,
): Promise<Shown> {
  const role = await roles.byName(visitor.actor, nameOf(asked));
  if (role.builtIn) {
    throw new DirectoryError('forbidden', `The role ${role.name} is built in and stays as it is.`);
  }
  const state = refused ?? { values: valuesOf(role), error: null };
  const action = `${pathOf(role.name)}/edit`;
  const form = <RoleForm action={action} visitor={visitor} state={state} submit="Save" />;
  return formPage(`Edit the role ${role.name}`, form, state);
}

function edit(roles: Roles, asked: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    asked.form,
    async () => {
      const { name } = await roles.edit(visitor.actor, nameOf(asked), changesOf(asked.form));
      return { kind: 'redirect', to: pathOf(name), notice: `The role ${name} is saved.` };
    },
    (state) => editPage(roles, asked, visitor, state),
  );
}

async function remove(roles: Roles, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const { name, rank, description, permissions } = await roles.delete(actor, nameOf(asked));
  const fields = { name, rank: String(rank), description, permissions };
  return {
    kind: 'redirect',
    to: PATH,
    notice: `The role ${name} is deleted.`,
    undo: { action: `${PATH}/new`, fields },
  };
}

function changesOf(form: Fields) {
  return {
    description: textOf(form, 'description'),
    rank: Number(textOf(form, 'rank')),
    permissions: form.getAll('permissions'),
  };
}

function valuesOf({ rank, description, permissions }: Role): Fields {
  const values = new URLSearchParams({ rank: String(rank), description });
  for (const permission of permissions) values.append('permissions', permission);
  return values;
}

interface RoleFormProps {
  readonly action: string;
  readonly visitor: Visitor;
  readonly state: FormState;
  readonly isNew?: boolean;
  readonly submit: string;
}

function RoleForm({ action, visitor, state, isNew = false, submit }: RoleFormProps): VNode {
  const fields = ['name', 'rank', 'description', 'permissions'];
  return (
    <Form action={action} csrfToken={visitor.csrfToken} state={state} fields={fields}>
      {isNew ? (
        <Field
          name="name"
          label="Name"
          hint="Lower-case letters, digits, dots and hyphens. It stays as it is."
          state={state}
          required
        />
      ) : null}
      <Field name="description" label="What it is for" state={state} />
      <Field
        name="rank"
        label="Rank"
        hint={`${CUSTOM_RANK_MIN} to ${CUSTOM_RANK_MAX}. People of this role act on those of a lower rank; user-manager has 100.`}
        type="number"
        state={state}
        required
      />
      <PermissionBoxes legend="What it permits" names={givable(visitor)} state={state} />
      <button type="submit">{submit}</button>
    </Form>
  );
}

/** Only what the visitor may do himself; what everybody has needs no role. */
function givable({ actor }: Visitor): readonly Permission[] {
  const { permissions } = actor.authority;
  return PERMISSION_NAMES.filter((name) => permissions.has(name) && !BASE_PERMISSIONS.includes(name));
}
