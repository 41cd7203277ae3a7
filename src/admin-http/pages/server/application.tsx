/** One application: what it may see, when it was used, and what can be done with it. */
import type { VNode } from 'preact';
import type { Application, SecondFactorRule } from '../../../core/model/application.ts';
import { Action, Facts, Secret, State, Time, Title } from '../../views/parts.tsx';
import { type Asked, may, type Page, type Shown, type Visitor } from '../page.ts';
import type { ServerPagesDependencies, Sighted } from './port.ts';

type Port = Pick<ServerPagesDependencies, 'applications' | 'activity' | 'ldap' | 'newPassword'>;

export const SECOND_FACTOR_WORDS: Readonly<Record<SecondFactorRule, string>> = {
  ignore: 'is not asked for',
  'when-given': 'must be right where it is given',
  required: 'is required, or an app password in its place',
};

export const APPLICATIONS_PATH = '/applications';

export function applicationPath(name: string): string {
  return `${APPLICATIONS_PATH}/${encodeURIComponent(name)}`;
}

export function nameOf({ params }: Asked): string {
  return params['name'] ?? '';
}

export function applicationPages(port: Port): readonly Page[] {
  const at = `${APPLICATIONS_PATH}/:name`;
  const needs = 'applications.edit';
  const password = { path: `${at}/password`, needs } as const;
  const deleting = { path: `${at}/delete`, needs: 'applications.delete' } as const;
  return [
    {
      ...{ method: 'get', path: at, needs: 'applications.read' },
      show: (asked, visitor) => applicationPage(port, asked, visitor),
    },
    { method: 'get', ...password, show: (asked, visitor) => askPassword(port, asked, visitor) },
    { method: 'post', ...password, show: (asked, visitor) => replacePassword(port, asked, visitor) },
    {
      ...{ method: 'post', path: `${at}/enabled`, needs },
      show: (asked, visitor) => setEnabled(port, asked, visitor),
    },
    { method: 'get', ...deleting, show: (asked, visitor) => askDelete(port, asked, visitor) },
    { method: 'post', ...deleting, show: (asked, visitor) => remove(port, asked, visitor) },
  ];
}

async function applicationPage(port: Port, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { applications, activity, ldap } = port;
  const { actor } = visitor;
  const application = await applications.byName(actor, nameOf(asked));
  const { id, name, description, everyone, allow, enabled } = application;
  const groups = await applications.groupNames(actor, application);
  const sees = everyone
    ? 'everybody'
    : groups.length === 0
      ? 'nobody: it is given no group'
      : groups.join(', ');
  const maySee = may(visitor, 'users.read') && may(visitor, 'groups.read');
  const sight = maySee ? await ldap.sight(actor, id) : null;
  const body = (
    <>
      <Title actions={<Acts application={application} visitor={visitor} />}>{name}</Title>
      <Facts
        facts={{
          'What it is': description,
          State: enabled ? <State mood="good">enabled</State> : <State mood="warn">disabled</State>,
          Sees: sees,
          'May bind from': allow.length === 0 ? 'wherever the allow-list lets connect' : allow.join(', '),
          'Second factor': SECOND_FACTOR_WORDS[application.secondFactor],
          'Last sign-in': <Time at={activity.lastUse(id)} none="none since this server was started" />,
          Changed: <Time at={application.updatedAt} />,
        }}
      />
      <Secret id="bind-dn" label="Bind DN" value={bindDn(name, ldap.baseDn)} />
      {maySee ? <Sight sight={sight} /> : null}
    </>
  );
  return { kind: 'page', title: name, body };
}

function bindDn(name: string, baseDn: string): string {
  return `cn=${name},ou=apps,${baseDn}`;
}

