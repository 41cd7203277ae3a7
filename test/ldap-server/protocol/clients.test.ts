import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import ldapjs from 'ldapjs';
import { Attribute, Change, Client, ServerSideSortingRequestControl } from 'ldapts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Oid } from '../../../src/ldap-server/protocol/oids.ts';
import { type RecordingServer, startRecordingServer } from '../../support/recording-server.ts';
import { meaningOf, valuesOf, writeVectors } from '../../support/vectors.ts';

/** Set to any value, it makes this test write what it received to test/vectors. */
const RECORD = process.env['ROSTER_RECORD_VECTORS'] !== undefined;
const ADMIN = 'cn=admin,ou=system,dc=roster';
const USERS = 'ou=users,dc=roster';
const GROUPS = 'ou=groups,dc=roster';
const JANE = `uid=jdoe,${USERS}`;
const STAFF = `cn=staff,${GROUPS}`;
const PERSON = '(&(objectClass=person)(|(uid=jdoe)(mail=jdoe@example.org)))';

type Work = (url: string) => Promise<unknown>;
type Scenarios = Readonly<Record<string, Work>>;

/** A command of OpenLDAP as one types it; what it makes of the answers is not of interest. */
const command =
  (line: string, input = ''): Work =>
  (url) => {
    const [name = '', ...words] = line.split(' ').map((word) => (word === '""' ? '' : word));
    return new Promise<void>((resolve) => {
      const child = execFile(name, ['-x', '-H', url, ...words], { timeout: 10_000 }, () => resolve());
      child.stdin?.end(input);
    });
  };

const LOGIN = `-D ${ADMIN} -w secret`;
const find = (line: string) => command(`ldapsearch ${LOGIN} -b ${USERS} ${line}`);
const findGroups = (line: string) => command(`ldapsearch ${LOGIN} -b ${GROUPS} ${line}`);
const rootDse = (attributes: string) => command(`ldapsearch -b "" -s base (objectclass=*) ${attributes}`);

const openldap: Scenarios = {
  'ldapsearch reads the root DSE': rootDse('* +'),
  'ldapsearch finds one person': find(`${PERSON} uid mail memberOf`),
  'ldapsearch finds with limits, types only': find('-s children -z 9 -l 7 -A (sn>=m) 1.1'),
  'ldapsearch reads pages': find('-s one -E pr=500/noprompt (objectClass=person) cn'),
  'ldapsearch insists on pages': find('-E !pr=1000/noprompt (cn=*)'),
  'ldapsearch wants people sorted': find('-E !sss=sn/-givenName:2.5.13.3 (cn=*)'),
  'ldapsearch scrolls by number': find('-E sss=sn -E !vlv=2/7/10/300 (cn=*)'),
  'ldapsearch scrolls by name': find('-E sss=sn -E vlv=0/9:Müller (cn=*)'),
  'ldapsearch wants some values': find('-E mv=((mail=*@example.org)(cn=Jane)) (cn=*)'),
  'ldapsearch reads what members are': findGroups('-E deref=member:uid,mail;owner:cn (cn=staff)'),
  'ldapsearch asserts': find('-e !assert=(!(employeeType=guest)) (uid=jdoe)'),
  'ldapsearch wants no copy, and referrals as entries': find('-E !dontUseCopy -M (uid=jdoe)'),
  'ldapsearch asks in every way': find(
    '(&(cn=J*n*e)(sn=*oe)(mail~=jane)(uidNumber<=1000)(!(title=*))(cn:caseExactMatch:=Jane)(ou:dn:=a\\2ab))',
  ),
  'ldapsearch asks for indirect members': find(`(memberOf:1.2.840.113556.1.4.1941:=${STAFF})`),
  'ldapsearch asks for all and none': find('(|(&)(|))'),
  ldapwhoami: command(`ldapwhoami ${LOGIN}`),
  'ldapwhoami with a password policy request': command(`ldapwhoami ${LOGIN} -e ppolicy`),
  ldapcompare: command(`ldapcompare ${LOGIN} ${STAFF} member:${JANE}`),
  'ldappasswd for somebody': command(`ldappasswd ${LOGIN} -s new-secret ${JANE}`),
  'ldappasswd for oneself, with the old one': command(`ldappasswd ${LOGIN} -a secret -s new-secret`),
  'ldappasswd wants a password made up': command(`ldappasswd ${LOGIN}`),
  'ldapexop cancels': command(`ldapexop ${LOGIN} cancel 7`),
  ldapadd: command('ldapadd', `dn: ${JANE}\nobjectClass: person\ncn: Jane Doe\n`),
  ldapmodify: command(
    'ldapmodify',
    `dn: ${JANE}\nchangetype: modify\nreplace: mail\nmail: jdoe@example.org\n-\ndelete: title\n`,
  ),
  ldapdelete: command(`ldapdelete ${LOGIN} ${JANE}`),
  ldapmodrdn: command(`ldapmodrdn ${LOGIN} -r -s ou=away,dc=roster ${JANE} uid=jane`),
};

