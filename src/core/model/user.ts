/** A user: a person who signs in, kept here or imported from a source. */
import type { Origin } from './origin.ts';

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
  readonly role: 'owner' | 'user';
  /** Switched by people; see isEnabled for what counts at sign-in. */
  readonly active: boolean;
  /** bcrypt; null means that no local password opens this account. */
  readonly passwordHash: string | null;
  readonly passwordChangedAt: Date | null;
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
