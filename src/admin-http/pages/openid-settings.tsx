/** Sets the OpenID provider at which people may sign in to the pages, and takes it away. */
import type { OpenIdChanges, OpenIdKeeper } from '../../core/directory/openid.ts';
import {
  OPENID_DEFAULTS,
  OPENID_MATCHES,
  OPENID_SECOND_FACTORS,
  type OpenIdFields,
  type OpenIdMatch,
  type OpenIdSecondFactor,
} from '../../core/model/openid.ts';
import {
  Field,
  Form,
  type FormState,
  firstForm,
  type Input,
  Inputs,
  orAgain,
  statusOf,
} from '../views/form.tsx';
import { Action, Secret } from '../views/parts.tsx';
import { type Asked, type Fields, may, type Page, type Shown, textOf, type Visitor } from './page.ts';

export interface OpenIdPagesPort {
  readonly openId: Pick<OpenIdKeeper, 'show' | 'change' | 'remove'>;
  /** To which the provider sends people back. */
  readonly openIdCallback: string;
}

export const OPENID_SETTINGS = '/settings/openid-connect';
const TITLE = 'Sign-in by OpenID Connect';

export function openIdSettingsPages(port: OpenIdPagesPort): readonly Page[] {
  return [
    {
      ...{ method: 'get', path: OPENID_SETTINGS, needs: 'settings.read' },
      async show(_asked, visitor) {
        const present = await port.openId.show(visitor.actor);
        return settingsPage(port, visitor, present, formOf(present ?? NOTHING_SET));
      },
    },
    {
      ...{ method: 'post', path: OPENID_SETTINGS, needs: 'settings.edit' },
      show: (asked, visitor) => save(port, asked, visitor),
    },
    {
      ...{ method: 'post', path: `${OPENID_SETTINGS}/remove`, needs: 'settings.edit' },
      async show(_asked, visitor) {
        await port.openId.remove(visitor.actor);
        return { kind: 'redirect', to: OPENID_SETTINGS, notice: 'Nobody signs in there any more.' };
      },
    },
  ];
}

const NOTHING_SET: OpenIdFields = { ...OPENID_DEFAULTS, issuer: '', clientId: '', roles: {} };

function save(port: OpenIdPagesPort, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      await port.openId.change(visitor.actor, changesIn(form));
      const notice = 'People can sign in there from now on.';
      return { kind: 'redirect', to: OPENID_SETTINGS, notice };
    },
    async (state) => settingsPage(port, visitor, await port.openId.show(visitor.actor), state),
  );
}

function formOf({ roles, caPem, createUsers, ...texts }: OpenIdFields): FormState {
  return firstForm({
    ...texts,
    caPem: caPem ?? '',
    ...(createUsers && { createUsers: 'on' }),
    roles: Object.entries(roles)
      .map(([value, role]) => `${value} = ${role}`)
      .join('\n'),
  });
}

function changesIn(form: Fields): OpenIdChanges {
  const text = (name: string) => textOf(form, name);
  const secret = form.get('clientSecret') ?? '';
  const lines = text('roles')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  return {
    ...{ issuer: text('issuer'), clientId: text('clientId'), label: text('label') },
    ...{ usernameClaim: text('usernameClaim'), roleClaim: text('roleClaim') },
    ...(secret !== '' && { clientSecret: secret }),
    caPem: text('caPem') || null,
    match: oneOf<OpenIdMatch>(OPENID_MATCHES, text('match')),
    secondFactor: oneOf<OpenIdSecondFactor>(OPENID_SECOND_FACTORS, text('secondFactor')),
    createUsers: form.get('createUsers') === 'on',
    roles: Object.fromEntries(lines.map(roleIn)),
  };
}

/** The first where none of them was sent. */
function oneOf<Value extends string>(values: readonly [Value, ...Value[]], text: string): Value {
  return values.find((value) => value === text) ?? values[0];
}

/** Of "value = role"; the value may have an equals sign, as a DN has. */
function roleIn(line: string): readonly [string, string] {
  const [, value = line, role = ''] = /^(.+)=([^=]+)$/.exec(line) ?? [];
  return [value.trim(), role.trim()];
}

