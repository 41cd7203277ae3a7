/** What real clients need of a directory, asked as they ask it; docs/conformance.md says which of them needs what. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { Client } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LdifEntry, values } from '../support/ldif.ts';
import {
  EVERYONE_DN,
  GUESTS_DN,
  JANE,
  JANES_PHOTO,
  RICHARD,
  STAFF_DN,
  startPopulatedRoster,
} from '../support/populated-roster.ts';
import { BIND_DN, type Credentials, type TestRoster } from '../support/roster.ts';

const BASE = 'dc=roster';
/** As long as one may be. */
const LONG_PASSWORD = 'wren over the harbour, and a lamp in the north tower of the old castle 7!'.slice(
  0,
  72,
);
const ADMIN: Credentials = { dn: BIND_DN, password: LONG_PASSWORD };

let roster: TestRoster;

beforeAll(async () => {
  roster = await startPopulatedRoster({ ROSTER_BIND_PASSWORD: LONG_PASSWORD });
}, 60_000);

afterAll(() => roster?.remove());

describe('the root DSE', () => {
  const ask = (args: readonly string[]) => roster.search(['-b', '', '-s', 'base', ...args], null);

  test('tells before any bind what a client needs to find its way', async () => {
    const [dse] = await ask(['(objectClass=*)', '*', '+']);
    expect(dse?.dn).toBe('');
    for (const name of ['objectClass', 'supportedControl', 'supportedExtension', 'supportedFeatures']) {
      expect(values(dse, name), name).not.toEqual([]);
    }
    expect(values(dse, 'supportedLDAPVersion')).toEqual(['3']);
    expect(values(dse, 'namingContexts')).toEqual([BASE]);
    expect(values(dse, 'defaultNamingContext')).toEqual([BASE]);
    expect(values(dse, 'subschemaSubentry')).toEqual(['cn=Subschema']);
    expect(values(dse, 'vendorName')).toHaveLength(1);
    expect(values(dse, 'vendorVersion')).toHaveLength(1);
  });

  test('is found by any filter that it matches, and in no other scope', async () => {
    expect(await ask(['(OBJECTCLASS=*)'])).toHaveLength(1);
    expect(await ask([`(namingContexts=${BASE})`])).toHaveLength(1);
    expect(await ask(['(namingContexts=dc=other)'])).toEqual([]);
    for (const scope of ['one', 'sub']) {
      const found = await roster
        .search(['-b', '', '-s', scope, '(objectClass=*)', '1.1'], ADMIN)
        .catch(() => []);
      expect(found.map(({ dn }) => dn)).not.toContain('');
    }
  });

  test.each([
    [
      'SSSD',
      '* altServer namingContexts supportedControl supportedExtension supportedFeatures supportedLDAPVersion supportedSASLMechanisms domainControllerFunctionality defaultNamingContext lastUSN highestCommittedUSN',
    ],
    [
      'Authelia',
      'objectClass supportedLDAPVersion supportedExtension supportedControl supportedFeatures supportedSASLMechanisms vendorName vendorVersion domainFunctionality forestFunctionality',
    ],
    ['FreeRADIUS', 'vendorname vendorversion isGlobalCatalogReady objectClass orcldirectoryversion'],
  ])(
    'answers the attributes that %s asks for, and never looks like Active Directory',
    async (_client, names) => {
      const [dse] = await ask(['(objectClass=*)', ...names.split(' ')]);
      const served = [...(dse?.attributes.keys() ?? [])];
      expect(served).toContain('objectclass');
      expect(served.join(' ')).not.toMatch(/functionality|isglobalcatalogready|usn|orcl|capabilities/);
    },
  );
});

