/** What is done to one user: enabled and disabled, signed out, given a password, deleted. */
import type { Directory } from '../../core/directory/directory.ts';
import type { User } from '../../core/model/user.ts';
import { AccountName, Field, Form, type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { Action } from '../views/parts.tsx';
import { type Asked, type Page, refuseUnless, type Shown, type Visitor } from './page.ts';
import { nameOf, pathOf } from './user.tsx';
import { RANKS_AS_HIGH } from './user-edit.tsx';

export type UserActsDependencies = Pick<Directory, 'users' | 'sessions'>;

export function userActPages(port: UserActsDependencies): readonly Page[] {
  const at = '/users/:username';
  const password = { path: `${at}/password`, needs: 'users.password' } as const;
  const deletion = { path: `${at}/delete`, needs: 'users.delete' } as const;
  return [
    {
      method: 'post',
      path: `${at}/enabled`,
      needs: 'users.edit',
      show: (asked, visitor) => setEnabled(port, asked, visitor),
    },
    {
      method: 'post',
      path: `${at}/sign-out`,
      needs: 'users.edit',
      show: (asked, visitor) => signOut(port, asked, visitor),
    },
    { method: 'get', ...password, show: (asked, visitor) => passwordPage(port, asked, visitor) },
    { method: 'post', ...password, show: (asked, visitor) => setPassword(port, asked, visitor) },
    { method: 'get', ...deletion, show: (asked, visitor) => deletePage(port, asked, visitor) },
    { method: 'post', ...deletion, show: (asked, visitor) => remove(port, asked, visitor) },
  ];
}

/** The user on whom the visitor wants to act. Throws DirectoryError: not-found, forbidden. */
async function subjectOf({ users }: UserActsDependencies, asked: Asked, { actor }: Visitor): Promise<User> {
  const user = await users.byUsername(actor, nameOf(asked));
  refuseUnless(await users.isBelow(actor, user), RANKS_AS_HIGH);
  return user;
}

async function setEnabled({ users }: UserActsDependencies, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const enabled = asked.form.get('enabled') === 'yes';
  const { username } = await users.setEnabled(actor, nameOf(asked), enabled);
  const to = pathOf(username);
  return {
    kind: 'redirect',
    to,
    notice: enabled
      ? `${username} is enabled.`
      : `${username} is disabled: signed out, and applications do not list the account. Nothing was deleted.`,
    undo: { action: `${to}/enabled`, fields: { enabled: enabled ? 'no' : 'yes' } },
  };
}

async function signOut({ sessions }: UserActsDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const username = nameOf(asked);
  const ended = await sessions.endAll(visitor.actor, username, visitor.sessionId);
  return { kind: 'redirect', to: pathOf(username), notice: `${ended} sessions of ${username} are ended.` };
}

async function passwordPage(
  port: UserActsDependencies,
  asked: Asked,
  visitor: Visitor,
  state: FormState = firstForm(),
): Promise<Shown> {
  const { username } = await subjectOf(port, asked, visitor);
  const body = (
    <section class="narrow">
      <h1>{`Set the password of ${username}`}</h1>
      <Form
        action={`${pathOf(username)}/password`}
        csrfToken={visitor.csrfToken}
        state={state}
        fields={['password']}
      >
        <AccountName username={username} />
        <Field
          name="password"
          label="New password"
          hint="8 characters at least. Sessions, API tokens and app passwords of this person end."
          type="password"
          state={state}
          autocomplete="new-password"
          required
        />
        <button type="submit">Set the password</button>
      </Form>
    </section>
  );
  return { kind: 'page', title: `Password of ${username}`, status: statusOf(state), body };
}

function setPassword(port: UserActsDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { form } = asked;
  return orAgain(
    form,
    async () => {
      const { username } = await port.users.setPassword(
        visitor.actor,
        nameOf(asked),
        form.get('password') ?? '',
      );
      return { kind: 'redirect', to: pathOf(username), notice: `${username} has a new password.` };
    },
    (state) => passwordPage(port, asked, visitor, state),
  );
}

async function deletePage(port: UserActsDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const user = await subjectOf(port, asked, visitor);
  const groups = (await port.users.groupsOf(visitor.actor, [user])).get(user.id) ?? [];
  const path = pathOf(user.username);
  const body = (
    <section class="narrow">
      <h1>{`Delete ${user.username}?`}</h1>
      <p>
        {`The account of ${user.displayName} goes for good, and with it its place in ${countOf(groups.length)}. `}
        If the same name is added again, applications see a new person.
      </p>
      <p>To keep the account and what belongs to it, disable it instead: that can be undone.</p>
      <div class="actions">
        <Action
          action={`${path}/delete`}
          csrfToken={visitor.csrfToken}
          label="Delete for good"
          look="danger"
        />
        <a href={path}>Keep it</a>
      </div>
    </section>
  );
  return { kind: 'page', title: `Delete ${user.username}?`, body };
}

function countOf(groups: number): string {
  return groups === 1 ? '1 group' : `${groups} groups`;
}

async function remove({ users }: UserActsDependencies, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const { username } = await users.delete(actor, nameOf(asked));
  return { kind: 'redirect', to: '/users', notice: `${username} is deleted.` };
}
