/** The folded parts of a source's form: what its kind of directory knows, or what has a good default. */
import type { ComponentChildren, VNode } from 'preact';
import { DirectoryError } from '../../../core/errors.ts';
import { checkSchedule, checkTimeZone, scheduleInWords } from '../../../core/model/schedule.ts';
import { MAPPED_FIELDS, type MappedField } from '../../../core/model/source-dialect.ts';
import { Choice, Field, type FieldProps, type FormState, Tick } from '../../views/form.tsx';
import { FOLDS } from './form-fields.ts';
import type { Kind } from './port.ts';
import { SOURCES_PATH } from './words.tsx';

export interface PartProps {
  readonly state: FormState;
  readonly kind: Kind;
  readonly isNew: boolean;
}

/** The hint of the directory's kind, or else what is true of every one. */
export function hintOf(
  { kind }: Pick<PartProps, 'kind'>,
  field: string,
  general?: string,
): string | undefined {
  return kind.hints[field] ?? general;
}

function Text(props: Omit<FieldProps, 'autocomplete'>): VNode {
  return <Field autocomplete="off" {...props} />;
}

interface FoldProps {
  readonly name: keyof typeof FOLDS;
  readonly title: string;
  readonly state: FormState;
  readonly open?: boolean;
  readonly children: ComponentChildren;
}

