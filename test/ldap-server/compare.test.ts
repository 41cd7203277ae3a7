import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bind, startLdapServer, type TestLdapServer } from '../support/ldap-server.ts';
import { aGroup, aMembership, aUser } from '../support/rows.ts';

const JANE_DN = 'uid=jdoe,ou=users,dc=roster';
const STAFF_DN = 'cn=staff,ou=groups,dc=roster';
const staff = aGroup({ name: 'staff' });

let ldap: TestLdapServer;
let max: Bind;

beforeAll(async () => {
  ldap = await startLdapServer();
  const jane = aUser({ username: 'jdoe', email: 'Jane@example.org' });
  const other = aUser({ username: 'max', passwordHash: await ldap.hash('password of max') });
  const users = [jane, other];
  await ldap.write(
    [
      ...users.map(({ id }) => ({ subject: 'user' as const, subjectId: id, memberId: null })),
      { subject: 'group', subjectId: staff.id, memberId: null },
    ],
    async (transaction) => {
      await transaction.insertUsers(users);
      await transaction.insertGroups([staff]);
      await transaction.putMemberships(users.map((user) => aMembership(staff, user)));
    },
  );
  max = { dn: 'uid=max,ou=users,dc=roster', password: 'password of max' };
});
afterAll(() => ldap.stop());

async function compare(entry: string, assertion: string, bind?: Bind | null): Promise<number> {
  return (await ldap.run('ldapcompare', [entry, assertion], bind)).status;
}

describe('compare', () => {
  it.each([
    [STAFF_DN, `member:${JANE_DN}`, 6],
    [STAFF_DN, 'member:UID=JDoe , OU=Users,DC=roster', 6],
    [STAFF_DN, 'member:userid=jdoe,ou=users,dc=roster', 6],
    ['CN=Staff,OU=groups,DC=Roster', `uniqueMember:${JANE_DN}`, 6],
    [STAFF_DN, 'memberUid:jdoe', 6],
    [STAFF_DN, 'memberUid:nobody', 5],
    [STAFF_DN, 'member:uid=nobody,ou=users,dc=roster', 5],
    [JANE_DN, 'memberOf:cn=STAFF,ou=groups,dc=roster', 6],
    [JANE_DN, 'mail:jane@EXAMPLE.org', 6],
    [JANE_DN, 'uid:*', 5],
    [JANE_DN, 'objectClass:2.5.6.6', 6],
    [JANE_DN, '2.5.4.3:jane  doe', 6],
    [JANE_DN, 'pager:1', 17],
    [JANE_DN, 'cn;lang-de:Jane Doe', 17],
    [JANE_DN, 'mailAlternateAddress:x', 16],
    [STAFF_DN, 'member:no dn', 21],
    ['cn=Subschema', 'attributeTypes:x', 18],
    ['uid=nobody,ou=users,dc=roster', 'uid:nobody', 32],
    ['dc=example', 'dc:example', 32],
    ['no dn', 'cn:x', 34],
  ])('of %s with %s gives %d', async (entry, assertion, code) => {
    expect(await compare(entry, assertion)).toBe(code);
  });

  it('tells nothing of what its sender may not see', async () => {
    expect(await compare(STAFF_DN, `member:${JANE_DN}`, max)).toBe(5);
    expect(await compare(STAFF_DN, 'memberUid:jdoe', max)).toBe(5);
    expect(await compare(STAFF_DN, `member:${max.dn}`, max)).toBe(6);
    expect(await compare(JANE_DN, 'uid:jdoe', max)).toBe(32);
    expect(await compare(JANE_DN, 'uid:jdoe', null)).toBe(50);
  });
});
