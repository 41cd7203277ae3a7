import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLdapServer, type TestLdapServer } from '../support/ldap-server.ts';
import { type LdifEntry, values } from '../support/ldif.ts';
import { aGroup, aMembership, aUser } from '../support/rows.ts';

const jane = aUser({
  username: 'jdoe',
  email: 'Jane@Example.org',
  otherEmails: ['jd@example.org'],
  displayName: 'Jane Doe',
});
const max = aUser({ username: 'max', displayName: '', givenName: '', familyName: '', email: null });
const gone = aUser({ username: 'gone', active: false });
const staff = aGroup({ name: 'staff', description: 'All of us' });
const dev = aGroup({ name: 'dev' });
const empty = aGroup({ name: 'empty' });

let ldap: TestLdapServer;

beforeAll(async () => {
  ldap = await startLdapServer({
    async fill(transaction) {
      await transaction.insertUsers([jane, max, gone]);
      await transaction.insertGroups([staff, dev, empty]);
      await transaction.putMemberships([
        aMembership(staff, dev),
        aMembership(staff, max, { owner: true }),
        aMembership(dev, jane),
        aMembership(dev, gone),
      ]);
    },
  });
});
afterAll(() => ldap.stop());

const JANE_DN = 'uid=jdoe,ou=users,dc=roster';
const STAFF_DN = 'cn=staff,ou=groups,dc=roster';
/** Suffix, containers and the bind DN; groups; users that are listed. */
const EVERYTHING = 6 + 3 + 3;
const CONTAINERS = ['ou=apps,dc=roster', 'ou=groups,dc=roster', 'ou=system,dc=roster', 'ou=users,dc=roster'];
const DEV_DN = 'cn=dev,ou=groups,dc=roster';

function dns(entries: readonly LdifEntry[]): string[] {
  return entries.map(({ dn }) => dn).sort();
}

describe('entries', () => {
  it('serves a user with its attributes', async () => {
    const [entry] = await ldap.search(['-b', 'dc=roster', '(uid=jdoe)']);
    expect(entry?.dn).toBe(JANE_DN);
    expect(values(entry, 'objectClass')).toEqual(
      expect.arrayContaining(['top', 'person', 'organizationalPerson', 'inetOrgPerson', 'user']),
    );
    expect(values(entry, 'mail')).toEqual(['Jane@Example.org', 'jd@example.org']);
    expect(values(entry, 'cn')).toEqual(['Jane Doe']);
    expect(values(entry, 'entryUUID')).toEqual([jane.id]);
    expect(values(entry, 'userAccountControl')).toEqual(['512']);
    expect(values(entry, 'memberOf')).toEqual([DEV_DN, STAFF_DN]);
    expect(values(entry, 'createTimestamp')).toEqual([]);
  });

  it('never leaves sn empty, and omits empty attributes', async () => {
    const [entry] = await ldap.search(['-b', 'dc=roster', '(uid=max)']);
    expect(values(entry, 'sn')).toEqual(['max']);
    expect(values(entry, 'cn')).toEqual(['max']);
    expect(entry?.attributes.has('givenname')).toBe(false);
    expect(entry?.attributes.has('mail')).toBe(false);
  });

  it('serves a group with users and groups as members, without those that are not listed', async () => {
    const [entry] = await ldap.search(['-b', DEV_DN, '-s', 'base']);
    expect(values(entry, 'member')).toEqual([JANE_DN]);
    expect(values(entry, 'memberOf')).toEqual([STAFF_DN]);
    const [above] = await ldap.search(['-b', STAFF_DN, '-s', 'base']);
    expect(values(above, 'uniqueMember')).toEqual([DEV_DN, 'uid=max,ou=users,dc=roster']);
    expect(values(above, 'memberUid')).toEqual(['max']);
    expect(values(above, 'owner')).toEqual(['uid=max,ou=users,dc=roster']);
  });

  it('does not list inactive users', async () => {
    expect(await ldap.search(['-b', 'dc=roster', '(uid=gone)'])).toEqual([]);
    expect((await ldap.run('ldapsearch', ['-b', 'uid=gone,ou=users,dc=roster'])).status).toBe(32);
  });
});

