/** Attributes that administrators define: list, add, change, delete. */
import type { VNode } from 'preact';
import { holdersSentence } from '../../core/directory/attributes.ts';
import type { AttributesKeeper } from '../../core/directory/directory.ts';
import type { AttributeDefinition } from '../../core/model/attribute-definition.ts';
import { Choice, Field, Form, type FormState, firstForm, orAgain, statusOf, Tick } from '../views/form.tsx';
import { Table } from '../views/list.tsx';
import { Action, Title } from '../views/parts.tsx';
import { type Asked, type Fields, may, type Page, type Shown, textOf, type Visitor } from './page.ts';

export interface AttributePagesPort {
  readonly attributes: AttributesKeeper;
}

export const ATTRIBUTES_PATH = '/attributes';
const NEW = `${ATTRIBUTES_PATH}/new`;

export function attributePages(port: AttributePagesPort): readonly Page[] {
  const at = `${ATTRIBUTES_PATH}/:name`;
  const needs = 'settings.edit';
  return [
    {
      ...{ method: 'get', path: ATTRIBUTES_PATH, needs: 'settings.read' },
      show: (_asked, visitor) => listPage(port, visitor),
    },
    { method: 'get', path: NEW, needs, show: (_asked, visitor) => addPage(visitor, firstForm(FIRST)) },
    { method: 'post', path: NEW, needs, show: (asked, visitor) => add(port, asked, visitor) },
    { method: 'get', path: `${at}/edit`, needs, show: (asked, visitor) => editPage(port, asked, visitor) },
    { method: 'post', path: `${at}/edit`, needs, show: (asked, visitor) => edit(port, asked, visitor) },
    {
      method: 'get',
      path: `${at}/delete`,
      needs,
      show: (asked, visitor) => deletePage(port, asked, visitor),
    },
    { method: 'post', path: `${at}/delete`, needs, show: (asked, visitor) => remove(port, asked, visitor) },
  ];
}

const FIRST = { subject: 'user', type: 'text', readers: 'all', writers: 'admin' };
const WORDS: Readonly<Record<string, string>> = {
  ...{ user: 'users', group: 'groups' },
  ...{ text: 'text', integer: 'whole number', boolean: 'yes or no', time: 'time', image: 'picture' },
  all: 'every application that sees the entry',
  directory: 'the bind DN of the directory alone',
  admin: 'administrators alone',
  self: 'the person too',
};

function nameOf({ params }: Asked): string {
  return params['name'] ?? '';
}

function pathOf(name: string): string {
  return `${ATTRIBUTES_PATH}/${encodeURIComponent(name)}`;
}

async function listPage({ attributes }: AttributePagesPort, visitor: Visitor): Promise<Shown> {
  const all = await attributes.list(visitor.actor);
  const edits = may(visitor, 'settings.edit');
  const title = 'Attributes of your own';
  const body = (
    <>
      <Title
        actions={
          edits ? (
            <a href={NEW} class="button">
              Add an attribute
            </a>
          ) : undefined
        }
      >
        {title}
      </Title>
      <p class="muted">
        What your applications want to know of people and groups beyond what all directories have. They are
        served over LDAP by these names.
      </p>
      <Table
        caption={title}
        head={['Name', 'Of', 'Holds', 'Served to', 'Changed by', ...(edits ? [''] : [])]}
        rows={all.map((each) => <Row key={each.id} definition={each} edits={edits} />)}
        ifNone="None are defined yet."
      />
    </>
  );
  return { kind: 'page', title, body };
}

function Row({
  definition,
  edits,
}: {
  readonly definition: AttributeDefinition;
  readonly edits: boolean;
}): VNode {
  const { name, description, subject, type, several, readers, writers } = definition;
  return (
    <tr>
      <th scope="row">
        {name}
        {description === '' ? null : <small class="muted"> {description}</small>}
      </th>
      <td>{WORDS[subject]}</td>
      <td>
        {WORDS[type]}
        {several ? ', several' : ''}
      </td>
      <td>{WORDS[readers]}</td>
      <td>{WORDS[writers]}</td>
      {edits ? (
        <td>
          <a href={`${pathOf(name)}/edit`} aria-label={`Edit ${name}`}>
            Edit
          </a>{' '}
          <a href={`${pathOf(name)}/delete`} aria-label={`Delete ${name}`}>
            Delete
          </a>
        </td>
      ) : null}
    </tr>
  );
}

function addPage(visitor: Visitor, state: FormState): Shown {
  return formPage('Add an attribute', NEW, visitor, state, 'Add');
}

