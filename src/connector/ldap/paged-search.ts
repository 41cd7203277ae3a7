/** Enumerates below a base to the very end: pages by RFC 2696, long attributes by ranges; else it throws. */
import { DirectoryError } from '../../core/errors.ts';
import type { Filter } from '../../core/syntax/filter.ts';
import { LDAP, searchFailure } from '../failure.ts';
import type { LdapConnection } from './connection.ts';
import type { LdapEntry } from './responses.ts';

export interface Enumeration {
  readonly base: string;
  readonly baseField: 'baseDn' | 'groupBaseDn';
  readonly filter: Filter;
  /** An explicit list, never "*": passwords are not asked for. */
  readonly attributes: readonly string[];
  /** For sentences. */
  readonly bindDn: string;
  readonly pageSize: number;
}

const ENTRIES_MAX = 2_000_000;
/** Pages in a row that may hold no entry and yet promise more, as 389 Directory Server sends them. */
export const EMPTY_PAGES_MAX = 1_000;
const RANGES_MAX = 10_000;

/** The entries page by page. Throws DirectoryError unless the server has said that nothing is missing. */
export async function* pagedSearch(
  connection: LdapConnection,
  enumeration: Enumeration,
): AsyncGenerator<readonly LdapEntry[]> {
  let cookie: Buffer | null = Buffer.alloc(0);
  let emptyPages = 0;
  for (let count = 0; cookie !== null; ) {
    const page = await nextPage(connection, enumeration, cookie, count);
    count += page.entries.length;
    emptyPages = page.entries.length === 0 ? emptyPages + 1 : 0;
    if (count > ENTRIES_MAX) throw tooMuch(`more than ${ENTRIES_MAX} entries below ${enumeration.base}`);
    if (emptyPages > EMPTY_PAGES_MAX) throw tooMuch(`empty pages without end below ${enumeration.base}`);
    const whole: LdapEntry[] = [];
    for (const entry of page.entries) {
      const partial = partialAttributes(entry);
      whole.push(partial.length === 0 ? entry : await wholeEntry(connection, enumeration, entry, partial));
    }
    yield whole;
    cookie = page.cookie;
  }
}

/** One page; its cookie is null at the end. */
async function nextPage(
  connection: LdapConnection,
  enumeration: Enumeration,
  cookie: Buffer,
  entriesBefore: number,
): Promise<{ entries: readonly LdapEntry[]; cookie: Buffer | null }> {
  const { base, filter, attributes, pageSize } = enumeration;
  const search = { base, scope: 'sub', filter, attributes } as const;
  let result = await connection.search({ ...search, page: { size: pageSize, cookie } });
  if (result.code === LDAP.unavailableCriticalExtension && cookie.length === 0) {
    result = await connection.search(search);
  }
  if (result.code !== LDAP.success) {
    throw searchFailure({ ...enumeration, result, entries: entriesBefore + result.entries.length });
  }
  if (result.cookie === null && cookie.length > 0) {
    throw new DirectoryError(
      'unavailable',
      `The source stopped paging after ${entriesBefore} entries without saying that this was all.`,
    );
  }
  return { entries: result.entries, cookie: result.cookie?.length ? result.cookie : null };
}

const SEMICOLON = ';'.charCodeAt(0);

function partialAttributes(entry: LdapEntry): readonly string[] {
  const partial: string[] = [];
  if (entry.encoded?.includes(SEMICOLON) === false) return partial;
  for (const description of entry.attributes.keys()) {
    if (description.includes(';') && RANGE.test(description)) partial.push(description);
  }
  return partial;
}

/** The entry with every value of attributes that came in part, as Active Directory sends more than 1500 members. */
async function wholeEntry(
  connection: LdapConnection,
  enumeration: Enumeration,
  entry: LdapEntry,
  partial: readonly string[],
): Promise<LdapEntry> {
  const attributes = new Map(entry.attributes);
  for (const description of partial) {
    const name = description.slice(0, description.indexOf(';'));
    attributes.delete(description);
    attributes.set(name, await allRanges(connection, enumeration, entry, name));
  }
  return { dn: entry.dn, attributes };
}

const RANGE = /;range=(\d+)-(\d+|\*)$/;

async function allRanges(
  connection: LdapConnection,
  enumeration: Enumeration,
  entry: LdapEntry,
  name: string,
): Promise<readonly Buffer[]> {
  const values: Buffer[] = [];
  let part: LdapEntry | undefined = entry;
  for (let ranges = 0; ranges < RANGES_MAX; ranges += 1) {
    const chunk = rangeOf(part, name);
    if (chunk === null || chunk.low !== values.length || chunk.values.length === 0) {
      throw new DirectoryError(
        'unavailable',
        `The source did not send all values of ${name} of ${entry.dn}.`,
      );
    }
    for (const value of chunk.values) values.push(value);
    if (chunk.last) return values;
    part = await rest(connection, enumeration, entry.dn, `${name};range=${values.length}-*`);
  }
  throw tooMuch(`more than ${RANGES_MAX} parts of ${name} of ${entry.dn}`);
}

function rangeOf(entry: LdapEntry | undefined, name: string) {
  for (const [description, values] of entry?.attributes ?? []) {
    const match = description.startsWith(`${name};`) ? RANGE.exec(description) : null;
    if (match !== null) return { low: Number(match[1]), last: match[2] === '*', values };
  }
  return null;
}

async function rest(
  connection: LdapConnection,
  enumeration: Enumeration,
  dn: string,
  attribute: string,
): Promise<LdapEntry | undefined> {
  const filter: Filter = { type: 'presence', attribute: 'objectClass' };
  const result = await connection.search({ base: dn, scope: 'base', filter, attributes: [attribute] });
  if (result.code !== LDAP.success) throw searchFailure({ ...enumeration, base: dn, result, entries: 0 });
  return result.entries[0];
}

function tooMuch(what: string): DirectoryError {
  return new DirectoryError('unavailable', `The source sends ${what}: narrow the filter or the base DN.`);
}