describe('scopes and bases', () => {
  it.each([
    ['dc=roster', 'base', ['dc=roster']],
    ['dc=roster', 'one', CONTAINERS],
    ['ou=groups,dc=roster', 'one', ['cn=dev,ou=groups,dc=roster', 'cn=empty,ou=groups,dc=roster', STAFF_DN]],
    ['OU=System , DC=Roster', 'sub', ['cn=admin,ou=system,dc=roster', 'ou=system,dc=roster']],
    ['OU=System,DC=Roster', 'children', ['cn=admin,ou=system,dc=roster']],
    [JANE_DN, 'sub', [JANE_DN]],
    [JANE_DN, 'one', []],
  ])('from %s with scope %s finds %j', async (base, scope, expected) => {
    expect(dns(await ldap.search(['-b', base, '-s', scope, '(objectClass=*)', '1.1']))).toEqual(expected);
  });

  it('finds everything below the suffix', async () => {
    expect(await ldap.search(['-b', 'dc=roster', '1.1'])).toHaveLength(EVERYTHING);
  });

  it.each([
    ['uid=nobody,ou=users,dc=roster', 'matchedDN: ou=users,dc=roster'],
    ['dc=example,dc=org', 'No such object'],
  ])('answers noSuchObject for %s', async (base, text) => {
    const { status, stdout, stderr } = await ldap.run('ldapsearch', ['-b', base]);
    expect(status).toBe(32);
    expect((stdout + stderr).toLowerCase()).toContain(text.toLowerCase());
  });

  it('answers invalidDNSyntax for what is no DN', async () => {
    expect((await ldap.run('ldapsearch', ['-b', 'no dn'])).status).toBe(34);
  });
});

