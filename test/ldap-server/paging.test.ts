import { afterEach, describe, expect, it } from 'vitest';
import type { User } from '../../src/core/model/user.ts';
import {
  decodePagedResults,
  encodePagedResults,
} from '../../src/ldap-server/protocol/controls/paged-results.ts';
import { Oid } from '../../src/ldap-server/protocol/oids.ts';
import { element, message, search, sequence, simpleBind, text } from '../support/ber-builder.ts';
import {
  ADMIN_DN,
  ADMIN_PASSWORD,
  type Options,
  startLdapServer,
  type TestLdapServer,
} from '../support/ldap-server.ts';
import { createWire, type Wire } from '../support/ldap-wire.ts';
import { aGroup, aMembership, aUser } from '../support/rows.ts';

const servers: TestLdapServer[] = [];
afterEach(async () => {
  for (const ldap of servers.splice(0)) await ldap.stop();
});

const people = Array.from({ length: 10 }, (_, number) => aUser({ username: `user${number}` }));
const staff = aGroup({ name: 'staff' });

async function start(options: Options = {}): Promise<TestLdapServer> {
  const ldap = await startLdapServer({
    async fill(transaction) {
      await transaction.insertUsers(people);
      await transaction.insertGroups([staff]);
      await transaction.putMemberships(people.map((user) => aMembership(staff, user)));
    },
    ...options,
  });
  servers.push(ldap);
  return ldap;
}

async function bound(ldap: TestLdapServer, name = ADMIN_DN, password = ADMIN_PASSWORD): Promise<Wire> {
  const wire = createWire(ldap.connect());
  wire.send(message(1, simpleBind(name, password)));
  await wire.received(1);
  return wire;
}

interface Page {
  readonly usernames: readonly string[];
  readonly code: number;
  readonly cookie: Buffer;
  readonly estimate: number;
}

const STAFF = element(0xa3, text('memberOf'), text('cn=staff,ou=groups,dc=roster'));
const NO_COOKIE = Buffer.alloc(0);
const ids = { next: 2 };

/** One page of those who are in staff, or of another search. */
async function page(
  wire: Wire,
  size: number,
  cookie: Buffer,
  operation = search({ filter: STAFF, attributes: ['uid'] }),
): Promise<Page> {
  const from = wire.answers.length;
  ids.next += 1;
  const value = encodePagedResults({ size, cookie });
  wire.send(message(ids.next, operation, element(0xa0, sequence(text(Oid.pagedResults), text(value)))));
  for (let count = from + 1; ; count += 1) {
    const answers = (await wire.received(count)).slice(from);
    const done = answers.at(-1);
    if (done?.tag !== 0x65) continue;
    const at = done.bytes.indexOf(Oid.pagedResults);
    const paged = at < 0 ? null : decodePagedResults(done.bytes.subarray(at + Oid.pagedResults.length + 2));
    return {
      usernames: answers.slice(0, -1).map(({ bytes }) => /uid=(\w+)/.exec(bytes.toString())?.[1] ?? ''),
      code: done.code,
      cookie: paged?.cookie ?? NO_COOKIE,
      estimate: paged?.size ?? -1,
    };
  }
}

function updated(user: User | undefined, fields: Partial<User>): User {
  if (user === undefined) throw new Error('There is no such user.');
  return { ...user, ...fields };
}