function settingsPage(
  { openIdCallback }: OpenIdPagesPort,
  visitor: Visitor,
  present: OpenIdFields | null,
  state: FormState,
): Shown {
  const { csrfToken } = visitor;
  const locked = may(visitor, 'settings.edit') ? undefined : 'You may see it, but not change it.';
  const body = (
    <>
      <h1>{TITLE}</h1>
      <p>
        People who sign in at your identity provider (Keycloak, authentik, Entra ID, Okta, Google ...) come
        into these pages without another password. Owners always sign in with the password they have here, and
        LDAP is not changed by it.
      </p>
      <Secret id="callback" label="Redirect URI, to be entered there" value={openIdCallback} />
      <Form action={OPENID_SETTINGS} csrfToken={csrfToken} state={state} fields={NAMES}>
        <div class="columns">
          <section>
            <h2>The provider</h2>
            <Inputs inputs={PROVIDER_INPUTS} state={state} locked={locked} />
            <Field
              name="clientSecret"
              label="Client secret"
              type="password"
              hint={present === null ? 'Kept encrypted.' : 'Left empty: as it is.'}
              autocomplete="off"
              {...{ state, locked }}
            />
          </section>
          <section>
            <h2>Who comes in</h2>
            <Inputs inputs={WHO_INPUTS} state={state} locked={locked} />
          </section>
        </div>
        {locked === undefined ? <button type="submit">Save</button> : null}
      </Form>
      {present === null || locked !== undefined ? null : (
        <Action
          action={`${OPENID_SETTINGS}/remove`}
          csrfToken={csrfToken}
          label="Take it away"
          look="danger"
        />
      )}
    </>
  );
  return { kind: 'page', title: TITLE, body, status: statusOf(state) };
}

const PROVIDER_INPUTS: readonly Input[] = [
  {
    ...{ name: 'issuer', label: 'Issuer', type: 'url', required: true },
    hint: 'As the provider calls itself, such as https://login.example.com/realms/example.',
  },
  { name: 'clientId', label: 'Client ID', hint: 'As Roster is registered there.', required: true },
  { name: 'label', label: 'Label', hint: 'On the button, after "Sign in with".' },
  { name: 'caPem', label: 'Certificates to trust (PEM)', hint: 'Left empty: the public ones.', rows: 3 },
];

const MATCHES: Readonly<Record<OpenIdMatch, string>> = {
  nobody: 'nobody: the accounts there are others',
  username: 'the user of the same username',
  email: 'the user of the same e-mail address, if both know it to be confirmed',
};
const SECOND_FACTORS: Readonly<Record<OpenIdSecondFactor, string>> = {
  roster: 'Roster, as after a password',
  provider: 'the provider alone',
};

const WHO_INPUTS: readonly Input[] = [
  { name: 'roleClaim', label: 'Claim that decides about the role', hint: 'Such as groups or roles.' },
  {
    ...{ name: 'roles', label: 'Role for each of its values', rows: 4, required: true },
    hint: 'One a line, such as "roster-admins = admin". Who has none of the values is not let in.',
  },
  { name: 'usernameClaim', label: 'Claim with the username', hint: 'Mostly preferred_username.' },
  {
    ...{ name: 'match', label: 'Whoever comes for the first time is taken for', options: optionsOf(MATCHES) },
    hint: 'Never for somebody who may do more here than the claim says. By usernames only where nobody chooses the own one.',
  },
  {
    ...{ name: 'createUsers', label: 'Whoever is not here yet becomes a user', tick: true },
    hint: 'The role then follows the claim at each sign-in.',
  },
  {
    ...{ name: 'secondFactor', label: 'The second factor is asked by' },
    options: optionsOf(SECOND_FACTORS),
  },
];

const NAMES = [...PROVIDER_INPUTS, ...WHO_INPUTS].map(({ name }) => name).concat('clientSecret');

function optionsOf(words: Readonly<Record<string, string>>) {
  return Object.entries(words).map(([value, label]) => ({ value, label }));
}