function Acts({
  application,
  visitor,
}: {
  readonly application: Application;
  readonly visitor: Visitor;
}): VNode {
  const { name, enabled } = application;
  const path = applicationPath(name);
  return (
    <>
      {may(visitor, 'applications.edit') ? (
        <>
          <a href={`${path}/edit`} class="button">
            Edit
          </a>
          <a href={`${path}/password`} class="button secondary">
            New password
          </a>
          <Action
            action={`${path}/enabled`}
            csrfToken={visitor.csrfToken}
            label={enabled ? 'Disable' : 'Enable'}
            look="secondary"
            values={{ enabled: enabled ? 'no' : 'yes' }}
          />
        </>
      ) : null}
      {may(visitor, 'applications.delete') ? (
        <a href={`${path}/delete`} class="button secondary">
          Delete
        </a>
      ) : null}
    </>
  );
}

function Sight({ sight }: { readonly sight: Sighted | null }): VNode {
  return (
    <section>
      <h2>What it sees</h2>
      {sight === null ? (
        <p class="muted">Nothing, as long as it is disabled.</p>
      ) : (
        <>
          <p>
            {counted(sight.users, 'person', 'people')} and {counted(sight.groups, 'group', 'groups')}
            {sight.first.length === 0 ? '.' : ', such as:'}
          </p>
          <ul>
            {sight.first.map((dn) => (
              <li key={dn}>{dn}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

export interface PasswordShownProps {
  readonly title: string;
  readonly name: string;
  readonly password: string;
  readonly baseDn: string;
}

export function PasswordShown({ title, name, password, baseDn }: PasswordShownProps): VNode {
  return (
    <section class="narrow">
      <h1>{title}</h1>
      <p>The password is shown this once. Copy it into the settings of the program now.</p>
      <Secret id="bind-dn" label="Bind DN" value={bindDn(name, baseDn)} />
      <Secret id="password" label="Password" value={password} />
      <p>
        <a href={applicationPath(name)}>Go to {name}</a>
      </p>
    </section>
  );
}

async function askPassword({ applications }: Port, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { name } = await applications.byName(visitor.actor, nameOf(asked));
  return question(name, 'password', visitor, {
    title: `New password for ${name}?`,
    text: 'With the old one the program can do nothing more until it is given the new one.',
    label: 'Make up another one',
  });
}

async function replacePassword(port: Port, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const password = port.newPassword();
  const { name } = await port.applications.setPassword(actor, nameOf(asked), password);
  const title = `${name} has a new password`;
  const { baseDn } = port.ldap;
  return { kind: 'page', title, body: <PasswordShown {...{ title, name, password, baseDn }} /> };
}

async function setEnabled({ applications }: Port, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const enabled = asked.form.get('enabled') === 'yes';
  const { name } = await applications.edit(actor, nameOf(asked), { enabled });
  const undo = { action: `${applicationPath(name)}/enabled`, fields: { enabled: enabled ? 'no' : 'yes' } };
  const notice = enabled ? `${name} is enabled.` : `${name} is disabled, and signs nobody in.`;
  return { kind: 'redirect', to: applicationPath(name), notice, undo };
}

async function askDelete({ applications }: Port, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { name } = await applications.byName(visitor.actor, nameOf(asked));
  return question(name, 'delete', visitor, {
    title: `Delete ${name}?`,
    text: 'The program can sign nobody in any more. People and groups stay as they are.',
    label: 'Delete for good',
  });
}

async function remove({ applications }: Port, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const name = nameOf(asked);
  await applications.delete(actor, name);
  return { kind: 'redirect', to: APPLICATIONS_PATH, notice: `${name} is deleted.` };
}

function question(
  name: string,
  act: 'password' | 'delete',
  { csrfToken }: Visitor,
  { title, text, label }: Readonly<Record<'title' | 'text' | 'label', string>>,
): Shown {
  const path = applicationPath(name);
  const body = (
    <section class="narrow">
      <h1>{title}</h1>
      <p>{text}</p>
      <div class="actions">
        <Action action={`${path}/${act}`} csrfToken={csrfToken} label={label} look="danger" />
        <a href={path}>Leave it as it is</a>
      </div>
    </section>
  );
  return { kind: 'page', title, body };
}
