import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import ldapjs, { type SearchOptions } from 'ldapjs';
import { BerWriter, Client, FilterParser, InvalidCredentialsError } from 'ldapts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatFilter, parseFilter } from '../../../src/core/syntax/filter-text.ts';
import { decodeAssertion } from '../../../src/ldap-server/protocol/controls/assertion.ts';
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
import { Oid } from '../../../src/ldap-server/protocol/oids.ts';
import { ResultCode } from '../../../src/ldap-server/protocol/result-codes.ts';
import { plainFilter } from '../../support/any-filter.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const ADMIN = 'cn=admin,ou=system,dc=roster';
const BASE = 'ou=users,dc=roster';
const NAMES = ['Jane Doe', 'Jürgen Müller', 'x'.repeat(300)];
const PAGE_SIZE = 2;
const ok = { code: ResultCode.success, matchedDn: '', message: '' };

/** Three entries, two to a page for those who page; the password is "secret"; nobody is a member. */
function answer({ id, request, controls }: RequestMessage): Buffer[] {
  switch (request.type) {
    case 'bind': {
      const { authentication } = request;
      const right =
        authentication.type === 'simple' && ['', 'secret'].includes(authentication.password.toString());
      return [
        encodeResult(id, 'bind', right ? ok : { ...ok, code: ResultCode.invalidCredentials, message: 'No.' }),
      ];
    }
    case 'search':
      return answerSearch(id, controls.find(({ oid }) => oid === Oid.pagedResults)?.value ?? null);
    case 'compare':
      return [encodeResult(id, 'compare', { ...ok, code: ResultCode.compareFalse })];
    case 'extended':
      return [encodeResult(id, 'extended', ok, { value: Buffer.from(`dn:${ADMIN}`) })];
    default:
      return [];
  }
}

function answerSearch(id: number, pageRequest: Buffer | null): Buffer[] {
  const paged = decodePagedResults(pageRequest);
  const start = paged === null ? 0 : Number(paged.cookie.toString() || 0);
  const end = paged === null ? NAMES.length : start + PAGE_SIZE;
  const entries = NAMES.slice(start, end).map((name, index) =>
    encodeSearchEntry(id, `uid=user${start + index},${BASE}`, [
      encodePartialAttribute('cn', [name]),
      encodePartialAttribute('mail', ['a@example.org', 'b@example.org']),
    ]),
  );
  const cookie = Buffer.from(end < NAMES.length ? String(end) : '');
  const control = { oid: Oid.pagedResults, critical: false, value: encodePagedResults({ size: 0, cookie }) };
  return [...entries, encodeResult(id, 'search-done', ok, paged === null ? {} : { controls: [control] })];
}

interface Found {
  readonly dn: string;
  readonly cn: string;
}

/** What every peer can do: sign in with a DN and password, then search; `paged` asks for two entries a page. */
interface Peer {
  search(url: string, question: { password?: string; filter: string; paged?: boolean }): Promise<Found[]>;
}

const run = promisify(execFile);

const ldapts: Peer = {
  async search(url, { password = 'secret', filter, paged = false }) {
    const client = new Client({ url });
    try {
      await client.bind(ADMIN, password);
      const { searchEntries } = await client.search(BASE, {
        filter,
        scope: 'one',
        attributes: ['cn', 'mail'],
        sizeLimit: 50,
        timeLimit: 7,
        paged: paged ? { pageSize: PAGE_SIZE } : false,
      });
      return searchEntries.map(({ dn, cn }) => ({ dn, cn: String(cn) }));
    } finally {
      await client.unbind();
    }
  },
};

const ldapjsPeer: Peer = {
  async search(url, { password = 'secret', filter, paged = false }) {
    const client = ldapjs.createClient({ url });
    try {
      await promisify<string, string>(client.bind.bind(client))(ADMIN, password);
      const options: SearchOptions = {
        filter,
        scope: 'one',
        attributes: ['cn', 'mail'],
        sizeLimit: 50,
        timeLimit: 7,
      };
      if (paged) options.paged = { pageSize: PAGE_SIZE };
      return await new Promise<Found[]>((resolve, reject) => {
        const found: Found[] = [];
        client.search(BASE, options, (error, response) => {
          if (error) return reject(error);
          response.on('searchEntry', ({ pojo }) => {
            const cn = pojo.attributes.find(({ type }) => type === 'cn')?.values[0];
            found.push({ dn: pojo.objectName ?? '', cn: String(cn) });
          });
          response.on('error', reject);
          response.on('end', () => resolve(found));
        });
      });
    } finally {
      client.destroy();
    }
  },
};

const ldapsearch: Peer = {
  async search(url, { password = 'secret', filter, paged = false }) {
    const page = paged ? ['-E', `pr=${PAGE_SIZE}/noprompt`] : [];
    const login = ['-x', '-H', url, '-D', ADMIN, '-w', password];
    const search = ['-b', BASE, '-s', 'one', '-z', '50', '-l', '7', filter, 'cn', 'mail'];
    const { stdout } = await run('ldapsearch', ['-LLL', '-o', 'ldif-wrap=no', ...login, ...page, ...search]);
    return [...stdout.matchAll(/^dn: (.*)\ncn:(: ?| )(.*)$/gm)].map(([, dn = '', kind, cn = '']) => ({
      dn,
      cn: kind === ' ' ? cn : Buffer.from(cn, 'base64').toString(),
    }));
  },
};

