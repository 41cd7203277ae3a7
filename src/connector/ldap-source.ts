/** Opens a session with an external directory over LDAP. */
import { DirectoryError } from '../core/errors.ts';
import type { Source } from '../core/model/source.ts';
import type { Filter } from '../core/syntax/filter.ts';
import { parseFilter } from '../core/syntax/filter-text.ts';
import { bindFailure, connectionFailure, LDAP } from './failure.ts';
import {
  CONNECTION_LIMITS,
  type ConnectionLimits,
  connectLdap,
  type LdapConnection,
} from './ldap/connection.ts';
import { pagedSearch } from './ldap/paged-search.ts';
import { groupAttributes, mapGroup, mapUser, userAttributes } from './mapping.ts';
import type { Preset } from './presets/preset.ts';
import type { DirectorySource } from './source.ts';

export interface LdapSourceOptions {
  /** Aborting it ends the session; what is under way rejects with its reason. */
  readonly signal: AbortSignal;
  readonly limits?: ConnectionLimits;
  /** Entries per page; Active Directory and Okta give at most 1000. */
  readonly pageSize?: number;
}

const PAGE_SIZE = 500;

/**
 * Connects and binds as the source's reader. Throws DirectoryError: 'invalid' where a field of the source must be
 * mended, 'unavailable' where the directory does not answer as it should.
 */
export async function openLdapSource(
  source: Source,
  preset: Preset,
  bindPassword: string,
  options: LdapSourceOptions,
): Promise<DirectorySource> {
  const connection = await connectSource(source, options);
  await bindReader(connection, source, bindPassword);
  return sessionOf(connection, source, preset, options.pageSize);
}

/** The enumerations that a bound connection offers. */
export function sessionOf(
  connection: LdapConnection,
  source: Source,
  preset: Preset,
  pageSize = PAGE_SIZE,
): DirectorySource {
  const common = { bindDn: source.bindDn, pageSize };
  const users = () =>
    pagedSearch(connection, {
      ...common,
      base: source.baseDn,
      baseField: 'baseDn',
      filter: sourceFilter(source, 'filter'),
      attributes: userAttributes(source, preset),
    });
  const groups = () =>
    pagedSearch(connection, {
      ...common,
      base: source.groupBaseDn,
      baseField: 'groupBaseDn',
      filter: sourceFilter(source, 'groupFilter'),
      attributes: groupAttributes(source, preset),
    });
  return {
    users: () => mapped(users, source, (entry) => mapUser(entry, source, preset)),
    groups: () => mapped(groups, source, (entry) => mapGroup(entry, source, preset)),
    close: () => connection.close(),
  };
}

/** Connects without binding. Throws DirectoryError as openLdapSource does. */
export async function connectSource(
  source: Pick<Source, 'url' | 'caPem'>,
  { signal, limits = CONNECTION_LIMITS }: LdapSourceOptions,
): Promise<LdapConnection> {
  try {
    return await connectLdap(source, limits, signal);
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
  map: (entry: Entry) => Item,
): AsyncGenerator<readonly Item[]> {
  try {
    for await (const page of pages()) yield page.map(map);
  } catch (error) {
    throw connectionFailure(error, source);
  }
}