describe('paging and limits', () => {
  test('paging is advertised, and answered where it was asked for only', async () => {
    const [dse] = await roster.search(['-b', '', '-s', 'base', 'supportedControl'], null);
    expect(values(dse, 'supportedControl')).toContain('1.2.840.113556.1.4.319');
    const plain = await roster.ldap('ldapsearch', ['-b', BASE, '1.1'], ADMIN);
    const paged = await roster.ldap('ldapsearch', ['-b', BASE, '-E', 'pr=100/noprompt', '1.1'], ADMIN);
    expect(plain.stdout).not.toContain('pagedresults');
    expect(paged.stdout).toMatch(/^pagedresults:.* cookie=$/m);
  });

  test('paging goes with scope base, and with a size limit of the server', async () => {
    const page = ['-E', 'pr=1/noprompt'];
    expect(await roster.search(['-b', STAFF_DN, '-s', 'base', ...page], ADMIN)).toHaveLength(1);
    expect((await roster.search(['-b', BASE, ...page, '1.1'], ADMIN)).length).toBeGreaterThan(9);
  });

  test('a size limit returns that many entries, then sizeLimitExceeded', async () => {
    const { status, stdout } = await roster.ldap('ldapsearch', ['-LLL', '-z', '2', '-b', BASE, '1.1'], ADMIN);
    expect(status).toBe(4);
    expect(stdout.match(/^dn: /gm)).toHaveLength(2);
  });
});

describe('the list of attributes', () => {
  test.each([['1.1'], ['dn'], ['noSuchAttribute']])(
    '%s returns the entry without attributes',
    async (name) => {
      const [entry] = await roster.search(['-b', JANE.dn, '-s', 'base', '(objectClass=*)', name], ADMIN);
      expect(entry?.dn).toBe(JANE.dn);
      expect(entry?.attributes.size).toBe(0);
    },
  );

  test('entrydn returns the DN', async () => {
    const [entry] = await roster.search(['-b', JANE.dn, '-s', 'base', '(objectClass=*)', 'entrydn'], ADMIN);
    expect(values(entry, 'entrydn')).toEqual([JANE.dn]);
  });

  test('may hold a hundred names, and each of them twice', async () => {
    const unknown = Array.from({ length: 100 }, (_, index) => `attribute${index}`);
    const names = ['uid', 'cn', ...unknown, 'UID', 'mail', 'uid'];
    const [entry] = await roster.search(['-b', JANE.dn, '-s', 'base', '(objectClass=*)', ...names], ADMIN);
    expect(values(entry, 'uid')).toEqual([JANE.username]);
    expect([...(entry?.attributes.keys() ?? [])].sort()).toEqual(['cn', 'mail', 'uid']);
  });

  test('does not change what matches', async () => {
    const found = await roster.search(['-b', BASE, '(objectClass=group)', 'cn'], ADMIN);
    expect(dns(found)).toEqual([EVERYONE_DN, GUESTS_DN, STAFF_DN]);
  });

  test('is answered in the letters in which it was asked', async () => {
    const { stdout } = await roster.ldap('ldapsearch', ['-LLL', '-b', JANE.dn, 'MAIL', 'MemberOf'], ADMIN);
    expect(stdout).toContain(`MAIL: ${JANE.email}`);
    expect(stdout).toContain(`MemberOf: ${STAFF_DN}`);
  });
});

