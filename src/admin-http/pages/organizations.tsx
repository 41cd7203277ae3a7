/** Organizations: groups that stand for bodies of people, added, changed and deleted; members are managed as a group's. */
import type { VNode } from 'preact';
import type { Directory } from '../../core/directory/directory.ts';
import type { Group } from '../../core/model/group.ts';
import type { OrganizationUses } from '../../core/model/organization.ts';
import { Choice, Field, Form, type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { foundByName, listShown, Table } from '../views/list.tsx';
import { Action, Facts, Time, Title } from '../views/parts.tsx';
import { pathOf as groupPathOf } from './group.tsx';
import { type Asked, type Fields, may, type Page, type Shown, textOf, type Visitor } from './page.ts';

export type OrganizationPagesDependencies = Pick<Directory, 'organizations'>;

const PATH = '/organizations';

/** Everybody sees public organizations: core decides about the others. */
export function organizationPages({ organizations }: OrganizationPagesDependencies): readonly Page[] {
  const at = `${PATH}/:slug`;
  const adding = { path: `${PATH}/new`, needs: 'organizations.create' } as const;
  const editing = { path: `${at}/edit`, needs: 'organizations.edit' } as const;
  const deleting = { path: `${at}/delete`, needs: 'organizations.delete' } as const;
  return [
    { method: 'get', path: PATH, needs: 'self', show: (...from) => listPage(organizations, ...from) },
    { method: 'get', ...adding, show: (_asked, visitor) => addPage(visitor, NEW_ORGANIZATION) },
    { method: 'post', ...adding, show: (...from) => add(organizations, ...from) },
    { method: 'get', path: at, needs: 'self', show: (...from) => onePage(organizations, ...from) },
    { method: 'get', ...editing, show: (asked, visitor) => editPage(organizations, asked, visitor) },
    { method: 'post', ...editing, show: (...from) => edit(organizations, ...from) },
    { method: 'get', ...deleting, show: (...from) => deletePage(organizations, ...from) },
    { method: 'post', ...deleting, show: (...from) => remove(organizations, ...from) },
  ];
}

type Organizations = OrganizationPagesDependencies['organizations'];

const NEW_ORGANIZATION = firstForm({ visibility: 'private' });

function slugOf({ params }: Asked): string {
  return params['slug'] ?? '';
}

function pathOf(slug: string): string {
  return `${PATH}/${encodeURIComponent(slug)}`;
}

async function listPage(organizations: Organizations, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { items, next } = await foundByName(asked, (wanted) => organizations.find(visitor.actor, wanted));
  return listShown({
    ...{ asked, next, path: PATH, title: 'Organizations', searchLabel: 'Search names' },
    add: may(visitor, 'organizations.create') ? 'Add an organization' : null,
    table: <OrganizationTable organizations={items} />,
  });
}

function OrganizationTable({ organizations }: { readonly organizations: readonly Group[] }): VNode {
  return (
    <Table
      caption="Organizations"
      head={['Name', 'Short name', 'Description', 'Seen by', 'Since']}
      rows={organizations.map(({ id, name, displayName, description, organization, createdAt }) => (
        <tr key={id}>
          <th scope="row">
            <a href={pathOf(name)}>{displayName}</a>
          </th>
          <td>{name}</td>
          <td>{description}</td>
          <td>{organization === 'public' ? 'everybody' : 'members'}</td>
          <td>
            <Time at={createdAt} />
          </td>
        </tr>
      ))}
      ifNone="There are none that you can see."
    />
  );
}

async function onePage(organizations: Organizations, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { organization, owners, members } = await organizations.bySlug(visitor.actor, slugOf(asked));
  const { name, displayName, description, createdAt } = organization;
  const isManager = may(visitor, 'organizations.edit') || owners.includes(visitor.user.username);
  const body = (
    <>
      <Title actions={<Actions slug={name} visitor={visitor} />}>{displayName}</Title>
      <Facts
        facts={{
          'Short name': name,
          Description: description,
          'Seen by': organization.organization === 'public' ? 'everybody who signs in' : 'its members',
          Owners: owners.join(', '),
          Members: String(members),
          Since: <Time at={createdAt} />,
        }}
      />
      {isManager ? (
        <p>
          <a href={groupPathOf(name)}>See and change its members</a>
        </p>
      ) : null}
    </>
  );
  return { kind: 'page', title: displayName, body };
}

function Actions({ slug, visitor }: { readonly slug: string; readonly visitor: Visitor }): VNode {
  return (
    <>
      {may(visitor, 'organizations.edit') ? (
        <a href={`${pathOf(slug)}/edit`} class="button">
          Edit
        </a>
      ) : null}
      {may(visitor, 'organizations.delete') ? (
        <a href={`${pathOf(slug)}/delete`} class="button secondary">
          Delete
        </a>
      ) : null}
    </>
  );
}

function formPage(title: string, action: string, visitor: Visitor, state: FormState): Shown {
  const body = (
    <section class="narrow">
      <h1>{title}</h1>
      <Form action={action} csrfToken={visitor.csrfToken} state={state} fields={FIELDS}>
        <Field
          name="slug"
          label="Short name"
          hint="In addresses and for applications: lower-case letters, digits, dots and hyphens."
          state={state}
          required
        />
        <Field name="name" label="Name" state={state} />
        <Field name="description" label="Description" state={state} />
        <Choice
          name="visibility"
          label="Who sees that it is there"
          state={state}
          options={[
            { value: 'private', label: 'Its members' },
            { value: 'public', label: 'Everybody who signs in' },
          ]}
        />
        <button type="submit">Save</button>
      </Form>
    </section>
  );
  return { kind: 'page', title, status: statusOf(state), body };
}

const FIELDS = ['slug', 'name', 'description', 'visibility'];

function changesOf(form: Fields) {
  return {
    slug: textOf(form, 'slug'),
    name: textOf(form, 'name'),
    description: textOf(form, 'description'),
    visibility: form.get('visibility') === 'public' ? ('public' as const) : ('private' as const),
  };
}

function addPage(visitor: Visitor, state: FormState): Shown {
  return formPage('Add an organization', `${PATH}/new`, visitor, state);
}

function add(organizations: Organizations, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      const { name, displayName } = await organizations.add(visitor.actor, changesOf(form));
      return { kind: 'redirect', to: pathOf(name), notice: `${displayName} was added.` };
    },
    (state) => addPage(visitor, state),
  );
}

