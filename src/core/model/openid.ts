/** OpenID Connect: the provider at which people may sign in to the pages, and who is who there. */
import { DirectoryError } from '../errors.ts';
import { addressKind } from './address.ts';
import { normaliseText } from './names.ts';
import { checkCaPem } from './source-fields.ts';

/** By what somebody who comes for the first time is taken for a user who is here; see admit. */
export const OPENID_MATCHES = ['nobody', 'username', 'email'] as const;
export type OpenIdMatch = (typeof OPENID_MATCHES)[number];

/** roster: asked and demanded as after a password. provider: it has seen to it. */
export const OPENID_SECOND_FACTORS = ['roster', 'provider'] as const;
export type OpenIdSecondFactor = (typeof OPENID_SECOND_FACTORS)[number];

export interface OpenIdFields {
  /** As the provider calls itself in its tokens: https, or http on this machine. */
  readonly issuer: string;
  readonly clientId: string;
  /** Certificates to trust instead of the public ones; null: those. */
  readonly caPem: string | null;
  /** On the button, after "Sign in with". */
  readonly label: string;
  readonly match: OpenIdMatch;
  /** Whether who is matched with nobody becomes a user. */
  readonly createUsers: boolean;
  readonly usernameClaim: string;
  /** Its values, one or a list, decide about the role. */
  readonly roleClaim: string;
  /** Name of a role, never owner, by value of that claim; who has none of these values is not let in. */
  readonly roles: Readonly<Record<string, string>>;
  readonly secondFactor: OpenIdSecondFactor;
}

/** As it is kept among the settings. */
export interface OpenIdSettings extends OpenIdFields {
  /** In the secret box, bound to issuer and client. */
  readonly clientSecretSealed: string;
}

/** Who somebody at a provider is here. */
export interface OpenIdIdentity {
  readonly issuer: string;
  /** `sub`: the provider's never changing name of the person (OpenID Connect Core section 2). */
  readonly subject: string;
  readonly userId: string;
  /** Whether the user was created for it, so that the role follows the provider. */
  readonly created: boolean;
}

export const OPENID_DEFAULTS = {
  ...{ caPem: null, label: 'OpenID Connect', match: 'nobody', createUsers: true },
  ...{ usernameClaim: 'preferred_username', roleClaim: 'groups', secondFactor: 'roster' },
} as const satisfies Partial<OpenIdFields>;

const TEXT_LENGTH_MAX = 512;
const SECRET_LENGTH_MAX = 1024;
const LABEL_LENGTH_MAX = 40;
export const OPENID_ROLES_MAX = 50;

/** In the form in which they are kept; that the roles exist is for the directory to see. Throws DirectoryError 'invalid'. */
export function normaliseOpenId(fields: OpenIdFields): OpenIdFields {
  const roles = Object.entries(fields.roles).map(([value, role]) => [word('roles', value), role] as const);
  if (roles.length === 0) {
    throw invalid(
      'roles',
      'Say at least one value of the claim, and the role it gives: else nobody could come in.',
    );
  }
  if (roles.length > OPENID_ROLES_MAX) {
    throw invalid('roles', `At most ${OPENID_ROLES_MAX} values of the claim can give roles.`);
  }
  const label = normaliseText(fields.label, 'label') || OPENID_DEFAULTS.label;
  if (label.length > LABEL_LENGTH_MAX) {
    throw invalid('label', `The label has at most ${LABEL_LENGTH_MAX} characters.`);
  }
  return {
    ...fields,
    issuer: normaliseIssuer(fields.issuer),
    clientId: word('clientId', fields.clientId),
    caPem: fields.caPem === null ? null : checkCaPem(fields.caPem),
    label,
    usernameClaim: word('usernameClaim', fields.usernameClaim),
    roleClaim: word('roleClaim', fields.roleClaim),
    roles: Object.fromEntries(roles),
  };
}

/** Throws DirectoryError 'invalid' (field `clientSecret`). */
export function checkClientSecret(secret: string): void {
  if (secret.length >= 1 && secret.length <= SECRET_LENGTH_MAX) return;
  throw invalid('clientSecret', `The client secret has 1 to ${SECRET_LENGTH_MAX} characters.`);
}

/** Whether Roster may ask there: over TLS, or on this machine; never where clouds keep credentials. */
export function isOpenIdUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const kind = addressKind(hostname.replace(/^\[|\]$/g, ''));
  if (kind === 'refused' || hostname.startsWith('metadata')) return false;
  return protocol === 'https:' || (protocol === 'http:' && (kind === 'loopback' || hostname === 'localhost'));
}

function normaliseIssuer(text: string): string {
  const issuer = text.trim();
  const { username, password, search, hash } = URL.canParse(issuer) ? new URL(issuer) : new URL('x:?x');
  const isBare = `${username}${password}${search}${hash}` === '';
  if (isBare && issuer.length <= TEXT_LENGTH_MAX && isOpenIdUrl(issuer)) return issuer;
  throw invalid(
    'issuer',
    'The issuer must be a URL such as https://login.example.com, as the provider calls itself; http only on this machine.',
  );
}

function word(field: string, text: string): string {
  const trimmed = normaliseText(text, field);
  if (trimmed !== '' && trimmed.length <= TEXT_LENGTH_MAX) return trimmed;
  throw invalid(field, `This must have 1 to ${TEXT_LENGTH_MAX} characters.`);
}

function invalid(field: string, message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field });
}
