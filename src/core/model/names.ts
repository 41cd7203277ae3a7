/** The rules for names of users, groups, sources and applications, for e-mail addresses and for one-line texts. */
import { DirectoryError } from '../errors.ts';

export const NAME_LENGTH_MAX = 199;
const EMAIL_LENGTH_MAX = 254;
const TEXT_LENGTH_MAX = 500;

const RESERVED_USERNAMES: ReadonlySet<string> = new Set(['admin', 'no-reply', 'postmaster', 'mailer-daemon']);
const RESERVED_GROUP_NAMES: ReadonlySet<string> = new Set(['admins', 'users']);
const NOTHING_RESERVED: ReadonlySet<string> = new Set();

/** Matched before lower-casing, which would turn some other characters (the Kelvin sign) into ASCII. */
const NAME = /^[A-Za-z0-9.-]+$/;
// Deliberately loose (RFC 5321 allows nearly everything): one @, no blanks, no angle brackets, nothing invisible.
const EMAIL = /^[^\s@<>\p{Cc}\p{Cf}\p{Cs}]+@[^\s@<>\p{Cc}\p{Cf}\p{Cs}]+$/u;
/** Control characters, line breaks, lone surrogates, and the marks that make text read in another order. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** The username in the form in which it is kept. Throws DirectoryError 'invalid' (field `username`). */
export function normaliseUsername(text: string): string {
  return normaliseName(text, { subject: 'A username', field: 'username', reserved: RESERVED_USERNAMES });
}

/** As normaliseUsername, for the first owner, who may bear a reserved name. */
export function normaliseOwnerUsername(text: string): string {
  return normaliseName(text, { subject: 'A username', field: 'username', reserved: NOTHING_RESERVED });
}

/** The group name in the form in which it is kept. Throws DirectoryError 'invalid' (field `name`). */
export function normaliseGroupName(text: string): string {
  return normaliseName(text, { subject: 'A group name', field: 'name', reserved: RESERVED_GROUP_NAMES });
}

/** The slug of an organization in the form in which it is kept. Throws DirectoryError 'invalid' (field `slug`). */
export function normaliseSlug(text: string): string {
  return normaliseName(text, { subject: 'A slug', field: 'slug', reserved: RESERVED_GROUP_NAMES });
}

/** The source name in the form in which it is kept. Throws DirectoryError 'invalid' (field `name`). */
export function normaliseSourceName(text: string): string {
  return normaliseName(text, { subject: 'A source name', field: 'name', reserved: NOTHING_RESERVED });
}

/** The application name in the form in which it is kept. Throws DirectoryError 'invalid' (field `name`). */
export function normaliseApplicationName(text: string): string {
  return normaliseName(text, { subject: 'An application name', field: 'name', reserved: NOTHING_RESERVED });
}

/** The role name in the form in which it is kept. Throws DirectoryError 'invalid' (field `name`). */
export function normaliseRoleName(text: string): string {
  return normaliseName(text, { subject: 'A role name', field: 'name', reserved: NOTHING_RESERVED });
}

/** The form under which a name is looked up, whatever case it was typed in. */
export function nameKey(text: string): string {
  return text.toLowerCase();
}

interface NameRule {
  readonly subject: string;
  readonly field: string;
  readonly reserved: ReadonlySet<string>;
}

function normaliseName(text: string, { subject, field, reserved }: NameRule): string {
  if (text.length === 0 || text.length > NAME_LENGTH_MAX) {
    throw new DirectoryError(
      'invalid',
      `${subject} has 1 to ${NAME_LENGTH_MAX} characters, not ${text.length}.`,
      { field },
    );
  }
  if (!NAME.test(text)) {
    throw new DirectoryError(
      'invalid',
      `${subject} may hold only letters a to z, digits, "." and "-": ${JSON.stringify(text)} does not fit.`,
      { field },
    );
  }
  const name = text.toLowerCase();
  if (reserved.has(name)) {
    throw new DirectoryError('invalid', `The name "${name}" is reserved; choose another.`, { field });
  }
  return name;
}

/** The address as it is kept (trimmed). Throws DirectoryError 'invalid' with the given field. */
export function normaliseEmail(text: string, field = 'email'): string {
  const email = text.trim();
  if (email.length > EMAIL_LENGTH_MAX || !EMAIL.test(email)) {
    throw new DirectoryError('invalid', `${JSON.stringify(email.slice(0, 80))} is not an e-mail address.`, {
      field,
    });
  }
  return email;
}

/** The form under which addresses are compared: unique without regard to case. */
export function emailKey(email: string): string {
  return email.normalize('NFKC').toLowerCase();
}

/** A one-line text (display name, description). Throws DirectoryError 'invalid' with the given field. */
export function normaliseText(text: string, field: string): string {
  const trimmed = text.trim();
  if (trimmed.length > TEXT_LENGTH_MAX) {
    throw new DirectoryError('invalid', `${field} is longer than ${TEXT_LENGTH_MAX} characters.`, { field });
  }
  if (trimmed.search(UNPRINTABLE) >= 0) {
    throw new DirectoryError('invalid', `${field} must not hold control characters or line breaks.`, {
      field,
    });
  }
  return trimmed;
}

/** Any text as normaliseText takes it: what is too long is cut, what may not stand in it becomes a blank. */
export function oneLine(text: string): string {
  return text.slice(0, TEXT_LENGTH_MAX).replace(UNPRINTABLE, ' ').trim();
}
