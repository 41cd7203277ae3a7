/** Finds one person at a source, and the groups it belongs to. */
import { DirectoryError } from '../core/errors.ts';
import type { Origin } from '../core/model/origin.ts';
import type { Source } from '../core/model/source.ts';
import { type Dn, dnKey, isWithin, parseDn } from '../core/syntax/dn.ts';
import type { Filter } from '../core/syntax/filter.ts';
import { LDAP, searchFailure } from './failure.ts';
import type { LdapConnection } from './ldap/connection.ts';
import { pagedSearch } from './ldap/paged-search.ts';
import type { LdapEntry } from './ldap/responses.ts';
import { sourceFilter } from './ldap-source.ts';
import {
  groupAttributes,
  idBytes,
  mapGroup,
  mapUser,
  memberOfDns,
  OBJECT_SID,
  PRIMARY_GROUP_ATTRIBUTES,
  primaryGroupSid,
  sidBytes,
  userAttributes,
} from './mapping.ts';
import { weakId } from './plan-entries.ts';
import { dialectOf } from './presets/index.ts';
import type { Preset } from './presets/preset.ts';
import type { UpstreamGroup, UpstreamUser } from './source.ts';

/** A source with its preset. */
export interface Place {
  readonly source: Source;
  readonly preset: Preset;
}

export interface FoundPerson {
  readonly entry: LdapEntry;
  readonly user: UpstreamUser;
}

/** Groups of one person that are looked at. */
export const GROUPS_OF_PERSON_MAX = 1_000;

/** The person that an import stands for, as the source has it now; null where there is none. */
export function findImported(
  connection: LdapConnection,
  place: Place,
  origin: Origin,
  username: string,
): Promise<FoundPerson | null> {
  const ids = searchableIds(place);
  const byId = ids.map((attribute) => equality(attribute, idBytes(attribute, origin.externalId)));
  const isStrong = ids.length > 0 && !isWeak(origin);
  return findOne(connection, place, isStrong ? anyOf(byId) : named(place, username), ({ user }) =>
    isWeak(origin)
      ? user.username !== null && weakId('username', user.username) === origin.externalId
      : user.externalId === origin.externalId,
  );
}

/** Whoever has this username or e-mail address at the source. */
export function findNewcomer(
  connection: LdapConnection,
  place: Place,
  name: string,
): Promise<FoundPerson | null> {
  const wanted = name.toLowerCase();
  return findOne(connection, place, named(place, name), ({ user }) =>
    [user.username, user.email].some((known) => known?.toLowerCase() === wanted),
  );
}

/** The groups of somebody, each with what it is called; nested ones are the business of a sync. */
export async function groupsOf(
  connection: LdapConnection,
  place: Place,
  { entry, user }: FoundPerson,
): Promise<readonly UpstreamGroup[]> {
  const { source, preset } = place;
  if (!source.syncGroups) return [];
  const groups: UpstreamGroup[] = [];
  const { membersFrom } = dialectOf(source, preset);
  const told = membersFrom === 'users';
  const bases = told
    ? memberOfDns(entry, source, preset).filter(isBelow(source.groupBaseDn))
    : [source.groupBaseDn];
  const filters = membersFrom === 'users' ? [] : [anyOf(memberships(place, entry, user))];
  const filter: Filter = { type: 'and', filters: [sourceFilter(source, 'groupFilter'), ...filters] };
  const attributes = groupAttributes(source, preset).filter((name) => !isMember(name, place));
  const { pageSize } = dialectOf(source, preset);
  for (const base of bases.slice(0, GROUPS_OF_PERSON_MAX)) {
    const search = {
      base,
      baseField: 'groupBaseDn',
      filter,
      attributes,
      bindDn: source.bindDn,
      pageSize,
    } as const;
    for await (const page of pagedSearch(connection, search)) {
      const own = told ? page.filter(({ dn }) => dnKey(dnOf(dn)) === dnKey(dnOf(base))) : page;
      groups.push(...own.map((group) => mapGroup(group, source, preset)));
      if (groups.length >= GROUPS_OF_PERSON_MAX) return groups.slice(0, GROUPS_OF_PERSON_MAX);
    }
  }
  return groups;
}

