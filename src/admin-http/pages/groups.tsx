/** The list of groups, and the forms in which groups are added, changed and deleted. */
import type { VNode } from 'preact';
import type { Directory } from '../../core/directory/directory.ts';
import type { Group } from '../../core/model/group.ts';
import { Field, Form, type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { foundByName, listShown, Table } from '../views/list.tsx';
import { Action, Time } from '../views/parts.tsx';
import {
  type Attribute,
  AttributeInputs,
  attributeChanges,
  attributeFields,
  attributesOf,
} from './attribute-values.tsx';
import { nameOf, pathOf } from './group.tsx';
import { type Asked, type Fields, may, type Page, type Shown, textOf, type Visitor } from './page.ts';
import { lockedBy, sourceNames, sourceOf } from './provenance.ts';

export type GroupListDependencies = Pick<Directory, 'groups' | 'sources' | 'attributes'>;

const PATH = '/groups';

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
    { method: 'get', ...adding, show: (_asked, visitor) => addPage(port, visitor, firstForm()) },
    { method: 'post', ...adding, show: (asked, visitor) => add(port, asked, visitor) },
    { method: 'get', ...editing, show: (asked, visitor) => editPage(port, asked, visitor) },
    { method: 'post', ...editing, show: (asked, visitor) => edit(port, asked, visitor) },
    { method: 'get', ...deleting, show: (asked, visitor) => deletePage(port, asked, visitor) },
    { method: 'post', ...deleting, show: (asked, visitor) => remove(port, asked, visitor) },
  ];
}

async function listPage(port: GroupListDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { items, next } = await foundByName(asked, (wanted) => port.groups.find(visitor.actor, wanted));
  const sources = await sourceNames(port.sources);
  return listShown({
    ...{ asked, next, path: PATH, title: 'Groups', searchLabel: 'Search names' },
    add: may(visitor, 'groups.create') ? 'Add a group' : null,
    table: <GroupTable groups={items} sources={sources} query={asked.query} />,
  });
}

interface GroupTableProps {
  readonly groups: readonly Group[];
  readonly sources: ReadonlyMap<string, string>;
  readonly query: Fields;
}

function GroupTable({ groups, sources, query }: GroupTableProps): VNode {
  return (
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
  );
}

async function addPage(port: GroupListDependencies, visitor: Visitor, state: FormState): Promise<Shown> {
  const title = 'Add a group';
  const attributes = await attributesOf(port, visitor, 'group', null);
  const form = (
    <GroupForm
      action={`${PATH}/new`}
      visitor={visitor}
      state={state}
      source={null}
      attributes={attributes}
      submit="Add"
    />
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

function add(port: GroupListDependencies, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      const attributes = await attributesOf(port, visitor, 'group', null);
      const changes = { ...changesOf(form, attributes), name: textOf(form, 'name') };
      const { name } = await port.groups.add(visitor.actor, changes);
      return { kind: 'redirect', to: pathOf(name), notice: `${name} was added.` };
    },
    (state) => addPage(port, visitor, state),
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
  const attributes = await attributesOf(port, visitor, 'group', name);
  const values = { name, displayName, description, email: email ?? '' };
  const state = refused ?? firstForm({ ...values, ...Object.fromEntries(attributeFields(attributes)) });
  const form = (
    <GroupForm
      action={`${pathOf(name)}/edit`}
      visitor={visitor}
      state={state}
      source={await sourceOf(port.sources, group)}
      attributes={attributes}
      submit="Save"
    />
  );
  return formPage(`Edit ${name}`, form, state);
}

function edit(port: GroupListDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    asked.form,
    async () => {
      const attributes = await attributesOf(port, visitor, 'group', nameOf(asked));
      const changes = changesOf(asked.form, attributes);
      const { name } = await port.groups.edit(visitor.actor, nameOf(asked), changes);
      return { kind: 'redirect', to: pathOf(name), notice: `${name} is saved.` };
    },
    (state) => editPage(port, asked, visitor, state),
  );
}

const TEXTS = ['name', 'displayName', 'description'] as const;

/** What a posted form says; a field that the form did not have is left as it is. */
function changesOf(form: Fields, attributes: readonly Attribute[]) {
  const texts = TEXTS.filter((name) => form.has(name)).map((name) => [name, textOf(form, name)]);
  return {
    ...Object.fromEntries(texts),
    ...(form.has('email') && { email: textOf(form, 'email') || null }),
    ...attributeChanges(form, attributes),
  };
}

interface GroupFormProps {
  readonly action: string;
  readonly visitor: Visitor;
  readonly state: FormState;
  readonly source: string | null;
  readonly attributes: readonly Attribute[];
  readonly submit: string;
}

function GroupForm({ action, visitor, state, source, attributes, submit }: GroupFormProps): VNode {
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
      <AttributeInputs attributes={attributes} state={state} />
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
