import { Client } from 'ldapts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Credentials, Verdict } from '../../src/core/credentials/verdict.ts';
import type { Logger } from '../../src/core/log.ts';
import { silentLogger } from '../../src/core/log.ts';
import type { User } from '../../src/core/model/user.ts';
import {
  ADMIN,
  ADMIN_DN,
  ADMIN_PASSWORD,
  startLdapServer,
  type TestLdapServer,
} from '../support/ldap-server.ts';
import { values } from '../support/ldif.ts';
import { aGroup, aMembership, aSource, aUser, THEN } from '../support/rows.ts';

const jane = aUser({ username: 'jdoe', email: 'Jane@Example.org', passwordHash: 'hash of jane' });
const max = aUser({ username: 'max', passwordHash: 'hash of max' });
const off = aUser({ username: 'off', active: false, passwordHash: 'hash of off' });
const corp = aSource({ name: 'corp' });
const away = aUser({
  username: 'away',
  origin: { sourceId: corp.id, externalId: 'x', dn: 'uid=away', suspendedSince: null },
});
const staff = aGroup({ name: 'staff' });
const dev = aGroup({ name: 'dev' });
const board = aGroup({ name: 'board' });

let asked: { username: string | null; password: string }[] = [];
/** Every local account has the password "secret of <username>". */
const credentials: Credentials = {
  verify: async (account, password): Promise<Verdict> => {
    asked.push({ username: account?.username ?? null, password });
    if (account?.origin) return { ok: false, reason: 'unavailable', message: 'The source is away.' };
    const isRight = account?.enabled === true && password === `secret of ${account.username}`;
    return isRight ? { ok: true } : { ok: false, reason: 'wrong' };
  },
  verifyNewcomer: async (password): Promise<Verdict> => {
    asked.push({ username: null, password });
    return { ok: false, reason: 'wrong' };
  },
};

const lines: object[] = [];
const log: Logger = { ...silentLogger, info: (fields) => lines.push(fields) };

let ldap: TestLdapServer;
beforeAll(async () => {
  ldap = await startLdapServer({
    credentials,
    log,
    async fill(transaction) {
      await transaction.insertSource(corp);
      await transaction.insertUsers([jane, max, off, away]);
      await transaction.insertGroups([staff, dev, board]);
      await transaction.putMemberships([
        aMembership(staff, dev),
        aMembership(staff, max, { owner: true }),
        aMembership(dev, jane, { owner: true }),
        aMembership(dev, max),
        aMembership(board, max),
      ]);
    },
  });
});
afterAll(() => ldap.stop());
beforeEach(() => {
  asked = [];
});

const JANE_DN = 'uid=jdoe,ou=users,dc=roster';
const JANE = { dn: JANE_DN, password: 'secret of jdoe' };

async function bindAs(dn: string, password: string): Promise<number> {
  return (await ldap.run('ldapwhoami', [], { dn, password })).status;
}

