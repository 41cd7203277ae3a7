/** A session: one sign-in at the pages or at the API. */

/** page: a cookie holds the secret. api: a refresh token, which changes at each use. */
export type SessionKind = 'page' | 'api';

export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly kind: SessionKind;
  /** SHA-256 of the secret. */
  readonly secretHash: string;
  /** Of the secret before the last change: who shows that has stolen it, or was stolen from. */
  readonly previousHash: string | null;
  readonly createdAt: Date;
  /** To the minute. */
  readonly lastSeenAt: Date;
  /** The end at the latest; an idle session ends sooner. */
  readonly expiresAt: Date;
  readonly address: string | null;
  readonly userAgent: string;
  /** Whether the OpenID provider at which it began answers for the second factor. */
  readonly secondFactorElsewhere: boolean;
}

interface Lifetime {
  readonly idleMs: number;
  readonly absoluteMs: number;
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

export const SESSION_LIFETIMES: Readonly<Record<SessionKind, Lifetime>> = {
  page: { idleMs: 12 * HOUR_MS, absoluteMs: 7 * DAY_MS },
  api: { idleMs: 7 * DAY_MS, absoluteMs: 30 * DAY_MS },
};

/** Of one user; the one longest unseen gives way. */
export const SESSIONS_PER_USER_MAX = 50;
export const USER_AGENT_LENGTH_MAX = 200;
/** How often it is noted that a session was seen. */
export const SEEN_EVERY_MS = 60_000;

export function isLive({ kind, lastSeenAt, expiresAt }: Session, now: Date): boolean {
  return now < expiresAt && now.getTime() - lastSeenAt.getTime() < SESSION_LIFETIMES[kind].idleMs;
}

/** Opened by a temporary password: such a session ends with it, which is sooner than others end. */
export function isImpersonated({ kind, createdAt, expiresAt }: Session): boolean {
  return expiresAt.getTime() - createdAt.getTime() < SESSION_LIFETIMES[kind].absoluteMs;
}
