/** The settings that people change while the server runs; those of the directory server have pages of their own. */
import type { VNode } from 'preact';
import type { SettingsChanges } from '../../../core/directory/directory.ts';
import { AUDIT_DAYS_MAX, AUDIT_DAYS_MIN, type Settings } from '../../../core/model/settings.ts';
import {
  Choice,
  Field,
  Form,
  type FormState,
  firstForm,
  orAgain,
  statusOf,
  Tick,
} from '../../views/form.tsx';
import { Title } from '../../views/parts.tsx';
import { type Asked, type Fields, may, type Page, type Shown, textOf, type Visitor } from '../page.ts';
import type { ServerPagesDependencies } from './port.ts';

type Port = Pick<ServerPagesDependencies, 'settings'>;

const PATH = '/settings';
const FIELDS = [
  ...['passwordLengthMinimum', 'passwordScoreMinimum', 'secondFactorRoles', 'auditDays'],
  ...['homeDirectory', 'loginShell'],
];

export function settingsPages(port: Port): readonly Page[] {
  return [
    {
      ...{ method: 'get', path: PATH, needs: 'settings.read' },
      show: async (_asked, visitor) => settingsPage(visitor, formOf(await port.settings.current())),
    },
    {
      ...{ method: 'post', path: PATH, needs: 'settings.edit' },
      show: (asked, visitor) => save(port, asked, visitor),
    },
  ];
}

function save({ settings }: Port, { form }: Asked, visitor: Visitor): Promise<Shown> {
  return orAgain(
    form,
    async () => {
      await settings.change(visitor.actor, changesIn(form));
      return { kind: 'redirect', to: PATH, notice: 'The settings are saved, and in force.' };
    },
    (state) => settingsPage(visitor, state),
  );
}

function formOf(settings: Settings): FormState {
  const { passwordModify, profilesLocked, posix, secondFactorRoles } = settings;
  return firstForm({
    ...(passwordModify && { passwordModify: 'on' }),
    ...(profilesLocked && { profilesLocked: 'on' }),
    ...(posix.enabled && { posix: 'on' }),
    homeDirectory: posix.homeDirectory,
    loginShell: posix.loginShell,
    auditDays: String(settings.auditDays),
    passwordLengthMinimum: String(settings.passwordLengthMinimum),
    passwordScoreMinimum: String(settings.passwordScoreMinimum),
    secondFactorRoles: secondFactorRoles === 'all' ? 'all' : secondFactorRoles.join(', '),
  });
}

function changesIn(form: Fields): SettingsChanges {
  const roles = textOf(form, 'secondFactorRoles');
  return {
    passwordModify: form.get('passwordModify') === 'on',
    profilesLocked: form.get('profilesLocked') === 'on',
    posix: {
      enabled: form.get('posix') === 'on',
      homeDirectory: textOf(form, 'homeDirectory'),
      loginShell: textOf(form, 'loginShell'),
    },
    auditDays: numberIn(form, 'auditDays'),
    passwordLengthMinimum: numberIn(form, 'passwordLengthMinimum'),
    passwordScoreMinimum: numberIn(form, 'passwordScoreMinimum'),
    secondFactorRoles: roles === 'all' ? 'all' : roles.split(/[\s,]+/).filter((name) => name !== ''),
  };
}

/** What is no number is refused by core, which knows its bounds. */
function numberIn(form: Fields, name: string): number {
  const text = textOf(form, name);
  return text === '' ? Number.NaN : Number(text);
}

function settingsPage(visitor: Visitor, state: FormState): Shown {
  const locked = may(visitor, 'settings.edit') ? undefined : 'You may see it, but not change it.';
  const body = (
    <>
      <Title>Settings</Title>
      <p class="muted">
        Allow-list, certificate and bind password are settings of the <a href="/ldap">directory server</a>.
      </p>
      <Form action={PATH} csrfToken={visitor.csrfToken} state={state} fields={FIELDS}>
        <div class="columns">
          <Passwords state={state} locked={locked} />
          <div>
            <Profiles state={state} locked={locked} />
            <Unix state={state} locked={locked} />
          </div>
        </div>
        {locked === undefined ? <button type="submit">Save the settings</button> : null}
      </Form>
    </>
  );
  return { kind: 'page', title: 'Settings', body, status: statusOf(state) };
}

interface PartProps {
  readonly state: FormState;
  readonly locked: string | undefined;
}

const SCORES = [
  'any password of that length',
  '1: not one of the most common',
  '2: not easily guessed',
  '3: hard to guess',
  '4: very hard to guess',
];

function Passwords({ state, locked }: PartProps): VNode {
  return (
    <section>
      <h2>Passwords and sign-in</h2>
      <Field
        name="passwordLengthMinimum"
        label="Characters of a new password, at least"
        type="number"
        {...{ state, locked }}
      />
      <Choice
        name="passwordScoreMinimum"
        label="How hard it must be to guess"
        options={SCORES.map((label, score) => ({ value: String(score), label }))}
        {...{ state, locked }}
      />
      <Field
        name="secondFactorRoles"
        label="Roles that must have a second factor"
        hint="Names of roles, separated by commas, or all. Who has none sets it up at the next sign-in."
        {...{ state, locked }}
      />
      <Tick
        name="passwordModify"
        label="People may change their password over LDAP"
        hint="Only passwords that are kept here (RFC 3062). Some programs offer it in their own settings."
        {...{ state, locked }}
      />
    </section>
  );
}

function Profiles({ state, locked }: PartProps): VNode {
  return (
    <section>
      <h2>Profiles and audit</h2>
      <Tick
        name="profilesLocked"
        label="People may not change their own profiles"
        hint="Administrators and user managers still may."
        {...{ state, locked }}
      />
      <Field
        name="auditDays"
        label="Days for which the audit is kept"
        hint={`${AUDIT_DAYS_MIN} to ${AUDIT_DAYS_MAX}.`}
        type="number"
        {...{ state, locked }}
      />
    </section>
  );
}

function Unix({ state, locked }: PartProps): VNode {
  return (
    <section>
      <h2>Unix accounts</h2>
      <Tick
        name="posix"
        label="People and groups are accounts of Unix systems too"
        hint="They are served with numbers, home and shell (RFC 2307)."
        {...{ state, locked }}
      />
      <Field
        name="homeDirectory"
        label="Home directories"
        hint="%u stands for the username."
        {...{ state, locked }}
      />
      <Field name="loginShell" label="Login shell" {...{ state, locked }} />
    </section>
  );
}