describe('filters', () => {
  it.each([
    ['(&(objectClass=person)(|(uid=JDOE)(mail=JDOE)))', [JANE_DN]],
    ['(mail=jd@EXAMPLE.org)', [JANE_DN]],
    ['(|(uid=jdoe)(foo=bar))', [JANE_DN]],
    ['(&(objectclass=person)(memberOf=CN=Staff, OU=Groups, DC=roster)(uid=jdoe))', [JANE_DN]],
    ['(&(objectClass=groupOfNames)(member=UID=jdoe,OU=Users,DC=roster))', [DEV_DN]],
    [`(member:1.2.840.113556.1.4.1941:=${JANE_DN})`, [DEV_DN, STAFF_DN]],
    ['(&(objectClass=group)(memberUid=jdoe))', [DEV_DN]],
    // Without a gidNumber it would be incomplete, and dropped by those who look for it.
    ['(objectClass=posixGroup)', []],
    ['(owner=uid=max,ou=users,dc=roster)', [STAFF_DN]],
    ['(cn=Jane *)', [JANE_DN]],
    ['(mail=*@example.org)', [JANE_DN]],
    [`(entryUUID=${jane.id.toUpperCase()})`, [JANE_DN]],
    [`(entryDN=${JANE_DN})`, [JANE_DN]],
    ['(&(uid=j*)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))', [JANE_DN]],
    ['(cn:caseExactMatch:=jane doe)', []],
    ['(cn:2.5.13.5:=Jane Doe)', [JANE_DN]],
    ['(CN:CASEIGNOREMATCH:=jane  doe)', [JANE_DN]],
    ['(:caseExactMatch:=Jane Doe)', [JANE_DN]],
    ['(uid:distinguishedNameMatch:=jdoe)', []],
    ['(cn:noSuchMatch:=jane doe)', []],
    [
      '(&(ou:dn:=users)(objectClass=person))',
      [JANE_DN, 'uid=max,ou=users,dc=roster', 'uid=admin,ou=users,dc=roster'],
    ],
    ['(&(ou=users)(objectClass=person))', []],
    ['(&(:dn:caseIgnoreMatch:=DEV)(objectClass=group))', [DEV_DN]],
    [`(&(member:1.2.840.113556.1.4.1941:=${JANE_DN})(cn=staff))`, [STAFF_DN]],
    [`(&(memberOf:1.2.840.113556.1.4.1941:=${STAFF_DN})(uid=*))`, [JANE_DN, 'uid=max,ou=users,dc=roster']],
    ['(&(objectClass=2.5.6.6)(uid=jdoe))', [JANE_DN]],
    ['(&(uid=jdoe)(!(objectClass=computer)))', [JANE_DN]],
    ['(cn~=JANE  DOE)', [JANE_DN]],
    ['(userPrincipalName=jane@example.org)', [JANE_DN]],
    ['(cn;lang-de=Jane Doe)', []],
    ['(&(uid=jdoe)(!(cn;lang-de=Jane Doe)))', []],
    ['(&(uid=jdoe)(createTimestamp<=20260301120000Z))', [JANE_DN]],
    ['(&(uid=jdoe)(|(createTimestamp>=20260301120001Z)(modifyTimestamp>=20260301120001Z)))', []],
    ['(userAccountControl:1.2.840.113556.1.4.803:=x)', []],
    ['(cn:caseExactMatch:=Jane Doe)', [JANE_DN]],
    ['(|(ou=*)(cn=Users))', CONTAINERS],
    ['(&(uid=jdoe)(modifyTimestamp>=20200101000000Z))', [JANE_DN]],
    ['(&(uid=jdoe)(modifyTimestamp>=29990101000000Z))', []],
    ['(&(uid=jdoe)(!(modifyTimestamp>=yesterday)))', []],
    ['(&(uid=jdoe)(!(unknown=*)))', []],
    ['(&(uid=jdoe)(&))', [JANE_DN]],
    ['(|)', []],
  ])('%s finds %j', async (filter, expected) => {
    expect(dns(await ldap.search(['-b', 'dc=roster', filter, '1.1']))).toEqual([...expected].sort());
  });
});

describe('attribute selection', () => {
  async function names(...attributes: string[]): Promise<string[]> {
    const { stdout } = await ldap.run('ldapsearch', [
      '-LLL',
      '-b',
      JANE_DN,
      '-s',
      'base',
      '(uid=*)',
      ...attributes,
    ]);
    return [...new Set(stdout.split('\n').map((line) => line.split(':')[0] ?? ''))].filter(
      (name) => name !== '',
    );
  }

  it('answers under the names that the client wrote', async () => {
    expect(await names('GIVENNAME', 'Uid', 'surname')).toEqual(['dn', 'GIVENNAME', 'Uid', 'surname']);
  });

  it('returns nothing but the DN for 1.1, for dn and for unknown names', async () => {
    expect(await names('1.1')).toEqual(['dn']);
    expect(await names('dn', 'unknown', 'cn;lang-en', 'cn;binary', '@person')).toEqual(['dn']);
  });

  it('returns operational attributes for + and by name', async () => {
    expect(await names('+')).toEqual(
      expect.arrayContaining([
        'entryDN',
        'createTimestamp',
        'modifyTimestamp',
        'structuralObjectClass',
        'entryUUID',
      ]),
    );
    expect(await names('+')).not.toContain('uid');
    expect(await names('*', 'entrydn')).toEqual(expect.arrayContaining(['uid', 'memberOf', 'entrydn']));
    expect(await names('hasSubordinates', 'hassubordinates')).toEqual(['dn', 'hasSubordinates']);
  });

  it('returns types without values when asked to', async () => {
    const { stdout } = await ldap.run('ldapsearch', ['-LLL', '-A', '-b', JANE_DN, 'uid']);
    expect(stdout.trim()).toBe(`dn: ${JANE_DN}\nuid:`);
  });

  it('writes times as GeneralizedTime', async () => {
    const [entry] = await ldap.search(['-b', STAFF_DN, 'createTimestamp']);
    expect(values(entry, 'createTimestamp')).toEqual(['20260301120000Z']);
  });
});