/** Of the groups that somebody names as his own a sync reads only these. */
function isBelow(groupBaseDn: string): (dn: string) => boolean {
  const base = parseDn(groupBaseDn);
  return (text) => isWithin(dnOf(text), base);
}

/** What is no DN is below nothing. */
function dnOf(text: string): Dn {
  try {
    return parseDn(text);
  } catch {
    return [];
  }
}

/** The attributes of members are searched, not read: a group may have many. */
function isMember(name: string, { source, preset }: Place): boolean {
  const { members, memberUids } = dialectOf(source, preset).attributes;
  return [...members, ...memberUids].includes(name);
}

function memberships({ source, preset }: Place, entry: LdapEntry, user: UpstreamUser): Filter[] {
  const { attributes } = dialectOf(source, preset);
  const names = preset.memberUidsAreIds ? [] : [user.username];
  const uids = [...names, user.externalId].filter((text) => text !== null);
  const sid = preset.primaryGroups ? primaryGroupSid(entry) : null;
  return [
    ...attributes.members.map((attribute) => equality(attribute, Buffer.from(entry.dn))),
    ...attributes.memberUids.flatMap((attribute) => uids.map((uid) => equality(attribute, Buffer.from(uid)))),
    ...(sid === null ? [] : [equality(OBJECT_SID, sidBytes(sid))]),
  ];
}

/** Exactly one, or nobody: an answer that fits two people fits neither. */
async function findOne(
  connection: LdapConnection,
  { source, preset }: Place,
  who: Filter,
  isWanted: (found: FoundPerson) => boolean,
): Promise<FoundPerson | null> {
  const { attributes, membersFrom } = dialectOf(source, preset);
  const more = [
    ...(membersFrom === 'users' ? attributes.memberOf : []),
    ...(preset.primaryGroups ? PRIMARY_GROUP_ATTRIBUTES : []),
  ];
  const result = await connection.search({
    base: source.baseDn,
    scope: 'sub',
    filter: { type: 'and', filters: [sourceFilter(source, 'filter'), who] },
    attributes: [...userAttributes(source, preset).filter(isNoPicture(attributes.avatar)), ...more],
    sizeLimit: 2,
  });
  const [first, another] = result.entries;
  if (another !== undefined) {
    throw new DirectoryError('unavailable', 'The source lists the person who signs in more than once.');
  }
  if (result.code !== LDAP.success) {
    const { baseDn: base, bindDn } = source;
    throw searchFailure({ result, base, baseField: 'baseDn', bindDn, entries: 0 });
  }
  if (first === undefined || first.dn === '') return null;
  const found = { entry: first, user: mapUser(first, source, preset) };
  return isWanted(found) ? found : null;
}

/** Who signs in is not to wait for a picture; syncs bring it. */
function isNoPicture(avatar: readonly string[]): (name: string) => boolean {
  return (name) => !avatar.includes(name);
}

/** Who is called so: by the username field, by an address whose first part it is, or by the e-mail address. */
function named({ source, preset }: Place, name: string): Filter {
  const { usernameFrom, attributes } = dialectOf(source, preset);
  const { usernameField: attribute } = source;
  const value = Buffer.from(name);
  const initial = Buffer.from(`${name}@`);
  const isAddress = name.includes('@');
  return anyOf([
    equality(attribute, value),
    ...(usernameFrom === 'before-at' && !isAddress
      ? [{ type: 'substring', attribute, initial, any: [], final: null } as const]
      : []),
    ...(isAddress ? attributes.email.map((email) => equality(email, value)) : []),
  ]);
}

function searchableIds({ source, preset }: Place): readonly string[] {
  return source.dialect.attributes?.id ?? preset.searchableIds;
}

function isWeak({ externalId }: Origin): boolean {
  return externalId.startsWith(weakId('username', ''));
}

function equality(attribute: string, value: Buffer): Filter {
  return { type: 'equality', attribute, value };
}

function anyOf(filters: readonly Filter[]): Filter {
  const [only, ...others] = filters;
  return only !== undefined && others.length === 0 ? only : { type: 'or', filters };
}