describe('pages', () => {
  it('hold everybody once who is there throughout, renamed or not, and nobody who has gone', async () => {
    const ldap = await start();
    const wire = await bound(ldap);
    const first = await page(wire, 3, NO_COOKIE);
    expect(first.usernames).toHaveLength(3);
    const rest = people.filter(({ username }) => !first.usernames.includes(username));
    const seen = people.find(({ username }) => username === first.usernames[0]);
    const [gone, renamed, disabled, left, ...others] = rest;
    const newcomer = aUser({ username: 'newcomer' });
    const rows = [
      updated(seen, { username: 'seen' }),
      updated(renamed, { username: 'aaaa' }),
      updated(disabled, { active: false }),
    ];
    await ldap.write(
      [...rows, newcomer, updated(gone, {})].map(({ id }) => ({
        subject: 'user',
        subjectId: id,
        memberId: null,
      })),
      async (transaction) => {
        await transaction.updateUsers(rows);
        await transaction.deleteUsers([updated(gone, {}).id]);
        await transaction.insertUsers([newcomer]);
      },
    );
    await ldap.write([{ subject: 'group', subjectId: staff.id, memberId: null }], async (transaction) => {
      await transaction.putMemberships([aMembership(staff, newcomer)]);
      await transaction.deleteMemberships([{ groupId: staff.id, memberId: updated(left, {}).id }]);
    });
    const found: string[] = [];
    let next = first;
    while (next.cookie.length > 0) {
      next = await page(wire, 2, next.cookie);
      expect(next.code).toBe(0);
      found.push(...next.usernames);
    }
    expect(found.sort()).toEqual(['aaaa', ...others.map(({ username }) => username)].sort());
  });

  it('tell an estimate, and nothing else, for a size of 0', async () => {
    const wire = await bound(await start());
    const empty = await page(wire, 0, NO_COOKIE);
    expect(empty).toEqual({ usernames: [], code: 0, cookie: NO_COOKIE, estimate: people.length });
    const { cookie } = await page(wire, 2, NO_COOKIE);
    expect(await page(wire, 0, cookie)).toMatchObject({ usernames: [], code: 0, cookie: NO_COOKIE });
    expect(await page(wire, 2, cookie)).toMatchObject({ code: 53 });
  });

  it('are one where the base is the only entry in scope', async () => {
    const wire = await bound(await start());
    const base = search({ base: 'uid=user1,ou=users,dc=roster', scope: 0 });
    expect(await page(wire, 1, NO_COOKIE, base)).toMatchObject({ usernames: ['user1'], cookie: NO_COOKIE });
  });

  it('count all together against the size limit', async () => {
    const wire = await bound(await start());
    const limited = search({ filter: STAFF, sizeLimit: 3 });
    const { cookie } = await page(wire, 2, NO_COOKIE, limited);
    expect(await page(wire, 2, cookie, limited)).toMatchObject({ usernames: [expect.any(String)], code: 4 });
  });
});

describe('a cookie', () => {
  it.each(['altered', 'of another connection', 'used before', 'of another search', 'made up'])(
    '%s is refused',
    async (kind) => {
      const ldap = await start();
      const wire = await bound(ldap);
      const { cookie } = await page(wire, 2, NO_COOKIE);
      const altered = Buffer.from(cookie);
      altered[0] = (altered[0] ?? 0) ^ 1;
      if (kind === 'used before') await page(wire, 2, cookie);
      const refused = {
        altered: () => page(wire, 2, altered),
        'of another connection': async () => page(await bound(ldap), 2, cookie),
        'used before': () => page(wire, 2, cookie),
        'of another search': () => page(wire, 2, cookie, search({ filter: STAFF, attributes: ['mail'] })),
        'made up': () => page(wire, 2, Buffer.from('2')),
      }[kind];
      expect(await refused?.()).toMatchObject({ usernames: [], code: 53 });
    },
  );

  it('is refused after somebody else was bound', async () => {
    const ldap = await start();
    const wire = await bound(ldap);
    const { cookie } = await page(wire, 2, NO_COOKIE);
    wire.send(message(900, simpleBind(ADMIN_DN, ADMIN_PASSWORD)));
    await wire.received(wire.answers.length + 1);
    expect(await page(wire, 2, cookie)).toMatchObject({ usernames: [], code: 53 });
  });

  it('gives way when too many searches wait for their next page', async () => {
    const wire = await bound(await start({ limits: { pagedSearchesMax: 2 } }));
    const [oldest, , newest] = [
      await page(wire, 2, NO_COOKIE),
      await page(wire, 2, NO_COOKIE),
      await page(wire, 2, NO_COOKIE),
    ];
    expect(await page(wire, 2, oldest.cookie)).toMatchObject({ code: 53 });
    expect(await page(wire, 2, newest.cookie)).toMatchObject({ code: 0 });
  });

  it('gives way when all connections hold too many entries', async () => {
    const ldap = await start({ limits: { pagedCandidatesMax: people.length * 2 } });
    const wires = [await bound(ldap), await bound(ldap), await bound(ldap)];
    const pages: [Wire, Page][] = [];
    for (const wire of wires) pages.push([wire, await page(wire, 2, NO_COOKIE)]);
    const codes: number[] = [];
    for (const [wire, { cookie }] of pages) codes.push((await page(wire, 2, cookie)).code);
    expect(codes).toEqual([53, 0, 0]);
  });
});
