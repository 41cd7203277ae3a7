/** The table of users. */
import { EntitySchema } from 'typeorm';
import { NO_ATTRIBUTES } from '../../model/attribute-definition.ts';
import type { Avatar } from '../../model/avatar.ts';
import { NO_METADATA } from '../../model/metadata.ts';
import { emailKey } from '../../model/names.ts';
import { EMPTY_PROFILE, type Profile } from '../../model/profile.ts';
import type { User } from '../../model/user.ts';
import { userSearchKey } from '../../model/user-search.ts';
import { flag, integer, optionalInteger, optionalText, text, toDate, toMs } from './columns.ts';
import { type ImportColumns, importColumns, toImportColumns, toOrigin } from './origin.ts';

export interface UserRow extends ImportColumns {
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
  /** 0 or 1 as in `active`. */
  readonly confirmed: boolean | 0 | 1;
  /** JSON: the fields of Profile that are known. */
  readonly profile: string;
  readonly avatar_digest: string | null;
  readonly avatar_bytes: number | null;
  /** JSON: lists of texts by the id of their definition. */
  readonly attributes: string;
  /** JSON: texts by name. */
  readonly metadata: string;
  readonly role: User['role'];
  /** 0 or 1 where SQLite answers without TypeORM's hydration. */
  readonly active: boolean | 0 | 1;
  readonly password_hash: string | null;
  readonly password_changed_at: number | null;
  readonly extra_credentials: number;
  readonly second_factor: boolean | 0 | 1;
  readonly created_at: number;
  readonly updated_at: number;
  readonly own_updated_at: number;
  /** See model/user-search.ts; also the order by display name. */
  readonly search_key: string;
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
    confirmed: flag,
    profile: text,
    avatar_digest: optionalText,
    avatar_bytes: optionalInteger,
    attributes: text,
    metadata: text,
    role: text,
    active: flag,
    password_hash: optionalText,
    password_changed_at: optionalInteger,
    extra_credentials: integer,
    second_factor: flag,
    ...importColumns,
    created_at: integer,
    updated_at: integer,
    own_updated_at: integer,
    search_key: text,
  },
});

export function toUserRow(user: User, digest: string | null = null): UserRow {
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
    confirmed: user.confirmed,
    profile: toProfileColumn(user.profile),
    avatar_digest: user.avatar?.digest ?? null,
    avatar_bytes: user.avatar?.bytes ?? null,
    attributes: JSON.stringify(user.attributes),
    metadata: JSON.stringify(user.metadata),
    role: user.role,
    active: user.active,
    password_hash: user.passwordHash,
    password_changed_at: toMs(user.passwordChangedAt),
    extra_credentials: user.extraCredentials,
    second_factor: user.secondFactor,
    ...toImportColumns(user.origin, digest),
    created_at: user.createdAt.getTime(),
    updated_at: user.updatedAt.getTime(),
    own_updated_at: user.ownUpdatedAt.getTime(),
    search_key: userSearchKey(user),
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
    confirmed: Boolean(row.confirmed),
    profile: toProfile(row.profile),
    avatar: toAvatar(row),
    attributes: row.attributes === NOTHING ? NO_ATTRIBUTES : JSON.parse(row.attributes),
    metadata: row.metadata === NOTHING ? NO_METADATA : JSON.parse(row.metadata),
    role: row.role,
    active: Boolean(row.active),
    passwordHash: row.password_hash,
    passwordChangedAt: toDate(row.password_changed_at),
    extraCredentials: row.extra_credentials,
    secondFactor: Boolean(row.second_factor),
    origin: toOrigin(row),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    ownUpdatedAt: new Date(row.own_updated_at),
  };
}

/** An empty object, of which there are as many as users: then the constants that all share are read. */
const NOTHING = '{}';

function toProfileColumn(profile: Profile): string {
  const known = Object.entries(profile).filter(([, value]) => value !== null && value.length > 0);
  return JSON.stringify(Object.fromEntries(known));
}

function toProfile(column: string): Profile {
  return column === NOTHING ? EMPTY_PROFILE : { ...EMPTY_PROFILE, ...JSON.parse(column) };
}

function toAvatar({ avatar_digest: digest, avatar_bytes: bytes }: UserRow): Avatar | null {
  return digest === null || bytes === null ? null : { digest, bytes };
}