describe('limits and controls', () => {
  it('returns as many entries as the size limit allows, then sizeLimitExceeded', async () => {
    const { status, stdout } = await ldap.run('ldapsearch', ['-LLL', '-z', '2', '-b', 'dc=roster', '1.1']);
    expect(status).toBe(4);
    expect(stdout.match(/^dn:/gm)).toHaveLength(2);
    expect((await ldap.run('ldapsearch', ['-z', '1', '-b', JANE_DN])).status).toBe(0);
  });

  it('pages through everything exactly once', async () => {
    for (const size of [1, 2, 3, 11, 100]) {
      const { status, stdout } = await ldap.run('ldapsearch', [
        ...['-LLL', '-E', `!pr=${size}/noprompt`, '-b', 'dc=roster', '(objectClass=*)', '1.1'],
      ]);
      expect(status).toBe(0);
      expect(new Set(stdout.match(/^dn:.*/gm))).toHaveLength(EVERYTHING);
      expect(stdout.match(/^dn:.*/gm)).toHaveLength(EVERYTHING);
    }
  });

  it('refuses an unknown critical control, ignores one that is not critical', async () => {
    const synchronized = (critical: string) => ['-E', `${critical}sync=ro`, '-b', JANE_DN];
    expect((await ldap.run('ldapsearch', synchronized('!'))).status).toBe(12);
    expect((await ldap.run('ldapsearch', synchronized(''))).status).toBe(0);
    expect((await ldap.run('ldapsearch', ['-MM', '-b', JANE_DN])).status).toBe(0);
  });
});

describe('root DSE and schema', () => {
  it('is readable by everybody, and tells what is served', async () => {
    const [entry, ...more] = await ldap.search(['-b', '', '-s', 'base', '(objectclass=*)', '*', '+'], null);
    expect(more).toEqual([]);
    expect(entry?.dn).toBe('');
    expect(values(entry, 'namingContexts')).toEqual(['dc=roster']);
    expect(values(entry, 'supportedLDAPVersion')).toEqual(['3']);
    expect(values(entry, 'supportedControl')).toContain('1.2.840.113556.1.4.319');
    expect(values(entry, 'subschemaSubentry')).toEqual(['cn=Subschema']);
    expect(values(entry, 'vendorName')).toEqual(['Roster']);
    expect(entry?.attributes.has('isglobalcatalogready')).toBe(false);
  });

  it('is found by any filter that it matches, and by no other', async () => {
    expect(await ldap.search(['-b', '', '-s', 'base', '(supportedLDAPVersion=3)'], null)).toHaveLength(1);
    expect(await ldap.search(['-b', '', '-s', 'base', '(cn=x)'], null)).toEqual([]);
  });

  it('does not come up in deeper scopes', async () => {
    const { stdout } = await ldap.run('ldapsearch', ['-LLL', '-b', '', '-s', 'sub'], null);
    expect(stdout).not.toContain('dn:');
  });

  it('describes every attribute that is served', async () => {
    const [schema] = await ldap.search(
      ['-b', 'cn=Subschema', '-s', 'base', '(objectClass=subschema)', '+'],
      null,
    );
    const described = values(schema, 'attributeTypes').join('\n');
    const entries = await ldap.search(['-b', 'dc=roster', '(objectClass=*)', '*', '+']);
    for (const name of new Set(entries.flatMap(({ attributes }) => [...attributes.keys()]))) {
      expect(described.toLowerCase()).toContain(`'${name}'`);
    }
    const classes = values(schema, 'objectClasses').join('\n');
    for (const name of new Set(entries.flatMap((entry) => values(entry, 'objectClass')))) {
      expect(classes).toContain(`'${name}'`);
    }
  });
});
