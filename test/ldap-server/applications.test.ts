import { Client } from 'ldapts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApplicationChanges } from '../../src/core/directory/directory.ts';
import { ACTOR } from '../support/directory.ts';
import {
  ADMIN,
  ADMIN_DN,
  ADMIN_PASSWORD,
  type Bind,
  startLdapServer,
  type TestLdapServer,
} from '../support/ldap-server.ts';
import { values } from '../support/ldif.ts';
import { aGroup, aMembership, aUser } from '../support/rows.ts';

const staff = aGroup({ name: 'staff' });
const dev = aGroup({ name: 'dev' });
const board = aGroup({ name: 'board' });
const WIKI_DN = 'cn=wiki,ou=apps,dc=roster';
const WIKI: Bind = { dn: WIKI_DN, password: 'secret of wiki' };
const JANE: Bind = { dn: 'uid=jdoe,ou=users,dc=roster', password: 'secret of jane' };
const MAX: Bind = { dn: 'uid=max,ou=users,dc=roster', password: 'secret of max' };

let ldap: TestLdapServer;
beforeAll(async () => {
  ldap = await startLdapServer();
  const jane = aUser({ username: 'jdoe', passwordHash: await ldap.hash(JANE.password) });
  const max = aUser({ username: 'max', passwordHash: await ldap.hash(MAX.password) });
  await ldap.test.store.write(async (transaction) => {
    await transaction.insertUsers([jane, max]);
    await transaction.insertGroups([staff, dev, board]);
    await transaction.putMemberships([
      aMembership(staff, dev),
      aMembership(dev, jane, { owner: true }),
      aMembership(board, jane),
      aMembership(board, max),
      aMembership(board, staff),
    ]);
    const changes = [staff, dev, board, jane, max].map(({ id, ...row }) => ({
      subject: 'username' in row ? ('user' as const) : ('group' as const),
      subjectId: id,
      memberId: null,
    }));
    await transaction.appendChanges(changes, new Date());
  });
});
afterAll(() => ldap.stop());

function applications() {
  return ldap.test.directory.applications;
}

/** Resolves when the server has taken the change over. */
async function followed(work: () => Promise<unknown>): Promise<void> {
  await work();
  await ldap.write([], async () => undefined);
}

const add = (): Promise<void> =>
  followed(() => applications().add(ACTOR, { name: 'wiki', password: WIKI.password, groups: ['staff'] }));
const edit = (changes: ApplicationChanges): Promise<void> =>
  followed(() => applications().edit(ACTOR, 'wiki', changes));

async function bindAs({ dn, password }: Bind): Promise<number> {
  return (await ldap.run('ldapwhoami', [], { dn, password })).status;
}

async function connected<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ url: ldap.url, tlsOptions: { ca: ldap.caPem } });
  try {
    return await work(client);
  } finally {
    await client.unbind();
  }
}

async function dnsSeenBy(bind: Bind): Promise<string[]> {
  return (await ldap.search(['-b', 'dc=roster', '1.1'], bind)).map(({ dn }) => dn).sort();
}

beforeEach(async () => {
  for (const { name } of await applications().list(ACTOR)) await applications().delete(ACTOR, name);
  await add();
});

