import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_POSIX } from '../../src/core/model/posix.ts';
import { ACTOR } from '../support/directory.ts';
import { startLdapServer, type TestLdapServer } from '../support/ldap-server.ts';
import { values } from '../support/ldif.ts';
import { aGroup, aMembership, anApplication, aUser } from '../support/rows.ts';

const jane = aUser({ username: 'jdoe', posixNumber: 20_001 });
const max = aUser({ username: 'max', posixNumber: 20_002 });
const staff = aGroup({ name: 'staff', posixNumber: 20_003 });
const dev = aGroup({ name: 'dev', posixNumber: 20_004 });
const ON = { ...DEFAULT_POSIX, enabled: true };
const ACCOUNT = ['uidNumber', 'gidNumber', 'gecos', 'homeDirectory', 'loginShell'];

let ldap: TestLdapServer;
beforeAll(async () => {
  ldap = await startLdapServer({
    async fill(transaction) {
      await transaction.insertUsers([jane, max]);
      await transaction.insertGroups([staff, dev]);
      await transaction.putMemberships([
        aMembership(staff, jane),
        aMembership(staff, dev),
        aMembership(dev, max),
      ]);
    },
  });
});
afterAll(() => ldap.stop());

async function found(filter: string): Promise<string[]> {
  const entries = await ldap.search(['-b', 'dc=roster', filter, '1.1']);
  return entries.map(({ dn }) => /=([^,]*)/.exec(dn)?.[1] ?? '').sort();
}

it('accounts of Unix systems come and go with the setting, while the server runs', async () => {
  const janeAndStaff = () => ldap.search(['-b', 'dc=roster', '(|(uid=jdoe)(cn=staff))']);
  const before = await janeAndStaff();
  expect(JSON.stringify(before.map(({ attributes }) => [...attributes]))).not.toMatch(
    /posix|uidnumber|gidnumber/,
  );
  expect(await found('(|(uidNumber=*)(gidNumber>=0)(objectClass=posixGroup))')).toEqual([]);

  await ldap.setSettings({ posix: ON });
  const [user] = await ldap.search(['-b', 'dc=roster', '(uid=jdoe)']);
  expect(values(user, 'objectClass')).toContain('posixAccount');
  expect(ACCOUNT.flatMap((name) => values(user, name))).toEqual([
    ...['20001', '20001', 'Jane Doe', '/home/jdoe', '/bin/bash'],
  ]);
  const [group] = await ldap.search(['-b', 'dc=roster', '(cn=staff)']);
  expect(values(group, 'objectClass')).toContain('posixGroup');
  expect(values(group, 'gidNumber')).toEqual(['20003']);
  expect(values(group, 'memberUid')).toEqual(['jdoe']);

  await ldap.setSettings({ posix: { ...ON, homeDirectory: '/srv/%u' } });
  expect(await found('(homeDirectory=/srv/jdoe)')).toEqual(['jdoe']);
  await ldap.setSettings({ posix: DEFAULT_POSIX });
  expect(await janeAndStaff()).toEqual(before);
});

describe('switched on', () => {
  beforeAll(() => ldap.setSettings({ posix: ON }));

  it('numbers are found by any comparison, and in order', async () => {
    expect(await found('(uidNumber=20002)')).toEqual(['max']);
    expect(await found('(&(objectClass=posixAccount)(uidNumber>=20002))')).toEqual(['max']);
    expect(await found('(&(objectClass=posixGroup)(gidNumber<=20003))')).toEqual(['staff']);
    expect(await found('(|(gidNumber=20001)(gidNumber=20004))')).toEqual(['dev', 'jdoe']);
    expect(await found('(&(uid=*)(uidNumber=*)(!(uidNumber=0)))')).toEqual(['admin', 'jdoe', 'max']);
    expect(await found('(uidNumber=jdoe)')).toEqual([]);
    const sorted = await ldap.search([
      '-E',
      'sss=-uidNumber',
      '-b',
      'ou=users,dc=roster',
      '(uidNumber=*)',
      '1.1',
    ]);
    expect(sorted.map(({ dn }) => dn.split(',')[0])).toEqual(['uid=max', 'uid=jdoe', 'uid=admin']);
  });

  it('an application and a person see the numbers of whom they see', async () => {
    const password = 'secret of the application';
    const app = anApplication({ name: 'app', groups: [dev.id], passwordHash: await ldap.hash(password) });
    await ldap.write([{ subject: 'application', subjectId: app.id, memberId: null }], (it) =>
      it.insertApplication(app),
    );
    const bind = { dn: 'cn=app,ou=apps,dc=roster', password };
    const seen = await ldap.search(['-b', 'dc=roster', '(gidNumber>=0)', 'gidNumber'], bind);
    expect(seen.flatMap((entry) => values(entry, 'gidNumber')).sort()).toEqual(['20002', '20004']);
    expect(await ldap.search(['-b', 'dc=roster', '(|(uidNumber=20001)(gidNumber=20003))'], bind)).toEqual([]);
  });

  it('whoever is added gets the next number', async () => {
    const { users } = ldap.test.directory;
    await users.add(ACTOR, { username: 'new' });
    await expect.poll(() => found('(uidNumber=10001)')).toEqual(['new']);
  });
});
