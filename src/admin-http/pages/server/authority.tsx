/** The external authority: where it is, and what its being there means. */
import type { VNode } from 'preact';
import type {
  ExternalAuthorityChanges,
  ExternalAuthorityKeeper,
  ShownAuthority,
} from '../../../core/directory/external-authority.ts';
import { AUTHORITY_DEFAULTS, AUTHORITY_TIMEOUT_SECONDS_MAX } from '../../../core/model/external-authority.ts';
import { Field, Form, type FormState, firstForm, orAgain, statusOf, Tick } from '../../views/form.tsx';
import { Action, Title } from '../../views/parts.tsx';
import { type Fields, may, type Page, type Shown, textOf, type Visitor } from '../page.ts';

export const AUTHORITY_PATH = '/settings/authority';

const FIELDS = ['url', 'token', 'caPem', 'timeoutSeconds'];

export function authorityPages(authority: ExternalAuthorityKeeper): readonly Page[] {
  return [
    {
      ...{ method: 'get', path: AUTHORITY_PATH, needs: 'settings.read' },
      async show(_asked, visitor) {
        const present = await authority.current(visitor.actor);
        return authorityPage(visitor, present, formOf(present));
      },
    },
    {
      ...{ method: 'post', path: AUTHORITY_PATH, needs: 'settings.edit' },
      show: ({ form }, visitor) =>
        orAgain(
          form,
          async () => {
            const { url } = await authority.set(visitor.actor, changesIn(form));
            return done(`People sign in by the authority ${url} from now on.`);
          },
          async (state) => authorityPage(visitor, await authority.current(visitor.actor), state),
        ),
    },
    {
      ...{ method: 'post', path: `${AUTHORITY_PATH}/remove`, needs: 'settings.edit' },
      async show(_asked, visitor) {
        await authority.remove(visitor.actor);
        return done('There is no external authority any more: people are managed here.');
      },
    },
  ];
}

function done(notice: string): Shown {
  return { kind: 'redirect', to: AUTHORITY_PATH, notice };
}

function formOf(present: ShownAuthority | null): FormState {
  const { url, caPem, timeoutSeconds, ownersAllowed } = present ?? { url: '', ...AUTHORITY_DEFAULTS };
  return firstForm({
    ...{ url, caPem: caPem ?? '', timeoutSeconds: String(timeoutSeconds) },
    ...(ownersAllowed && { ownersAllowed: 'on' }),
  });
}

function changesIn(form: Fields): ExternalAuthorityChanges {
  const [token, seconds] = [textOf(form, 'token'), textOf(form, 'timeoutSeconds')];
  return {
    url: textOf(form, 'url'),
    caPem: textOf(form, 'caPem').replaceAll('\r\n', '\n') || null,
    timeoutSeconds: seconds === '' ? Number.NaN : Number(seconds),
    ownersAllowed: form.get('ownersAllowed') === 'on',
    ...(token !== '' && { token }),
    ...(form.get('noToken') === 'on' && { token: null }),
  };
}

function authorityPage(visitor: Visitor, present: ShownAuthority | null, state: FormState): Shown {
  const locked = may(visitor, 'settings.edit') ? undefined : 'You may see it, but not change it.';
  const body = (
    <>
      <Title
        actions={
          present === null || locked !== undefined ? undefined : (
            <Action
              action={`${AUTHORITY_PATH}/remove`}
              csrfToken={visitor.csrfToken}
              label="Take it away"
              look="secondary outline"
            />
          )
        }
      >
        External authority
      </Title>
      <p class="muted">
        A service of your own that checks passwords and says who may do what. While it is set, users, groups
        and roles are managed there: here they can be looked at, and not changed. Owners and others who have a
        password here go on signing in by it, and people of external directories by theirs.
      </p>
      <Form action={AUTHORITY_PATH} csrfToken={visitor.csrfToken} state={state} fields={FIELDS}>
        <AuthorityFields {...{ present, state, locked }} />
        {locked === undefined ? <button type="submit">Save the authority</button> : null}
      </Form>
    </>
  );
  return { kind: 'page', title: 'External authority', body, status: statusOf(state) };
}

interface AuthorityFieldsProps {
  readonly present: ShownAuthority | null;
  readonly state: FormState;
  readonly locked: string | undefined;
}

function AuthorityFields({ present, state, locked }: AuthorityFieldsProps): VNode {
  const hasToken = present?.hasToken === true;
  return (
    <>
      <Field
        name="url"
        label="URL"
        type="url"
        hint="https://...: name and password are posted there. http only on the machine of the server."
        required
        {...{ state, locked }}
      />
      <Field
        name="token"
        label="Token"
        type="password"
        autocomplete="off"
        hint={
          hasToken
            ? 'One is kept. Enter another one to replace it; with another URL or CA it must be entered anew.'
            : 'By which the authority knows this server, as a bearer token; empty: none.'
        }
        {...{ state, locked }}
      />
      {hasToken ? <Tick name="noToken" label="Send no token any more" {...{ state, locked }} /> : null}
      <Field
        name="caPem"
        label="Certificates to trust"
        rows={4}
        hint="In PEM form; empty: the public ones."
        {...{ state, locked }}
      />
      <Field
        name="timeoutSeconds"
        label="Seconds to wait for it"
        type="number"
        hint={`1 to ${AUTHORITY_TIMEOUT_SECONDS_MAX}. Who cannot be checked is not let in.`}
        {...{ state, locked }}
      />
      <Tick
        name="ownersAllowed"
        label="It may make owners"
        hint="Owners may do everything. Only an owner can allow it."
        {...{ state, locked }}
      />
    </>
  );
}
