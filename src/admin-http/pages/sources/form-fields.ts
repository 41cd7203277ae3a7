/** Between the fields of a source and those of its form. */
import type { NewSource, SourceChanges } from '../../../core/directory/directory.ts';
import type { PresetName, Source } from '../../../core/model/source.ts';
import { MAPPED_FIELDS, MEMBERSHIP_RULES, USERNAME_RULES } from '../../../core/model/source-dialect.ts';
import {
  CONFLICTS,
  DEFAULT_POLICY,
  GONE_GROUPS,
  LOCAL_MEMBERS,
  REMOVALS,
  type SyncPolicy,
} from '../../../core/model/sync-policy.ts';
import { type Fields, textOf } from '../page.ts';
import type { Kind, Presets } from './port.ts';

/** The fields of the folded parts, by the names that core gives them in its refusals. */
export const FOLDS = {
  tls: ['caPem', 'clientCertificatePem', 'clientKeyPem'],
  schedule: ['schedule', 'timeZone'],
  policy: [
    'removal',
    'removalGraceDays',
    'goneGroups',
    'localMembers',
    'conflicts',
    'precedence',
    'guardPercent',
    'guardMinimum',
  ],
  entries: [
    ...['filter', 'usernameField', 'usernameFrom', 'groupFilter', 'groupNameField'],
    ...['membersFrom', 'pageSize'],
  ],
  attributes: ['attributes'],
  signIn: ['createUsers', 'bindsPerSecond', 'timeLimitSeconds', 'rememberSeconds'],
} as const;

export const FIELDS: readonly string[] = [
  ...['name', 'url', 'bindDn', 'bindPassword', 'baseDn', 'groupBaseDn'],
  ...Object.values(FOLDS).flat(),
];

/** What is typed once and never shown again. */
export const SECRET_FIELDS = ['bindPassword', 'clientKeyPem'] as const;

const TEXTS = ['name', 'url', 'bindDn', 'baseDn', 'filter', 'usernameField'] as const;
const GROUP_TEXTS = ['groupBaseDn', 'groupFilter', 'groupNameField'] as const;
const SIGN_IN_NUMBERS = ['bindsPerSecond', 'timeLimitSeconds', 'rememberSeconds'] as const;
/** In the field of a mapping: no attribute at all. */
const NO_ATTRIBUTE = '-';

/** The form's values for a new source of that kind. */
export function newValues({ userFilter, usernameField, groupFilter, groupNameField }: Kind): Fields {
  return new URLSearchParams({
    ...{ filter: userFilter, usernameField, groupFilter, groupNameField },
    ...{ syncGroups: 'on', timeZone: 'UTC' },
    ...policyValues(DEFAULT_POLICY),
  });
}

/** The form's values for a source as it is. */
export function valuesOf(source: Source, kind: Kind): Fields {
  const { syncGroups, schedule, timeZone, caPem, clientCertificatePem, dialect, signIn } = source;
  const values = new URLSearchParams({
    ...policyValues(source.policy),
    ...(syncGroups && { syncGroups: 'on' }),
    ...{ schedule: schedule ?? '', timeZone, caPem: caPem ?? '' },
    clientCertificatePem: clientCertificatePem ?? '',
    usernameFrom: dialect.usernameFrom ?? '',
    membersFrom: dialect.membersFrom ?? '',
    pageSize: String(dialect.pageSize ?? ''),
    ...((signIn.createUsers ?? kind.signIn.createUsers) && { createUsers: 'on' }),
  });
  for (const name of [...TEXTS, ...GROUP_TEXTS]) values.set(name, source[name]);
  for (const name of SIGN_IN_NUMBERS) values.set(name, String(signIn[name] ?? ''));
  for (const [field, names] of Object.entries(dialect.attributes ?? {})) {
    values.set(`attribute.${field}`, names.length === 0 ? NO_ATTRIBUTE : names.join(', '));
  }
  return values;
}

function policyValues(policy: SyncPolicy): Record<string, string> {
  return Object.fromEntries(Object.entries(policy).map(([name, value]) => [name, String(value)]));
}

