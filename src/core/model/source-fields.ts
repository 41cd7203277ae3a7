/** The rules for the fields of a source, checked before anything is kept. */
import { X509Certificate } from 'node:crypto';
import { DirectoryError } from '../errors.ts';
import { parseDn } from '../syntax/dn.ts';
import { parseFilter } from '../syntax/filter-text.ts';
import { attributeName } from './attribute-name.ts';
import { normaliseClientCertificate } from './client-certificate.ts';
import { normaliseSourceName } from './names.ts';
import { checkSchedule, checkTimeZone } from './schedule.ts';
import { PRESET_NAMES, type PresetName, type Source } from './source.ts';
import { normaliseDialect } from './source-dialect.ts';
import { normaliseSignIn } from './source-sign-in.ts';
import { normaliseSourceUrl } from './source-url.ts';
import { normalisePolicy } from './sync-policy.ts';

/** What people say about a source; everything but the bind password. */
export type SourceFields = Omit<
  Source,
  | 'id'
  | 'bindPasswordSealed'
  | 'clientKeySealed'
  | 'nextRunAt'
  | 'syncMark'
  | 'enabled'
  | 'createdAt'
  | 'updatedAt'
>;

const BIND_PASSWORD_LENGTH_MAX = 1024;
/** Room for a whole bundle of public authorities. */
const CA_PEM_LENGTH_MAX = 1_048_576;

/** Active Directory takes user@domain for a DN in simple binds (MS-ADTS 5.1.1.1.1). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
const USER_PRINCIPAL_NAME = /^[^\s@,=\x00-\x1f\x7f]+@[^\s@,=\x00-\x1f\x7f]+$/;
/** Access credentials, as Google makes them up. */
const ACCESS_NAME = /^[A-Za-z0-9]{1,64}$/;
const NAMES_INSTEAD_OF_DNS: Partial<Record<PresetName, RegExp>> = {
  'active-directory': USER_PRINCIPAL_NAME,
  'entra-domain-services': USER_PRINCIPAL_NAME,
  google: ACCESS_NAME,
};
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The fields as people call them. */
const WORDS = {
  baseDn: 'The base DN',
  groupBaseDn: 'The group base DN',
  bindDn: 'The bind DN',
  filter: 'The filter',
  groupFilter: 'The group filter',
  usernameField: 'The username field',
  groupNameField: 'The group name field',
} as const;

export interface UrlRules {
  /** Whether the operator lets ldap:// leave this machine. */
  readonly plainLdap: boolean;
}

/** The fields as they are kept. Throws DirectoryError 'invalid', whose field and sentence name what to mend. */
export function normaliseSourceFields(input: SourceFields, { plainLdap }: UrlRules): SourceFields {
  const preset = checkPreset(input.preset);
  return {
    name: normaliseSourceName(input.name),
    preset,
    url: normaliseSourceUrl(input.url, plainLdap),
    caPem: input.caPem === null ? null : checkCaPem(input.caPem),
    clientCertificatePem: clientCertificateOf(input),
    baseDn: checkDn(input.baseDn, 'baseDn'),
    bindDn: checkBindDn(input.bindDn, preset),
    filter: checkFilter(input.filter, 'filter'),
    usernameField: checkAttributeName(input.usernameField, 'usernameField'),
    syncGroups: input.syncGroups,
    ...checkGroupFields(input),
    dialect: normaliseDialect(input.dialect),
    signIn: normaliseSignIn(input.signIn),
    policy: normalisePolicy(input.policy),
    schedule: input.schedule === null ? null : checkSchedule(input.schedule),
    timeZone: checkTimeZone(input.timeZone),
  };
}

/** Throws DirectoryError 'invalid' (field `bindPassword`). */
export function checkBindPassword(password: string): void {
  const { length } = password;
  // A bind without password succeeds anonymously on many servers (RFC 4513 section 5.1.2).
  if (length === 0) throw invalid('bindPassword', 'The bind password is empty: a source needs one.');
  if (password.includes('\0'))
    throw invalid('bindPassword', 'The bind password must not hold a NUL character.');
  if (length > BIND_PASSWORD_LENGTH_MAX) {
    throw invalid('bindPassword', `The bind password is longer than ${BIND_PASSWORD_LENGTH_MAX} characters.`);
  }
}

