/** The directory server: how it is, and what applications are told to reach it. */
import type { VNode } from 'preact';
import type { Settings } from '../../../core/model/settings.ts';
import { Action, Facts, Secret, State, Time, Title } from '../../views/parts.tsx';
import { may, type Page, type Shown, type Visitor } from '../page.ts';
import type { LdapState, ServerPagesDependencies } from './port.ts';

export const LDAP_PATH = '/ldap';

export function ldapPages(port: ServerPagesDependencies): readonly Page[] {
  const password = { path: `${LDAP_PATH}/password`, needs: 'settings.edit' } as const;
  return [
    {
      ...{ method: 'get', path: LDAP_PATH, needs: 'settings.read' },
      show: (_asked, visitor) => ldapPage(port, visitor),
    },
    { method: 'get', ...password, show: (_asked, visitor) => passwordPage(port, visitor) },
    {
      ...{ method: 'get', path: `${LDAP_PATH}/off`, needs: 'settings.edit' },
      show: (_asked, visitor) => offPage(port, visitor),
    },
    {
      ...{ method: 'post', path: `${LDAP_PATH}/off`, needs: 'settings.edit' },
      show: (_asked, visitor) => switchTo(port, visitor, false),
    },
    {
      ...{ method: 'post', path: `${LDAP_PATH}/on`, needs: 'settings.edit' },
      show: (_asked, visitor) => switchTo(port, visitor, true),
    },
    { method: 'post', ...password, show: (_asked, visitor) => replacePassword(port, visitor) },
  ];
}

async function ldapPage({ ldap, settings }: ServerPagesDependencies, visitor: Visitor): Promise<Shown> {
  const state = ldap.state(visitor.actor);
  const present = await settings.current();
  const body = (
    <>
      <Title
        actions={
          may(visitor, 'settings.edit') ? (
            <a href={`${LDAP_PATH}/try`} class="button">
              Try a sign-in or a search
            </a>
          ) : undefined
        }
      >
        Directory server
      </Title>
      <div class="columns">
        <Serving state={state} settings={present} visitor={visitor} />
        <ToCopy state={state} />
      </div>
    </>
  );
  return { kind: 'page', title: 'Directory server', body };
}

interface ServingProps {
  readonly state: LdapState;
  readonly settings: Pick<Settings, 'allow' | 'ldapServed'>;
  readonly visitor: Visitor;
}

function Serving({ state, settings: { allow, ldapServed }, visitor }: ServingProps): VNode {
  const { reason, certificate, connections } = state;
  const edits = may(visitor, 'settings.edit');
  return (
    <section>
      <h2>State</h2>
      <Facts
        facts={{
          Serves: <Serves reason={reason} ldapServed={ldapServed} />,
          'Open connections': String(connections),
          'May connect': allow.length === 0 ? <State mood="bad">nobody</State> : allow.join(', '),
          Certificate: (
            <>
              valid until <Time at={certificate.expiry} />
              {certificate.trouble === null ? null : (
                <>
                  <br />
                  <State mood="warn">{certificate.trouble}</State>
                </>
              )}
            </>
          ),
        }}
      />
      <ul>
        {edits ? (
          <li>
            <a href={`${LDAP_PATH}/allow`}>Edit the allow-list</a>
          </li>
        ) : null}
        <li>
          <a href={`${LDAP_PATH}/certificate`}>
            {edits ? 'See or replace the certificate' : 'See the certificate'}
          </a>
        </li>
        {edits ? (
          <li>
            <a href={`${LDAP_PATH}/password`}>Replace the bind password</a>
          </li>
        ) : null}
        {edits && ldapServed ? (
          <li>
            <a href={`${LDAP_PATH}/off`}>Switch LDAPS off</a>
          </li>
        ) : null}
      </ul>
      {edits && !ldapServed ? (
        <Action action={`${LDAP_PATH}/on`} csrfToken={visitor.csrfToken} label="Switch LDAPS on" />
      ) : null}
    </section>
  );
}

function Serves({ reason, ldapServed }: Pick<LdapState, 'reason'> & Pick<Settings, 'ldapServed'>): VNode {
  if (!ldapServed) return <State mood="warn">no: switched off</State>;
  return reason === null ? <State mood="good">yes</State> : <State mood="bad">{`no: ${reason}`}</State>;
}

