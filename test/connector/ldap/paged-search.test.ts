import { afterEach, expect, test } from 'vitest';
import { CONNECTION_LIMITS, connectLdap } from '../../../src/connector/ldap/connection.ts';
import { EMPTY_PAGES_MAX, pagedSearch } from '../../../src/connector/ldap/paged-search.ts';
import type { LdapEntry } from '../../../src/connector/ldap/responses.ts';
import { parseFilter } from '../../../src/core/syntax/filter-text.ts';
import {
  decodePagedResults,
  encodePagedResults,
} from '../../../src/ldap-server/protocol/controls/paged-results.ts';
import {
  encodePartialAttribute,
  encodeResult,
  encodeSearchEntry,
} from '../../../src/ldap-server/protocol/encode.ts';
import type { RequestMessage, SearchRequest } from '../../../src/ldap-server/protocol/messages.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const PAGED_RESULTS = '1.2.840.113556.1.4.319';

let server: ScriptedServer | undefined;

afterEach(async () => {
  await server?.stop();
});

test('an empty page that promises more does not end the enumeration', async () => {
  const pages = [['a'], [], [], ['b', 'c']];
  await answering((message) =>
    page(message, pages[cookieOf(message)] ?? [], cookieOf(message) + 1 < pages.length),
  );
  expect((await enumerate()).map(({ dn }) => dn)).toEqual(['cn=a', 'cn=b', 'cn=c']);
});

test('empty pages without end are given up', async () => {
  await answering((message) => page(message, [], true));
  await expect(enumerate()).rejects.toMatchObject({ message: expect.stringContaining('empty pages') });
  expect(server?.requests.length).toBe(EMPTY_PAGES_MAX + 1);
});

test('a server that does not know paging gives everything at once', async () => {
  await answering((message) => [entry(message, 'a'), entry(message, 'b'), done(message)]);
  expect(await enumerate()).toHaveLength(2);
});

test('a server that refuses the paging control is asked once without it', async () => {
  await answering((message) =>
    message.controls.length > 0 ? [done(message, 12)] : [entry(message, 'a'), done(message)],
  );
  expect(await enumerate()).toHaveLength(1);
});

test('a server that sends more entries than were asked for is cut off', async () => {
  await answering((message) => [...['a', 'b', 'c'].map((name) => entry(message, name)), done(message)]);
  const connection = await connectLdap(
    { url: server?.url ?? '', caPem: null, client: null, plainLdap: false },
    CONNECTION_LIMITS,
    new AbortController().signal,
  );
  const search = {
    base: 'dc=x',
    scope: 'sub',
    filter: parseFilter('(uid=*)'),
    attributes: [],
    sizeLimit: 2,
  } as const;
  await expect(connection.search(search)).rejects.toThrow('sent more entries than asked for');
});

test('paging that stops without its last word fails', async () => {
  await answering((message) =>
    cookieOf(message) === 0 ? page(message, ['a'], true) : [entry(message, 'b'), done(message)],
  );
  await expect(enumerate()).rejects.toMatchObject({
    message: expect.stringContaining('stopped paging after 1'),
  });
});

test.each([
  [3, /time limit/],
  [
    4,
    /The source stopped after 3 entries \(size limit\): raise the size limit of the bind account cn=reader/,
  ],
  [10, /result code 10/],
  [11, /administrative limit/],
  [32, /The base dc=example does not exist/],
  [34, /check the base DN/],
  [50, /give it the right to read/],
  [51, /result code 51, saying "for a reason"/],
])('result code %i fails with a sentence that names what to mend', async (code, sentence) => {
  await answering((message) =>
    cookieOf(message) === 0 ? page(message, ['a', 'b'], true) : [entry(message, 'c'), done(message, code)],
  );
  await expect(enumerate()).rejects.toThrow(sentence);
});

test.each([0, 1, 1499, 1500, 1501, 3001, 10_001])(
  '%i members come whole from a server that sends ranges of 1500',
  async (count) => {
    const members = Array.from({ length: count }, (_, index) => `cn=member${index}`);
    await answering((message) => ranged(message, members, 1500));
    const [group] = await enumerate();
    expect(group?.attributes.get('member')?.map(String) ?? []).toEqual(members);
    expect([...(group?.attributes.keys() ?? [])].filter((name) => name.includes('range'))).toEqual([]);
  },
);

