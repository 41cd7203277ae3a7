/** The list of groups, and the forms in which groups are added, changed and deleted. */
import type { VNode } from 'preact';
import { z } from 'zod';
import type { Directory } from '../../core/directory/directory.ts';
import type { Group } from '../../core/model/group.ts';
import { decodeCursor, toPage } from '../cursor.ts';
import { Field, Form, type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { List, Pager, Table } from '../views/list.tsx';
import { Action, Time, Title } from '../views/parts.tsx';
import { nameOf, pathOf } from './group.tsx';
import { type Asked, type Fields, may, type Page, type Shown, textOf, type Visitor } from './page.ts';
import { lockedBy, sourceNames, sourceOf } from './provenance.ts';

export type GroupListDependencies = Pick<Directory, 'groups' | 'sources'>;

const PATH = '/groups';
const ROWS = 50;
const place = z.string();

export function groupListPages(port: GroupListDependencies): readonly Page[] {
  const adding = { path: `${PATH}/new`, needs: 'groups.create' } as const;
  const editing = { path: `${PATH}/:name/edit`, needs: 'groups.edit' } as const;
  const deleting = { path: `${PATH}/:name/delete`, needs: 'groups.delete' } as const;
  return [
    {
      method: 'get',
      path: PATH,
      needs: 'groups.read',
      show: (asked, visitor) => listPage(port, asked, visitor),
    },
    { method: 'get', ...adding, show: (_asked, visitor) => addPage(visitor, firstForm()) },
    { method: 'post', ...adding, show: (asked, visitor) => add(port, asked, visitor) },
    { method: 'get', ...editing, show: (asked, visitor) => editPage(port, asked, visitor) },
    { method: 'post', ...editing, show: (asked, visitor) => edit(port, asked, visitor) },
    { method: 'get', ...deleting, show: (asked, visitor) => deletePage(port, asked, visitor) },
    { method: 'post', ...deleting, show: (asked, visitor) => remove(port, asked, visitor) },
  ];
}

async function listPage(port: GroupListDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { query, fragment } = asked;
  const found = await port.groups.find(visitor.actor, {
    search: textOf(query, 'search'),
    after: decodeCursor(place, query.get('cursor') ?? undefined),
    limit: ROWS + 1,
  });
  const { items, next } = toPage(
    found,
    ROWS,
    ({ name }) => name,
    (group) => group,
  );
  const sources = await sourceNames(port.sources);
  const table = <GroupTable groups={items} sources={sources} next={next} query={query} />;
  if (fragment) return { kind: 'fragment', body: table };
  const adding = (
    <a href={`${PATH}/new`} class="button">
      Add a group
    </a>
  );
  const body = (
    <>
      <Title actions={may(visitor, 'groups.create') ? adding : undefined}>Groups</Title>
      <List path={PATH} query={query} searchLabel="Search names">
        {table}
      </List>
    </>
  );
  return { kind: 'page', title: 'Groups', body };
}

interface GroupTableProps {
  readonly groups: readonly Group[];
  readonly sources: ReadonlyMap<string, string>;
  readonly next: string | null;
  readonly query: Fields;
}

function GroupTable({ groups, sources, next, query }: GroupTableProps): VNode {
  return (
    <>
      <Table
        caption="Groups"
        head={['Name', 'Shown as', 'Description', 'From', 'Changed']}
        rows={groups.map(({ id, name, displayName, description, origin, updatedAt }) => (
          <tr key={id}>
            <th scope="row">
              <a href={pathOf(name)}>{name}</a>
            </th>
            <td>{displayName}</td>
            <td>{description}</td>
            <td>{origin === null ? 'here' : (sources.get(origin.sourceId) ?? 'a source')}</td>
            <td>
              <Time at={updatedAt} />
            </td>
          </tr>
        ))}
        ifNone={query.size === 0 ? 'There are no groups yet.' : 'No group is called like that.'}
      />
      <Pager path={PATH} query={query} next={next} />
    </>
  );
}

function addPage(visitor: Visitor, state: FormState): Shown {
  const title = 'Add a group';
  const form = (
    <GroupForm action={`${PATH}/new`} visitor={visitor} state={state} source={null} submit="Add" />
  );
  return formPage(title, form, state);
}

function formPage(title: string, form: VNode, state: FormState): Shown {
  const body = (
    <section class="narrow">
      <h1>{title}</h1>
      {form}
    </section>
  );
  return { kind: 'page', title, status: statusOf(state), body };
}

function add({ groups }: GroupListDependencies, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      const { name } = await groups.add(visitor.actor, { ...changesOf(form), name: textOf(form, 'name') });
      return { kind: 'redirect', to: pathOf(name), notice: `${name} was added.` };
    },
    (state) => addPage(visitor, state),
  );
}