describe('filters', () => {
  test.each([
    ['an unknown attribute beside a known one', '(|(uid=jdoe)(foo=bar))', [JANE.dn]],
    [
      'an unknown object class beside a known one',
      '(&(uid=jdoe)(|(objectClass=foo)(objectClass=person)))',
      [JANE.dn],
    ],
    ['absolutely true', '(&(uid=jdoe)(&))', [JANE.dn]],
    ['absolutely false', '(&(uid=jdoe)(|))', []],
    ['changed since then', '(&(uid=jdoe)(modifyTimestamp>=20200101000000Z))', [JANE.dn]],
    ['changed before then', '(&(uid=jdoe)(modifyTimestamp<=20200101000000Z))', []],
    [
      'Keycloak: created or changed since',
      '(&(uid=jdoe)(|(createTimestamp>=20200101000000Z)(modifyTimestamp>=20200101000000Z)))',
      [JANE.dn],
    ],
    ['a malformed time', '(|(uid=jdoe)(modifyTimestamp>=yesterday))', [JANE.dn]],
    ['member in a chain', `(memberOf:1.2.840.113556.1.4.1941:=${EVERYONE_DN})`, [JANE.dn, STAFF_DN]],
    ['a matching rule by name', '(cn:caseIgnoreMatch:=JANE DOE)', [JANE.dn]],
    [
      'Active Directory: enabled accounts',
      '(&(mail=*)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))',
      [JANE.dn, RICHARD.dn],
    ],
    [
      'letter case of names and values',
      '(&(OBJECTCLASS=INETORGPERSON)(MAIL=JDOE@EXAMPLE.ORG)(MemberOf=CN=Staff,OU=Groups,DC=Roster))',
      [JANE.dn],
    ],
    ['spaces in a DN', '(memberOf=cn=staff, ou=groups, dc=roster)', [JANE.dn]],
    ['Nextcloud', '(&(&(objectclass=person)(memberOf=cn=staff,ou=groups,dc=roster))(uid=jdoe))', [JANE.dn]],
    [
      'Proxmox: users of either group',
      `(&(objectClass=person)(|(memberof=${STAFF_DN})(memberof=${GUESTS_DN})))`,
      [JANE.dn, RICHARD.dn],
    ],
    ['Proxmox: groups', '(&(objectClass=groupofnames)(cn=staff))', [STAFF_DN]],
    ['Portainer', `(&(objectClass=groupofuniquenames)(uniqueMember=${JANE.dn}))`, [STAFF_DN]],
    ['LibreNMS', '(memberUid=jdoe)', [STAFF_DN]],
    ['Postfix: addresses of a domain', '(mail=*@example.org)', [JANE.dn, RICHARD.dn]],
    ['pfSense: containers', '(|(ou=*)(cn=Users))', ['ou=groups,dc=roster', 'ou=users,dc=roster']],
    ['sAMAccountName', '(sAMAccountName=JDOE)', [JANE.dn]],
    ['userPrincipalName', '(userPrincipalName=jdoe@example.org)', [JANE.dn]],
    ['employeeNumber', '(employeeNumber=e-007)', [JANE.dn]],
    ['preferredLanguage, o', '(&(preferredLanguage=de-*)(o=eth zürich))', [JANE.dn]],
    ['people with SSH keys', '(&(objectClass=ldapPublicKey)(uid=jdoe)(sshPublicKey=*))', [JANE.dn]],
    ['people with photos', '(jpegPhoto=*)', [JANE.dn]],
    ['displayName, givenName or sn', '(&(displayName=Jane Doe)(|(givenName=Jane)(sn=Doe)))', [JANE.dn]],
  ])('%s', async (_what, filter, expected) => {
    const found = await roster.search(['-b', BASE, filter, '1.1'], ADMIN);
    expect(dns(found)).toEqual(expect.arrayContaining([...expected].sort()));
    expect(dns(found).filter((dn) => !/ou=(apps|system),dc=roster$/.test(dn))).toEqual([...expected].sort());
  });

  test('entryUUID finds the entry that it was read from', async () => {
    const [read] = await roster.search(['-b', JANE.dn, 'entryUUID'], ADMIN);
    const found = await roster.search(
      ['-b', BASE, `(entryUUID=${values(read, 'entryUUID')[0]})`, '1.1'],
      ADMIN,
    );
    expect(dns(found)).toEqual([JANE.dn]);
  });
});