/** What a posted form says of a new source. Throws DirectoryError 'invalid' (field `baseDn`). */
export function newSourceOf(form: Fields, preset: PresetName, presets: Presets): NewSource {
  const changes = changesOf(form, preset, presets);
  return { ...changes, preset, bindPassword: form.get('bindPassword') ?? '' };
}

/** What a posted form says, as changes; secrets that were left empty stay. */
export function changesOf(form: Fields, preset: PresetName, presets: Presets) {
  const text = (name: string) => textOf(form, name);
  const usual = presets.defaults(preset, text('baseDn'));
  const [bindPassword, clientKeyPem] = [form.get('bindPassword') ?? '', text('clientKeyPem')];
  return {
    ...{ name: text('name'), url: text('url'), bindDn: text('bindDn'), baseDn: text('baseDn') },
    filter: text('filter') || usual.filter,
    usernameField: text('usernameField') || usual.usernameField,
    syncGroups: form.get('syncGroups') === 'on',
    groupBaseDn: text('groupBaseDn') || usual.groupBaseDn,
    groupFilter: text('groupFilter') || usual.groupFilter,
    groupNameField: text('groupNameField') || usual.groupNameField,
    caPem: pemIn(form, 'caPem'),
    clientCertificatePem: pemIn(form, 'clientCertificatePem'),
    schedule: text('schedule') || null,
    timeZone: text('timeZone') || 'UTC',
    dialect: dialectOf(form),
    signIn: signInOf(form, presets.kinds[preset]),
    policy: policyOf(form),
    ...(bindPassword !== '' && { bindPassword }),
    ...(clientKeyPem !== '' && { clientKeyPem }),
  } satisfies SourceChanges;
}

/** Browsers send lines with CRLF: as such it would be another certificate than the one that was kept. */
function pemIn(form: Fields, name: string): string | null {
  return textOf(form, name).replaceAll('\r\n', '\n') || null;
}

/** null: as its kind has it. */
function dialectOf(form: Fields): NonNullable<NewSource['dialect']> {
  const attributes = MAPPED_FIELDS.map((field) => [field, attributesIn(form, `attribute.${field}`)] as const);
  return {
    usernameFrom: USERNAME_RULES.find((rule) => rule === form.get('usernameFrom')) ?? null,
    membersFrom: MEMBERSHIP_RULES.find((rule) => rule === form.get('membersFrom')) ?? null,
    pageSize: numberIn(form, 'pageSize'),
    attributes: Object.fromEntries(attributes),
  };
}

function attributesIn(form: Fields, name: string): readonly string[] | null {
  const text = textOf(form, name);
  if (text === '') return null;
  if (text === NO_ATTRIBUTE) return [];
  return text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

function signInOf(form: Fields, { signIn }: Kind): NonNullable<NewSource['signIn']> {
  const createUsers = form.get('createUsers') === 'on';
  return {
    createUsers: createUsers === signIn.createUsers ? null : createUsers,
    bindsPerSecond: numberIn(form, 'bindsPerSecond'),
    timeLimitSeconds: numberIn(form, 'timeLimitSeconds'),
    rememberSeconds: numberIn(form, 'rememberSeconds'),
  };
}

function policyOf(form: Fields): SyncPolicy {
  const number = (name: keyof SyncPolicy) => numberIn(form, name) ?? Number.NaN;
  return {
    removal: oneOf(form, 'removal', REMOVALS),
    removalGraceDays: number('removalGraceDays'),
    goneGroups: oneOf(form, 'goneGroups', GONE_GROUPS),
    localMembers: oneOf(form, 'localMembers', LOCAL_MEMBERS),
    conflicts: oneOf(form, 'conflicts', CONFLICTS),
    precedence: number('precedence'),
    guardPercent: number('guardPercent'),
    guardMinimum: number('guardMinimum'),
  };
}

/** The first one is the careful one, and stands for what a form of ours cannot say. */
function oneOf<Value extends string>(
  form: Fields,
  name: string,
  values: readonly [Value, ...Value[]],
): Value {
  return values.find((value) => value === form.get(name)) ?? values[0];
}

/** null where it is left empty; core refuses what is no number. */
function numberIn(form: Fields, name: string): number | null {
  const text = textOf(form, name);
  return text === '' ? null : Number(text);
}
