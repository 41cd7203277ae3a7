/** Sign in and sign out. */
import type { VNode } from 'preact';
import { Field, Form, type FormState, firstForm } from '../views/form.tsx';
import { OPENID_PATH, type OpenIdSignInPort, openIdSignInPages } from './openid-sign-in.tsx';
import type { Asked, Page, PublicPage, Shown } from './page.ts';

/** What the pages need to let somebody in. */
export interface SignInPort {
  /** `secondFactor`: a code of the authenticator or a recovery code; empty: none was typed. */
  signIn(attempt: {
    readonly name: string;
    readonly password: string;
    readonly secondFactor: string;
    readonly address: string | null;
    readonly userAgent: string;
  }): Promise<SignInResult>;
  /** Ends this session. */
  signOut(visitor: Parameters<Page['show']>[1]): Promise<void>;
}

export type SignInResult =
  | { readonly kind: 'signed-in'; readonly secret: string }
  /** One sentence, which tells nobody whether the account exists. */
  | { readonly kind: 'refused'; readonly message: string }
  /** The password was right. */
  | { readonly kind: 'second-factor-needed' };

export function signInPages(
  port: SignInPort,
  openId: OpenIdSignInPort,
): {
  pages: readonly Page[];
  publicPages: readonly PublicPage[];
} {
  return {
    publicPages: [
      { method: 'get', path: '/sign-in', show: (asked) => signInPage(openId, asked, firstForm()) },
      { method: 'post', path: '/sign-in', show: (asked) => signIn(port, openId, asked) },
      ...openIdSignInPages(openId),
    ],
    pages: [
      {
        method: 'post',
        path: '/sign-out',
        needs: null,
        async show(_asked, visitor) {
          await port.signOut(visitor);
          return { kind: 'signed-out', notice: 'You are signed out.' };
        },
      },
    ],
  };
}

async function signIn(port: SignInPort, openId: OpenIdSignInPort, asked: Asked): Promise<Shown> {
  const { form, address, userAgent } = asked;
  const result = await port.signIn({
    name: form.get('name')?.trim() ?? '',
    password: form.get('password') ?? '',
    secondFactor: form.get('code')?.trim() ?? '',
    address,
    userAgent,
  });
  switch (result.kind) {
    case 'signed-in':
      return { ...result, to: form.get('to') ?? '/' };
    case 'refused':
      return signInPage(
        openId,
        asked,
        { values: form, error: { field: null, message: result.message } },
        401,
      );
    case 'second-factor-needed':
      return signInPage(openId, asked, { values: form, error: CODE_NEEDED }, 401);
  }
}

const CODE_NEEDED = {
  field: 'code',
  message: 'Type your password again, and the code that your authenticator shows, or a recovery code.',
};

async function signInPage(
  openId: OpenIdSignInPort,
  asked: Asked,
  state: FormState,
  status = 200,
): Promise<Shown> {
  const elsewhere = await openId.label();
  const body = <SignIn {...{ asked, state, elsewhere }} />;
  return { kind: 'page', title: 'Sign in', status, body };
}

interface SignInProps {
  readonly asked: Asked;
  readonly state: FormState;
  /** The provider at which one can sign in too. */
  readonly elsewhere: string | null;
}

function SignIn({ asked, state, elsewhere }: SignInProps): VNode {
  const to = asked.form.get('to') ?? asked.query.get('to') ?? '/';
  return (
    <section class="narrow">
      <h1>Sign in to Roster</h1>
      <Form action="/sign-in" csrfToken="" state={state} fields={['name', 'password', 'code']}>
        <input type="hidden" name="to" value={to} />
        <Field
          name="name"
          label="Username or e-mail address"
          state={state}
          autocomplete="username"
          required
        />
        <Field
          name="password"
          label="Password"
          type="password"
          state={state}
          autocomplete="current-password"
          required
        />
        {state.error === CODE_NEEDED || state.values.has('code') ? <Code state={state} /> : null}
        <button type="submit">Sign in</button>
      </Form>
      {elsewhere === null ? null : (
        <a class="button secondary wide" href={`${OPENID_PATH}?to=${encodeURIComponent(to)}`}>
          Sign in with {elsewhere}
        </a>
      )}
      <p>
        <a href="/forgotten">Forgotten your password?</a>
      </p>
    </section>
  );
}

function Code({ state }: { readonly state: FormState }): VNode {
  return <Field name="code" label="Code of your second factor" state={state} autocomplete="one-time-code" />;
}