describe('entries', () => {
  test('a group names its members by DNs equal, letter by letter, to the DNs of their entries', async () => {
    const [group] = await roster.search(['-b', 'CN=STAFF, OU=Groups, DC=Roster', '-s', 'base'], ADMIN);
    const [person] = await roster.search(['-b', 'OU=USERS,DC=ROSTER', '(uid=JDOE)'], ADMIN);
    expect(group?.dn).toBe(STAFF_DN);
    expect(values(group, 'member')).toEqual([person?.dn]);
    expect(values(group, 'uniqueMember')).toEqual([person?.dn]);
    expect(values(group, 'memberUid')).toEqual([JANE.username]);
    expect(values(person, 'memberOf')).toContain(group?.dn);
  });

  test('users and groups have cn, users sn too, and no attribute is empty', async () => {
    for (const entry of await roster.search(
      ['-b', BASE, '(|(objectClass=person)(objectClass=group))', '*', '+'],
      ADMIN,
    )) {
      expect(values(entry, 'cn'), entry.dn).toHaveLength(1);
      if (values(entry, 'objectClass').includes('person')) expect(values(entry, 'sn')).not.toEqual([]);
      for (const [name, all] of entry.attributes) expect(all, name).not.toContain('');
    }
  });

  test('users and groups have entryUUID without being asked, and times as GeneralizedTime', async () => {
    for (const dn of [JANE.dn, STAFF_DN]) {
      const [plain] = await roster.search(['-b', dn, '-s', 'base'], ADMIN);
      expect(values(plain, 'entryUUID')).toEqual([
        expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      ]);
      const [all] = await roster.search(['-b', dn, '-s', 'base', '(objectClass=*)', '+'], ADMIN);
      for (const time of ['createTimestamp', 'modifyTimestamp']) {
        expect(values(all, time)).toEqual([expect.stringMatching(/^\d{14}Z$/)]);
      }
    }
  });

  test('a name beyond ASCII is found in any case, and comes as it was written', async () => {
    const name = 'Jürgen Müller-Ångström';
    const args = ['users', 'add', 'jmueller', '--name', name, '--password-stdin'];
    expect(await roster.cli(args, 'Correct-horse-9')).toMatchObject({ status: 0 });
    const found = () => roster.search(['-b', BASE, `(cn=${name.toUpperCase()})`, 'cn', 'sn'], ADMIN);
    await expect.poll(found).toHaveLength(1);
    const [entry] = await found();
    expect(values(entry, 'cn')).toEqual([name]);
    expect(values(entry, 'sn')).toEqual(['Müller-Ångström']);
  });

  test('a photo comes byte for byte, by name or with all attributes', async () => {
    for (const attributes of [['jpegPhoto'], []]) {
      const target = join(roster.folder, 'photos');
      await mkdir(target, { recursive: true });
      const args = ['-t', '-T', target, '-b', JANE.dn, '-s', 'base', '(objectClass=*)', ...attributes];
      const [entry] = await roster.search(args, ADMIN);
      const url = values(entry, 'jpegPhoto').join().replace(/^< /, '');
      expect(await readFile(fileURLToPath(url))).toEqual(JANES_PHOTO);
      await rm(target, { recursive: true });
    }
  });

  test.each([
    ['sn', 'surname'],
    ['mail', 'rfc822Mailbox'],
    ['employeeNumber', '2.16.840.1.113730.3.1.3'],
    ['memberOf', 'isMemberOf'],
    ['jpegPhoto', '0.9.2342.19200300.100.1.60'],
  ])('%s is filtered and answered by its other name %s too', async (name, alias) => {
    const read = async (asked: string) => {
      const [entry] = await roster.search(['-b', JANE.dn, `(${asked}=*)`, asked], ADMIN);
      return values(entry, asked);
    };
    expect(await read(alias)).toEqual(await read(name));
    expect(await read(alias)).not.toEqual([]);
  });

  test('nobody claims to be a posixAccount or posixGroup without the numbers that these demand', async () => {
    const found = await roster.search(['-b', BASE, '(objectClass=posixAccount)'], ADMIN);
    for (const entry of found) expect(values(entry, 'uidNumber')).toHaveLength(1);
    for (const entry of await roster.search(['-b', BASE, '(objectClass=posixGroup)'], ADMIN)) {
      expect(values(entry, 'gidNumber')).toHaveLength(1);
    }
  });
});

