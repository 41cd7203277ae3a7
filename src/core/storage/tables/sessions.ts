/** The table of sessions. */
import { EntitySchema } from 'typeorm';
import type { Session, SessionKind } from '../../model/session.ts';
import { flag, integer, optionalText, text } from './columns.ts';

export interface SessionRow {
  readonly id: string;
  readonly user_id: string;
  readonly kind: SessionKind;
  readonly secret_hash: string;
  readonly previous_hash: string | null;
  readonly created_at: number;
  readonly last_seen_at: number;
  readonly expires_at: number;
  readonly address: string | null;
  readonly user_agent: string;
  readonly second_factor_elsewhere: boolean | 0 | 1;
}

export const SessionTable = new EntitySchema<SessionRow>({
  name: 'sessions',
  columns: {
    id: { ...text, primary: true },
    user_id: text,
    kind: text,
    secret_hash: text,
    previous_hash: optionalText,
    created_at: integer,
    last_seen_at: integer,
    expires_at: integer,
    address: optionalText,
    user_agent: text,
    second_factor_elsewhere: flag,
  },
});

export function toSessionRow(session: Session): SessionRow {
  return {
    id: session.id,
    user_id: session.userId,
    kind: session.kind,
    secret_hash: session.secretHash,
    previous_hash: session.previousHash,
    created_at: session.createdAt.getTime(),
    last_seen_at: session.lastSeenAt.getTime(),
    expires_at: session.expiresAt.getTime(),
    address: session.address,
    user_agent: session.userAgent,
    second_factor_elsewhere: session.secondFactorElsewhere,
  };
}

export function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    kind: row.kind,
    secretHash: row.secret_hash,
    previousHash: row.previous_hash,
    createdAt: new Date(row.created_at),
    lastSeenAt: new Date(row.last_seen_at),
    expiresAt: new Date(row.expires_at),
    address: row.address,
    userAgent: row.user_agent,
    secondFactorElsewhere: Boolean(row.second_factor_elsewhere),
  };
}
