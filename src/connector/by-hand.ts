/** What people do with single entries of a source: bind a user to one, or bring one person in. */
import { requirePermission } from '../core/access/require.ts';
import type { Links, SettingsKeeper } from '../core/directory/directory.ts';
import type { Newcomers } from '../core/directory/newcomers.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Actor } from '../core/model/audit.ts';
import type { Source } from '../core/model/source.ts';
import type { User } from '../core/model/user.ts';
import { dnKey, parseDn } from '../core/syntax/dn.ts';
import type { BoundedWork } from './bounded-work.ts';
import { LDAP, searchFailure } from './failure.ts';
import type { LdapConnection } from './ldap/connection.ts';
import { sourceFilter } from './ldap-source.ts';
import { mapUser, userAttributes } from './mapping.ts';
import { newcomerAt } from './newcomers.ts';
import { offeredBy } from './peers.ts';
import { findImported, findNewcomer, type Place } from './person-lookup.ts';
import { weakId } from './plan-entries.ts';
import { presets } from './presets/index.ts';
import type { UpstreamUser } from './source.ts';
import type { SourceDoor } from './source-door.ts';

/** An entry at a source, by one of its names. */
export type EntryName = { readonly dn: string } | { readonly externalId: string };

export interface ByHand {
  /**
   * Binds a user to an entry that the source lists. Throws DirectoryError as Links.link does; 'not-found' where the
   * source does not list it, 'unavailable' where it does not answer.
   */
  link(actor: Actor, username: string, source: Source, entry: EntryName): Promise<User>;
  /** Brings one person in, with groups, before a sync does; who is there already is given back. Throws as link. */
  importUser(actor: Actor, source: Source, username: string): Promise<User>;
}

export interface ByHandDependencies {
  readonly door: Pick<SourceDoor, 'asReader'>;
  readonly links: Pick<Links, 'link'>;
  readonly newcomers: Newcomers;
  readonly settings: Pick<SettingsKeeper, 'current'>;
  readonly work: BoundedWork;
}

const LIMIT = { ms: 60_000, late: 'The directory upstream did not answer within 60 seconds.' };

export function createByHand({ door, links, newcomers, settings, work }: ByHandDependencies): ByHand {
  const ownId = async () => (await settings.current()).instanceId;

  function atSource<Result>(
    source: Source,
    ask: (reader: LdapConnection, place: Place) => Promise<Result>,
  ): Promise<Result> {
    const place = { source, preset: presets[source.preset] };
    return work.run(LIMIT, (signal) => door.asReader(place, signal, (reader) => ask(reader, place)));
  }

  return {
    async link(actor, username, source, entry) {
      requirePermission(actor, 'sources.edit');
      const found = await atSource(source, async (reader, place) => {
        const user = await findEntry(reader, place, entry, username);
        const offered = await offeredBy(place.preset, reader, ownId);
        return user === null ? null : (offered([user])[0] ?? null);
      });
      if (found === null) throw notListed(source, 'dn' in entry ? entry.dn : entry.externalId);
      const externalId = found.externalId ?? weakId('username', found.username ?? '');
      return links.link(actor, username, source, { externalId, dn: found.dn });
    },

    async importUser(actor, source, username) {
      requirePermission(actor, 'sources.sync');
      const newcomer = await atSource(source, async (reader, place) => {
        const found = await findNewcomer(reader, place, username);
        const read = found && (await newcomerAt(reader, place, found, ownId));
        return read === null ? null : read();
      });
      if (newcomer === null) throw notListed(source, username);
      return newcomers.admit(source, newcomer, actor);
    },
  };
}

function notListed({ name }: Source, entry: string): DirectoryError {
  const shown = JSON.stringify(entry.slice(0, 200));
  return new DirectoryError(
    'not-found',
    `The source ${name} lists no person ${shown} by its base DN and filter.`,
  );
}

async function findEntry(
  reader: LdapConnection,
  place: Place,
  entry: EntryName,
  username: string,
): Promise<UpstreamUser | null> {
  if ('dn' in entry) return findByDn(reader, place, entry.dn);
  const origin = { sourceId: place.source.id, externalId: entry.externalId, dn: '', suspendedSince: null };
  return (await findImported(reader, place, origin, username))?.user ?? null;
}

/** Only where a sync would find it too: a user bound to any other entry would be suspended by the next one. */
async function findByDn(
  reader: LdapConnection,
  { source, preset }: Place,
  dn: string,
): Promise<UpstreamUser | null> {
  const base = parseDn(source.baseDn);
  if (dnKey(parseDn(dn).slice(-base.length)) !== dnKey(base)) return null;
  const result = await reader.search({
    base: dn,
    scope: 'base',
    filter: sourceFilter(source, 'filter'),
    attributes: userAttributes(source, preset),
    sizeLimit: 1,
  });
  if (result.code === LDAP.noSuchObject) return null;
  if (result.code !== LDAP.success) {
    throw searchFailure({ result, base: dn, baseField: 'baseDn', bindDn: source.bindDn, entries: 0 });
  }
  const [found] = result.entries;
  return found === undefined ? null : mapUser(found, source, preset);
}
