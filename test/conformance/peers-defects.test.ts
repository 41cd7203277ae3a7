/** Defects that other LDAP servers had, each as a test that would have caught it. */
import { Client } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Logger } from '../../src/core/log.ts';
import { silentLogger } from '../../src/core/log.ts';
import type { User } from '../../src/core/model/user.ts';
import {
  boolean,
  element,
  integer,
  message,
  search,
  sequence,
  simpleBind,
  text,
} from '../support/ber-builder.ts';
import {
  ADMIN_DN,
  ADMIN_PASSWORD,
  type Bind,
  startLdapServer,
  type TestLdapServer,
} from '../support/ldap-server.ts';
import { createWire, type Wire } from '../support/ldap-wire.ts';
import { values } from '../support/ldif.ts';
import { aGroup, aMembership, aUser } from '../support/rows.ts';

const PASSWORD = 'password of Jane Doe';
const JANE: Bind = { dn: 'uid=jdoe,ou=users,dc=roster', password: PASSWORD };
const staff = aGroup({ name: 'staff' });
const ADMIN_BIND = simpleBind(ADMIN_DN, ADMIN_PASSWORD);
const PAGED_RESULTS = '1.2.840.113556.1.4.319';

let ldap: TestLdapServer;
let jane: User;
const logged: unknown[] = [];
const note = (...parts: unknown[]): void => void logged.push(parts);
const log: Logger = { ...silentLogger, debug: note, info: note, warn: note, error: note };

beforeAll(async () => {
  ldap = await startLdapServer({ log });
  const passwordHash = await ldap.hash(PASSWORD);
  jane = aUser({
    username: 'jdoe',
    displayName: 'Jane van der Doe',
    familyName: 'van der Doe',
    passwordHash,
  });
  const users = [
    jane,
    aUser({ username: 'disabled', active: false, passwordHash }),
    aUser({ username: 'without', passwordHash: null }),
  ];
  await ldap.write(
    [
      ...users.map(({ id }) => ({ subject: 'user' as const, subjectId: id, memberId: null })),
      { subject: 'group', subjectId: staff.id, memberId: null },
    ],
    async (transaction) => {
      await transaction.insertUsers(users);
      await transaction.insertGroups([staff]);
      await transaction.putMemberships([aMembership(staff, jane)]);
    },
  );
});
afterAll(() => ldap.stop());

async function whoAmI(bind: Bind): Promise<number> {
  return (await ldap.run('ldapwhoami', [], bind)).status;
}

async function dns(...args: string[]): Promise<readonly string[]> {
  return (await ldap.search([...args, '1.1'])).map(({ dn }) => dn);
}

async function bound(): Promise<Wire> {
  const wire = createWire(ldap.connect());
  wire.send(message(1, ADMIN_BIND));
  await wire.received(1);
  return wire;
}

describe('1: a base search of the suffix', () => {
  it('returns the suffix and nothing else', async () => {
    expect(await dns('-b', 'dc=roster', '-s', 'base', '(objectClass=*)')).toEqual(['dc=roster']);
  });
});

describe('2: a group', () => {
  it('has its own DN as entryDN, and times as GeneralizedTime', async () => {
    const [entry] = await ldap.search(['-b', 'cn=staff,ou=groups,dc=roster', '*', '+']);
    expect(values(entry, 'entryDN')).toEqual([entry?.dn]);
    for (const name of ['createTimestamp', 'modifyTimestamp']) {
      expect(values(entry, name)[0]).toMatch(/^\d{14}Z$/);
    }
  });
});

