/** Sign in by way of the OpenID provider: there, back, and the code of the second factor. */
import type { VNode } from 'preact';
import { ErrorBox, Field, Form, type FormState, firstForm } from '../views/form.tsx';
import type { Asked, PublicPage, Shown } from './page.ts';

/** What the pages need to let somebody in who signed in elsewhere. */
export interface OpenIdSignInPort {
  /** On the button; null: no provider is set. */
  label(): Promise<string | null>;
  /** Where to send the person, and what the browser keeps meanwhile; null: no provider is set. */
  begin(to: string): Promise<{ readonly url: URL; readonly pending: string } | null>;
  /** `query`: as the provider sent the browser back with it. */
  finish(came: {
    readonly pending: string | null;
    readonly query: string;
    readonly address: string | null;
    readonly userAgent: string;
  }): Promise<OpenIdResult>;
  enterCode(typed: {
    readonly asked: string;
    readonly code: string;
    readonly address: string | null;
    readonly userAgent: string;
  }): Promise<OpenIdResult>;
}

export type OpenIdResult =
  | { readonly kind: 'signed-in'; readonly secret: string; readonly to: string }
  /** One sentence for the person. */
  | { readonly kind: 'refused'; readonly message: string }
  /** `asked` goes into the form of the code. */
  | { readonly kind: 'code-needed'; readonly asked: string; readonly message?: string };

export const OPENID_PATH = '/sign-in/openid';
const CALLBACK = `${OPENID_PATH}/callback`;
const CODE = `${OPENID_PATH}/code`;

export function openIdSignInPages(port: OpenIdSignInPort): readonly PublicPage[] {
  return [
    {
      ...{ method: 'get', path: OPENID_PATH },
      async show({ query }) {
        const begun = await port.begin(query.get('to') ?? '/');
        if (begun === null) return { kind: 'redirect', to: '/sign-in' };
        return { kind: 'elsewhere', ...begun };
      },
    },
    {
      ...{ method: 'get', path: CALLBACK, takesPending: true },
      async show({ pending, query, address, userAgent }) {
        return shown(await port.finish({ pending, query: String(query), address, userAgent }));
      },
    },
    { method: 'post', path: CODE, show: (asked) => enterCode(port, asked) },
  ];
}

async function enterCode(port: OpenIdSignInPort, { form, address, userAgent }: Asked): Promise<Shown> {
  const [asked, code] = [form.get('asked') ?? '', form.get('code')?.trim() ?? ''];
  return shown(await port.enterCode({ asked, code, address, userAgent }));
}

function shown(result: OpenIdResult): Shown {
  switch (result.kind) {
    case 'signed-in':
      return result;
    case 'refused':
      return { kind: 'page', title: 'Sign in', status: 401, body: <Refused message={result.message} /> };
    case 'code-needed': {
      const { asked, message } = result;
      const state =
        message === undefined ? firstForm() : { ...firstForm(), error: { field: 'code', message } };
      const status = message === undefined ? 200 : 401;
      return { kind: 'page', title: 'Sign in', status, body: <Code asked={asked} state={state} /> };
    }
  }
}

function Refused({ message }: { readonly message: string }): VNode {
  return (
    <section class="narrow">
      <h1>You are not signed in</h1>
      <ErrorBox message={message} />
      <p>
        <a href="/sign-in">Go to the sign-in page</a>
      </p>
    </section>
  );
}

function Code({ asked, state }: { readonly asked: string; readonly state: FormState }): VNode {
  return (
    <section class="narrow">
      <h1>Your second factor</h1>
      <Form action={CODE} csrfToken="" state={state} fields={['code']}>
        <input type="hidden" name="asked" value={asked} />
        <Field
          name="code"
          label="Code that your authenticator shows, or a recovery code"
          state={state}
          autocomplete="one-time-code"
          required
        />
        <button type="submit">Sign in</button>
      </Form>
    </section>
  );
}
