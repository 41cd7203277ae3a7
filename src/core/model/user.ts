/** A user: a person who signs in, kept here or imported from a source. */
import { type Attributes, NO_ATTRIBUTES } from './attribute-definition.ts';
import type { Avatar } from './avatar.ts';
import { type Metadata, NO_METADATA } from './metadata.ts';
import type { Origin } from './origin.ts';
import { EMPTY_PROFILE, type Profile } from './profile.ts';

export interface User {
  /** UUID; never changes, served as entryUUID. */
  readonly id: string;
  /** uidNumber, and gidNumber of a group of its own; nobody else's and no group's, ever. */
  readonly posixNumber: number;
  /** Unique, lower-case; see names.ts. */
  readonly username: string;
  /** As written by its owner; unique without regard to case; null where unknown (Active Directory has many). */
  readonly email: string | null;
  /** Further addresses, in order; not unique. */
  readonly otherEmails: readonly string[];
  readonly displayName: string;
  readonly givenName: string;
  readonly familyName: string;
  /** Whether the e-mail address is known to be the person's. */
  readonly confirmed: boolean;
  /** EMPTY_PROFILE where nothing more is known. */
  readonly profile: Profile;
  /** null: none. */
  readonly avatar: Avatar | null;
  /** Values of the attributes that administrators defined. */
  readonly attributes: Attributes;
  /** Served to nobody over LDAP. */
  readonly metadata: Metadata;
  /** Name of a built-in role or of a custom one. */
  readonly role: string;
  /** Switched by people; see isEnabled for what counts at sign-in. */
  readonly active: boolean;
  /** bcrypt; null means that no local password opens this account. */
  readonly passwordHash: string | null;
  readonly passwordChangedAt: Date | null;
  /** 0: nothing but the password opens the account; else it counts the changes of what does. See extra-credentials.ts. */
  readonly extraCredentials: number;
  /** Whether a second factor is asked. */
  readonly secondFactor: boolean;
  /** Where an imported user comes from; null for one kept here. */
  readonly origin: Origin | null;
  readonly createdAt: Date;
  /** Moves with every change of the user, direct memberships included. */
  readonly updatedAt: Date;
  /** Moves with changes of the user itself alone: all that may be told to who does not see each of its groups. */
  readonly ownUpdatedAt: Date;
}

/** Whether this user is listed over LDAP and may sign in: neither switched off by people nor suspended by its source. */
export function isEnabled(user: Pick<User, 'active' | 'origin'>): boolean {
  return user.active && (user.origin === null || user.origin.suspendedSince === null);
}

/** invited: has no password yet, here or at a source. suspended: by its source. */
export type UserState = 'invited' | 'active' | 'suspended' | 'disabled';

export function stateOf({
  active,
  origin,
  passwordHash,
}: Pick<User, 'active' | 'origin' | 'passwordHash'>): UserState {
  if (!active) return 'disabled';
  if (!isEnabled({ active, origin })) return 'suspended';
  return passwordHash === null && origin === null ? 'invited' : 'active';
}

type RequiredField =
  | 'username'
  | 'email'
  | 'displayName'
  | 'givenName'
  | 'familyName'
  | 'passwordHash'
  | 'posixNumber';

/** A user kept here, with the defaults of everything that was not given. */
export function newUser(id: string, fields: Pick<User, RequiredField> & Partial<User>, at: Date): User {
  return {
    id,
    otherEmails: [],
    confirmed: false,
    profile: EMPTY_PROFILE,
    avatar: null,
    attributes: NO_ATTRIBUTES,
    metadata: NO_METADATA,
    role: 'user',
    active: true,
    passwordChangedAt: fields.passwordHash === null ? null : at,
    extraCredentials: 0,
    secondFactor: false,
    origin: null,
    createdAt: at,
    updatedAt: at,
    ownUpdatedAt: at,
    ...fields,
  };
}