describe('bases', () => {
  test.each([[BASE], ['ou=users,dc=roster'], ['ou=groups,dc=roster'], [JANE.dn], [STAFF_DN]])(
    'scope base on %s returns exactly it',
    async (dn) => {
      expect(dns(await roster.search(['-b', dn, '-s', 'base', '(objectClass=*)'], ADMIN))).toEqual([dn]);
    },
  );

  test.each([
    ['ou=nothing,dc=roster', 'dc=roster'],
    ['uid=nobody,ou=users,dc=roster', 'ou=users,dc=roster'],
    ['dc=example,dc=org', ''],
  ])('%s is noSuchObject, and the nearest entry is named', async (dn, matched) => {
    const { status, stdout, stderr } = await roster.ldap('ldapsearch', ['-LLL', '-b', dn], ADMIN);
    expect(status).toBe(32);
    expect(stdout).toBe('');
    if (matched !== '') expect(stderr).toContain(`Matched DN: ${matched}`);
  });

  test('any handling of aliases is accepted, and there are no referrals', async () => {
    for (const handling of ['never', 'always', 'search', 'find']) {
      const { status, stdout } = await roster.ldap(
        'ldapsearch',
        ['-a', handling, '-b', BASE, '(uid=jdoe)'],
        ADMIN,
      );
      expect(status).toBe(0);
      expect(stdout).toContain(`dn: ${JANE.dn}`);
      expect(stdout).not.toMatch(/^ref: |# numReferences/m);
    }
  });
});

describe('binds', () => {
  test.each([
    ['in capitals', 'UID=JDOE,OU=USERS,DC=ROSTER'],
    ['with spaces', 'uid = jdoe , ou = users , dc = roster'],
    ['with escapes', 'uid=j\\64oe,ou=\\75sers,dc=roster'],
    ['by cn', 'cn=jdoe,ou=users,dc=roster'],
    ['by username alone', 'jdoe'],
    ['by e-mail address', 'JDoe@Example.org'],
  ])('a DN %s names the same person', async (_how, dn) => {
    const who = { dn, password: JANE.password };
    expect(await roster.ldap('ldapwhoami', [], who)).toMatchObject({ stdout: `dn:${JANE.dn}\n` });
  });

  test('a name cannot carry another name in', async () => {
    for (const dn of [
      'uid=nobody\\,uid=jdoe,ou=users,dc=roster',
      'uid=*,ou=users,dc=roster',
      'uid=jdoe)(uid=*',
    ]) {
      expect((await roster.ldap('ldapwhoami', [], { dn, password: JANE.password })).status).toBe(49);
    }
  });

  test('an anonymous connection reads root DSE and schema, and nothing else', async () => {
    expect((await roster.search(['-b', 'cn=Subschema', '-s', 'base', 'objectClasses'], null)).length).toBe(1);
    expect((await roster.ldap('ldapsearch', ['-b', BASE], null)).status).toBe(50);
  });

  test('an unknown control is ignored, a critical one refused, ManageDsaIT and ppolicy taken', async () => {
    const bound = (control: string) => roster.ldap('ldapwhoami', ['-e', control], ADMIN);
    expect((await bound('1.2.3.4.5')).status).toBe(0);
    expect((await bound('!1.2.3.4.5')).status).not.toBe(0);
    expect((await bound('ppolicy')).status).toBe(0);
    const search = (control: string) =>
      roster.ldap('ldapsearch', ['-e', control, '-b', JANE.dn, '-s', 'base', '1.1'], ADMIN);
    expect((await search('!manageDSAit')).status).toBe(0);
    expect((await search('!1.2.3.4.5')).status).toBe(12);
  });

  test('a hundred connections may come at once, each for one look-up and one sign-in', async () => {
    const ca = [await readFile(roster.caFile)];
    const signIns = Array.from({ length: 100 }, async () => {
      const client = new Client({ url: roster.ldapsUrl, tlsOptions: { ca } });
      await client.bind(ADMIN.dn, ADMIN.password);
      const { searchEntries } = await client.search(BASE, { filter: '(uid=jdoe)', attributes: ['1.1'] });
      await client.bind(searchEntries[0]?.dn ?? '', JANE.password);
      await client.unbind();
    });
    await Promise.all(signIns);
  });
});

describe('TLS', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'speaks %s, with a certificate for the address',
    async (version) => {
      const { hostname, port } = new URL(roster.ldapsUrl);
      const ca = await readFile(roster.caFile);
      const options = { host: hostname, port: Number(port), ca, minVersion: version, maxVersion: version };
      const socket = connect(options);
      await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
      expect(socket.getProtocol()).toBe(version);
      expect(socket.getPeerCertificate().subjectaltname).toContain('IP Address:127.0.0.1');
      socket.destroy();
    },
  );
});

function dns(entries: readonly LdifEntry[]): string[] {
  return entries.map(({ dn }) => dn).sort();
}