describe('an application', () => {
  it('binds by its DN in any case, and is told who it is', async () => {
    const { stdout } = await ldap.run('ldapwhoami', [], { ...WIKI, dn: 'CN=Wiki, OU=Apps,DC=Roster' });
    expect(stdout.trim()).toBe(`dn:${WIKI_DN}`);
    expect(await bindAs({ ...WIKI, password: 'wrong' })).toBe(49);
  });

  it('reads its groups, what is in them, itself and the containers', async () => {
    expect(await dnsSeenBy(WIKI)).toEqual([
      'cn=dev,ou=groups,dc=roster',
      'cn=staff,ou=groups,dc=roster',
      WIKI_DN,
      'dc=roster',
      'ou=apps,dc=roster',
      'ou=groups,dc=roster',
      'ou=users,dc=roster',
      JANE.dn,
    ]);
    const [jane] = await ldap.search(['-b', JANE.dn], WIKI);
    expect(values(jane, 'memberOf')).toEqual(['cn=dev,ou=groups,dc=roster', 'cn=staff,ou=groups,dc=roster']);
    const [seen] = await ldap.search(['-b', 'cn=staff,ou=groups,dc=roster', '*', 'memberOf'], WIKI);
    expect(seen?.attributes.has('memberOf')).toBe(false);
    expect(values(seen, 'member')).toEqual(['cn=dev,ou=groups,dc=roster']);
  });

  it.each([
    '(memberOf=cn=board,ou=groups,dc=roster)',
    '(memberOf:1.2.840.113556.1.4.1941:=cn=board,ou=groups,dc=roster)',
    '(member=uid=max,ou=users,dc=roster)',
    '(member:1.2.840.113556.1.4.1941:=uid=max,ou=users,dc=roster)',
    '(memberUid=max)',
    '(uid=m*)',
    '(cn:dn:=board)',
    '(cn=admin)',
  ])('cannot probe what is hidden by %s', async (filter) => {
    expect(await ldap.search(['-b', 'dc=roster', filter], WIKI)).toEqual([]);
  });

  it('is answered alike about what is hidden and what is missing', async () => {
    for (const [program, hidden, missing, ...rest] of [
      ['ldapsearch', MAX.dn, 'uid=nil,ou=users,dc=roster'],
      ['ldapsearch', 'cn=board,ou=groups,dc=roster', 'cn=nil,ou=groups,dc=roster'],
      ['ldapsearch', ADMIN_DN, 'cn=nil,ou=system,dc=roster'],
      ['ldapcompare', MAX.dn, 'uid=nil,ou=users,dc=roster', 'uid:max'],
    ] as const) {
      const args = (dn: string) => (program === 'ldapsearch' ? ['-LLL', '-b', dn] : [dn, ...rest]);
      const answer = await ldap.run(program, args(hidden), WIKI);
      expect(answer).toEqual(await ldap.run(program, args(missing), WIKI));
      expect(answer.status).toBe(32);
    }
    const compare = ['cn=dev,ou=groups,dc=roster', 'memberOf:cn=board,ou=groups,dc=roster'];
    expect((await ldap.run('ldapcompare', compare, WIKI)).status).toBe(5);
    expect((await ldap.run('ldapcompare', [JANE.dn, compare[1] ?? ''], WIKI)).status).toBe(5);
  });

  it('is not told by paged results how much there is', async () => {
    const { stdout } = await ldap.run(
      'ldapsearch',
      ['-LL', '-E', 'pr=2/noprompt', '-b', 'dc=roster', '1.1'],
      WIKI,
    );
    expect(stdout.match(/^dn: /gm)).toHaveLength(8);
    expect(stdout).not.toMatch(/estimate=[1-9]/);
  });

  it('sees everybody where it is given everyone, and nobody without groups', async () => {
    await edit({ everyone: true });
    expect(await dnsSeenBy(WIKI)).toEqual((await dnsSeenBy(ADMIN)).filter((dn) => !dn.includes('ou=system')));
    await edit({ everyone: false, groups: [] });
    expect((await dnsSeenBy(WIKI)).filter((dn) => /,ou=(users|groups),/.test(dn))).toEqual([]);
  });

  it('is seen by the admin and by itself alone, without a password', async () => {
    await followed(() => applications().add(ACTOR, { name: 'mail', password: 'secret of mail' }));
    const seen = async (bind: Bind) =>
      (await ldap.search(['-b', 'ou=apps,dc=roster', '-s', 'one', '*', '+'], bind))
        .map(({ dn }) => dn)
        .sort();
    expect(await seen(ADMIN)).toEqual(['cn=mail,ou=apps,dc=roster', WIKI_DN]);
    expect(await seen(WIKI)).toEqual([WIKI_DN]);
    expect((await ldap.run('ldapsearch', ['-LLL', '-b', WIKI_DN], JANE)).status).toBe(32);
    expect((await ldap.run('ldapsearch', ['-LLL', '-b', 'dc=roster', '*', '+'])).stdout).not.toMatch(
      /password|\$2b\$/i,
    );
  });

  it('binds from its own addresses only', async () => {
    await edit({ allow: ['10.0.0.0/8'] });
    const elsewhere = await ldap.run('ldapwhoami', [], WIKI);
    expect(elsewhere).toEqual(
      await ldap.run('ldapwhoami', [], { ...WIKI, dn: 'cn=nobody,ou=apps,dc=roster' }),
    );
    expect(elsewhere.status).toBe(49);
    await edit({ allow: ['10.0.0.0/8', '127.0.0.0/8'] });
    expect(await bindAs(WIKI)).toBe(0);
  });
});