function offPage({ ldap }: ServerPagesDependencies, { actor, csrfToken }: Visitor): Shown {
  const { connections } = ldap.state(actor);
  const title = 'Switch LDAPS off?';
  const body = (
    <section class="narrow">
      <h1>{title}</h1>
      <p>
        {connections === 0
          ? 'Nobody is connected at the moment.'
          : `${connections === 1 ? 'One connection is' : `${connections} connections are`} open, and will be ended.`}{' '}
        Nobody signs in to any application by this directory until it is switched on again. These pages, the
        API and the synchronizing of external directories go on.
      </p>
      <div class="actions">
        <Action action={`${LDAP_PATH}/off`} csrfToken={csrfToken} label="Switch it off" look="danger" />
        <a href={LDAP_PATH}>Leave it on</a>
      </div>
    </section>
  );
  return { kind: 'page', title, body };
}

async function switchTo(
  { settings }: ServerPagesDependencies,
  { actor }: Visitor,
  ldapServed: boolean,
): Promise<Shown> {
  await settings.change(actor, { ldapServed });
  return { kind: 'redirect', to: LDAP_PATH, notice: `LDAPS is switched ${ldapServed ? 'on' : 'off'}.` };
}

/** Each value with a button that copies it. */
function ToCopy({ state }: { readonly state: LdapState }): VNode {
  return (
    <section>
      <h2>To copy into an application</h2>
      <p class="muted">
        Better than the bind DN is <a href="/applications">an application of its own</a> for each program: it
        sees only those whom it needs, and its password can be replaced alone. There are{' '}
        <a href={`${LDAP_PATH}/recipes`}>recipes for many programs</a>.
      </p>
      {settingsOf(state).map(([label, value], place) => (
        <Secret key={label} id={`copy-${place}`} label={label} value={value} />
      ))}
    </section>
  );
}

function settingsOf(state: LdapState): readonly (readonly [string, string])[] {
  const { port, baseDn, bindDn } = state;
  return [
    ['Address', `ldaps://${hostFor(state)}:${port}`],
    ['Base DN', baseDn],
    ['Base of people', `ou=users,${baseDn}`],
    ['Base of groups', `ou=groups,${baseDn}`],
    ['Bind DN', bindDn],
    ['Filter for people', '(objectClass=inetOrgPerson)'],
    ['Filter for one person', '(|(uid=%s)(mail=%s))'],
    ['Filter for members of a group', `(memberOf=cn=staff,ou=groups,${baseDn})`],
    ['Filter for groups', '(objectClass=groupOfNames)'],
  ];
}

const NO_NAME = /^(localhost|[\d.]+|.*:.*)$/;

/** A name by which the certificate lets clients call this server. */
export function hostFor({ host, certificate }: Pick<LdapState, 'host' | 'certificate'>): string {
  return certificate.names.find((name) => !NO_NAME.test(name) && !name.startsWith('*')) ?? host;
}

function passwordPage(
  { ldap, activity }: ServerPagesDependencies,
  { actor, csrfToken, ...visitor }: Visitor,
): Shown {
  const { bindDn } = ldap.state(actor);
  const users = may({ actor, ...visitor }, 'audit.read')
    ? activity.clients(actor).filter(({ name }) => name === bindDn)
    : [];
  const title = 'Replace the bind password?';
  const body = (
    <section class="narrow">
      <h1>{title}</h1>
      <p>
        Programs that sign in as <code>{bindDn}</code> can do nothing more until they are given the new
        password.
      </p>
      {users.length === 0 ? (
        <p>Nobody has used it since this server was started.</p>
      ) : (
        <>
          <p>It was used from:</p>
          <ul>
            {users.map(({ address, at }) => (
              <li key={address}>
                {address}, last at <Time at={at} />
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="actions">
        <Action
          action={`${LDAP_PATH}/password`}
          csrfToken={csrfToken}
          label="Make up another one"
          look="danger"
        />
        <a href={LDAP_PATH}>Keep it</a>
      </div>
    </section>
  );
  return { kind: 'page', title, body };
}

async function replacePassword(
  { ldap, settings, newPassword }: ServerPagesDependencies,
  { actor }: Visitor,
): Promise<Shown> {
  const bindPassword = newPassword();
  await settings.change(actor, { bindPassword });
  const body = (
    <section class="narrow">
      <h1>The bind password is replaced</h1>
      <p>It is shown this once. Copy it into the programs that need it now.</p>
      <Secret id="bind-dn" label="Bind DN" value={ldap.state(actor).bindDn} />
      <Secret id="bind-password" label="Password" value={bindPassword} />
      <p>
        <a href={LDAP_PATH}>Back to the directory server</a>
      </p>
    </section>
  );
  return { kind: 'page', title: 'The bind password is replaced', body };
}