async function editPage(
  port: GroupListDependencies,
  asked: Asked,
  visitor: Visitor,
  refused: FormState | null = null,
): Promise<Shown> {
  const group = await port.groups.withoutMembers(visitor.actor, nameOf(asked));
  const { name, displayName, description, email } = group;
  const state = refused ?? firstForm({ name, displayName, description, email: email ?? '' });
  const form = (
    <GroupForm
      action={`${pathOf(name)}/edit`}
      visitor={visitor}
      state={state}
      source={await sourceOf(port.sources, group)}
      submit="Save"
    />
  );
  return formPage(`Edit ${name}`, form, state);
}

function edit(port: GroupListDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    asked.form,
    async () => {
      const { name } = await port.groups.edit(visitor.actor, nameOf(asked), changesOf(asked.form));
      return { kind: 'redirect', to: pathOf(name), notice: `${name} is saved.` };
    },
    (state) => editPage(port, asked, visitor, state),
  );
}

const TEXTS = ['name', 'displayName', 'description'] as const;

/** What a posted form says; a field that the form did not have is left as it is. */
function changesOf(form: Fields) {
  const texts = TEXTS.filter((name) => form.has(name)).map((name) => [name, textOf(form, name)]);
  return {
    ...Object.fromEntries(texts),
    ...(form.has('email') && { email: textOf(form, 'email') || null }),
  };
}

interface GroupFormProps {
  readonly action: string;
  readonly visitor: Visitor;
  readonly state: FormState;
  readonly source: string | null;
  readonly submit: string;
}

function GroupForm({ action, visitor, state, source, submit }: GroupFormProps): VNode {
  const locked = lockedBy(source);
  return (
    <Form action={action} csrfToken={visitor.csrfToken} state={state} fields={[...TEXTS, 'email']}>
      <Field
        name="name"
        label="Name"
        hint="What applications know the group by: lower-case letters, digits, dots and hyphens."
        state={state}
        locked={locked}
        required
      />
      <Field name="displayName" label="Name as shown" state={state} locked={locked} />
      <Field name="description" label="Description" state={state} locked={locked} />
      {may(visitor, 'mail.edit') ? (
        <Field
          name="email"
          label="Mail address"
          hint="By which all members are reached."
          type="email"
          state={state}
        />
      ) : null}
      <button type="submit">{submit}</button>
    </Form>
  );
}

async function deletePage({ groups }: GroupListDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { name } = await groups.withoutMembers(visitor.actor, nameOf(asked));
  const body = (
    <section class="narrow">
      <h1>{`Delete ${name}?`}</h1>
      <p>
        The group goes for good. Its members stay, but lose what applications let them do as members of it.
      </p>
      <div class="actions">
        <Action
          action={`${pathOf(name)}/delete`}
          csrfToken={visitor.csrfToken}
          label="Delete for good"
          look="danger"
        />
        <a href={pathOf(name)}>Keep it</a>
      </div>
    </section>
  );
  return { kind: 'page', title: `Delete ${name}?`, body };
}

async function remove({ groups }: GroupListDependencies, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const { name } = await groups.delete(actor, nameOf(asked));
  return { kind: 'redirect', to: PATH, notice: `${name} is deleted.` };
}
