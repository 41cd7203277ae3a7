/** Keeps Rosters that read each other from taking back what came from themselves. */
import { DirectoryError } from '../core/errors.ts';
import type { Filter } from '../core/syntax/filter.ts';
import { LDAP } from './failure.ts';
import type { LdapConnection } from './ldap/connection.ts';
import type { Preset } from './presets/preset.ts';

interface Passing {
  readonly via?: readonly string[];
}

/** What came through more Rosters than this goes no further. */
const VIA_MAX = 32;
const ANY: Filter = { type: 'presence', attribute: 'objectClass' };

/**
 * The id of the Roster at the other end; null: an older one, which tells none. Rejects with the connection's error,
 * or with DirectoryError 'invalid' where it is this Roster itself.
 */
export async function readPeer(connection: LdapConnection, own: string): Promise<string | null> {
  const request = { base: '', scope: 'base', filter: ANY, attributes: ['rosterInstance'] } as const;
  const { code, entries } = await connection.search(request);
  const id =
    code === LDAP.success ? entries[0]?.attributes.get('rosterinstance')?.[0]?.toString() : undefined;
  if (id !== own) return id ?? null;
  throw new DirectoryError('invalid', 'The source is this Roster itself: give the URL of another one.', {
    field: 'url',
  });
}

/** Leaves out what came from `own`, and tells of the rest by which way it comes. Rejects as readPeer. */
export async function offeredBy(
  { peer }: Preset,
  connection: LdapConnection,
  own: () => Promise<string>,
): Promise<<Entry extends Passing>(entries: readonly Entry[]) => readonly Entry[]> {
  if (!peer) return (entries) => entries;
  const here = await own();
  const there = await readPeer(connection, here);
  return there === null ? (entries) => entries : (entries) => fromPeer(entries, there, here);
}

/** What did not come from `own`, by whatever way, each with `peer` as the last on its way. */
export function fromPeer<Entry extends Passing>(
  entries: readonly Entry[],
  peer: string,
  own: string,
): Entry[] {
  return entries
    .filter(({ via = [] }) => !via.includes(own) && via.length < VIA_MAX)
    .map((entry) => ({ ...entry, via: [...(entry.via ?? []), peer] }));
}
