/** How somebody gets in: a link to choose a password, a temporary one for who helps, the second factor off. */
import type { ComponentChildren, VNode } from 'preact';
import type { Accounts } from '../../core/accounts/accounts.ts';
import { IMPERSONATION_HOURS, IMPERSONATION_HOURS_MAX } from '../../core/accounts/impersonation.ts';
import type { Directory } from '../../core/directory/directory.ts';
import type { User } from '../../core/model/user.ts';
import { Field, Form, type FormState, firstForm, orAgain, statusOf } from '../views/form.tsx';
import { Action, Secret, Time, Title } from '../views/parts.tsx';
import { type Asked, may, type Page, refuseUnless, type Shown, textOf, type Visitor } from './page.ts';
import { sourceOf } from './provenance.ts';
import { nameOf, pathOf } from './user.tsx';
import { RANKS_AS_HIGH } from './user-edit.tsx';

export interface UserAccessDependencies extends Pick<Directory, 'users' | 'sources'> {
  readonly openId: Pick<Directory['openId'], 'label' | 'forget'>;
  readonly accounts: Pick<Accounts, 'passwordLinks' | 'impersonation' | 'secondFactors'>;
}

export function userAccessPages(port: UserAccessDependencies): readonly Page[] {
  const at = '/users/:username/access';
  return [
    {
      method: 'get',
      path: at,
      needs: 'users.read',
      show: (asked, visitor) => accessPage(port, asked, visitor),
    },
    {
      method: 'post',
      path: `${at}/link`,
      needs: 'users.password',
      show: (...from) => giveLink(port, ...from),
    },
    {
      method: 'post',
      path: `${at}/impersonate`,
      needs: 'users.impersonate',
      show: (...from) => impersonate(port, ...from),
    },
    {
      method: 'post',
      path: `${at}/withdraw`,
      needs: 'users.impersonate',
      show: (...from) => withdraw(port, ...from),
    },
    {
      method: 'post',
      path: `${at}/second-factor-off`,
      needs: 'users.second-factor',
      show: (...from) => secondFactorOff(port, ...from),
    },
    {
      method: 'post',
      path: `${at}/openid-forget`,
      needs: 'users.edit',
      show: (...from) => forgetOpenId(port, ...from),
    },
  ];
}

function wayOf(username: string): string {
  return `${pathOf(username)}/access`;
}

async function accessPage(
  port: UserAccessDependencies,
  asked: Asked,
  visitor: Visitor,
  { state = firstForm({ hours: String(IMPERSONATION_HOURS) }), made = null }: Partial<Outcome> = {},
): Promise<Shown> {
  const { actor } = visitor;
  const user = await port.users.byUsername(actor, nameOf(asked));
  refuseUnless(user.id !== visitor.user.id && (await port.users.isBelow(actor, user)), RANKS_AS_HIGH);
  const elsewhere = may(visitor, 'users.edit') ? await port.openId.label() : null;
  const isLocal = (await sourceOf(port.sources, user)) === null;
  const title = `Ways in for ${user.username}`;
  const body = (
    <>
      <Title>{title}</Title>
      <p>
        <a href={pathOf(user.username)}>Back to the user</a>
      </p>
      {made === null ? null : (
        <section class="card" role="status">
          {made}
        </section>
      )}
      {may(visitor, 'users.password') && isLocal ? <Password user={user} visitor={visitor} /> : null}
      {may(visitor, 'users.impersonate') ? <Impersonate user={user} visitor={visitor} state={state} /> : null}
      {may(visitor, 'users.second-factor') ? <SecondFactor user={user} visitor={visitor} /> : null}
      {elsewhere === null ? null : <Elsewhere user={user} visitor={visitor} label={elsewhere} />}
    </>
  );
  return { kind: 'page', title, status: statusOf(state), body };
}

interface Outcome {
  readonly state: FormState;
  /** What was made, shown this once. */
  readonly made: ComponentChildren;
}

interface SectionProps {
  readonly user: User;
  readonly visitor: Visitor;
}

function Password({ user, visitor: { csrfToken } }: SectionProps): VNode {
  const action = `${wayOf(user.username)}/link`;
  return (
    <section>
      <h2>Password</h2>
      <p>By a link people choose a password themselves: it works once, within a day.</p>
      <div class="actions">
        <Action action={action} csrfToken={csrfToken} label="Send a link by mail" values={{ send: 'yes' }} />
        <Action action={action} csrfToken={csrfToken} label="Show me a link" look="secondary" />
        <a href={`${pathOf(user.username)}/password`} class="button secondary">
          Set a password
        </a>
      </div>
    </section>
  );
}

