/** One's own app passwords: one for each program that would otherwise keep the real one. */
import type { VNode } from 'preact';
import type { AppPasswords, ListedAppPassword } from '../../core/accounts/app-passwords.ts';
import { Field, Form, type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { Table } from '../views/list.tsx';
import { Action, Secret, Time, Title } from '../views/parts.tsx';
import { type Asked, type Page, type Shown, textOf, type Visitor } from './page.ts';

const PATH = '/me/app-passwords';

export function myAppPasswordsPages(port: AppPasswords): readonly Page[] {
  const needs = 'self';
  return [
    { method: 'get', path: PATH, needs, show: (_asked, visitor) => listPage(port, visitor) },
    { method: 'post', path: PATH, needs, show: (asked, visitor) => add(port, asked, visitor) },
    {
      method: 'post',
      path: `${PATH}/revoke`,
      needs,
      async show({ form }, { actor }) {
        await port.revoke(actor, textOf(form, 'id'));
        return { kind: 'redirect', to: PATH, notice: 'That app password opens nothing any more.' };
      },
    },
  ];
}

interface Outcome {
  readonly state: FormState;
  readonly made: Awaited<ReturnType<AppPasswords['add']>> | null;
}

async function listPage(
  port: AppPasswords,
  { actor, csrfToken }: Visitor,
  { state = firstForm(), made = null }: Partial<Outcome> = {},
): Promise<Shown> {
  const title = 'My app passwords';
  const body = (
    <>
      <Title>{title}</Title>
      <p>For mail programs and the like: they need no second factor, and do not open these pages.</p>
      {made === null ? null : (
        <section class="card" role="status">
          <Secret id="secret" label={`Password for ${made.appPassword.name}`} value={made.secret} />
          <p>It is shown this once only.</p>
        </section>
      )}
      <AppPasswordTable all={await port.list(actor)} csrfToken={csrfToken} />
      <h2>New app password</h2>
      <NewAppPassword csrfToken={csrfToken} state={state} />
    </>
  );
  return { kind: 'page', title, status: statusOf(state), body };
}

interface TableProps {
  readonly all: readonly ListedAppPassword[];
  readonly csrfToken: string;
}

function AppPasswordTable({ all, csrfToken }: TableProps): VNode {
  return (
    <Table
      caption="My app passwords"
      head={['Name', 'Good for', 'Made', 'Last used', '']}
      rows={all.map(({ id, name, application, createdAt, lastUsedAt }) => (
        <tr key={id}>
          <th scope="row">{name}</th>
          <td>{application ?? 'all applications'}</td>
          <td>
            <Time at={new Date(createdAt)} />
          </td>
          <td>
            <Time at={lastUsedAt === null ? null : new Date(lastUsedAt)} />
          </td>
          <td>
            <Action
              action={`${PATH}/revoke`}
              csrfToken={csrfToken}
              label="Revoke"
              look="secondary"
              values={{ id }}
            />
          </td>
        </tr>
      ))}
      ifNone="There are none."
    />
  );
}

function NewAppPassword({
  csrfToken,
  state,
}: {
  readonly csrfToken: string;
  readonly state: FormState;
}): VNode {
  const fields = ['name', 'application', 'password'];
  return (
    <div class="short">
      <Form action={PATH} csrfToken={csrfToken} state={state} fields={fields}>
        <Field name="name" label="Name" hint="What it is for." state={state} autocomplete="off" required />
        <Field
          name="application"
          label="Application"
          hint="Its name, if the password is to be good there only."
          state={state}
          autocomplete="off"
        />
        <Field
          name="password"
          label="Your password"
          type="password"
          state={state}
          autocomplete="current-password"
          required
        />
        <button type="submit">Make it</button>
      </Form>
    </div>
  );
}

function add(port: AppPasswords, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      const made = await port.add(visitor.actor, {
        name: textOf(form, 'name'),
        application: textOf(form, 'application') || null,
        password: form.get('password') ?? '',
      });
      return listPage(port, visitor, { made });
    },
    (state) => listPage(port, visitor, { state }),
  );
}
