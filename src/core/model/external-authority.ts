/** The external authority: a service of the operator's own that checks passwords, and says who may do what. */
import { DirectoryError } from '../errors.ts';
import { addressKind } from './address.ts';
import { checkCaPem } from './source-fields.ts';

export interface ExternalAuthorityFields {
  /** To which name and password are posted: https, or http on this machine. */
  readonly url: string;
  /** Certificates to trust instead of the public ones; null: those. */
  readonly caPem: string | null;
  readonly timeoutSeconds: number;
  /** Whether it may say that somebody is an owner. */
  readonly ownersAllowed: boolean;
}

/** As it is kept among the settings. */
export interface ExternalAuthoritySettings extends ExternalAuthorityFields {
  /** What Roster proves itself by, in the secret box, bound to the URL; null: nothing. */
  readonly tokenSealed: string | null;
}

/** Somebody as the authority describes him; what is not given stays as it is. */
export interface ExternalPerson {
  readonly username: string;
  /** null: none. */
  readonly email?: string | null;
  readonly displayName?: string;
  /** Names of roles; the highest of those that are known here counts. */
  readonly roles: readonly string[];
  /** In the place of all that was known. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export const AUTHORITY_DEFAULTS = {
  ...{ caPem: null, timeoutSeconds: 5, ownersAllowed: false },
} as const satisfies Partial<ExternalAuthorityFields>;

export const AUTHORITY_TIMEOUT_SECONDS_MAX = 30;
const URL_LENGTH_MAX = 1000;
const TOKEN = /^[\x21-\x7e]{1,4096}$/;

/** In the form in which they are kept. Throws DirectoryError 'invalid'. */
export function normaliseAuthority(fields: ExternalAuthorityFields): ExternalAuthorityFields {
  const { timeoutSeconds, caPem } = fields;
  if (
    !Number.isInteger(timeoutSeconds) ||
    timeoutSeconds < 1 ||
    timeoutSeconds > AUTHORITY_TIMEOUT_SECONDS_MAX
  ) {
    throw invalid('timeoutSeconds', `The authority is given 1 to ${AUTHORITY_TIMEOUT_SECONDS_MAX} seconds.`);
  }
  return { ...fields, url: normaliseUrl(fields.url), caPem: caPem === null ? null : checkCaPem(caPem) };
}

/** Throws DirectoryError 'invalid' (field `token`). */
export function checkAuthorityToken(token: string): void {
  if (TOKEN.test(token)) return;
  throw invalid('token', 'The token has 1 to 4096 printable ASCII characters, without blanks.');
}

/** Without what a log must not hold. */
function normaliseUrl(text: string): string {
  const given = text.trim();
  if (given.length > URL_LENGTH_MAX || !URL.canParse(given)) throw unfit();
  const { href, protocol, hostname, username, password, search, hash } = new URL(given);
  if (`${username}${password}${search}${hash}` !== '') throw unfit();
  const kind = addressKind(hostname.replace(/^\[|\]$/g, ''));
  if (kind === 'refused' || /^metadata(\.|$)/.test(hostname)) {
    throw invalid('url', 'Link-local, multicast, unspecified and cloud metadata addresses are refused.');
  }
  const isHere = kind === 'loopback' || hostname === 'localhost';
  if (protocol === 'https:' || (protocol === 'http:' && isHere)) return href;
  throw unfit();
}

function unfit(): DirectoryError {
  return invalid(
    'url',
    'The authority must be a URL such as https://login.example.com/check, without user, query or fragment; http only on this machine.',
  );
}

function invalid(field: string, message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field });
}
