/** Forgotten passwords and invitations: a link is asked for, and a password chosen by it. */
import type { VNode } from 'preact';
import type { PasswordLinks } from '../../core/accounts/password-links.ts';
import { DirectoryError } from '../../core/errors.ts';
import { AccountName, Field, Form, type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { type Asked, type PublicPage, type Shown, textOf } from './page.ts';

export type PasswordLinkPagesDependencies = Pick<PasswordLinks, 'ask' | 'look' | 'redeem'>;

const FORGOTTEN = '/forgotten';
const CHOOSE = '/password/:secret';
/** The same for everybody, so that nobody learns who has an account. */
const ASKED =
  'If there is such an account, a link is on its way to its address. If none comes, ask an administrator.';

export function passwordLinkPages(links: PasswordLinkPagesDependencies): readonly PublicPage[] {
  return [
    { method: 'get', path: FORGOTTEN, show: () => forgottenPage() },
    {
      method: 'post',
      path: FORGOTTEN,
      show({ form, address }) {
        links.ask(textOf(form, 'name'), address);
        return { kind: 'redirect', to: '/sign-in', notice: ASKED };
      },
    },
    { method: 'get', path: CHOOSE, show: (asked) => choosePage(links, asked) },
    { method: 'post', path: CHOOSE, show: (asked) => choose(links, asked) },
  ];
}

function forgottenPage(): Shown {
  const title = 'Forgotten password';
  const state = firstForm();
  const body = (
    <Narrow title={title}>
      <Form action={FORGOTTEN} csrfToken="" state={state} fields={['name']}>
        <Field
          name="name"
          label="Username or e-mail address"
          hint="You get a link by which you choose a new password."
          state={state}
          autocomplete="username"
          required
        />
        <button type="submit">Send me a link</button>
      </Form>
      <p>
        <a href="/sign-in">Back to the sign-in</a>
      </p>
    </Narrow>
  );
  return { kind: 'page', title, body };
}

function secretOf({ params }: Asked): string {
  return params['secret'] ?? '';
}

async function choosePage(
  links: PasswordLinkPagesDependencies,
  asked: Asked,
  state: FormState = firstForm(),
): Promise<Shown> {
  const secret = secretOf(asked);
  const found = await links.look(secret);
  if (found === null) {
    const sentence =
      'This link is not good any more: it was used, is older than a day, or a newer one was made.';
    throw new DirectoryError('not-found', sentence);
  }
  const title = found.kind === 'invitation' ? 'Welcome' : 'Choose a new password';
  const body = (
    <Narrow title={title}>
      <p>
        Your username is <strong>{found.username}</strong>.
        {found.kind === 'reset'
          ? ' Your sessions, API tokens and app passwords end with the old password.'
          : ''}
      </p>
      <Form
        action={`/password/${encodeURIComponent(secret)}`}
        csrfToken=""
        state={state}
        fields={['password']}
      >
        <AccountName username={found.username} />
        <Field
          name="password"
          label="Your new password"
          hint="8 characters at least: several words are good."
          type="password"
          state={state}
          autocomplete="new-password"
          required
        />
        <button type="submit">Use this password</button>
      </Form>
    </Narrow>
  );
  return { kind: 'page', title, status: statusOf(state), body };
}

function choose(links: PasswordLinkPagesDependencies, asked: Asked): Promise<Shown> {
  const { form, address } = asked;
  return orAgain(
    form,
    async () => {
      await links.redeem(secretOf(asked), form.get('password') ?? '', address);
      return { kind: 'redirect', to: '/sign-in', notice: 'Sign in with your new password.' };
    },
    (state) => choosePage(links, asked, state),
  );
}

function Narrow({ title, children }: { readonly title: string; readonly children: VNode[] }): VNode {
  return (
    <section class="narrow">
      <h1>{title}</h1>
      {children}
    </section>
  );
}