const FILTERS = [
  '(&(objectClass=person)(|(uid=jdoe)(mail=jdoe@example.org)))',
  '(!(cn=J*n*e*))',
  '(cn=*Müller)',
  '(cn=a\\2ab\\28c\\29\\5c)',
  '(modifyTimestamp>=20260101000000Z)',
  '(uidNumber<=1000)',
  '(displayName~=jane)',
  '(memberOf:1.2.840.113556.1.4.1941:=cn=staff,ou=groups,dc=roster)',
];
/** ldapjs sends what a text filter escapes with the escapes in it, and escapes what is not ASCII. */
const LDAPJS_SENDS = /^[ -[\]-~]*$/;

let server: ScriptedServer;
let before = 0;
/** Without unbind, which nobody waits for: it may arrive in the time of another test. */
const received = () =>
  server.requests
    .slice(before)
    .map(({ request }) => request)
    .filter(({ type }) => type !== 'unbind');
const searches = () => received().filter((request): request is SearchRequest => request.type === 'search');

beforeAll(async () => {
  server = await startScriptedServer(answer);
});
afterAll(() => server.stop());
beforeEach(() => {
  before = server.requests.length;
});

describe.each([
  ['ldapts', ldapts],
  ['ldapjs', ldapjsPeer],
  ['ldapsearch', ldapsearch],
])('%s', (_, peer) => {
  it('signs in, searches and reads the entries', async () => {
    const found = await peer.search(server.url, { filter: '(objectClass=*)' });
    expect(found).toEqual(NAMES.map((cn, index) => ({ dn: `uid=user${index},${BASE}`, cn })));
    expect(received()[0]).toEqual({
      type: 'bind',
      version: 3,
      name: ADMIN,
      authentication: { type: 'simple', password: Buffer.from('secret') },
    });
    expect(searches()).toEqual([
      {
        type: 'search',
        base: BASE,
        scope: 'one',
        derefAliases: 0,
        sizeLimit: 50,
        timeLimitSeconds: 7,
        typesOnly: false,
        filter: parseFilter('(objectClass=*)'),
        attributes: ['cn', 'mail'],
      },
    ]);
  });

  it('reads all pages', async () => {
    const found = await peer.search(server.url, { filter: '(objectClass=*)', paged: true });
    expect(found.map(({ cn }) => cn)).toEqual(NAMES);
    expect(searches()).toHaveLength(2);
  });

  it('understands that the password is wrong', async () => {
    await expect(peer.search(server.url, { password: 'wrong', filter: '(cn=*)' })).rejects.toThrow();
    expect(searches()).toEqual([]);
  });

  it.each(FILTERS.filter((filter) => peer !== ldapjsPeer || LDAPJS_SENDS.test(filter)))(
    'asks by the filter %s as parseFilter reads it',
    async (filter) => {
      await peer.search(server.url, { filter });
      expect(searches()[0]?.filter).toEqual(parseFilter(filter));
    },
  );
});

describe('whatever the filter', () => {
  it('ldapts writes it as decodeFilter reads it', () => {
    fc.assert(
      fc.property(plainFilter, (filter) => {
        const writer = new BerWriter();
        FilterParser.parseString(formatFilter(filter)).write(writer);
        expect(decodeAssertion(writer.buffer)).toEqual(filter);
      }),
    );
  });

  it('ldapjs writes it as decodeFilter reads it', () => {
    fc.assert(
      fc.property(plainFilter, (filter) => {
        // Its types do not tell of toBer.
        const parsed = ldapjs.parseFilter(formatFilter(filter)) as unknown as { toBer(): { buffer: Buffer } };
        expect(decodeAssertion(parsed.toBer().buffer)).toEqual(filter);
      }),
    );
  });
});

describe('other operations', () => {
  it('of ldapts are read and answered', async () => {
    const client = new Client({ url: server.url });
    try {
      await expect(client.bind(ADMIN, 'wrong')).rejects.toBeInstanceOf(InvalidCredentialsError);
      expect(await client.compare(BASE, 'member', 'x')).toBe(false);
      expect(await client.exop(Oid.whoAmI)).toMatchObject({ value: `dn:${ADMIN}` });
    } finally {
      await client.unbind();
    }
    expect(received().slice(1)).toEqual([
      { type: 'compare', entry: BASE, attribute: 'member', value: Buffer.from('x') },
      { type: 'extended', oid: Oid.whoAmI, value: null },
    ]);
  });

  it("of OpenLDAP's tools are read and answered", async () => {
    const login = ['-x', '-H', server.url, '-D', ADMIN, '-w', 'secret'];
    expect((await run('ldapwhoami', login)).stdout).toBe(`dn:${ADMIN}\n`);
    await expect(run('ldapcompare', [...login, BASE, 'member:x'])).rejects.toMatchObject({
      code: 5,
      stdout: 'FALSE\n',
    });
  });
});