describe('signing in through an application', () => {
  it('is for those whom it sees, on the connection on which it has bound', async () => {
    await connected(async (client) => {
      await client.bind(WIKI.dn, WIKI.password);
      await expect(client.bind(MAX.dn, MAX.password)).rejects.toMatchObject({ code: 49 });
      await client.bind(JANE.dn, JANE.password);
      await expect(client.bind(MAX.dn, MAX.password)).rejects.toMatchObject({ code: 49 });
    });
    expect(await bindAs(MAX)).toBe(0);
  });

  it('is for those whom it sees, from its own addresses', async () => {
    await edit({ allow: ['127.0.0.1'] });
    expect(await bindAs(JANE)).toBe(0);
    const hidden = await ldap.run('ldapwhoami', [], MAX);
    expect(hidden).toEqual(await ldap.run('ldapwhoami', [], { ...MAX, password: 'wrong' }));
    expect(hidden.status).toBe(49);
    const mail = { name: 'mail', password: 'secret of mail', allow: ['127.0.0.0/8'], groups: ['board'] };
    await followed(() => applications().add(ACTOR, mail));
    expect(await bindAs(MAX)).toBe(0);
  });

  it('is for nobody while it is switched off', async () => {
    await edit({ allow: ['127.0.0.1'], enabled: false });
    expect(await bindAs(JANE)).toBe(49);
    expect(await bindAs(WIKI)).toBe(49);
    await edit({ allow: [] });
    expect(await bindAs(JANE)).toBe(0);
  });

  it('leaves the rights of the user, not of the application', async () => {
    await connected(async (client) => {
      await client.bind(WIKI.dn, WIKI.password);
      await client.bind(JANE.dn, JANE.password);
      expect((await client.search(WIKI_DN, { scope: 'base' }).catch((error) => error)).code).toBe(32);
    });
  });
});

describe('rights', () => {
  it('are gone after a bind that failed, and stay with the connection that has them', async () => {
    const search = (client: Client) => client.search('dc=roster', { scope: 'base' });
    await connected(async (first) => {
      await first.bind(ADMIN_DN, ADMIN_PASSWORD);
      await connected(async (second) => {
        await second.bind(WIKI.dn, WIKI.password);
        await expect(second.bind(ADMIN_DN, 'wrong')).rejects.toMatchObject({ code: 49 });
        await expect(search(second)).rejects.toMatchObject({ code: 50 });
      });
      expect((await search(first)).searchEntries).toHaveLength(1);
      await connected(async (third) => {
        await expect(search(third)).rejects.toMatchObject({ code: 50 });
      });
    });
  });

  it.each([
    [
      'gets another password',
      () => followed(() => applications().setPassword(ACTOR, 'wiki', 'another secret')),
    ],
    ['is switched off', () => edit({ enabled: false })],
    ['may no longer bind from there', () => edit({ allow: ['10.0.0.0/8'] })],
    ['is deleted', () => followed(() => applications().delete(ACTOR, 'wiki'))],
  ])('of an application end with its connections when it %s', async (_what, change) => {
    await connected(async (client) => {
      await client.bind(WIKI.dn, WIKI.password);
      await change();
      await expect(client.search('dc=roster')).rejects.toThrow();
    });
    expect(await bindAs(WIKI)).toBe(49);
  });

  it('of an application follow its groups while it stays connected', async () => {
    await connected(async (client) => {
      await client.bind(WIKI.dn, WIKI.password);
      await edit({ groups: ['board'], description: 'The wiki' });
      const { searchEntries } = await client.search('ou=users,dc=roster', { scope: 'one' });
      expect(searchEntries.map(({ dn }) => dn).sort()).toEqual([JANE.dn, MAX.dn]);
    });
  });

  it('of a user end when his password changes, and when the application sees him no more', async () => {
    await connected(async (client) => {
      await client.bind(WIKI.dn, WIKI.password);
      await client.bind(JANE.dn, JANE.password);
      await edit({ groups: [] });
      await expect(client.search('dc=roster')).rejects.toThrow();
    });
    await connected(async (client) => {
      await client.bind(MAX.dn, MAX.password);
      await followed(() => ldap.test.directory.users.setPassword(ACTOR, 'max', 'another secret'));
      await expect(client.search('dc=roster')).rejects.toThrow();
    });
    expect(await bindAs(MAX)).toBe(49);
    await followed(() => ldap.test.directory.users.setPassword(ACTOR, 'max', MAX.password));
  });
});

describe('guessing', () => {
  it.each([WIKI, ADMIN])(
    'at the password of $dn is slowed down, and the right one is answered like a wrong one',
    async ({ dn, password }) => {
      const wrong: Bind = { dn: dn.toUpperCase(), password: 'wrong' };
      const first = await ldap.run('ldapwhoami', [], wrong);
      for (let guess = 0; guess < 6; guess++) await bindAs({ dn, password: `wrong ${guess}` });
      expect(await ldap.run('ldapwhoami', [], { dn, password })).toEqual(first);
      expect(first.status).toBe(49);
    },
  );
});