describe('3: answers', () => {
  it('to "Who am I?" stand in the response value', async () => {
    const wire = await bound();
    wire.send(message(2, element(0x77, element(0x80, '1.3.6.1.4.1.4203.1.11.3'))));
    const [, answer] = await wire.received(2);
    // An empty diagnostic message, then responseValue.
    const expected = Buffer.concat([text(''), element(0x8b, `dn:${ADMIN_DN}`)]);
    expect(answer?.bytes.includes(expected)).toBe(true);
  });

  it('are not given to an abandon request', async () => {
    const wire = await bound();
    wire.send(message(2, element(0x50, Buffer.from([7]))), message(3, search({ scope: 0 })));
    const answers = await wire.received(3);
    expect(answers.map(({ id }) => id)).toEqual([1, 3, 3]);
  });

  it('hold a paged results control only where the request did', async () => {
    const wire = await bound();
    const pages = sequence(text(PAGED_RESULTS), text(sequence(integer(10), text(''))));
    wire.send(message(2, search({ scope: 0 })), message(3, search({ scope: 0 }), element(0xa0, pages)));
    const [, , plain, , paged] = await wire.received(5);
    expect(plain?.bytes.includes(PAGED_RESULTS)).toBe(false);
    expect(paged?.bytes.includes(PAGED_RESULTS)).toBe(true);
  });
});

describe('4: DNs', () => {
  it.each([
    ['uid=jdoe\\2cou=users,dc=roster', 32],
    ['uid=j\\64oe,ou=users,dc=roster', 0],
    ['UID = JDoe , OU=users,DC=roster', 0],
    ['uid=jdoe+cn=x,ou=users,dc=roster', 32],
    ['uid=jdoe,,ou=users,dc=roster', 34],
  ])('are read by RFC 4514: %s gives %d', async (dn, status) => {
    expect((await ldap.run('ldapsearch', ['-b', dn, '-s', 'base'])).status).toBe(status);
  });

  it('are read so at a bind too', async () => {
    expect(await whoAmI({ ...JANE, dn: 'uid=jd\\6Fe, ou=Users, dc=roster' })).toBe(0);
    expect(await whoAmI({ ...JANE, dn: 'uid=jdoe\\2Cou=users,dc=roster' })).toBe(49);
  });
});

describe('5: text', () => {
  it.each([
    '(cn=JANE VAN DER DOE)',
    '(cn=jane van der doe)',
    '(cn=Jane  van der Doe)',
    '(displayName=JANE*VAN*DOE)',
  ])('is compared without regard to case: %s', async (filter) => {
    expect(await dns('-b', 'dc=roster', filter)).toEqual([JANE.dn]);
  });
});

describe('6: a request', () => {
  it('with an unknown critical control is refused', async () => {
    const wire = await bound();
    wire.send(message(2, search(), element(0xa0, sequence(text('1.2.3.4'), boolean(true)))));
    expect((await wire.received(2))[1]).toMatchObject({ tag: 0x65, code: 12 });
  });

  it('keeps to the size limit and to types only', async () => {
    const limited = await ldap.run('ldapsearch', ['-LLL', '-z', '1', '-A', '-b', 'dc=roster', 'objectClass']);
    expect(limited.status).toBe(4);
    expect(limited.stdout.trim()).toBe('dn: dc=roster\nobjectClass:');
  });
});

describe('7: the root DSE', () => {
  it('does not say what a filter asks for', async () => {
    const base = ['-b', '', '-s', 'base'];
    expect(await ldap.search([...base, '(vendorName=Somebody)'], null)).toEqual([]);
    expect(await ldap.search([...base, '(objectClass=OpenLDAProotDSE)'], null)).toEqual([]);
    const [entry] = await ldap.search([...base, '(|(objectClass=*)(vendorName=Somebody))'], null);
    expect(values(entry, 'vendorName')).toEqual(['Roster']);
  });
});

describe('8: an account', () => {
  it('without a password, or switched off, opens with no password', async () => {
    for (const password of ['x', PASSWORD, '$2b$04$']) {
      expect(await whoAmI({ dn: 'uid=without,ou=users,dc=roster', password })).toBe(49);
      expect(await whoAmI({ dn: 'uid=disabled,ou=users,dc=roster', password })).toBe(49);
    }
  });

  it('leaves no password in the log', async () => {
    await whoAmI(JANE);
    await whoAmI({ ...JANE, password: 'a wrong password' });
    expect(logged.length).toBeGreaterThan(0);
    const lines = JSON.stringify(logged);
    for (const secret of [PASSWORD, 'a wrong password', ADMIN_PASSWORD]) expect(lines).not.toContain(secret);
  });
});