function Impersonate({ user, visitor: { csrfToken }, state }: SectionProps & { state: FormState }): VNode {
  return (
    <section>
      <h2>Sign in as this person</h2>
      <p>
        A temporary password lets you in beside the person's own. Its making and each sign-in by it are in the
        audit.
      </p>
      <div class="short">
        <Form
          action={`${wayOf(user.username)}/impersonate`}
          csrfToken={csrfToken}
          state={state}
          fields={['hours']}
        >
          <Field
            name="hours"
            label="Hours for which it is good"
            hint={`1 to ${IMPERSONATION_HOURS_MAX}.`}
            type="number"
            state={state}
            required
          />
          <button type="submit">Make a temporary password</button>
        </Form>
      </div>
      <Action
        action={`${wayOf(user.username)}/withdraw`}
        csrfToken={csrfToken}
        label="Withdraw the temporary password"
        look="secondary"
      />
    </section>
  );
}

function SecondFactor({ user, visitor: { csrfToken } }: SectionProps): VNode {
  return (
    <section>
      <h2>Second factor</h2>
      {user.secondFactor ? (
        <>
          <p>For who has lost it. The password alone then opens the account, until another one is set up.</p>
          <Action
            action={`${wayOf(user.username)}/second-factor-off`}
            csrfToken={csrfToken}
            label="Switch it off"
            look="danger"
          />
        </>
      ) : (
        <p class="muted">This person has none.</p>
      )}
    </section>
  );
}

function Elsewhere({ user, visitor: { csrfToken }, label }: SectionProps & { label: string }): VNode {
  return (
    <section>
      <h2>{label}</h2>
      <p>Once somebody has signed in there as this person, no other account there is taken for it.</p>
      <Action
        action={`${wayOf(user.username)}/openid-forget`}
        csrfToken={csrfToken}
        label={`Forget the account at ${label}`}
        look="secondary"
      />
    </section>
  );
}

async function forgetOpenId(port: UserAccessDependencies, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const username = nameOf(asked);
  const known = await port.openId.forget(actor, username);
  const notice = known ? 'The account there is forgotten.' : 'No account there was known.';
  return { kind: 'redirect', to: wayOf(username), notice };
}

async function giveLink(port: UserAccessDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const send = asked.form.get('send') === 'yes';
  const { user, url, sentTo } = await port.accounts.passwordLinks.give(visitor.actor, nameOf(asked), {
    send,
  });
  if (url === null) {
    return { kind: 'redirect', to: wayOf(user.username), notice: `A link was sent to ${sentTo}.` };
  }
  const why = send ? 'It could not be sent: no mail is set up, or the user has no address. ' : '';
  return accessPage(port, asked, visitor, {
    made: (
      <>
        <p>{`${why}Give this link to nobody else.`}</p>
        <Secret id="secret" label="Link" value={url} />
      </>
    ),
  });
}

function impersonate(port: UserAccessDependencies, asked: Asked, visitor: Visitor): Promise<Shown> {
  const { form } = asked;
  return orAgain(
    form,
    async () => {
      const hours = Number(textOf(form, 'hours'));
      const given = await port.accounts.impersonation.begin(visitor.actor, nameOf(asked), hours);
      return accessPage(port, asked, visitor, {
        made: (
          <>
            <Secret
              id="secret"
              label={`Temporary password of ${given.user.username}`}
              value={given.password}
            />
            <p>
              It is shown this once only, and good until <Time at={given.expiresAt} />.
            </p>
          </>
        ),
      });
    },
    (state) => accessPage(port, asked, visitor, { state }),
  );
}

async function withdraw(port: UserAccessDependencies, asked: Asked, { actor }: Visitor): Promise<Shown> {
  const { username } = await port.accounts.impersonation.withdraw(actor, nameOf(asked));
  const notice = `The temporary password of ${username} opens nothing any more.`;
  return { kind: 'redirect', to: wayOf(username), notice };
}

async function secondFactorOff(
  port: UserAccessDependencies,
  asked: Asked,
  { actor }: Visitor,
): Promise<Shown> {
  const { username } = await port.accounts.secondFactors.switchOffOf(actor, nameOf(asked));
  return { kind: 'redirect', to: wayOf(username), notice: `The second factor of ${username} is off.` };
}
