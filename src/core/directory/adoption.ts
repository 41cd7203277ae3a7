/** Which entries of somebody else a sync may make imports of its source: what the source's policy says, and never a role. */
import type { Group } from '../model/group.ts';
import { emailKey } from '../model/names.ts';
import type { Source } from '../model/source.ts';
import type { User } from '../model/user.ts';

/** What an adoption stands on: the source, and all sources by id. */
export interface Adopter {
  readonly source: Source;
  readonly sources: ReadonlyMap<string, Source>;
}

/** `email` of the entry upstream; undefined: not known yet. */
export function mayAdoptUser(adopter: Adopter, user: User, email?: string | null): boolean {
  // Whoever may do more than everybody is never handed to a directory elsewhere.
  if (user.role !== 'user') return false;
  if (user.origin !== null) return outranks(adopter, user.origin.sourceId);
  if (adopter.source.policy.conflicts !== 'link' || user.email === null) return false;
  return email === undefined || (email !== null && emailKey(email) === emailKey(user.email));
}

export function mayAdoptGroup(adopter: Adopter, { origin }: Group): boolean {
  return origin !== null && outranks(adopter, origin.sourceId);
}

function outranks({ source, sources }: Adopter, sourceId: string): boolean {
  const other = sources.get(sourceId);
  return other !== undefined && source.policy.precedence > other.policy.precedence;
}