/** Open where something in it must be mended. */
function Fold({ name, title, state, open = false, children }: FoldProps): VNode {
  const fields: readonly string[] = FOLDS[name];
  const refused = state.error?.field != null && fields.includes(state.error.field);
  return (
    <details class="fold" open={open || refused}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}

export function Tls({ state, kind, isNew }: PartProps): VNode {
  const wanted = kind.hints['clientCertificatePem'];
  return (
    <Fold name="tls" title="Certificates" state={state} open={isNew && wanted !== undefined}>
      <Text
        name="caPem"
        label="Authority that signed the server's certificate"
        hint="PEM text. Leave it empty where the certificate is one that browsers trust."
        rows={4}
        state={state}
      />
      <Text
        name="clientCertificatePem"
        label="Certificate by which Roster shows itself"
        hint={wanted ?? 'PEM text; few servers ask for one.'}
        rows={4}
        state={state}
      />
      <Text
        name="clientKeyPem"
        label="Its key"
        hint={
          isNew ? 'PEM text; kept encrypted, and never shown again.' : 'PEM text. Leave it empty to keep it.'
        }
        rows={4}
        state={state}
      />
    </Fold>
  );
}

const SCHEDULES: Readonly<Record<string, string>> = {
  '*/15 * * * *': 'Every 15 minutes',
  '0 * * * *': 'Every hour',
  '30 2 * * *': 'Every day at 02:30',
  '30 2 * * 1-5': 'Every working day at 02:30',
  '0 3 * * 0': 'Every Sunday at 03:00',
};

export function Schedule({ state }: Pick<PartProps, 'state'>): VNode {
  const { values } = state;
  return (
    <Fold name="schedule" title="Schedule" state={state}>
      <div
        hx-get={`${SOURCES_PATH}/schedule`}
        hx-trigger="input changed delay:300ms"
        hx-include="this"
        hx-target="#schedule-words"
      >
        <div class="columns">
          <Text
            name="schedule"
            label="Synchronize by itself"
            hint={
              'Minute, hour, day, month, weekday, such as "30 2 * * *". Left empty: only when somebody says so.'
            }
            list={SCHEDULES}
            state={state}
          />
          <Text name="timeZone" label="Time zone" hint="Such as Europe/Zurich or UTC." state={state} />
        </div>
        <p role="status" id="schedule-words">
          {scheduleWords(values.get('schedule') ?? '', values.get('timeZone') ?? '')}
        </p>
      </div>
    </Fold>
  );
}

/** What has been typed, in words, or what is wrong with it. */
export function scheduleWords(schedule: string, timeZone: string): string {
  if (schedule.trim() === '') return 'Only by hand.';
  try {
    const known = { schedule: checkSchedule(schedule), timeZone: checkTimeZone(timeZone.trim() || 'UTC') };
    return `${scheduleInWords(known)}.`;
  } catch (error) {
    if (error instanceof DirectoryError) return error.message;
    throw error;
  }
}

type PolicyField = (typeof FOLDS)['policy'][number];

interface PolicyWords {
  readonly label: string;
  readonly hint?: string;
  /** Absent: a number. */
  readonly options?: Readonly<Record<string, string>>;
}

const POLICIES: Readonly<Record<PolicyField, PolicyWords>> = {
  removal: {
    label: 'Somebody is gone there',
    options: {
      disable: 'Disable the user here, and keep it',
      delete: 'Disable the user here, and delete it later',
    },
  },
  removalGraceDays: {
    label: 'Days until what is gone is deleted',
    hint: 'Counts where you have chosen to delete. 0: at once.',
  },
  goneGroups: {
    label: 'A group is gone there',
    options: { keep: 'Keep it with its members', remove: 'Empty it, and delete it later' },
  },
  localMembers: {
    label: 'Members that were added here to imported groups',
    options: { keep: 'Keep them', remove: 'Remove them: groups are as they are there' },
  },
  conflicts: {
    label: 'A username is taken by somebody here',
    options: {
      report: 'Import nobody, and tell me',
      link: 'It is the same person if the e-mail address is the same too',
    },
  },
  precedence: {
    label: 'Precedence over other sources',
    hint: 'Of two sources that list the same name the one with the higher number has it.',
  },
  guardPercent: {
    label: 'Ask me first when more than so many percent go',
    hint: 'A run that would take more away waits until somebody confirms it.',
  },
  guardMinimum: { label: 'But only from so many on' },
};

export function Policies({ state }: Pick<PartProps, 'state'>): VNode {
  return (
    <Fold name="policy" title="What happens to people and groups" state={state}>
      <div class="columns">
        {FOLDS.policy.map((name) => {
          const { options, ...words } = POLICIES[name];
          return options === undefined ? (
            <Text key={name} name={name} {...words} type="number" state={state} />
          ) : (
            <Choice key={name} name={name} {...words} options={optionsOf(options)} state={state} />
          );
        })}
      </div>
    </Fold>
  );
}

export function Entries({ state, kind }: PartProps): VNode {
  const { usernameFrom, membersFrom, pageSize } = kind.dialect;
  const asUsual = (what: string) => ({ value: '', label: `As usual for ${kind.title}: ${what}` });
  const rules = {
    whole: 'the whole value; an address is refused',
    'before-at': 'what stands before the @',
  };
  const members = { groups: 'groups list their members', users: 'people list their groups (memberOf)' };
  return (
    <Fold name="entries" title="Which entries count, and what they are called" state={state}>
      <div class="columns">
        <Text
          name="filter"
          label="Which entries are people"
          hint={hintOf({ kind }, 'filter')}
          state={state}
        />
        <Text
          name="usernameField"
          label="Attribute of the username"
          hint={hintOf({ kind }, 'usernameField')}
          state={state}
        />
        <Choice
          name="usernameFrom"
          label="What of it is the username"
          hint={hintOf({ kind }, 'usernameFrom')}
          state={state}
          options={[asUsual(rules[usernameFrom]), ...optionsOf(rules)]}
        />
        <Text
          name="groupFilter"
          label="Which entries are groups"
          hint={hintOf({ kind }, 'groupFilter')}
          state={state}
        />
        <Text name="groupNameField" label="Attribute of the group's name" state={state} />
        <Choice
          name="membersFrom"
          label="Who tells memberships"
          hint={hintOf({ kind }, 'membersFrom')}
          state={state}
          options={[asUsual(members[membersFrom]), ...optionsOf(members)]}
        />
        <Text
          name="pageSize"
          label="Entries asked for at a time"
          hint={`Left empty: ${pageSize}.`}
          type="number"
          state={state}
        />
      </div>
    </Fold>
  );
}

function optionsOf(words: Readonly<Record<string, string>>) {
  return Object.entries(words).map(([value, label]) => ({ value, label }));
}

const MAPPED_WORDS: Readonly<Record<MappedField, string>> = {
  id: 'Id that stays for life',
  email: 'E-mail address',
  otherEmails: 'Other addresses',
  displayName: 'Name as shown',
  givenName: 'Given name',
  familyName: 'Family name',
  language: 'Language',
  affiliations: 'Organizations',
  employeeNumber: 'Employee number',
  title: 'Title',
  department: 'Department',
  phone: 'Telephone',
  mobile: 'Mobile',
  sshPublicKeys: 'SSH public keys',
  avatar: 'Picture (JPEG)',
  groupDisplayName: "Group's name as shown",
  groupDescription: "Group's description",
  members: "Group's members, by DN",
  memberUids: "Group's members, by username",
  memberOf: "Person's groups",
};

export function Attributes({ state, kind }: PartProps): VNode {
  return (
    <Fold name="attributes" title="Attributes" state={state}>
      <p class="muted">
        Which attributes fill which field. Left empty: as usual for {kind.title}. Of several, parted by
        commas, the first that an entry has counts; a single hyphen: none.
      </p>
      {state.error?.field === 'attributes' ? <p class="error">{state.error.message}</p> : null}
      <div class="columns">
        {MAPPED_FIELDS.map((field) => {
          const usual = kind.dialect.attributes[field].join(', ');
          const hint = field === 'id' ? (kind.hints['id'] ?? '') : '';
          return (
            <Text
              key={field}
              name={`attribute.${field}`}
              label={MAPPED_WORDS[field]}
              hint={`Usually ${usual === '' ? 'none' : usual}. ${hint}`.trim()}
              state={state}
            />
          );
        })}
      </div>
    </Fold>
  );
}

export function SignIn({ state, kind }: PartProps): VNode {
  const { bindsPerSecond, timeLimitSeconds, rememberSeconds } = kind.signIn;
  const numbers = {
    bindsPerSecond: ['Sign-ins asked for in a second, at most', `${bindsPerSecond || 'no limit'}`],
    timeLimitSeconds: ['Seconds that a sign-in may take', `${timeLimitSeconds}`],
    rememberSeconds: ['Seconds for which a right password is remembered', `${rememberSeconds}`],
  } as const;
  return (
    <Fold name="signIn" title="Sign-in with the passwords kept there" state={state}>
      <Tick
        name="createUsers"
        label="Let people in who are not imported yet"
        hint="Who signs in with the right password there is created here at once."
        state={state}
      />
      <div class="columns">
        {Object.entries(numbers).map(([name, [label, usual]]) => (
          <Text
            key={name}
            name={name}
            label={label}
            hint={`Left empty: ${usual}. ${kind.hints[name] ?? ''}`.trim()}
            type="number"
            state={state}
          />
        ))}
      </div>
    </Fold>
  );
}
