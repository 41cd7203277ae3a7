/** Adds users and changes what is said of them. */
import type { ProveOwnPassword } from '../../core/credentials/own-password.ts';
import type { Directory } from '../../core/directory/directory.ts';
import { type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { Title } from '../views/parts.tsx';
import { attributesOf } from './attribute-values.tsx';
import { type Asked, may, type Page, refuseUnless, type Shown, textOf, type Visitor } from './page.ts';
import { sourceOf } from './provenance.ts';
import { nameOf, pathOf } from './user.tsx';
import { changesOf, provenBy, UserForm, valuesOf } from './user-form.tsx';

export interface UserEditDependencies extends Pick<Directory, 'users' | 'roles' | 'sources' | 'attributes'> {
  readonly proveOwnPassword: ProveOwnPassword;
}

export function userEditPages(port: UserEditDependencies): readonly Page[] {
  const needs = { add: 'users.create', edit: 'users.edit' } as const;
  return [
    {
      method: 'get',
      path: '/users/new',
      needs: needs.add,
      show: (_asked, visitor) => addPage(port, visitor, firstForm({ role: 'user' })),
    },
    { method: 'post', path: '/users/new', needs: needs.add, show: (...from) => add(port, ...from) },
    {
      method: 'get',
      path: '/users/:username/edit',
      needs: needs.edit,
      show: (...from) => editPage(port, ...from),
    },
    {
      method: 'post',
      path: '/users/:username/edit',
      needs: needs.edit,
      show: (...from) => edit(port, ...from),
    },
  ];
}

async function addPage(port: UserEditDependencies, visitor: Visitor, state: FormState): Promise<Shown> {
  const body = (
    <>
      <Title>Add a user</Title>
      <UserForm
        action="/users/new"
        isNew
        state={state}
        visitor={visitor}
        roles={await rolesFor(port, visitor)}
        source={null}
        attributes={await attributesOf(port, visitor, 'user', null)}
        submit="Add"
      />
    </>
  );
  return { kind: 'page', title: 'Add a user', status: statusOf(state), body };
}

/** Roles that the visitor may give. */
async function rolesFor({ roles }: UserEditDependencies, visitor: Visitor): Promise<readonly string[]> {
  if (!may(visitor, 'users.role') || !may(visitor, 'roles.read')) return [];
  const all = await roles.list(visitor.actor);
  return all.filter(({ rank }) => rank <= visitor.actor.authority.rank).map(({ name }) => name);
}

function add(port: UserEditDependencies, { form }: Asked, visitor: Visitor): Promise<Shown> {
  const password = form.get('password') ?? '';
  const role = form.get('role');
  return orAgain(
    form,
    async () => {
      const { username } = await port.users.add(visitor.actor, {
        ...changesOf(form, await attributesOf(port, visitor, 'user', null)),
        username: textOf(form, 'username'),
        ...(password !== '' && { password }),
        ...(role !== null && { role }),
      });
      return { kind: 'redirect', to: pathOf(username), notice: `${username} was added.` };
    },
    (state) => addPage(port, visitor, state),
  );
}

async function editPage(
  port: UserEditDependencies,
  asked: Asked,
  visitor: Visitor,
  refused: FormState | null = null,
): Promise<Shown> {
  const { actor } = visitor;
  const user = await port.users.byUsername(actor, nameOf(asked));
  const isOwn = user.id === visitor.user.id;
  refuseUnless(isOwn || (await port.users.isBelow(actor, user)), RANKS_AS_HIGH);
  const attributes = await attributesOf(port, visitor, 'user', user.username);
  const state = refused ?? { values: valuesOf(user, attributes), error: null };
  const title = `Edit ${user.username}`;
  const body = (
    <>
      <Title>{title}</Title>
      <UserForm
        action={`${pathOf(user.username)}/edit`}
        state={state}
        visitor={visitor}
        roles={isOwn ? [] : await rolesFor(port, visitor)}
        isSelf={isOwn}
        source={await sourceOf(port.sources, user)}
        attributes={attributes}
        submit="Save"
      />
    </>
  );
  return { kind: 'page', title, status: statusOf(state), body };
}

export const RANKS_AS_HIGH = 'This user ranks as high as you: ask somebody of a higher role.';

function edit(port: UserEditDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { form } = asked;
  return orAgain(
    form,
    async () => {
      const before = await port.users.byUsername(visitor.actor, nameOf(asked));
      const role = form.get('role');
      // Whoever gives a role needs more than whoever leaves it.
      const attributes = await attributesOf(port, visitor, 'user', before.username);
      const changes = {
        ...changesOf(form, attributes),
        ...(role !== null && role !== before.role && { role }),
      };
      const isOwn = before.id === visitor.user.id;
      const actor = isOwn ? await provenBy(port.proveOwnPassword, visitor, form) : visitor.actor;
      const { username } = await port.users.edit(actor, before.username, changes);
      return { kind: 'redirect', to: pathOf(username), notice: `${username} is saved.` };
    },
    (state) => editPage(port, asked, visitor, state),
  );
}
