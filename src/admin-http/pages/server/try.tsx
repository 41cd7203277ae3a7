/** Tries a sign-in or a search as an application would make it, and says why it works or not. */
import type { ComponentChildren, VNode } from 'preact';
import { Choice, Field, Form, type FormState, firstForm, orAgain, statusOf } from '../../views/form.tsx';
import { Title } from '../../views/parts.tsx';
import { type Asked, type Fields, type Page, type Shown, textOf, type Visitor } from '../page.ts';
import { LDAP_PATH } from './ldap.tsx';
import type { LdapPort, Scope, ServerPagesDependencies, Tried, TriedSearch } from './port.ts';

type Port = Pick<ServerPagesDependencies, 'applications' | 'ldap'>;

const PATH = `${LDAP_PATH}/try`;
const SIGN_IN_FIELDS = ['name', 'password', 'address', 'application'] as const;
const SEARCH_FIELDS = ['as', 'base', 'scope', 'filter', 'attributes'] as const;

export function tryPages(port: Port): readonly Page[] {
  const needs = 'settings.edit';
  return [
    { method: 'get', path: PATH, needs, show: (asked, visitor) => tryPage(port, asked, visitor, {}) },
    {
      ...{ method: 'post', path: `${PATH}/sign-in`, needs },
      show: (asked, visitor) => trySignIn(port, asked, visitor),
    },
    {
      ...{ method: 'post', path: `${PATH}/search`, needs },
      show: (asked, visitor) => trySearch(port, asked, visitor),
    },
  ];
}

function trySignIn(port: Port, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { form } = asked;
  return orAgain(
    form,
    async () => {
      const tried = await port.ldap.trySignIn(visitor.actor, {
        name: textOf(form, 'name'),
        password: form.get('password') ?? '',
        address: textOf(form, 'address'),
        application: textOf(form, 'application') || null,
      });
      const outcome = <Outcome tried={tried} />;
      return tryPage(port, asked, visitor, { signIn: { state: { values: form, error: null }, outcome } });
    },
    (state) => tryPage(port, asked, visitor, { signIn: { state, outcome: null } }),
  );
}

function trySearch(port: Port, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { form } = asked;
  return orAgain(
    form,
    async () => {
      const tried = await port.ldap.trySearch(visitor.actor, searchIn(form));
      const outcome = <Found tried={tried} />;
      return tryPage(port, asked, visitor, { search: { state: { values: form, error: null }, outcome } });
    },
    (state) => tryPage(port, asked, visitor, { search: { state, outcome: null } }),
  );
}

const SCOPES: readonly Scope[] = ['sub', 'one', 'base'];

function searchIn(form: Fields): Parameters<LdapPort['trySearch']>[1] {
  return {
    as: textOf(form, 'as') || null,
    base: textOf(form, 'base'),
    scope: SCOPES.find((scope) => scope === form.get('scope')) ?? 'sub',
    filter: textOf(form, 'filter'),
    attributes: textOf(form, 'attributes')
      .split(/[\s,]+/)
      .filter((name) => name !== ''),
  };
}

interface Part {
  readonly state: FormState;
  readonly outcome: VNode | null;
}

async function tryPage(
  { applications, ldap }: Port,
  { address }: Asked,
  { actor, csrfToken }: Visitor,
  { signIn, search }: { readonly signIn?: Part; readonly search?: Part },
): Promise<Shown> {
  const names = (await applications.list(actor)).map(({ name }) => name);
  const { baseDn } = ldap.state(actor);
  const first = {
    signIn: { state: firstForm({ address: address ?? '' }), outcome: null },
    search: {
      state: firstForm({ base: `ou=users,${baseDn}`, filter: '(uid=jdoe)', scope: 'sub' }),
      outcome: null,
    },
  };
  const body = (
    <>
      <Title>Try it</Title>
      <p class="muted">
        What is tried here takes the way that an application takes, and shows what it is not told.
      </p>
      <div class="columns">
        <SignInForm csrfToken={csrfToken} applications={names} {...(signIn ?? first.signIn)} />
        <SearchForm csrfToken={csrfToken} applications={names} {...(search ?? first.search)} />
      </div>
    </>
  );
  const status = Math.max(
    ...[signIn, search].map((part) => (part === undefined ? 200 : statusOf(part.state))),
  );
  return { kind: 'page', title: 'Try it', body, status };
}

interface PartProps extends Part {
  readonly csrfToken: string;
  readonly applications: readonly string[];
}

function SignInForm({ csrfToken, applications, state, outcome }: PartProps): VNode {
  return (
    <section>
      <h2>Try a sign-in</h2>
      {outcome}
      <Form action={`${PATH}/sign-in`} csrfToken={csrfToken} state={state} fields={SIGN_IN_FIELDS}>
        <Field
          name="name"
          label="Name"
          hint="A username, an e-mail address or a DN."
          state={state}
          autocomplete="off"
          required
        />
        <Field name="password" label="Password" type="password" state={state} autocomplete="off" required />
        <Choice
          name="application"
          label="Through the application"
          state={state}
          options={[{ value: '', label: 'none' }, ...applications.map((value) => ({ value, label: value }))]}
        />
        <Field
          name="address"
          label="From the address"
          hint="Where the program runs. Wrong passwords count against it, as everywhere."
          state={state}
          required
        />
        <button type="submit">Try the sign-in</button>
      </Form>
    </section>
  );
}

function SearchForm({ csrfToken, applications, state, outcome }: PartProps): VNode {
  return (
    <section>
      <h2>Try a search</h2>
      {outcome}
      <Form action={`${PATH}/search`} csrfToken={csrfToken} state={state} fields={SEARCH_FIELDS}>
        <Choice
          name="as"
          label="As"
          state={state}
          options={[
            { value: '', label: 'the bind DN, which sees everything' },
            ...applications.map((name) => ({ value: name, label: `application ${name}` })),
          ]}
        />
        <Field name="base" label="Base" state={state} />
        <Choice
          name="scope"
          label="Scope"
          state={state}
          options={[
            { value: 'sub', label: 'everything below the base' },
            { value: 'one', label: 'one level below the base' },
            { value: 'base', label: 'the base alone' },
          ]}
        />
        <Field
          name="filter"
          label="Filter"
          hint="As the application sends it, with a name in place of its placeholder."
          state={state}
          required
        />
        <Field
          name="attributes"
          label="Attributes"
          hint="Separated by commas; empty: those that come by default."
          state={state}
        />
        <button type="submit">Try the search</button>
      </Form>
    </section>
  );
}

function Outcome({
  tried: { ok, sentence },
  children,
}: {
  readonly tried: Tried;
  readonly children?: ComponentChildren;
}): VNode {
  return (
    <div class={ok ? 'outcome good' : 'outcome bad'} role={ok ? 'status' : 'alert'}>
      <p>
        <strong>{ok ? 'It works.' : 'It does not work.'}</strong> {sentence}
      </p>
      {children}
    </div>
  );
}

function Found({ tried }: { readonly tried: TriedSearch }): VNode {
  const { entries, count } = tried;
  return (
    <Outcome tried={tried}>
      {entries.map(({ dn, attributes }) => (
        <details key={dn} open={entries.length === 1}>
          <summary>{dn}</summary>
          <dl class="facts">
            {attributes.map(({ name, values }) => (
              <>
                <dt>{name}</dt>
                <dd>
                  {values.map((value) => (
                    <div key={value}>{value}</div>
                  ))}
                </dd>
              </>
            ))}
          </dl>
        </details>
      ))}
      {count !== null && count > entries.length ? <p>{`And ${count - entries.length} more.`}</p> : null}
    </Outcome>
  );
}
