/** A personal API token: lets a program act for a user, with some of the user's permissions, for a time. */
import type { Permission } from '../access/permissions.ts';

export interface Token {
  readonly id: string;
  readonly userId: string;
  /** Says what it is for; unique among the user's, without regard to case. */
  readonly name: string;
  /** SHA-256 of the secret. */
  readonly secretHash: string;
  /** At most these, and of them only what the user has when it is used. */
  readonly permissions: readonly Permission[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** To some minutes; null: never used. */
  readonly lastUsedAt: Date | null;
}

export const TOKENS_PER_USER_MAX = 50;
export const TOKEN_DAYS_MAX = 366;
/** How often it is noted that a token was used. */
export const USED_EVERY_MS = 5 * 60_000;
