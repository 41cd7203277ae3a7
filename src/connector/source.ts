/** The port to an external directory: what enumeration yields, whatever protocol brings it. */

import type { Picture } from '../core/model/avatar.ts';
import type { ProfileChanges } from '../core/model/profile.ts';

/** One person upstream, normalised: the fields as the source's mapping found them, not yet checked against our rules. */
export interface UpstreamUser {
  readonly dn: string;
  /** Stable id as text; null where the server gives none. */
  readonly externalId: string | null;
  readonly username: string | null;
  readonly email: string | null;
  readonly otherEmails: readonly string[];
  readonly displayName: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  /** Of the fields that the source fills, what it has, not yet checked; '' or none where it has nothing. */
  readonly profile?: ProfileChanges;
  /** Where the source fills it: the first value as it came; null: it has none. */
  readonly jpeg?: Buffer | null;
  /** The same once it is checked. */
  readonly avatar?: Picture | null;
  /** Disabled upstream by a mark on the entry (userAccountControl, nsAccountLock). */
  readonly disabled: boolean;
  /** At another Roster: see Origin. */
  readonly via?: readonly string[];
  /** Of the whole entry; see ImportDigest. */
  readonly digest?: string;
}

export interface UpstreamGroup {
  readonly dn: string;
  readonly externalId: string | null;
  /** A name by our rules, made from the one upstream; null where it has none. */
  readonly name: string | null;
  /** The name as people upstream read it. */
  readonly displayName: string | null;
  readonly description: string | null;
  /** DNs as written upstream: users or groups. */
  readonly memberDns: readonly string[];
  /** Bare usernames or user ids (posixGroup, Cloudron). */
  readonly memberUids: readonly string[];
  /** As of people. */
  readonly via?: readonly string[];
  /** As of people; absent too where the entry alone does not tell the members. */
  readonly digest?: string;
}

/**
 * An open session with an external directory. An enumeration either yields everything or throws: DirectoryError
 * 'unavailable' or 'invalid' with one sentence that names what to mend. It never ends early in silence.
 */
export interface DirectorySource {
  /** People in batches, as they come. */
  users(): AsyncIterable<readonly UpstreamUser[]>;
  groups(): AsyncIterable<readonly UpstreamGroup[]>;
  close(): void;
}
