/** The list of applications, and the forms in which they are added and changed. */
import type { VNode } from 'preact';
import type { ApplicationChanges } from '../../../core/directory/directory.ts';
import { type Application, SECOND_FACTOR_RULES } from '../../../core/model/application.ts';
import { Choice, Field, Form, type FormState, firstForm, orAgain, statusOf } from '../../views/form.tsx';
import { Table } from '../../views/list.tsx';
import { State, Time, Title } from '../../views/parts.tsx';
import { type Asked, type Fields, may, type Page, type Shown, textOf, type Visitor } from '../page.ts';
import {
  APPLICATIONS_PATH,
  applicationPath,
  nameOf,
  PasswordShown,
  SECOND_FACTOR_WORDS,
} from './application.tsx';
import type { ServerPagesDependencies } from './port.ts';

export type ApplicationFormPort = Pick<
  ServerPagesDependencies,
  'applications' | 'activity' | 'ldap' | 'newPassword'
>;

export function applicationListPages(port: ApplicationFormPort): readonly Page[] {
  const adding = { path: `${APPLICATIONS_PATH}/new`, needs: 'applications.create' } as const;
  const editing = { path: `${APPLICATIONS_PATH}/:name/edit`, needs: 'applications.edit' } as const;
  return [
    {
      ...{ method: 'get', path: APPLICATIONS_PATH, needs: 'applications.read' },
      show: (_asked, visitor) => listPage(port, visitor),
    },
    {
      method: 'get',
      ...adding,
      show: ({ query }, visitor) => addPage(visitor, firstForm({ ...NEW, name: textOf(query, 'name') })),
    },
    { method: 'post', ...adding, show: (asked, visitor) => add(port, asked, visitor) },
    { method: 'get', ...editing, show: (asked, visitor) => editPage(port, asked, visitor, null) },
    { method: 'post', ...editing, show: (asked, visitor) => edit(port, asked, visitor) },
  ];
}

async function listPage({ applications, activity }: ApplicationFormPort, visitor: Visitor): Promise<Shown> {
  const all = await applications.list(visitor.actor);
  const adding = (
    <a href={`${APPLICATIONS_PATH}/new`} class="button">
      Add an application
    </a>
  );
  const body = (
    <>
      <Title actions={may(visitor, 'applications.create') ? adding : undefined}>Applications</Title>
      <p class="muted">
        Each program that signs people in has an account of its own here. It sees only those whom it is given.
      </p>
      <Table
        caption="Applications"
        head={['Name', 'What it is', 'Sees', 'May bind from', 'Last sign-in', 'State']}
        rows={all.map((application) => (
          <Row key={application.id} application={application} lastUse={activity.lastUse(application.id)} />
        ))}
        ifNone="There are no applications yet. Add one for each program that should sign people in."
      />
    </>
  );
  return { kind: 'page', title: 'Applications', body };
}

function Row({
  application,
  lastUse,
}: {
  readonly application: Application;
  readonly lastUse: Date | null;
}): VNode {
  const { name, description, everyone, groups, allow, enabled } = application;
  const sees =
    groups.length === 0 ? 'nobody yet' : groups.length === 1 ? 'one group' : `${groups.length} groups`;
  return (
    <tr>
      <th scope="row">
        <a href={applicationPath(name)}>{name}</a>
      </th>
      <td>{description}</td>
      <td>{everyone ? 'everybody' : sees}</td>
      <td>{allow.length === 0 ? 'wherever may connect' : allow.join(', ')}</td>
      <td>
        <Time at={lastUse} none="not since the start" />
      </td>
      <td>{enabled ? <State mood="good">enabled</State> : <State mood="warn">disabled</State>}</td>
    </tr>
  );
}

const NEW = { sees: 'groups', secondFactor: 'when-given' };
const FIELDS = ['name', 'description', 'sees', 'groups', 'allow', 'secondFactor'] as const;

function addPage(visitor: Visitor, state: FormState): Shown {
  return formPage('Add an application', `${APPLICATIONS_PATH}/new`, 'Add', visitor, state);
}

function add(port: ApplicationFormPort, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      const password = port.newPassword();
      const input = { ...changesIn(form), name: textOf(form, 'name'), password };
      const { name } = await port.applications.add(visitor.actor, input);
      const title = `${name} is added`;
      const { baseDn } = port.ldap;
      return { kind: 'page', title, body: <PasswordShown {...{ title, name, password, baseDn }} /> };
    },
    (state) => addPage(visitor, state),
  );
}

async function editPage(
  { applications }: ApplicationFormPort,
  asked: Asked,
  visitor: Visitor,
  refused: FormState | null,
): Promise<Shown> {
  const application = await applications.byName(visitor.actor, nameOf(asked));
  const { name, description, allow, everyone, secondFactor } = application;
  const groups = await applications.groupNames(visitor.actor, application);
  const state =
    refused ??
    firstForm({
      ...{ name, description, secondFactor, sees: everyone ? 'everyone' : 'groups' },
      ...{ groups: groups.join('\n'), allow: allow.join('\n') },
    });
  return formPage(`Edit ${name}`, `${applicationPath(name)}/edit`, 'Save', visitor, state);
}

function edit(port: ApplicationFormPort, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { form } = asked;
  return orAgain(
    form,
    async () => {
      const changes = { ...changesIn(form), name: textOf(form, 'name') };
      const { name } = await port.applications.edit(visitor.actor, nameOf(asked), changes);
      return { kind: 'redirect', to: applicationPath(name), notice: `${name} is saved.` };
    },
    (state) => editPage(port, asked, visitor, state),
  );
}

function changesIn(form: Fields): ApplicationChanges {
  const everyone = form.get('sees') === 'everyone';
  const secondFactor = SECOND_FACTOR_RULES.find((rule) => rule === form.get('secondFactor'));
  return {
    description: textOf(form, 'description'),
    allow: linesIn(form, 'allow'),
    everyone,
    groups: everyone ? [] : linesIn(form, 'groups'),
    ...(secondFactor !== undefined && { secondFactor }),
  };
}

function linesIn(form: Fields, name: string): readonly string[] {
  return textOf(form, name)
    .split(/[\s,]+/)
    .filter((line) => line !== '');
}

function formPage(title: string, action: string, submit: string, visitor: Visitor, state: FormState): Shown {
  const body = (
    <section class="narrow">
      <h1>{title}</h1>
      <Form action={action} csrfToken={visitor.csrfToken} state={state} fields={FIELDS}>
        <Field
          name="name"
          label="Name"
          hint="A part of its bind DN: lower-case letters, digits, dots and hyphens."
          state={state}
          required
        />
        <Field name="description" label="What it is" state={state} />
        <Choice
          name="sees"
          label="Sees and signs in"
          state={state}
          options={[
            { value: 'groups', label: 'the members of these groups' },
            { value: 'everyone', label: 'everybody' },
          ]}
        />
        <Field
          name="groups"
          label="Groups, one in each line"
          hint="Members of groups in them count too. Without any it sees nobody."
          state={state}
          rows={3}
        />
        <Field
          name="allow"
          label="May bind from, one address or range in each line"
          hint="Whoever signs in from there signs in through this application. Empty: from wherever the allow-list lets connect."
          state={state}
          rows={3}
        />
        <Choice
          name="secondFactor"
          label="The second factor of people"
          state={state}
          options={SECOND_FACTOR_RULES.map((value) => ({ value, label: SECOND_FACTOR_WORDS[value] }))}
        />
        <button type="submit">{submit}</button>
      </Form>
    </section>
  );
  return { kind: 'page', title, status: statusOf(state), body };
}
