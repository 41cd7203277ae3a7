/** The rules for names of users and groups, and for e-mail addresses. */
import { DirectoryError } from '../errors.ts';

export const NAME_LENGTH_MAX = 199;
export const EMAIL_LENGTH_MAX = 254;
export const TEXT_LENGTH_MAX = 500;

const RESERVED_USERNAMES: ReadonlySet<string> = new Set(['admin', 'no-reply', 'postmaster', 'mailer-daemon']);
const RESERVED_GROUP_NAMES: ReadonlySet<string> = new Set(['admins', 'users']);

const NAME = /^[a-z0-9.-]+$/;
// Deliberately loose (RFC 5321 allows nearly everything): one @, no blanks, no control characters, no angle brackets.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
const EMAIL = /^[^\s@<>\x00-\x1f\x7f]+@[^\s@<>\x00-\x1f\x7f]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
const CONTROL = /[\x00-\x1f\x7f\u2028\u2029]/;

/** The username in the form in which it is kept. Throws DirectoryError 'invalid' (field `username`). */
export function normaliseUsername(text: string): string {
  return normaliseName(text, 'username', RESERVED_USERNAMES);
}

/** The group name in the form in which it is kept. Throws DirectoryError 'invalid' (field `name`). */
export function normaliseGroupName(text: string): string {
  return normaliseName(text, 'name', RESERVED_GROUP_NAMES);
}

function normaliseName(text: string, field: string, reserved: ReadonlySet<string>): string {
  const name = text.toLowerCase();
  const subject = field === 'username' ? 'A username' : 'A group name';
  if (name.length === 0 || name.length > NAME_LENGTH_MAX) {
    throw new DirectoryError(
      'invalid',
      `${subject} has 1 to ${NAME_LENGTH_MAX} characters, not ${name.length}.`,
      { field },
    );
  }
  if (!NAME.test(name)) {
    throw new DirectoryError(
      'invalid',
      `${subject} may hold only letters a to z, digits, "." and "-": ${JSON.stringify(text)} does not fit.`,
      { field },
    );
  }
  if (reserved.has(name)) {
    throw new DirectoryError('invalid', `The name "${name}" is reserved; choose another.`, { field });
  }
  return name;
}

/** The address as it is kept (trimmed). Throws DirectoryError 'invalid' (field `email`). */
export function normaliseEmail(text: string): string {
  const email = text.trim();
  if (email.length > EMAIL_LENGTH_MAX || !EMAIL.test(email)) {
    throw new DirectoryError('invalid', `${JSON.stringify(email.slice(0, 80))} is not an e-mail address.`, {
      field: 'email',
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
  if (CONTROL.test(trimmed)) {
    throw new DirectoryError('invalid', `${field} must not hold control characters or line breaks.`, {
      field,
    });
  }
  return trimmed;
}