function add({ attributes }: AttributePagesPort, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      const kind = { subject: chosen(form, 'subject', SUBJECTS), type: chosen(form, 'type', TYPES) };
      const { name } = await attributes.add(visitor.actor, { ...changesOf(form), ...kind });
      return { kind: 'redirect', to: ATTRIBUTES_PATH, notice: `${name} was added.` };
    },
    (state) => addPage(visitor, state),
  );
}

async function editPage(
  { attributes }: AttributePagesPort,
  asked: Asked,
  visitor: Visitor,
  refused: FormState | null = null,
): Promise<Shown> {
  const { definition } = await attributes.byName(visitor.actor, nameOf(asked));
  const { id: _id, several, ...texts } = definition;
  const state = refused ?? firstForm({ ...texts, ...(several && { several: 'on' }) });
  const locked = 'It stays as it was defined.';
  return formPage(
    `Edit ${definition.name}`,
    `${pathOf(definition.name)}/edit`,
    visitor,
    state,
    'Save',
    locked,
  );
}

function edit(port: AttributePagesPort, asked: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    asked.form,
    async () => {
      const { name } = await port.attributes.edit(visitor.actor, nameOf(asked), changesOf(asked.form));
      return { kind: 'redirect', to: ATTRIBUTES_PATH, notice: `${name} is saved.` };
    },
    (state) => editPage(port, asked, visitor, state),
  );
}

const SUBJECTS = ['user', 'group'] as const;
const TYPES = ['text', 'integer', 'boolean', 'time', 'image'] as const;
const READERS = ['all', 'directory'] as const;
const WRITERS = ['admin', 'self'] as const;

function changesOf(form: Fields) {
  return {
    name: textOf(form, 'name'),
    description: textOf(form, 'description'),
    several: form.get('several') === 'on',
    readers: chosen(form, 'readers', READERS),
    writers: chosen(form, 'writers', WRITERS),
  };
}

/** The first where none of them was sent. */
function chosen<Value extends string>(
  form: Fields,
  name: string,
  values: readonly [Value, ...Value[]],
): Value {
  return values.find((value) => value === form.get(name)) ?? values[0];
}

function optionsOf(values: readonly string[]) {
  return values.map((value) => ({ value, label: WORDS[value] ?? value }));
}

function formPage(
  title: string,
  action: string,
  visitor: Visitor,
  state: FormState,
  submit: string,
  /** Why subject and type cannot be changed; absent: they can. */
  locked?: string,
): Shown {
  const body = (
    <section class="narrow">
      <h1>{title}</h1>
      <Form action={action} csrfToken={visitor.csrfToken} state={state} fields={FIELDS}>
        <Field
          name="name"
          label="Name"
          hint="As applications ask for it over LDAP: letters, digits and hyphens, such as costCentre."
          state={state}
          required
        />
        <Field name="description" label="Description" state={state} />
        <Choice name="subject" label="Whose it is" options={optionsOf(SUBJECTS)} {...{ state, locked }} />
        <Choice name="type" label="What it holds" options={optionsOf(TYPES)} {...{ state, locked }} />
        <Tick name="several" label="It may have several values" state={state} />
        <Choice name="readers" label="Served to" options={optionsOf(READERS)} state={state} />
        <Choice
          name="writers"
          label="Changed by"
          hint="Those of groups by administrators alone."
          options={optionsOf(WRITERS)}
          state={state}
        />
        <button type="submit">{submit}</button>
      </Form>
    </section>
  );
  return { kind: 'page', title, body, status: statusOf(state) };
}

const FIELDS = ['name', 'description', 'subject', 'type', 'several', 'readers', 'writers'];

async function deletePage(
  { attributes }: AttributePagesPort,
  asked: Asked,
  visitor: Visitor,
): Promise<Shown> {
  const { definition, holders } = await attributes.byName(visitor.actor, nameOf(asked));
  const { name } = definition;
  const title = `Delete ${name}?`;
  const body = (
    <section class="narrow">
      <h1>{title}</h1>
      <p>{holders === 0 ? 'Nobody has a value of it.' : holdersSentence(definition, holders)}</p>
      <p>Applications that ask for it find it no more.</p>
      <div class="actions">
        <Action
          action={`${pathOf(name)}/delete`}
          csrfToken={visitor.csrfToken}
          label="Delete for good"
          look="danger"
          values={{ holders: String(holders) }}
        />
        <a href={ATTRIBUTES_PATH}>Keep it</a>
      </div>
    </section>
  );
  return { kind: 'page', title, body };
}

async function remove({ attributes }: AttributePagesPort, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const { name } = await attributes.delete(actor, nameOf(asked), Number(textOf(asked.form, 'holders')));
  return { kind: 'redirect', to: ATTRIBUTES_PATH, notice: `${name} is deleted.` };
}