test('a range that skips members fails', async () => {
  await answering((message) => [
    encodeSearchEntry(message.id, 'cn=group', [
      encodePartialAttribute('member', []),
      encodePartialAttribute('member;range=0-0', ['cn=a']),
    ]),
    done(message),
  ]);
  await expect(enumerate()).rejects.toMatchObject({
    message: expect.stringContaining('all values of member'),
  });
});

test('references to other servers are not followed', async () => {
  const reference = (id: number) => Buffer.from([0x30, 8, 2, 1, id, 0x73, 3, 4, 1, 0x78]);
  await answering((message) => [reference(message.id), ...page(message, ['a'], false)]);
  expect(await enumerate()).toHaveLength(1);
  expect(server?.requests).toHaveLength(1);
});

test('an answer to another message is refused', async () => {
  await answering((message) => [
    encodeResult(message.id + 1, 'search-done', { code: 0, matchedDn: '', message: '' }),
  ]);
  await expect(enumerate()).rejects.toThrow('answered what nobody had asked');
});

async function answering(
  answer: (message: RequestMessage & { request: SearchRequest }) => readonly Buffer[],
) {
  server = await startScriptedServer(({ request, ...message }) =>
    request.type === 'search' ? answer({ ...message, request }) : [],
  );
}

async function enumerate(): Promise<LdapEntry[]> {
  const url = server?.url ?? '';
  const connection = await connectLdap(
    { url, caPem: null, client: null, plainLdap: false },
    CONNECTION_LIMITS,
    new AbortController().signal,
  );
  try {
    const entries: LdapEntry[] = [];
    const pages = pagedSearch(connection, {
      base: 'dc=example',
      baseField: 'baseDn',
      filter: parseFilter('(objectClass=*)'),
      attributes: ['cn', 'member'],
      bindDn: 'cn=reader',
      pageSize: 2,
    });
    for await (const batch of pages) entries.push(...batch);
    return entries;
  } finally {
    connection.close();
  }
}

type Asked = Pick<RequestMessage, 'id' | 'controls'>;

/** Our cookies are the numbers of pages. */
function cookieOf({ controls }: Asked): number {
  const value = controls.find(({ oid }) => oid === PAGED_RESULTS)?.value;
  return Number(decodePagedResults(value ?? null)?.cookie.toString() || 0);
}

function page(message: Asked, names: readonly string[], more: boolean): Buffer[] {
  const cookie = Buffer.from(more ? String(cookieOf(message) + 1) : '');
  const value = encodePagedResults({ size: 0, cookie });
  const controls = [{ oid: PAGED_RESULTS, critical: false, value }];
  const result = { code: 0, matchedDn: '', message: '' };
  return [
    ...names.map((name) => entry(message, name)),
    encodeResult(message.id, 'search-done', result, { controls }),
  ];
}

function entry({ id }: Asked, name: string): Buffer {
  return encodeSearchEntry(id, `cn=${name}`, [encodePartialAttribute('cn', [name])]);
}

function done({ id }: Asked, code = 0): Buffer {
  return encodeResult(id, 'search-done', { code, matchedDn: '', message: code === 0 ? '' : 'for a reason' });
}

/** As Active Directory: the attribute empty, and beside it a part of the values. */
function ranged(
  message: Asked & { request: SearchRequest },
  members: readonly string[],
  size: number,
): Buffer[] {
  const from = Number(/;range=(\d+)-/.exec(message.request.attributes.join())?.[1] ?? 0);
  const part = members.slice(from, from + size);
  const end = from + size >= members.length ? '*' : String(from + size - 1);
  const attributes =
    members.length <= size
      ? [encodePartialAttribute('member', members)]
      : [encodePartialAttribute('member', []), encodePartialAttribute(`member;range=${from}-${end}`, part)];
  return [encodeSearchEntry(message.id, 'cn=group', attributes), done(message)];
}