type GroupFields = Pick<Source, 'groupBaseDn' | 'groupFilter' | 'groupNameField'>;

/** Where groups are not synced their fields may stay empty. */
function checkGroupFields({
  syncGroups,
  groupBaseDn,
  groupFilter,
  groupNameField,
}: SourceFields): GroupFields {
  const unless = (text: string, check: () => string) => (!syncGroups && text === '' ? '' : check());
  return {
    groupBaseDn: unless(groupBaseDn, () => checkDn(groupBaseDn, 'groupBaseDn')),
    groupFilter: unless(groupFilter, () => checkFilter(groupFilter, 'groupFilter')),
    groupNameField: unless(groupNameField, () => checkAttributeName(groupNameField, 'groupNameField')),
  };
}

function checkPreset(preset: string): PresetName {
  const known = PRESET_NAMES.find((name) => name === preset);
  if (known !== undefined) return known;
  throw invalid('preset', `The preset must be one of ${PRESET_NAMES.join(', ')}.`);
}

function checkDn(text: string, field: 'baseDn' | 'groupBaseDn' | 'bindDn'): string {
  const dn = text.trim();
  if (dn === '')
    throw invalid(field, `${WORDS[field]} is empty: name the entry by its DN, such as dc=example,dc=org.`);
  return naming(field, dn, parseDn);
}

function checkBindDn(text: string, preset: PresetName): string {
  const name = text.trim();
  return NAMES_INSTEAD_OF_DNS[preset]?.test(name) === true ? name : checkDn(name, 'bindDn');
}

function clientCertificateOf({ clientCertificatePem, url }: SourceFields): string | null {
  if (clientCertificatePem === null) return null;
  if (/^ldaps:/i.test(url.trim())) return normaliseClientCertificate(clientCertificatePem);
  throw invalid('clientCertificatePem', 'A client certificate is shown over TLS alone: use an ldaps:// URL.');
}

function checkFilter(text: string, field: 'filter' | 'groupFilter'): string {
  const filter = text.trim();
  if (filter === '') throw invalid(field, `${WORDS[field]} is empty: (objectClass=*) finds everything.`);
  return naming(field, filter, parseFilter);
}

/** Runs a parser and lets its complaint name the field of the source. */
function naming(field: keyof typeof WORDS, text: string, parse: (text: string) => unknown): string {
  try {
    parse(text);
    return text;
  } catch (error) {
    if (error instanceof DirectoryError)
      throw invalid(field, error.message.replace(/^(The|A) (DN|filter)/, WORDS[field]));
    throw error;
  }
}

function checkAttributeName(text: string, field: 'usernameField' | 'groupNameField'): string {
  const name = attributeName(text);
  if (name !== null) return name;
  throw invalid(field, `${WORDS[field]} must be the name of an attribute, such as uid or cn.`);
}

export function checkCaPem(text: string): string {
  if (text.length > CA_PEM_LENGTH_MAX) {
    throw invalid('caPem', `The CA file is longer than ${CA_PEM_LENGTH_MAX} characters.`);
  }
  if (text.includes('PRIVATE KEY-----')) {
    throw invalid('caPem', 'The CA file holds a private key: give the certificate alone.');
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) {
    throw invalid('caPem', 'The CA file holds no certificate: it must be PEM, with BEGIN CERTIFICATE lines.');
  }
  certificates.forEach(checkCertificate);
  return `${certificates.join('\n')}\n`;
}

function checkCertificate(pem: string, index: number): void {
  try {
    new X509Certificate(pem);
  } catch {
    throw invalid('caPem', `Certificate ${index + 1} of the CA file cannot be read.`);
  }
}

function invalid(field: string, message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field });
}
