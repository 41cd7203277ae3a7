/** Tells what has changed in a directory over LDAP, by the count that its preset names. */
import type { Source } from '../core/model/source.ts';
import type { Filter } from '../core/syntax/filter.ts';
import { connectionFailure, LDAP, searchFailure } from './failure.ts';
import type { ChangeReader, ReadMark } from './incremental.ts';
import type { LdapConnection } from './ldap/connection.ts';
import { pagedSearch } from './ldap/paged-search.ts';
import { firstValue, type LdapEntry } from './ldap/responses.ts';
import { sourceFilter } from './ldap-source.ts';
import { keyAttributes, userAttributes, userMapper } from './mapping.ts';
import { dialectOf } from './presets/index.ts';
import type { Preset } from './presets/preset.ts';

/** Replicas and clocks of one directory may differ by so much. */
const OVERLAP_MS = 5 * 60 * 1000;
const ANY: Filter = { type: 'presence', attribute: 'objectClass' };

export function createChangeReader(connection: LdapConnection, source: Source, preset: Preset): ChangeReader {
  const filter = sourceFilter(source, 'filter');
  const { pageSize } = dialectOf(source, preset);
  const common = { bindDn: source.bindDn, pageSize, base: source.baseDn, baseField: 'baseDn' } as const;
  const full = userAttributes(source, preset);
  const map = userMapper(source, preset);
  async function* people(filtered: Filter, attributes: readonly string[]) {
    try {
      for await (const page of pagedSearch(connection, { ...common, filter: filtered, attributes })) {
        yield page.map(map);
      }
    } catch (error) {
      throw connectionFailure(error, source);
    }
  }
  return {
    changedSince: (value) => people({ type: 'and', filters: [filter, since(preset, value)] }, full),
    keys: () => people(filter, keyAttributes(source, preset)),
    async person(dn) {
      const result = await connection
        .search({ base: dn, scope: 'base', filter, attributes: full })
        .catch((error: unknown) => Promise.reject(connectionFailure(error, source)));
      if (result.code === LDAP.noSuchObject) return null;
      // Whoever could not be read is not gone.
      if (result.code !== LDAP.success) throw searchFailure({ ...common, result, base: dn, entries: 0 });
      const [entry] = result.entries;
      return entry === undefined ? null : map(entry);
    },
  };
}

function since({ changesBy }: Preset, value: string): Filter {
  const [attribute, least] =
    changesBy === 'uSNChanged'
      ? ['uSNChanged', value]
      : ['modifyTimestamp', generalizedTime(Number(value) - OVERLAP_MS)];
  return { type: 'greater-or-equal', attribute, value: Buffer.from(least) };
}

/** Watches what is read, and tells afterwards from where a later run may go on. */
export interface MarkKeeper {
  /** To read by: it asks for the times of change beside what is asked for. */
  readonly connection: LdapConnection;
  /** What names the server; null: there is nothing to go on from. */
  readonly server: string | null;
  /** Of everything read until now. */
  mark(): ReadMark | null;
}

/** Call it before anything is read. `now`: milliseconds since 1970. */
export async function keepMark(
  connection: LdapConnection,
  source: Pick<Source, 'url' | 'caPem'>,
  { changesBy }: Preset,
  now: () => number,
): Promise<MarkKeeper> {
  if (changesBy === 'uSNChanged') {
    const mark = await highestUsn(connection).catch((error: unknown) => {
      throw connectionFailure(error, source);
    });
    return { connection, server: mark?.server ?? null, mark: () => mark };
  }
  if (changesBy === null) return { connection, server: null, mark: () => null };
  return keepTimes(connection, source.url, now);
}

/**
 * By the clock of the server, which the youngest entry tells: since then no more time has passed than reading took.
 * An entry of the future counts as of now.
 */
function keepTimes(connection: LdapConnection, server: string, now: () => number): MarkKeeper {
  const begun = now();
  let youngest = 0;
  let latest = '';
  return {
    server,
    connection: {
      bind: (...request) => connection.bind(...request),
      close: () => connection.close(),
      async search(request) {
        const answer = await connection.search({
          ...request,
          attributes: [...request.attributes, 'modifyTimestamp'],
        });
        for (const entry of answer.entries) {
          const text = firstValue(entry, 'modifytimestamp')?.toString('latin1') ?? '';
          // Of one form, so that the text tells which is younger.
          if (text.length === latest.length && text <= latest) continue;
          const time = timeOf(text);
          if (time >= youngest) [youngest, latest] = [time, text];
        }
        return answer;
      },
    },
    mark() {
      // A clock set back meanwhile must not move the mark on.
      const value = Math.min(youngest, now()) - Math.max(0, now() - begun);
      return youngest === 0 ? null : { server, value: String(value) };
    },
  };
}

/** [MS-ADTS] section 3.1.1.3.2: the number counts on one server, and begins anew where that was restored. */
async function highestUsn(connection: LdapConnection): Promise<ReadMark | null> {
  const root = await entryOf(connection, '', ['highestCommittedUSN', 'dsServiceName']);
  const value = text(root, 'highestcommittedusn');
  const service = text(root, 'dsservicename');
  if (value === null || service === null) return null;
  const settings = await entryOf(connection, service, ['invocationId']);
  const [server] = settings?.attributes.get('invocationid') ?? [];
  return server === undefined ? null : { server: server.toString('hex'), value };
}

async function entryOf(
  connection: LdapConnection,
  base: string,
  attributes: readonly string[],
): Promise<LdapEntry | undefined> {
  const { code, entries } = await connection.search({ base, scope: 'base', filter: ANY, attributes });
  return code === LDAP.success ? entries[0] : undefined;
}

function text(entry: LdapEntry | undefined, attribute: string): string | null {
  return entry?.attributes.get(attribute)?.[0]?.toString() ?? null;
}

/** RFC 4517 section 3.3.13, in UTC. */
function generalizedTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
}

/** Milliseconds since 1970; 0 for what is no time in UTC. */
function timeOf(generalized: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.,]\d+)?Z$/.exec(generalized);
  if (match === null) return 0;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}
