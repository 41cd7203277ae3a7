/** One's own sessions and API tokens: where one is signed in, and what acts in one's name. */
import type { VNode } from 'preact';
import type { Sessions } from '../../core/directory/sessions.ts';
import type { Tokens } from '../../core/directory/tokens.ts';
import type { Session } from '../../core/model/session.ts';
import { TOKEN_DAYS_MAX, type Token } from '../../core/model/token.ts';
import { Field, Form, type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { Table } from '../views/list.tsx';
import { Action, Secret, Time, Title } from '../views/parts.tsx';
import { type Asked, type Page, type Shown, textOf, type Visitor } from './page.ts';
import { PermissionBoxes } from './permission-boxes.tsx';

export interface MySessionsDependencies {
  readonly sessions: Pick<Sessions, 'list' | 'end' | 'endAll'>;
  readonly tokens: Pick<Tokens, 'add' | 'list' | 'revoke'>;
}

const SESSIONS = '/me/sessions';
const TOKENS = '/me/tokens';
const DAYS = '90';

export function mySessionsPages({ sessions, tokens }: MySessionsDependencies): readonly Page[] {
  return [
    {
      method: 'get',
      path: SESSIONS,
      needs: 'self',
      show: async (_asked, visitor) => sessionsPage(await sessions.list(visitor.actor), visitor),
    },
    {
      method: 'post',
      path: `${SESSIONS}/end`,
      needs: 'self',
      async show({ form }, { actor }) {
        await sessions.end(actor, textOf(form, 'id'));
        return { kind: 'redirect', to: SESSIONS, notice: 'That session is ended.' };
      },
    },
    {
      method: 'post',
      path: `${SESSIONS}/end-others`,
      needs: 'self',
      async show(_asked, { actor, user, sessionId }) {
        const ended = await sessions.endAll(actor, user.username, sessionId);
        return { kind: 'redirect', to: SESSIONS, notice: `Signed out everywhere else: ${ended} sessions.` };
      },
    },
    {
      method: 'get',
      path: TOKENS,
      needs: 'self',
      show: async (_asked, visitor) => tokensPage(await tokens.list(visitor.actor), visitor, NEW_TOKEN),
    },
    {
      method: 'post',
      path: TOKENS,
      needs: 'self',
      show: (asked, visitor) => addToken(tokens, asked, visitor),
    },
    {
      method: 'post',
      path: `${TOKENS}/revoke`,
      needs: 'self',
      async show({ form }, { actor }) {
        const { name } = await tokens.revoke(actor, textOf(form, 'id'));
        return { kind: 'redirect', to: TOKENS, notice: `The token ${name} opens nothing any more.` };
      },
    },
  ];
}

function sessionsPage(sessions: readonly Session[], visitor: Visitor): Shown {
  const body = (
    <>
      <Title actions={<EndOthers csrfToken={visitor.csrfToken} />}>My sessions</Title>
      <Table
        caption="Where I am signed in"
        head={['Since', 'Last seen', 'From', 'With', '']}
        rows={sessions.map((session) => (
          <tr key={session.id}>
            <td>
              <Time at={session.createdAt} />
            </td>
            <td>
              <Time at={session.lastSeenAt} />
            </td>
            <td>{session.address ?? ''}</td>
            <td>{session.kind === 'api' ? 'API' : session.userAgent}</td>
            <td>{session.id === visitor.sessionId ? 'this one' : <End {...visitor} id={session.id} />}</td>
          </tr>
        ))}
        ifNone="You are signed in nowhere."
      />
    </>
  );
  return { kind: 'page', title: 'My sessions', body };
}

function EndOthers({ csrfToken }: Pick<Visitor, 'csrfToken'>): VNode {
  return (
    <Action
      action={`${SESSIONS}/end-others`}
      csrfToken={csrfToken}
      label="Sign out everywhere else"
      look="secondary"
    />
  );
}

function End({ id, csrfToken }: { readonly id: string; readonly csrfToken: string }): VNode {
  return (
    <Action
      action={`${SESSIONS}/end`}
      csrfToken={csrfToken}
      label="Sign out"
      look="secondary"
      values={{ id }}
    />
  );
}

const NEW_TOKEN = firstForm({ days: DAYS });

function addToken(port: MySessionsDependencies['tokens'], asked: Asked, visitor: Visitor): Promise<Shown> {
  const { form } = asked;
  return orAgain(
    form,
    async () => {
      const made = await port.add(visitor.actor, {
        name: textOf(form, 'name'),
        permissions: form.getAll('permissions'),
        days: Number(textOf(form, 'days')),
      });
      return tokensPage(await port.list(visitor.actor), visitor, NEW_TOKEN, made);
    },
    async (state) => tokensPage(await port.list(visitor.actor), visitor, state),
  );
}

function tokensPage(
  tokens: readonly Token[],
  visitor: Visitor,
  state: FormState,
  made: { readonly token: Token; readonly secret: string } | null = null,
): Shown {
  const body = (
    <>
      <Title>My API tokens</Title>
      <p>A token lets a program act for you. Keep it as you would a password.</p>
      {made === null ? null : (
        <section class="card" role="status">
          <Secret id="secret" label={`Token ${made.token.name}`} value={made.secret} />
          <p>It is shown this once only.</p>
        </section>
      )}
      <TokenTable tokens={tokens} csrfToken={visitor.csrfToken} />
      <h2>New token</h2>
      <NewToken visitor={visitor} state={state} />
    </>
  );
  return { kind: 'page', title: 'My API tokens', status: statusOf(state), body };
}

function TokenTable({
  tokens,
  csrfToken,
}: {
  readonly tokens: readonly Token[];
  readonly csrfToken: string;
}): VNode {
  return (
    <Table
      caption="My tokens"
      head={['Name', 'May', 'Last used', 'Expires', '']}
      rows={tokens.map((token) => (
        <tr key={token.id}>
          <th scope="row">{token.name}</th>
          <td>{token.permissions.join(', ')}</td>
          <td>
            <Time at={token.lastUsedAt} />
          </td>
          <td>
            <Time at={token.expiresAt} />
          </td>
          <td>
            <Action
              action={`${TOKENS}/revoke`}
              csrfToken={csrfToken}
              label="Revoke"
              look="secondary"
              values={{ id: token.id }}
            />
          </td>
        </tr>
      ))}
      ifNone="There are none."
    />
  );
}

function NewToken({ visitor, state }: { readonly visitor: Visitor; readonly state: FormState }): VNode {
  return (
    <Form
      action={TOKENS}
      csrfToken={visitor.csrfToken}
      state={state}
      fields={['name', 'days', 'permissions']}
    >
      <Field name="name" label="Name" hint="What it is for." state={state} required />
      <Field
        name="days"
        label="Days until it expires"
        hint={`1 to ${TOKEN_DAYS_MAX}.`}
        type="number"
        state={state}
        required
      />
      <PermissionBoxes
        legend="What it may do"
        names={[...visitor.actor.authority.permissions]}
        state={state}
      />
      <button type="submit">Make the token</button>
    </Form>
  );
}
