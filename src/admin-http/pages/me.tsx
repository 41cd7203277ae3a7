/** My profile: what everybody sees and changes of himself. */
import type { VNode } from 'preact';
import type { ChangeOwnPassword } from '../../core/credentials/own-password.ts';
import type { Directory } from '../../core/directory/directory.ts';
import { DirectoryError } from '../../core/errors.ts';
import { AccountName, Field, Form, type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { Title } from '../views/parts.tsx';
import { type Asked, may, type Page, type Shown, type Visitor } from './page.ts';
import { sourceOf } from './provenance.ts';
import { Account, Groups, groupsOf, Portrait } from './user.tsx';
import { changesOf, UserForm, valuesOf } from './user-form.tsx';

export interface MePagesDependencies extends Pick<Directory, 'users' | 'nesting' | 'sources' | 'settings'> {
  readonly changeOwnPassword: ChangeOwnPassword;
}

const PATH = '/me';
const EDIT = `${PATH}/edit`;
const PASSWORD = `${PATH}/password`;
const LOCKED = 'Profiles are locked: ask an administrator to change yours.';

export function mePages(port: MePagesDependencies): readonly Page[] {
  const needs = 'self';
  return [
    { method: 'get', path: PATH, needs, show: (_asked, visitor) => mePage(port, visitor) },
    { method: 'get', path: EDIT, needs, show: (_asked, visitor) => editPage(port, visitor) },
    { method: 'post', path: EDIT, needs, show: (asked, visitor) => edit(port, asked, visitor) },
    { method: 'get', path: PASSWORD, needs, show: (_asked, visitor) => passwordPage(port, visitor) },
    { method: 'post', path: PASSWORD, needs, show: (asked, visitor) => setPassword(port, asked, visitor) },
  ];
}

async function mePage(port: MePagesDependencies, visitor: Visitor): Promise<Shown> {
  const { user } = visitor;
  const source = await sourceOf(port.sources, user);
  const isLocked = await isProfileLocked(port, visitor);
  const body = (
    <>
      <Title actions={<Ways isLocked={isLocked} isImported={source !== null} />}>My profile</Title>
      {isLocked ? <p class="muted">{LOCKED}</p> : null}
      <div class="columns">
        <section>
          <h2>Account</h2>
          <Account user={user} source={source} />
        </section>
        <section>
          <h2>My groups</h2>
          <Groups {...(await groupsOf(port, user, visitor))} visitor={visitor} />
          <p>
            <a href="/organizations">Organizations</a>
          </p>
          <h2>Picture</h2>
          <Portrait user={user} visitor={visitor} mayChange={!isLocked} />
        </section>
      </div>
    </>
  );
  return { kind: 'page', title: 'My profile', body };
}

async function isProfileLocked({ settings }: MePagesDependencies, visitor: Visitor): Promise<boolean> {
  return !may(visitor, 'users.edit') && (await settings.current()).profilesLocked;
}

function Ways({ isLocked, isImported }: Record<'isLocked' | 'isImported', boolean>): VNode {
  return (
    <>
      {isLocked ? null : (
        <a href={EDIT} class="button">
          Edit
        </a>
      )}
      {isImported ? null : (
        <a href={PASSWORD} class="button secondary">
          Change my password
        </a>
      )}
      <a href="/me/second-factor" class="button secondary">
        My second factor
      </a>
      <a href="/me/app-passwords" class="button secondary">
        My app passwords
      </a>
      <a href="/me/sessions" class="button secondary">
        My sessions
      </a>
      <a href="/me/tokens" class="button secondary">
        My API tokens
      </a>
    </>
  );
}

async function editPage(
  port: MePagesDependencies,
  visitor: Visitor,
  refused: FormState | null = null,
): Promise<Shown> {
  if (await isProfileLocked(port, visitor)) throw new DirectoryError('forbidden', LOCKED);
  const state = refused ?? { values: valuesOf(visitor.user), error: null };
  const title = 'Edit my profile';
  const body = (
    <>
      <Title>{title}</Title>
      <UserForm
        action={EDIT}
        state={state}
        visitor={visitor}
        own={!may(visitor, 'users.edit')}
        source={await sourceOf(port.sources, visitor.user)}
        submit="Save"
      />
    </>
  );
  return { kind: 'page', title, status: statusOf(state), body };
}

function edit(port: MePagesDependencies, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      await port.users.edit(visitor.actor, visitor.user.username, changesOf(form));
      return { kind: 'redirect', to: PATH, notice: 'Your profile is saved.' };
    },
    (state) => editPage(port, visitor, state),
  );
}

async function passwordPage(
  { sources }: MePagesDependencies,
  { user, csrfToken }: Visitor,
  state: FormState = firstForm(),
): Promise<Shown> {
  const source = await sourceOf(sources, user);
  if (source !== null) {
    throw new DirectoryError('forbidden', `Your password is checked by ${source}: change it there.`);
  }
  const title = 'Change my password';
  const body = (
    <section class="narrow">
      <h1>{title}</h1>
      <p>All your other sessions end.</p>
      <Form action={PASSWORD} csrfToken={csrfToken} state={state} fields={['oldPassword', 'password']}>
        <AccountName username={user.username} />
        <Field
          name="oldPassword"
          label="Present password"
          type="password"
          state={state}
          autocomplete="current-password"
          required
        />
        <Field
          name="password"
          label="New password"
          hint="8 characters at least."
          type="password"
          state={state}
          autocomplete="new-password"
          required
        />
        <button type="submit">Change it</button>
      </Form>
    </section>
  );
  return { kind: 'page', title, status: statusOf(state), body };
}

function setPassword(port: MePagesDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { form, address } = asked;
  const { actor, user, sessionId } = visitor;
  return orAgain(
    form,
    async () => {
      await port
        .changeOwnPassword({
          userId: user.id,
          oldPassword: form.get('oldPassword') ?? '',
          newPassword: form.get('password') ?? '',
          ...{ address, actor },
          keepSession: sessionId,
        })
        .catch(besideOldPassword);
      return { kind: 'redirect', to: PATH, notice: 'You have a new password.' };
    },
    (state) => passwordPage(port, visitor, state),
  );
}

function besideOldPassword(error: unknown): never {
  if (!(error instanceof DirectoryError && error.code === 'unauthenticated')) throw error;
  throw new DirectoryError('invalid', error.message, { field: 'oldPassword' });
}
