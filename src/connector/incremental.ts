/** Reads people again without reading all of each: who has changed, and the ids of all, by which who is gone is known. */
import type { SyncMark } from '../core/model/source.ts';
import type { User } from '../core/model/user.ts';
import type { UpstreamUser } from './source.ts';

/** How far a directory has come, by its own count of changes. */
export type ReadMark = Pick<SyncMark, 'server' | 'value'>;

/** What an incremental run asks of a directory. Each throws as an enumeration of DirectorySource does. */
export interface ChangeReader {
  /** Entries that have changed since `value`, and a little longer. */
  changedSince(value: string): AsyncIterable<readonly UpstreamUser[]>;
  /** Everybody, with DN, stable id and the mark of the disabled, and nothing else. */
  keys(): AsyncIterable<readonly UpstreamUser[]>;
  /** One person by DN; null where nobody is there whom the source lists. */
  person(dn: string): Promise<UpstreamUser | null>;
}

/** A full run reads more than this many people one by one sooner than an incremental one. */
export const SINGLE_READS_MAX = 200;
/** Less than a day, lest a daily schedule misses it by seconds. */
const FULL_EVERY_MS = 23 * 60 * 60 * 1000;

/** Whether an incremental run may go on from this mark. */
export function mayGoOn(mark: SyncMark | null, server: string | null, now: Date): mark is SyncMark {
  if (mark === null || mark.server !== server) return false;
  const age = now.getTime() - mark.fullAt;
  // A mark of the future is of a clock that was wrong: it would keep full runs away for as long.
  return age >= 0 && age < FULL_EVERY_MS;
}

/**
 * Everybody as a full enumeration would tell it: who has not changed is taken from what is imported. null where only
 * a full enumeration can tell: a directory without stable ids, or too many who must be read one by one.
 */
export async function readChanges(
  reader: ChangeReader,
  mark: SyncMark,
  imports: readonly User[],
): Promise<readonly UpstreamUser[] | null> {
  const changed = new Map<string, UpstreamUser>();
  for await (const page of reader.changedSince(mark.value))
    for (const user of page) changed.set(user.dn, user);
  const imported = new Map(imports.map((user) => [user.origin?.externalId ?? '', user]));
  const unsettled = new Set(mark.unsettled);
  const people: UpstreamUser[] = [];
  const unknown: string[] = [];
  for await (const page of reader.keys()) {
    for (const key of page) {
      if (key.externalId === null) return null;
      const user = imported.get(key.externalId);
      const read = changed.get(key.dn);
      if (read !== undefined) people.push(read);
      else if (user !== undefined && !unsettled.has(key.dn) && isSame(key, user))
        people.push(kept(key, user));
      else unknown.push(key.dn);
    }
    if (unknown.length > SINGLE_READS_MAX) return null;
  }
  for (const dn of unknown) {
    const user = await reader.person(dn);
    if (user !== null) people.push(user);
  }
  return people;
}

/** What directories change without counting it a change of the entry: a superior that moves, a mark that is computed. */
function isSame({ dn, disabled }: UpstreamUser, { origin }: User): boolean {
  if (origin === null || origin.goneSince !== undefined) return false;
  return origin.dn === dn && disabled === (origin.suspendedSince !== null);
}

/** Of the profile nothing is said: it stays as it is. */
function kept(key: UpstreamUser, user: User): UpstreamUser {
  const { username, email, otherEmails, displayName, givenName, familyName } = user;
  return { ...key, username, email, otherEmails, displayName, givenName, familyName };
}
