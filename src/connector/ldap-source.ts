/** Opens a session with an external directory over LDAP. */

import type { SourceAccess } from '../core/directory/directory.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Source } from '../core/model/source.ts';
import type { Filter } from '../core/syntax/filter.ts';
import { parseFilter } from '../core/syntax/filter-text.ts';
import { bindFailure, connectionFailure, LDAP } from './failure.ts';
import {
  CONNECTION_LIMITS,
  type ConnectionLimits,
  connectLdap,
  type LastingConnection,
  type LdapConnection,
} from './ldap/connection.ts';
import { pagedSearch } from './ldap/paged-search.ts';
import type { LdapEntry } from './ldap/responses.ts';
import {
  groupAttributes,
  groupMapper,
  groupSid,
  memberOfDns,
  PRIMARY_GROUP_ATTRIBUTES,
  primaryGroupSid,
  userAttributes,
  userMapper,
} from './mapping.ts';
import { memberKey } from './member-key.ts';
import { dialectOf } from './presets/index.ts';
import type { Preset } from './presets/preset.ts';
import type { Settling, SettlingKind } from './settling.ts';
import type { DirectorySource, UpstreamGroup, UpstreamUser } from './source.ts';
import type { Writable } from './writable.ts';

export interface LdapSourceOptions {
  /** Aborting it ends the session; what is under way rejects with its reason. */
  readonly signal: AbortSignal;
  readonly limits?: ConnectionLimits;
  /** Entries per page; default: as the source has it. */
  readonly pageSize?: number;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

/**
 * Connects and binds as the source's reader. Throws DirectoryError: 'invalid' where a field of the source must be
 * mended, 'unavailable' where the directory does not answer as it should.
 */
export async function openLdapSource(
  source: Source,
  preset: Preset,
  access: SourceAccess,
  options: LdapSourceOptions,
): Promise<DirectorySource> {
  const connection = await openConnection(source, preset, access, options);
  return sessionOf(connection, source, preset, options.pageSize);
}

/** As openLdapSource; the connection alone. */
export async function openConnection(
  source: Source,
  preset: Preset,
  access: SourceAccess,
  options: LdapSourceOptions,
): Promise<LdapConnection> {
  const connection = await connectSource(source, access, options);
  await bindReader(connection, source, access.bindPassword);
  const rebind = () => bindReader(connection, source, access.bindPassword);
  return rebinding(connection, rebind, preset.bindLastsMs, options.now ?? (() => performance.now()));
}

/** A connection that binds anew before a search where its last bind has worn off, as Okta's do after an hour. */
function rebinding(
  connection: LdapConnection,
  rebind: () => Promise<void>,
  lastsMs: number | null,
  now: () => number,
): LdapConnection {
  if (lastsMs === null) return connection;
  let bound = now();
  return {
    bind: (...request) => connection.bind(...request),
    close: () => connection.close(),
    async search(request) {
      if (now() - bound >= lastsMs) {
        await rebind();
        bound = now();
      }
      return connection.search(request);
    },
  };
}

/** The enumerations that a bound connection offers. */
export function sessionOf(
  connection: LdapConnection,
  source: Source,
  preset: Preset,
  pageSize = dialectOf(source, preset).pageSize,
  settling: Pick<Settling, 'users' | 'groups'> | null = null,
): DirectorySource {
  const people = (attributes: readonly string[]) =>
    pagedSearch(connection, {
      ...{ bindDn: source.bindDn, pageSize, attributes },
      ...{ base: source.baseDn, baseField: 'baseDn' },
      filter: sourceFilter(source, 'filter'),
    });
  const groups = () =>
    pagedSearch(connection, {
      ...{ bindDn: source.bindDn, pageSize, attributes: groupAttributes(source, preset) },
      ...{ base: source.groupBaseDn, baseField: 'groupBaseDn' },
      filter: sourceFilter(source, 'groupFilter'),
    });
  const [toUser, toGroup] = [userMapper(source, preset), groupMapper(source, preset)];
  return {
    users: () =>
      mapped(
        () => people(userAttributes(source, preset)),
        source,
        (entry) => unsettled(settling?.users, entry, toUser),
      ),
    async *groups() {
      const told = await toldByPeople(people, source, preset);
      yield* mapped(groups, source, (entry) => {
        const more = told(entry);
        return more.length === 0
          ? unsettled(settling?.groups, entry, toGroup)
          : withMembers(toGroup(entry), more);
      });
    },
    close: () => connection.close(),
  };
}

/** null where it is settled. */
function unsettled<Item extends Writable<Pick<UpstreamUser, 'digest'>>>(
  kind: SettlingKind | undefined,
  entry: LdapEntry,
  map: (entry: LdapEntry) => Item,
): Item | null {
  const digest = kind === undefined ? '' : kind.unsettled(entry);
  if (digest === null) return null;
  const item = map(entry);
  if (digest !== '') item.digest = digest;
  return item;
}

/** DNs of the members of a group that its own entry does not list. */
type MembersOf = (group: LdapEntry) => readonly string[];

/**
 * Memberships that only the entries of people tell, read before the groups and apart from the people themselves, so
 * that the groups are whole however many people were read.
 */
async function toldByPeople(
  people: (attributes: readonly string[]) => AsyncIterable<readonly LdapEntry[]>,
  source: Source,
  preset: Preset,
): Promise<MembersOf> {
  const { membersFrom, attributes } = dialectOf(source, preset);
  const byMemberOf = membersFrom === 'users';
  if (!byMemberOf && !preset.primaryGroups) return () => [];
  const members = new Map<string, string[]>();
  const wanted = [
    ...(byMemberOf ? attributes.memberOf : []),
    ...(preset.primaryGroups ? PRIMARY_GROUP_ATTRIBUTES : []),
  ];
  try {
    for await (const page of people(wanted)) {
      for (const entry of page) {
        const sid = preset.primaryGroups ? primaryGroupSid(entry) : null;
        const groups = byMemberOf ? memberOfDns(entry, source, preset).map(memberKey) : [];
        for (const key of sid === null ? groups : [...groups, sid]) {
          const known = members.get(key);
          if (known === undefined) members.set(key, [entry.dn]);
          else known.push(entry.dn);
        }
      }
    }
  } catch (error) {
    throw connectionFailure(error, source);
  }
  return (group) => [
    ...(members.get(memberKey(group.dn)) ?? []),
    ...(members.get(groupSid(group) ?? '') ?? []),
  ];
}

function withMembers(group: UpstreamGroup, more: readonly string[]): UpstreamGroup {
  return more.length === 0 ? group : { ...group, memberDns: [...new Set([...group.memberDns, ...more])] };
}

/** Connects without binding. Throws DirectoryError as openLdapSource does. */
export async function connectSource(
  source: Pick<Source, 'url' | 'caPem' | 'clientCertificatePem'>,
  { clientKeyPem, plainLdap }: SourceAccess,
  { signal, limits = CONNECTION_LIMITS }: LdapSourceOptions,
): Promise<LastingConnection> {
  const { url, caPem, clientCertificatePem: certificatePem } = source;
  const client =
    certificatePem === null || clientKeyPem === null ? null : { certificatePem, keyPem: clientKeyPem };
  try {
    return await connectLdap({ url, caPem, client, plainLdap }, limits, signal);
  } catch (error) {
    throw connectionFailure(error, source);
  }
}

/** Binds as the source's reader; a failure closes the connection. Throws DirectoryError as openLdapSource does. */
export async function bindReader(
  connection: LdapConnection,
  source: Source,
  bindPassword: string,
): Promise<void> {
  try {
    // RFC 4513 section 5.1.2: a bind without DN or password succeeds as anonymous and proves nothing.
    if (source.bindDn === '' || bindPassword === '') {
      throw new DirectoryError('invalid', 'The source needs a bind DN and its password.', {
        field: 'bindDn',
      });
    }
    const result = await connection.bind(source.bindDn, bindPassword);
    if (result.code !== LDAP.success) throw bindFailure(result, source);
  } catch (error) {
    connection.close();
    throw connectionFailure(error, source);
  }
}

/** The source's own filter as data. Throws DirectoryError 'invalid' with its field. */
export function sourceFilter(source: Source, field: 'filter' | 'groupFilter'): Filter {
  try {
    return parseFilter(source[field]);
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    const name = field === 'filter' ? 'filter' : 'group filter';
    throw new DirectoryError('invalid', `The ${name} of the source is not valid: ${error.message}`, {
      field,
    });
  }
}

async function* mapped<Entry, Item>(
  pages: () => AsyncIterable<readonly Entry[]>,
  source: Source,
  map: (entry: Entry) => Item | null,
): AsyncGenerator<readonly Item[]> {
  try {
    for await (const page of pages()) yield page.map(map).filter((item) => item !== null);
  } catch (error) {
    throw connectionFailure(error, source);
  }
}