/** Applications that speak through OpenLDAP's library, asked what their sources and recipes ask. */
const throughLibldap: Scenarios = {
  'SSSD reads the root DSE': rootDse(
    '* altServer namingContexts supportedControl supportedExtension supportedFeatures supportedLDAPVersion ' +
      'supportedSASLMechanisms domainControllerFunctionality defaultNamingContext lastUSN highestCommittedUSN',
  ),
  'SSSD looks a user up': find(
    '-E pr=1000/noprompt -e ppolicy ' +
      '(&(uid=jdoe)(objectclass=posixAccount)(uid=*)(&(uidNumber=*)(!(uidNumber=0)))) ' +
      'objectClass uid userPassword uidNumber gidNumber gecos homeDirectory loginShell krbPrincipalName cn ' +
      'memberOf modifyTimestamp entryUUID shadowLastChange mail',
  ),
  'SSSD reads a group with its members': findGroups(
    '-E deref=member:objectClass,uid,uidNumber,cn (cn=staff) member',
  ),
  'Nextcloud lists users in pages': command(
    `ldapsearch ${LOGIN} -b dc=roster -E pr=500/noprompt ` +
      '(&(&(objectclass=person)(memberOf=cn=nextcloud_users,ou=groups,dc=roster))(uid=*)) ' +
      'entryuuid nsuniqueid objectguid guid ipauniqueid dn uid samaccountname memberof mail displayname ' +
      'jpegphoto thumbnailphoto',
  ),
  'Apache mod_authnz_ldap finds who signs in': find('-a always -l 60 (&(objectClass=person)(uid=jdoe)) uid'),
  'Apache mod_authnz_ldap requires a group': command(`ldapcompare ${LOGIN} ${STAFF} uniqueMember:${JANE}`),
  'FreeRADIUS asks what kind of server this is': rootDse(
    'vendorname vendorversion isGlobalCatalogReady objectClass orcldirectoryversion',
  ),
  'FreeRADIUS looks for the groups of a user': findGroups(
    `(&(objectClass=groupOfNames)(|(member=${JANE})(memberUid=jdoe))) cn`,
  ),
};

/** Work with ldapts after a bind. */
const ldapts =
  (work: (client: Client) => Promise<unknown>): Work =>
  async (url) => {
    const client = new Client({ url });
    try {
      await client.bind(ADMIN, 'secret');
      await work(client);
    } finally {
      await client.unbind();
    }
  };

const ldaptsScenarios: Scenarios = {
  'finds one person': ldapts((client) =>
    client.search(USERS, { filter: PERSON, attributes: ['uid', 'mail'] }),
  ),
  'reads pages': ldapts((client) => client.search(USERS, { filter: '(cn=J*n*e)', paged: { pageSize: 500 } })),
  'wants people sorted': ldapts((client) =>
    client.search(
      USERS,
      { filter: '(!(sn<=m))', derefAliases: 'always' },
      new ServerSideSortingRequestControl({ value: [{ attributeType: 'sn', orderingRule: '2.5.13.3' }] }),
    ),
  ),
  'asks for indirect members': ldapts((client) =>
    client.search(USERS, { filter: `(memberOf:1.2.840.113556.1.4.1941:=${STAFF})` }),
  ),
  compares: ldapts((client) => client.compare(STAFF, 'member', JANE)),
  'asks who it is': ldapts((client) => client.exop(Oid.whoAmI)),
  modifies: ldapts((client) =>
    client.modify(
      JANE,
      new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'userPassword', values: ['new secret'] }),
      }),
    ),
  ),
  renames: ldapts((client) => client.modifyDN(JANE, `uid=jane,${USERS}`)),
  adds: ldapts((client) => client.add(JANE, { objectClass: 'person', cn: 'Jane Doe' })),
  deletes: ldapts((client) => client.del(JANE)),
};

type LdapjsClient = ReturnType<typeof ldapjs.createClient>;

/** Work with ldapjs after a bind; `done` takes an error or null first, as its callbacks do. */
const ldapjsWork =
  (work: (client: LdapjsClient, done: (error: Error | null) => void) => void): Work =>
  async (url) => {
    const client = ldapjs.createClient({ url });
    try {
      await promisify<string, string>(client.bind.bind(client))(ADMIN, 'secret');
      await promisify(work)(client);
    } finally {
      client.destroy();
    }
  };

const ldapjsSearch = (options: ldapjs.SearchOptions) =>
  ldapjsWork((client, done) =>
    client.search(USERS, options, (error, response) => {
      if (error) return done(error);
      response.on('error', done);
      response.on('end', () => done(null));
    }),
  );

const ldapjsScenarios: Scenarios = {
  'finds one person': ldapjsSearch({ scope: 'sub', filter: PERSON, attributes: ['uid', 'mail'] }),
  'reads pages': ldapjsSearch({ scope: 'one', filter: '(cn=J*n*e)', paged: { pageSize: 500 } }),
  'asks for indirect members': ldapjsSearch({ filter: `(memberOf:1.2.840.113556.1.4.1941:=${STAFF})` }),
  compares: ldapjsWork((client, done) => client.compare(STAFF, 'member', JANE, (error) => done(error))),
  'asks who it is': ldapjsWork((client, done) => client.exop(Oid.whoAmI, '', (error) => done(error))),
  deletes: ldapjsWork((client, done) => client.del(JANE, (error) => done(error))),
};

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer();
});
afterAll(() => server.stop());

it.each([
  ['openldap-2.5', openldap],
  ['through-libldap', throughLibldap],
  ['ldapts-8.2', ldaptsScenarios],
  ['ldapjs-3.0', ldapjsScenarios],
])('all that %s sends is understood, and is what it means', async (name, scenarios) => {
  const received: { about: string; bytes: Buffer }[] = [];
  for (const [about, work] of Object.entries(scenarios)) {
    await work(server.url);
    const frames = server.take();
    const meanings = frames.map(meaningOf);
    expect(
      meanings.some(({ request }) => request.type !== 'bind'),
      about,
    ).toBe(true);
    expect(meanings.flatMap(valuesOf), about).not.toContain(null);
    received.push(...frames.map((bytes) => ({ about, bytes })));
  }
  if (RECORD) writeVectors(name, received);
});
