/** The allow-list, with a warning before it locks out who connected lately. */
import type { VNode } from 'preact';
import type { RecentClient } from '../../../core/activity/activity.ts';
import { Field, Form, type FormState, firstForm, orAgain, statusOf } from '../../views/form.tsx';
import { Table } from '../../views/list.tsx';
import { State, Time, Title } from '../../views/parts.tsx';
import { type Asked, may, type Page, type Shown, textOf, type Visitor } from '../page.ts';
import { LDAP_PATH } from './ldap.tsx';
import type { ServerPagesDependencies } from './port.ts';

type Port = Pick<ServerPagesDependencies, 'activity' | 'applications' | 'ldap' | 'settings'>;

const PATH = `${LDAP_PATH}/allow`;

export function allowListPages(port: Port): readonly Page[] {
  const editing = { path: PATH, needs: 'settings.edit' } as const;
  return [
    {
      ...{ method: 'get', ...editing },
      show: async (_asked, visitor) => {
        const { allow } = await port.settings.current();
        return editPage(port, visitor, firstForm({ allow: allow.join('\n') }), []);
      },
    },
    { method: 'post', ...editing, show: (asked, visitor) => edit(port, asked, visitor) },
  ];
}

function edit(port: Port, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      const allow = entriesOf(textOf(form, 'allow'));
      const affected = port.ldap.lockedOut(allow, [...(await knownAddresses(port, visitor)).keys()]);
      // Only those that the warning named are agreed to.
      const agreed = new Set(form.getAll('locked-out'));
      if (affected.some((address) => !agreed.has(address))) {
        return editPage(port, visitor, { values: form, error: null }, affected);
      }
      const before = await port.settings.current();
      await port.settings.change(visitor.actor, { allow });
      const undone = await knownAddresses(port, visitor);
      const undo = {
        action: PATH,
        fields: { allow: before.allow.join('\n'), 'locked-out': [...undone.keys()] },
      };
      return { kind: 'redirect', to: LDAP_PATH, notice: 'The allow-list is saved, and in force.', undo };
    },
    (state) => editPage(port, visitor, state, []),
  );
}

function entriesOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== '');
}

/** Addresses that are in use, with who uses them. */
async function knownAddresses(
  { activity, applications }: Port,
  visitor: Visitor,
): Promise<ReadonlyMap<string, string>> {
  const { actor } = visitor;
  const clients = may(visitor, 'audit.read') ? activity.clients(actor) : [];
  const apps = may(visitor, 'applications.read') ? await applications.list(actor) : [];
  const fixed = apps
    .filter(({ enabled }) => enabled)
    .flatMap(({ name, allow }) =>
      allow.filter((entry) => !entry.includes('/')).map((entry) => [entry, name] as const),
    );
  return new Map([...fixed, ...clients.map(({ address, name }) => [address, name] as const)]);
}

async function editPage(
  port: Port,
  visitor: Visitor,
  state: FormState,
  lockedOut: readonly string[],
): Promise<Shown> {
  const users = await knownAddresses(port, visitor);
  const clients = may(visitor, 'audit.read') ? port.activity.clients(visitor.actor) : [];
  const { allow } = await port.settings.current();
  const refused = new Set(
    port.ldap.lockedOut(
      allow,
      clients.map(({ address }) => address),
    ),
  );
  const body = (
    <>
      <Title>Allow-list</Title>
      <p>Programs at these addresses may connect to the directory server; all others are refused unheard.</p>
      <Form action={PATH} csrfToken={visitor.csrfToken} state={state} fields={['allow']}>
        <Warning lockedOut={lockedOut} users={users} />
        <Field
          name="allow"
          label="Addresses and ranges, one in each line"
          hint="Such as 10.1.2.3, 192.168.0.0/16 or 2001:db8::/32. 0.0.0.0/0 lets every IPv4 address connect."
          state={state}
          rows={8}
        />
        <div class="actions">
          <button type="submit" class={lockedOut.length === 0 ? undefined : 'danger'}>
            {lockedOut.length === 0 ? 'Save' : 'Save all the same'}
          </button>
          <a href={LDAP_PATH}>Leave it as it was</a>
        </div>
      </Form>
      <h2>Who signed in lately</h2>
      <Clients clients={clients} refused={refused} />
    </>
  );
  return { kind: 'page', title: 'Allow-list', body, status: statusOf(state) };
}

interface WarningProps {
  readonly lockedOut: readonly string[];
  readonly users: ReadonlyMap<string, string>;
}

function Warning({ lockedOut, users }: WarningProps): VNode | null {
  if (lockedOut.length === 0) return null;
  return (
    <div class="warning" role="alert">
      <p>
        <strong>This list locks out who is in use.</strong> They could not sign anybody in any more:
      </p>
      <ul>
        {lockedOut.map((address) => (
          <li key={address}>
            {address}, used by {users.get(address) ?? 'somebody'}
            <input type="hidden" name="locked-out" value={address} />
          </li>
        ))}
      </ul>
      <p>Nothing is saved yet.</p>
    </div>
  );
}

interface ClientsProps {
  readonly clients: readonly RecentClient[];
  readonly refused: ReadonlySet<string>;
}

function Clients({ clients, refused }: ClientsProps): VNode {
  return (
    <Table
      caption="Addresses from which somebody signed in since this server was started"
      head={['Address', 'Who', 'Last time', 'At present']}
      rows={clients.slice(0, SHOWN_MAX).map(({ address, name, at }) => (
        <tr key={address}>
          <th scope="row">{address}</th>
          <td>{name}</td>
          <td>
            <Time at={at} />
          </td>
          <td>
            {refused.has(address) ? (
              <State mood="bad">refused</State>
            ) : (
              <State mood="good">may connect</State>
            )}
          </td>
        </tr>
      ))}
      ifNone="Nobody has signed in over LDAP since this server was started."
    />
  );
}

const SHOWN_MAX = 50;
