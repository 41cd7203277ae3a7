/** My profile: what everybody sees and changes of himself. */
import type { VNode } from 'preact';
import type { ChangeOwnPassword, ProveOwnPassword } from '../../core/credentials/own-password.ts';
import type { Directory } from '../../core/directory/directory.ts';
import { DirectoryError } from '../../core/errors.ts';
import { AccountName, Field, Form, type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { Title } from '../views/parts.tsx';
import { Attributes, attributesOf } from './attribute-values.tsx';
import { type Asked, may, type Page, type Shown, type Visitor } from './page.ts';
import { sourceOf } from './provenance.ts';
import { storageOf } from './storage.tsx';
import { Account, Groups, groupsOf, Portrait, pathOf } from './user.tsx';
import { changesOf, provenBy, UserForm, valuesOf } from './user-form.tsx';

export interface MePagesDependencies
  extends Pick<Directory, 'users' | 'nesting' | 'sources' | 'settings' | 'attributes' | 'quotas'> {
  readonly changeOwnPassword: ChangeOwnPassword;
  readonly proveOwnPassword: ProveOwnPassword;
}

const PATH = '/me';
const EDIT = `${PATH}/edit`;
const PASSWORD = `${PATH}/password`;
const MANAGED_ELSEWHERE = 'Your profile is managed by an external authority: change it there.';
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
  const isLocked = visitor.managedAt !== null || (await isProfileLocked(port, visitor));
  const isOwnPassword = user.passwordHash !== null;
  const body = (
    <>
      <Title actions={<Ways isLocked={isLocked} isOwnPassword={isOwnPassword} />}>My profile</Title>
      {isLocked ? <p class="muted">{visitor.managedAt === null ? LOCKED : MANAGED_ELSEWHERE}</p> : null}
      <div class="columns">
        <section>
          <h2>Account</h2>
          <Account user={user} source={source} visitor={visitor} />
          {await storageOf(port, user, visitor)}
        </section>
        <section>
          <h2>My groups</h2>
          <Groups {...(await groupsOf(port, user, visitor))} visitor={visitor} />
          <p>
            <a href="/organizations">Organizations</a>
          </p>
          <h2>Picture</h2>
          <Portrait user={user} visitor={visitor} mayChange={!isLocked} />
          <Attributes
            attributes={await attributesOf(port, visitor, 'user', user.username)}
            path={pathOf(user.username)}
            csrfToken={visitor.csrfToken}
          />
        </section>
      </div>
    </>
  );
  return { kind: 'page', title: 'My profile', body };
}

async function isProfileLocked({ settings }: MePagesDependencies, visitor: Visitor): Promise<boolean> {
  return !may(visitor, 'users.edit') && (await settings.current()).profilesLocked;
}

function Ways({ isLocked, isOwnPassword }: Record<'isLocked' | 'isOwnPassword', boolean>): VNode {
  return (
    <>
      {isLocked ? null : (
        <a href={EDIT} class="button">
          Edit
        </a>
      )}
      {!isOwnPassword ? null : (
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
  const attributes = await attributesOf(port, visitor, 'user', visitor.user.username);
  const state = refused ?? { values: valuesOf(visitor.user, attributes), error: null };
  const title = 'Edit my profile';
  const body = (
    <>
      <Title>{title}</Title>
      <UserForm
        action={EDIT}
        state={state}
        visitor={visitor}
        own={!may(visitor, 'users.edit')}
        isSelf
        source={await sourceOf(port.sources, visitor.user)}
        attributes={attributes}
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
      const { username } = visitor.user;
      const attributes = await attributesOf(port, visitor, 'user', username);
      const actor = await provenBy(port.proveOwnPassword, visitor, form);
      await port.users.edit(actor, username, changesOf(form, attributes));
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