describe('9: compare', () => {
  it.each(['jdoe)(uid=*', '*', 'jdoe)', '(uid=jdoe)', '\\2a'])(
    'takes %s as a value, not as a filter',
    async (value) => {
      expect((await ldap.run('ldapcompare', [JANE.dn, `uid:${value}`])).status).toBe(5);
    },
  );
});

describe('10: the rights of a connection', () => {
  it('do not change when another connection fails to bind with the same name', async () => {
    const client = new Client({ url: ldap.url, tlsOptions: { ca: [ldap.caPem] } });
    try {
      await client.bind(ADMIN_DN, ADMIN_PASSWORD);
      expect(await whoAmI({ dn: ADMIN_DN, password: 'wrong' })).toBe(49);
      const { searchEntries } = await client.search('dc=roster', { filter: '(uid=jdoe)' });
      expect(searchEntries.map(({ dn }) => dn)).toEqual([JANE.dn]);
    } finally {
      await client.unbind();
    }
  });

  it('end when it fails to bind anew', async () => {
    const wire = await bound();
    wire.send(message(2, simpleBind(ADMIN_DN, 'wrong')), message(3, search()));
    const [, failed, searched] = await wire.received(3);
    expect(failed).toMatchObject({ id: 2, code: 49 });
    expect(searched).toMatchObject({ id: 3, tag: 0x65, code: 50 });
  });
});

describe('11: a password', () => {
  it('that was changed opens nothing from then on, however often it did before', async () => {
    const old = { dn: 'uid=changing,ou=users,dc=roster', password: 'the old password' };
    const user = aUser({ username: 'changing', passwordHash: await ldap.hash(old.password) });
    const changes = [{ subject: 'user' as const, subjectId: user.id, memberId: null }];
    await ldap.write(changes, (transaction) => transaction.insertUsers([user]));
    expect(await whoAmI(old)).toBe(0);
    expect(await whoAmI(old)).toBe(0);
    const passwordHash = await ldap.hash('the new password');
    await ldap.write(changes, (transaction) => transaction.updateUsers([{ ...user, passwordHash }]));
    expect(await whoAmI(old)).toBe(49);
    expect(await whoAmI({ ...old, password: 'the new password' })).toBe(0);
  });
});

describe('12: names', () => {
  it('keep their case where it counts, and family names their blanks', async () => {
    expect(await dns('-b', 'dc=roster', '(cn:caseExactMatch:=Jane van der Doe)')).toEqual([JANE.dn]);
    expect(await dns('-b', 'dc=roster', '(cn:caseExactMatch:=jane van der doe)')).toEqual([]);
    const [entry] = await ldap.search(['-b', JANE.dn]);
    expect(values(entry, 'sn')).toEqual(['van der Doe']);
  });

  it('that nobody has are refused as wrong passwords are', async () => {
    const refusals = [
      { ...JANE, password: 'wrong' },
      { ...JANE, dn: 'uid=nobody,ou=users,dc=roster' },
    ].map(async (bind) => {
      const { status, stderr } = await ldap.run('ldapwhoami', [], bind);
      return { status, stderr };
    });
    const [wrong, unknown] = await Promise.all(refusals);
    expect(wrong?.status).toBe(49);
    expect(unknown).toEqual(wrong);
  });
});

describe('13: a filter nested too deep', () => {
  it('is refused while it is decoded, before anybody is bound, and others are served', async () => {
    let nested = element(0x87, 'objectClass');
    for (let depth = 0; depth < 5000; depth += 1) nested = element(0xa2, nested);
    const wire = createWire(ldap.connect());
    wire.send(message(1, search({ base: '', scope: 0, filter: nested })));
    expect(await wire.received(1)).toMatchObject([{ code: 2 }]);
    expect(await whoAmI(JANE)).toBe(0);
  });
});