describe('bind', () => {
  it.each([
    JANE_DN,
    'UID=JDoe , OU=Users,DC=Roster',
    'uid=\\6adoe,ou=users,dc=roster',
    'cn=jdoe,ou=users,dc=roster',
    'mail=jane@example.ORG,ou=users,dc=roster',
    `entryUUID=${jane.id},ou=users,dc=roster`,
    'uid=jdoe+totpToken=123456,ou=users,dc=roster',
    'jdoe',
    'jane@example.org',
  ])('lets a user in as %s', async (dn) => {
    const { status, stdout } = await ldap.run('ldapwhoami', [], { dn, password: JANE.password });
    expect(status).toBe(0);
    expect(stdout.trim()).toBe(`dn:${JANE_DN}`);
  });

  it('lets the bind DN in with its password alone', async () => {
    expect((await ldap.run('ldapwhoami', [])).stdout.trim()).toBe(`dn:${ADMIN_DN}`);
    expect(await bindAs('CN=Admin,OU=System,DC=Roster', ADMIN_PASSWORD)).toBe(0);
    expect(await bindAs(ADMIN_DN, 'wrong')).toBe(49);
    expect(asked).toEqual([]);
  });

  it('answers alike to a wrong password, an unknown name, a disabled user and a name elsewhere', async () => {
    const names = [
      JANE_DN,
      'uid=nobody,ou=users,dc=roster',
      'uid=off,ou=users,dc=roster',
      'uid=jdoe,dc=example',
      'nobody',
      'uid=jdoe+cn=x,ou=users,dc=roster',
    ];
    const password = 'secret of off';
    const answers = await Promise.all(names.map((dn) => ldap.run('ldapwhoami', [], { dn, password })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([49]));
    expect(new Set(answers.map(({ stderr }) => stderr)).size).toBe(1);
    expect(asked).toHaveLength(names.length);
  });

  it('refuses a name without a password, whoever it names', async () => {
    for (const dn of [ADMIN_DN, JANE_DN, 'uid=nobody,ou=users,dc=roster']) {
      expect(await bindAs(dn, '')).toBe(53);
    }
    expect(asked).toEqual([]);
  });

  it('accepts an anonymous bind, which may read the root DSE alone', async () => {
    const { status, stdout } = await ldap.run('ldapwhoami', [], null);
    expect([status, stdout.trim()]).toEqual([0, 'anonymous']);
    const { status: searched } = await ldap.run('ldapsearch', ['-b', 'dc=roster'], null);
    expect(searched).toBe(50);
    const compared = await ldap.run('ldapcompare', [JANE_DN, 'uid:jdoe'], null);
    expect(compared.status).toBe(50);
  });

  it('says when the source of an account does not answer', async () => {
    const answer = await ldap.run('ldapwhoami', [], { dn: 'uid=away,ou=users,dc=roster', password: 'x' });
    expect(answer.status).toBe(52);
    expect(answer.stderr).toContain('The source is away.');
  });

  it('refuses LDAP version 2', async () => {
    expect((await ldap.run('ldapsearch', ['-P', '2', '-b', 'dc=roster'])).status).toBe(2);
  });

  it('logs who bound from where and with what result, never the password', async () => {
    lines.length = 0;
    await bindAs(`${JANE_DN.replace(',', '+totpToken=123\\,456,')}`, JANE.password);
    expect(lines).toEqual([
      expect.objectContaining({
        name: 'uid=jdoe+totpToken=...,ou=users,dc=roster',
        address: '127.0.0.1',
        code: 0,
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('does not log a name that nobody bears, which may be a password', async () => {
    lines.length = 0;
    await bindAs('hunter2', 'x');
    await bindAs('uid=hunter2\\, really,ou=users,dc=roster', 'x');
    await bindAs('cn=hunter2,dc=elsewhere', 'x');
    await bindAs('hunter,2', 'x');
    expect(lines).toMatchObject([
      { name: '...', code: 49 },
      { name: '...,ou=users,dc=roster', code: 49 },
      { name: '...,dc=elsewhere', code: 49 },
      { name: '...', code: 49 },
    ]);
  });

  it('refuses SASL, and names what may come', async () => {
    const client = new Client({ url: ldap.url, tlsOptions: { ca: ldap.caPem } });
    await expect(client.bind('EXTERNAL')).rejects.toMatchObject({
      code: 7,
      message: expect.stringContaining('EXTERNAL and PLAIN may come'),
    });
    await client.unbind();
  });

  it('leaves the connection anonymous after a failed bind', async () => {
    const client = new Client({ url: ldap.url, tlsOptions: { ca: ldap.caPem } });
    await client.bind(ADMIN_DN, ADMIN_PASSWORD);
    expect((await client.search('dc=roster', { scope: 'base' })).searchEntries).toHaveLength(1);
    await expect(client.bind(ADMIN_DN, 'wrong')).rejects.toMatchObject({ code: 49 });
    await expect(client.search('dc=roster', { scope: 'base' })).rejects.toMatchObject({ code: 50 });
    await client.unbind();
  });

  it('closes connections of the bind DN when its password changes', async () => {
    const client = new Client({ url: ldap.url, tlsOptions: { ca: ldap.caPem } });
    await client.bind(ADMIN_DN, ADMIN_PASSWORD);
    await ldap.setSettings({ bindPasswordHash: await ldap.hash('another secret') });
    await expect(client.search('dc=roster', { scope: 'base' })).rejects.toThrow();
    expect(await bindAs(ADMIN_DN, ADMIN_PASSWORD)).toBe(49);
    expect(await bindAs(ADMIN_DN, 'another secret')).toBe(0);
    await ldap.setSettings({ bindPasswordHash: await ldap.hash(ADMIN_PASSWORD) });
    expect(await bindAs(ADMIN_DN, ADMIN_PASSWORD)).toBe(0);
  });
});

describe('what a user sees', () => {
  it('is itself, its groups and the containers', async () => {
    const entries = await ldap.search(['-b', 'dc=roster', '1.1'], JANE);
    expect(entries.map(({ dn }) => dn).sort()).toEqual([
      'cn=dev,ou=groups,dc=roster',
      'cn=staff,ou=groups,dc=roster',
      'dc=roster',
      'ou=groups,dc=roster',
      'ou=users,dc=roster',
      JANE_DN,
    ]);
  });

  it('does not include other members of its groups', async () => {
    const [devEntry] = await ldap.search(['-b', 'cn=dev,ou=groups,dc=roster'], JANE);
    expect(values(devEntry, 'member')).toEqual([JANE_DN]);
    expect(values(devEntry, 'memberUid')).toEqual(['jdoe']);
    expect(values(devEntry, 'owner')).toEqual([JANE_DN]);
    const [staffEntry] = await ldap.search(['-b', 'cn=staff,ou=groups,dc=roster'], JANE);
    expect(values(staffEntry, 'member')).toEqual(['cn=dev,ou=groups,dc=roster']);
    expect(staffEntry?.attributes.has('owner')).toBe(false);
  });

  it.each([
    '(member=uid=max,ou=users,dc=roster)',
    '(memberUid=max)',
    '(owner=uid=max,ou=users,dc=roster)',
    '(uid=max)',
    '(member:1.2.840.113556.1.4.1941:=uid=max,ou=users,dc=roster)',
  ])('cannot be probed for others by %s', async (filter) => {
    expect(await ldap.search(['-b', 'dc=roster', filter], JANE)).toEqual([]);
  });

  it('tells a hidden entry and a missing one alike', async () => {
    const hidden = await ldap.run('ldapsearch', ['-LLL', '-b', 'uid=max,ou=users,dc=roster'], JANE);
    const missing = await ldap.run('ldapsearch', ['-LLL', '-b', 'uid=nil,ou=users,dc=roster'], JANE);
    expect(hidden).toEqual(missing);
    expect(hidden.status).toBe(32);
    const compared = await ldap.run('ldapcompare', ['cn=dev,ou=groups,dc=roster', 'memberUid:max'], JANE);
    expect(compared.status).toBe(5);
  });

  it('ends with its connection when it is disabled', async () => {
    const client = new Client({ url: ldap.url, tlsOptions: { ca: ldap.caPem } });
    await client.bind('uid=max,ou=users,dc=roster', 'secret of max');
    expect((await client.search('dc=roster')).searchEntries).toHaveLength(7);
    const disable = (active: boolean) => setUser({ ...max, active });
    await disable(false);
    await expect(client.search('dc=roster')).rejects.toThrow();
    await disable(true);
  });
});

async function setUser(user: User): Promise<void> {
  await ldap.write([{ subject: 'user', subjectId: user.id, memberId: null }], (transaction) =>
    transaction.updateUsers([{ ...user, updatedAt: THEN }]),
  );
}

describe('compare', () => {
  it.each([
    ['cn=dev,ou=groups,dc=roster', 'member:UID=jdoe, ou=users,dc=roster', 6],
    ['cn=dev,ou=groups,dc=roster', 'uniqueMember:uid=away,ou=users,dc=roster', 5],
    ['cn=dev,ou=groups,dc=roster', 'memberUid:JDOE', 6],
    [JANE_DN, 'memberOf:cn=staff,ou=groups,dc=roster', 6],
    [JANE_DN, 'description:x', 16],
    [JANE_DN, 'unknownAttribute:x', 17],
    [JANE_DN, 'entryUUID:no-uuid', 21],
    ['uid=nobody,ou=users,dc=roster', 'uid:nobody', 32],
  ])('%s with %s gives %d', async (dn, assertion, code) => {
    expect((await ldap.run('ldapcompare', [dn, assertion], ADMIN)).status).toBe(code);
  });
});

describe('writes and extended operations', () => {
  it('refuses each write in its own response type and keeps the connection', async () => {
    const client = new Client({ url: ldap.url, tlsOptions: { ca: ldap.caPem } });
    await client.bind(ADMIN_DN, ADMIN_PASSWORD);
    await expect(client.del(JANE_DN)).rejects.toMatchObject({ code: 53 });
    await expect(client.add(JANE_DN, { cn: 'x' })).rejects.toMatchObject({ code: 53 });
    await expect(client.modifyDN(JANE_DN, 'uid=x')).rejects.toMatchObject({ code: 53 });
    await expect(client.exop('1.2.3.4')).rejects.toMatchObject({ code: 2 });
    await expect(client.exop('1.3.6.1.4.1.1466.20037')).rejects.toMatchObject({ code: 1 });
    expect((await client.exop('1.3.6.1.4.1.4203.1.11.3')).value).toBe(`dn:${ADMIN_DN}`);
    await client.unbind();
  });
});
