/** The table of personal API tokens. */
import { EntitySchema } from 'typeorm';
import type { Token } from '../../model/token.ts';
import { integer, optionalInteger, text, toDate, toMs } from './columns.ts';

export interface TokenRow {
  readonly id: string;
  readonly user_id: string;
  readonly name: string;
  readonly secret_hash: string;
  /** JSON: an array of names of permissions. */
  readonly permissions: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly last_used_at: number | null;
}

export const TokenTable = new EntitySchema<TokenRow>({
  name: 'tokens',
  columns: {
    id: { ...text, primary: true },
    user_id: text,
    name: text,
    secret_hash: text,
    permissions: text,
    created_at: integer,
    expires_at: integer,
    last_used_at: optionalInteger,
  },
});

export function toTokenRow(token: Token): TokenRow {
  return {
    id: token.id,
    user_id: token.userId,
    name: token.name,
    secret_hash: token.secretHash,
    permissions: JSON.stringify(token.permissions),
    created_at: token.createdAt.getTime(),
    expires_at: token.expiresAt.getTime(),
    last_used_at: toMs(token.lastUsedAt),
  };
}

export function toToken(row: TokenRow): Token {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    secretHash: row.secret_hash,
    permissions: JSON.parse(row.permissions),
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    lastUsedAt: toDate(row.last_used_at),
  };
}
