/** The table of users. */
import { EntitySchema } from 'typeorm';
import { emailKey } from '../../model/names.ts';
import type { User } from '../../model/user.ts';
import { flag, integer, optionalInteger, optionalText, text, toDate, toMs } from './columns.ts';
import { type OriginColumns, originColumns, toOrigin, toOriginColumns } from './origin.ts';

export interface UserRow extends OriginColumns {
  readonly id: string;
  readonly posix_number: number;
  readonly username: string;
  readonly email: string | null;
  readonly email_key: string | null;
  /** JSON: an array of addresses. */
  readonly other_emails: string;
  readonly display_name: string;
  readonly given_name: string;
  readonly family_name: string;
  readonly role: User['role'];
  /** 0 or 1 where SQLite answers without TypeORM's hydration. */
  readonly active: boolean | 0 | 1;
  readonly password_hash: string | null;
  readonly password_changed_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly own_updated_at: number;
}

export const UserTable = new EntitySchema<UserRow>({
  name: 'users',
  columns: {
    id: { ...text, primary: true },
    posix_number: integer,
    username: text,
    email: optionalText,
    email_key: optionalText,
    other_emails: text,
    display_name: text,
    given_name: text,
    family_name: text,
    role: text,
    active: flag,
    password_hash: optionalText,
    password_changed_at: optionalInteger,
    ...originColumns,
    created_at: integer,
    updated_at: integer,
    own_updated_at: integer,
  },
});

export function toUserRow(user: User): UserRow {
  return {
    id: user.id,
    posix_number: user.posixNumber,
    username: user.username,
    email: user.email,
    email_key: user.email === null ? null : emailKey(user.email),
    other_emails: JSON.stringify(user.otherEmails),
    display_name: user.displayName,
    given_name: user.givenName,
    family_name: user.familyName,
    role: user.role,
    active: user.active,
    password_hash: user.passwordHash,
    password_changed_at: toMs(user.passwordChangedAt),
    ...toOriginColumns(user.origin),
    created_at: user.createdAt.getTime(),
    updated_at: user.updatedAt.getTime(),
    own_updated_at: user.ownUpdatedAt.getTime(),
  };
}

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    posixNumber: row.posix_number,
    username: row.username,
    email: row.email,
    otherEmails: JSON.parse(row.other_emails),
    displayName: row.display_name,
    givenName: row.given_name,
    familyName: row.family_name,
    role: row.role,
    active: Boolean(row.active),
    passwordHash: row.password_hash,
    passwordChangedAt: toDate(row.password_changed_at),
    origin: toOrigin(row),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    ownUpdatedAt: new Date(row.own_updated_at),
  };
}
