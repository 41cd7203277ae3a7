/** What callers say of a user whom they add or change. */
import type { AttributeChanges } from '../model/attribute-definition.ts';
import type { MetadataChanges } from '../model/metadata.ts';
import type { ProfileChanges } from '../model/profile.ts';

/** What may be said of a user beside names and addresses. */
export interface UserExtras extends ProfileChanges {
  /** Whether the e-mail address is known to be the person's; absent: another address is not. */
  readonly confirmed?: boolean;
  /** A JPEG picture, see checkAvatar; null: none. */
  readonly avatar?: Uint8Array | null;
  /** By name, those that were defined for users. */
  readonly attributes?: AttributeChanges;
  readonly metadata?: MetadataChanges;
}

export interface NewUser extends UserExtras {
  readonly username: string;
  readonly email?: string | null;
  readonly displayName?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  /** Clear text; absent: no local password yet. */
  readonly password?: string;
  /** Name of a role; absent: user. Another one needs users.role. */
  readonly role?: string;
}

/** What is given is changed. */
export interface UserChanges extends UserExtras {
  readonly username?: string;
  /** null: none. */
  readonly email?: string | null;
  readonly displayName?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  /** Name of a role; needs users.role. */
  readonly role?: string;
}
