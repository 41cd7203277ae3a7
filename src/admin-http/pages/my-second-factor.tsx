/** One's own second factor: set up, with recovery codes, and switched off. */
import type { VNode } from 'preact';
import type { SecondFactorOffer, SecondFactors } from '../../core/accounts/second-factors.ts';
import { AccountName, Field, Form, type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { Title } from '../views/parts.tsx';
import { type Asked, type Page, type Shown, textOf, type Visitor } from './page.ts';

export type MySecondFactorDependencies = Omit<SecondFactors, 'switchOffOf'>;

export const SECOND_FACTOR = '/me/second-factor';

/** Without any permission: who must set up a second factor has none before. */
export function mySecondFactorPages(port: MySecondFactorDependencies): readonly Page[] {
  const needs = null;
  return [
    { method: 'get', path: SECOND_FACTOR, needs, show: (_asked, visitor) => statePage(port, visitor) },
    { method: 'post', path: `${SECOND_FACTOR}/offer`, needs, show: (...from) => offer(port, ...from) },
    { method: 'post', path: `${SECOND_FACTOR}/confirm`, needs, show: (...from) => confirm(port, ...from) },
    { method: 'post', path: `${SECOND_FACTOR}/codes`, needs, show: (...from) => newCodes(port, ...from) },
    { method: 'post', path: `${SECOND_FACTOR}/off`, needs, show: (...from) => switchOff(port, ...from) },
  ];
}

const TITLE = 'My second factor';

async function statePage(
  port: MySecondFactorDependencies,
  { actor, user: { username }, csrfToken }: Visitor,
  state: FormState = firstForm(),
): Promise<Shown> {
  const common = { username, csrfToken };
  const { enabled, required, passwordAsked, recoveryCodesLeft } = await port.state(actor);
  const body = (
    <section class="narrow">
      <h1>{TITLE}</h1>
      {enabled ? <p>{`It is on. ${recoveryCodesLeft} recovery codes are left.`}</p> : null}
      {enabled && !passwordAsked ? (
        <p>You have no password here: an administrator can switch it off.</p>
      ) : null}
      {enabled && passwordAsked ? (
        <>
          <h2>New recovery codes</h2>
          <PasswordForm action="codes" submit="Make new ones" {...common} state={firstForm()} />
          <h2>Switch it off</h2>
          <PasswordForm action="off" submit="Switch it off" {...common} state={state} withCode />
        </>
      ) : null}
      {enabled ? null : (
        <>
          <p>
            {required ? 'You must have one before you go on. ' : ''}
            An authenticator app then shows a code that you type after your password.
          </p>
          <PasswordForm
            action="offer"
            submit="Set it up"
            {...common}
            state={state}
            withPassword={passwordAsked}
          />
        </>
      )}
    </section>
  );
  return { kind: 'page', title: TITLE, status: statusOf(state), body };
}

interface PasswordFormProps {
  readonly action: 'offer' | 'codes' | 'off';
  readonly submit: string;
  readonly username: string;
  readonly csrfToken: string;
  readonly state: FormState;
  readonly withCode?: boolean;
  readonly withPassword?: boolean;
}

function PasswordForm(props: PasswordFormProps): VNode {
  const { action, submit, username, csrfToken, state, withCode = false, withPassword = true } = props;
  const id = (name: string) => `${action}-${name}`;
  return (
    <Form
      action={`${SECOND_FACTOR}/${action}`}
      csrfToken={csrfToken}
      state={state}
      fields={[id('password'), id('code')]}
    >
      {withPassword ? <AccountName username={username} /> : null}
      {withPassword ? (
        <Field
          name={id('password')}
          label="Your password"
          type="password"
          state={state}
          autocomplete="current-password"
          required
        />
      ) : null}
      {withCode ? <CodeField name={id('code')} state={state} /> : null}
      <button type="submit">{submit}</button>
    </Form>
  );
}

function CodeField({ name, state }: { readonly name: string; readonly state: FormState }): VNode {
  return <Field name={name} label="Code" state={state} autocomplete="one-time-code" required />;
}

function offer(port: MySecondFactorDependencies, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => confirmPage(visitor, await port.offer(visitor.actor, form.get('offer-password') ?? '')),
    (state) => statePage(port, visitor, state),
  );
}

/** `offered` null: the authenticator has it already, and only the code was wrong. */
function confirmPage(
  { csrfToken }: Visitor,
  offered: SecondFactorOffer | null,
  state: FormState = firstForm(),
): Shown {
  const body = (
    <section class="narrow">
      <h1>{TITLE}</h1>
      {offered === null ? null : <Offer offered={offered} />}
      <Form action={`${SECOND_FACTOR}/confirm`} csrfToken={csrfToken} state={state} fields={['code']}>
        <Field
          name="code"
          label="Code that the authenticator shows now"
          state={state}
          autocomplete="one-time-code"
          required
        />
        <button type="submit">Switch it on</button>
      </Form>
    </section>
  );
  return { kind: 'page', title: TITLE, status: statusOf(state), body };
}

function Offer({ offered: { qrSvg, secret } }: { readonly offered: SecondFactorOffer }): VNode {
  const picture = `data:image/svg+xml;base64,${Buffer.from(qrSvg).toString('base64')}`;
  return (
    <>
      <p>Let your authenticator app read this picture, or type the key into it.</p>
      <img class="qr" src={picture} alt="The key, as a QR code" />
      <p>
        Key: <code class="secret">{secret}</code>
      </p>
    </>
  );
}

function confirm(port: MySecondFactorDependencies, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => codesPage(await port.confirm(visitor.actor, textOf(form, 'code'))),
    (state) => confirmPage(visitor, null, state),
  );
}

function codesPage(codes: readonly string[]): Shown {
  const title = 'Your recovery codes';
  const body = (
    <>
      <Title>{title}</Title>
      <p>
        Your second factor is on. Each of these codes lets you in once in its place, should you lose the
        authenticator. Keep them where you find them then: they are not shown again.
      </p>
      <ul>
        {codes.map((code) => (
          <li key={code}>
            <code class="secret">{code}</code>
          </li>
        ))}
      </ul>
      <p>
        <a href="/">I have kept them</a>
      </p>
    </>
  );
  return { kind: 'page', title, body };
}

function newCodes(port: MySecondFactorDependencies, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => codesPage(await port.newRecoveryCodes(visitor.actor, form.get('codes-password') ?? '')),
    (state) => statePage(port, visitor, state),
  );
}

function switchOff(port: MySecondFactorDependencies, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      await port.switchOff(visitor.actor, form.get('off-password') ?? '', textOf(form, 'off-code'));
      return { kind: 'redirect', to: SECOND_FACTOR, notice: 'Your second factor is off.' };
    },
    (state) => statePage(port, visitor, state),
  );
}
