/** The settings that people change while the server runs; those of the directory server have pages of their own. */
import type { SettingsChanges } from '../../../core/directory/directory.ts';
import { AUDIT_DAYS_MAX, AUDIT_DAYS_MIN, type Settings } from '../../../core/model/settings.ts';
import { Form, type FormState, firstForm, type Input, Inputs, orAgain, statusOf } from '../../views/form.tsx';
import { Title } from '../../views/parts.tsx';
import { type Asked, type Fields, may, type Page, type Shown, textOf, type Visitor } from '../page.ts';
import type { ServerPagesDependencies } from './port.ts';

type Port = Pick<ServerPagesDependencies, 'settings'>;

const PATH = '/settings';

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
  const { passwordModify, profilesLocked, storageLimited, posix, secondFactorRoles } = settings;
  return firstForm({
    ...(passwordModify && { passwordModify: 'on' }),
    ...(profilesLocked && { profilesLocked: 'on' }),
    ...(storageLimited && { storageLimited: 'on' }),
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
    storageLimited: form.get('storageLimited') === 'on',
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
        Elsewhere too: <a href="/settings/openid-connect">sign-in by OpenID Connect</a> and{' '}
        <a href="/attributes">attributes of your own</a>. Passwords can be checked by an{' '}
        <a href="/settings/authority">external authority</a>.
      </p>
      <Form action={PATH} csrfToken={visitor.csrfToken} state={state} fields={FIELDS}>
        <div class="columns">
          {SECTIONS.map((sections, column) => (
            <div key={column}>
              {sections.map(({ title, inputs }) => (
                <section key={title}>
                  <h2>{title}</h2>
                  <Inputs inputs={inputs} state={state} locked={locked} />
                </section>
              ))}
            </div>
          ))}
        </div>
        {locked === undefined ? <button type="submit">Save the settings</button> : null}
      </Form>
    </>
  );
  return { kind: 'page', title: 'Settings', body, status: statusOf(state) };
}

const SCORES = [
  'any password of that length',
  '1: not one of the most common',
  '2: not easily guessed',
  '3: hard to guess',
  '4: very hard to guess',
];

interface Section {
  readonly title: string;
  readonly inputs: readonly Input[];
}

const PASSWORDS: Section = {
  title: 'Passwords and sign-in',
  inputs: [
    { name: 'passwordLengthMinimum', label: 'Characters of a new password, at least', type: 'number' },
    {
      name: 'passwordScoreMinimum',
      label: 'How hard it must be to guess',
      options: SCORES.map((label, score) => ({ value: String(score), label })),
    },
    {
      name: 'secondFactorRoles',
      label: 'Roles that must have a second factor',
      hint: 'Names of roles, separated by commas, or all. Who has none sets it up at the next sign-in.',
    },
    {
      ...{ name: 'passwordModify', label: 'People may change their password over LDAP', tick: true },
      hint: 'Only passwords that are kept here (RFC 3062). Some programs offer it in their own settings.',
    },
  ],
};

const PROFILES: Section = {
  title: 'Profiles and audit',
  inputs: [
    {
      ...{ name: 'profilesLocked', label: 'People may not change their own profiles', tick: true },
      hint: 'Administrators and user managers still may.',
    },
    {
      ...{ name: 'storageLimited', label: 'Storage is limited', tick: true },
      hint: 'Applications that ask are refused what is more than a person may take.',
    },
    {
      ...{ name: 'auditDays', label: 'Days for which the audit is kept', type: 'number' },
      hint: `${AUDIT_DAYS_MIN} to ${AUDIT_DAYS_MAX}.`,
    },
  ],
};

const UNIX: Section = {
  title: 'Unix accounts',
  inputs: [
    {
      ...{ name: 'posix', label: 'People and groups are accounts of Unix systems too', tick: true },
      hint: 'They are served with numbers, home and shell (RFC 2307).',
    },
    { name: 'homeDirectory', label: 'Home directories', hint: '%u stands for the username.' },
    { name: 'loginShell', label: 'Login shell' },
  ],
};

/** By column. */
const SECTIONS: readonly (readonly Section[])[] = [[PASSWORDS], [PROFILES, UNIX]];
const FIELDS = SECTIONS.flat().flatMap(({ inputs }) => inputs.map(({ name }) => name));