async function editPage(
  organizations: Organizations,
  asked: Asked,
  visitor: Visitor,
  refused: FormState | null = null,
): Promise<Shown> {
  const { organization: it } = await organizations.bySlug(visitor.actor, slugOf(asked));
  const { name: slug, displayName: name, description } = it;
  const visibility = it.organization ?? 'private';
  const state = refused ?? firstForm({ slug, name, description, visibility });
  return formPage(`Edit ${name}`, `${pathOf(slug)}/edit`, visitor, state);
}

function edit(organizations: Organizations, asked: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    asked.form,
    async () => {
      const changed = await organizations.edit(visitor.actor, slugOf(asked), changesOf(asked.form));
      return { kind: 'redirect', to: pathOf(changed.name), notice: `${changed.displayName} is saved.` };
    },
    (state) => editPage(organizations, asked, visitor, state),
  );
}

const USES = ['members', 'groups', 'applications'] as const;

async function deletePage(organizations: Organizations, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { organization, ...uses } = await organizations.bySlug(visitor.actor, slugOf(asked));
  const { name, displayName } = organization;
  const body = (
    <section class="narrow">
      <h1>{`Delete ${displayName}?`}</h1>
      <p>It goes for good. The people in it stay. With it are lost:</p>
      <Facts
        facts={{
          'Places of members': String(uses.members),
          'Places in groups': String(uses.groups),
          'Applications that it opens': String(uses.applications),
        }}
      />
      <div class="actions">
        <Action
          action={`${pathOf(name)}/delete`}
          csrfToken={visitor.csrfToken}
          label="Delete for good"
          look="danger"
          values={Object.fromEntries(USES.map((use) => [use, String(uses[use])]))}
        />
        <a href={pathOf(name)}>Keep it</a>
      </div>
    </section>
  );
  return { kind: 'page', title: `Delete ${displayName}?`, body };
}

/** What was shown before must still be what goes. */
async function remove(organizations: Organizations, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const shown = (use: keyof OrganizationUses) => Number(textOf(asked.form, use));
  const expected = {
    members: shown('members'),
    groups: shown('groups'),
    applications: shown('applications'),
  };
  const { displayName } = await organizations.delete(actor, slugOf(asked), expected);
  return { kind: 'redirect', to: PATH, notice: `${displayName} is deleted.` };
}
