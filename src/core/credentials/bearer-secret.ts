/** Secrets that open a session or an account, or stand for a token: random, kept as a hash alone, and known to secret scanners by their beginning. */
import { createHash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;

/** session: `roster_s_...`; token: `roster_t_...`; app passwords, temporary ones and links to choose one likewise. */
export type SecretKind = 'session' | 'token' | 'app-password' | 'temporary' | 'link';

const PREFIXES: Readonly<Record<SecretKind, string>> = {
  session: 'roster_s_',
  token: 'roster_t_',
  'app-password': 'roster_a_',
  temporary: 'roster_i_',
  link: 'roster_l_',
};
/** 32 bytes in base64url. */
const BODY = /^[A-Za-z0-9_-]{43}$/;

export interface BearerSecret {
  /** To be shown once. */
  readonly secret: string;
  /** To be kept. */
  readonly hash: string;
}

export function newBearerSecret(kind: SecretKind): BearerSecret {
  const secret = PREFIXES[kind] + randomBytes(SECRET_BYTES).toString('base64url');
  return { secret, hash: sha256(secret) };
}

/** The hash under which a secret of this kind is kept; null for what cannot be one. */
export function hashOfBearerSecret(kind: SecretKind, text: string): string | null {
  const prefix = PREFIXES[kind];
  if (!text.startsWith(prefix) || !BODY.test(text.slice(prefix.length))) return null;
  return sha256(text);
}

/** Of 256 random bits, which nobody guesses: a slow hash would protect nothing. */
function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
