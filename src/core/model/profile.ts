/** What is known of a person beside names and addresses: the optional fields of a user, and the rules that hold for them. */
import { DirectoryError } from '../errors.ts';
import { normaliseEmail, normaliseText } from './names.ts';
import { normaliseSshKey, sameSshKey } from './ssh-key.ts';

export interface Profile {
  /** Where its owner can be reached when the e-mail address fails; null: unknown. Never served over LDAP. */
  readonly fallbackEmail: string | null;
  /** BCP 47, canonical ("de-CH"). Like all texts here '' where it is not known. */
  readonly language: string;
  /** Organizations that the person belongs to. */
  readonly affiliations: readonly string[];
  readonly employeeNumber: string;
  readonly title: string;
  readonly department: string;
  readonly phone: string;
  readonly mobile: string;
  /** Each on one line as in authorized_keys, without options: type, base64, comment. */
  readonly sshPublicKeys: readonly string[];
}

/** What is given is changed. */
export type ProfileChanges = Partial<Profile>;

/** Shared by all users of whom nothing more is known. */
export const EMPTY_PROFILE: Profile = {
  fallbackEmail: null,
  language: '',
  affiliations: [],
  employeeNumber: '',
  title: '',
  department: '',
  phone: '',
  mobile: '',
  sshPublicKeys: [],
};

export const AFFILIATIONS_MAX = 20;
export const SSH_PUBLIC_KEYS_MAX = 20;
const LANGUAGE_LENGTH_MAX = 35;
const PHONE_LENGTH_MAX = 64;

/** The given fields in the form in which they are kept. Throws DirectoryError 'invalid' naming the field. */
export function normaliseProfile(changes: ProfileChanges): ProfileChanges {
  const { fallbackEmail, language, affiliations, sshPublicKeys } = changes;
  const { employeeNumber, title, department, phone, mobile } = changes;
  return {
    ...(fallbackEmail !== undefined && { fallbackEmail: normaliseFallback(fallbackEmail) }),
    ...(language !== undefined && { language: normaliseLanguage(language) }),
    ...(affiliations !== undefined && { affiliations: normaliseAffiliations(affiliations) }),
    ...(employeeNumber !== undefined && { employeeNumber: normaliseText(employeeNumber, 'employeeNumber') }),
    ...(title !== undefined && { title: normaliseText(title, 'title') }),
    ...(department !== undefined && { department: normaliseText(department, 'department') }),
    ...(phone !== undefined && { phone: normalisePhone(phone, 'phone') }),
    ...(mobile !== undefined && { mobile: normalisePhone(mobile, 'mobile') }),
    ...(sshPublicKeys !== undefined && { sshPublicKeys: normaliseSshKeys(sshPublicKeys) }),
  };
}

function normaliseFallback(email: string | null): string | null {
  return email === null || email.trim() === '' ? null : normaliseEmail(email, 'fallbackEmail');
}

function normaliseLanguage(text: string): string {
  const tag = text.trim();
  if (tag === '') return '';
  try {
    const [canonical = ''] = tag.length > LANGUAGE_LENGTH_MAX ? [] : Intl.getCanonicalLocales(tag);
    if (canonical !== '') return canonical;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new DirectoryError(
    'invalid',
    `${JSON.stringify(tag.slice(0, 80))} is not a language tag such as "en" or "de-CH".`,
    { field: 'language' },
  );
}

function normaliseAffiliations(given: readonly string[]): readonly string[] {
  const affiliations = [...new Set(given.map((text) => normaliseText(text, 'affiliations')))];
  return atMost(
    AFFILIATIONS_MAX,
    'affiliations',
    affiliations.filter((text) => text !== ''),
  );
}

/** What telephoneNumber can hold (PrintableString, RFC 4517 section 3.3.31). */
const PHONE = /^[A-Za-z0-9'()+,\-./:? =]*$/;

function normalisePhone(text: string, field: 'phone' | 'mobile'): string {
  const phone = text.trim();
  if (phone.length <= PHONE_LENGTH_MAX && PHONE.test(phone) && (phone === '' || /\d/.test(phone))) {
    return phone;
  }
  throw new DirectoryError(
    'invalid',
    `${JSON.stringify(phone.slice(0, 80))} is not a telephone number such as "+41 44 123 45 67".`,
    { field },
  );
}

/** Each key once, whatever its comments. */
function normaliseSshKeys(given: readonly string[]): readonly string[] {
  atMost(SSH_PUBLIC_KEYS_MAX, 'sshPublicKeys', given);
  const keys = given.map(normaliseSshKey);
  return keys.filter((key, index) => keys.findIndex((other) => sameSshKey(other, key)) === index);
}

function atMost(max: number, field: string, list: readonly string[]): readonly string[] {
  if (list.length <= max) return list;
  throw new DirectoryError('invalid', `${field} holds at most ${max} values, not ${list.length}.`, { field });
}
