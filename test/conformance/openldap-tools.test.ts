/** OpenLDAP's own client programs look people up, sign them in, and are told politely what Roster does not do. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { values } from '../support/ldif.ts';
import { EVERYONE_DN, JANE, RICHARD, STAFF_DN, startPopulatedRoster } from '../support/populated-roster.ts';
import { runProgram } from '../support/program.ts';
import { BIND_DN, BIND_PASSWORD, type Finished, type TestRoster } from '../support/roster.ts';

const UNWILLING = 53;

let roster: TestRoster;

beforeAll(async () => {
  roster = await startPopulatedRoster();
}, 60_000);

afterAll(() => roster?.remove());

describe('ldapsearch', () => {
  test('finds a person with her groups, nested ones too', async () => {
    const [entry] = await roster.search(['-b', 'dc=roster', '(|(uid=JDOE)(mail=nobody@example.org))']);
    expect(entry?.dn).toBe(JANE.dn);
    expect(values(entry, 'mail')).toEqual([JANE.email]);
    expect(values(entry, 'memberOf')).toEqual([EVERYONE_DN, STAFF_DN]);
  });

  test('reads a group by each of its member attributes', async () => {
    const filters = [`(member=${JANE.dn})`, `(uniqueMember=${JANE.dn})`, `(memberUid=${JANE.username})`];
    for (const filter of filters) {
      const found = await roster.search(['-b', 'ou=groups,dc=roster', filter, '1.1']);
      expect(found.map(({ dn }) => dn)).toContain(STAFF_DN);
    }
  });

  test('signs a person in, who reads the own entry and not those of others', async () => {
    const found = await roster.search(['-b', 'ou=users,dc=roster', '(objectClass=person)'], JANE);
    expect(found.map(({ dn }) => dn)).toEqual([JANE.dn]);
  });

  test('is refused with the wrong password, an unknown name and no password', async () => {
    const wrong = await roster.ldap('ldapsearch', ['-b', JANE.dn], { dn: JANE.dn, password: 'wrong' });
    const unknown = await roster.ldap('ldapsearch', [], {
      dn: 'uid=nobody,ou=users,dc=roster',
      password: 'x',
    });
    expect(wrong).toMatchObject({ status: 49, stdout: '' });
    expect(unknown).toMatchObject({ status: 49, stdout: '', stderr: wrong.stderr });
    expect((await roster.ldap('ldapsearch', [], { dn: JANE.dn, password: '' })).status).toBe(UNWILLING);
  });

  test('pages, and gets every entry once', async () => {
    const args = ['-b', 'dc=roster', '(objectClass=*)', '1.1'];
    const whole = await roster.search(args);
    const paged = await roster.search(['-E', 'pr=2/noprompt', ...args]);
    expect(paged.map(({ dn }) => dn).sort()).toEqual(whole.map(({ dn }) => dn).sort());
  });
});

describe('ldapcompare', () => {
  test.each([
    ['TRUE', STAFF_DN, `member:${JANE.dn.toUpperCase()}`, 6],
    ['TRUE', STAFF_DN, `uniqueMember:uid=jdoe, ou=Users, dc=Roster`, 6],
    ['TRUE', JANE.dn, `memberOf:${EVERYONE_DN}`, 6],
    ['FALSE', STAFF_DN, `member:${RICHARD.dn}`, 5],
    ['UNDEFINED', JANE.dn, 'description:x', 16],
    ['UNDEFINED', 'cn=nothing,ou=groups,dc=roster', `member:${JANE.dn}`, 32],
  ])('says %s for %s and %s', async (answer, dn, assertion, status) => {
    const result = await roster.ldap('ldapcompare', [dn, assertion]);
    expect(result).toMatchObject({ status, stdout: expect.stringMatching(new RegExp(`^${answer}$`, 'm')) });
  });
});

describe('ldapwhoami', () => {
  test('names who is bound', async () => {
    const names = [null, { dn: BIND_DN, password: BIND_PASSWORD }, JANE].map(async (who) => {
      const { stdout } = await roster.ldap('ldapwhoami', [], who);
      return stdout.trim();
    });
    expect(await Promise.all(names)).toEqual(['anonymous', `dn:${BIND_DN}`, `dn:${JANE.dn}`]);
  });

  test('takes a person by e-mail address, cn= and entryUUID= too', async () => {
    const [entry] = await roster.search(['-b', JANE.dn, '-s', 'base', '(objectClass=*)', 'entryUUID']);
    const names = [
      JANE.email,
      `mail=${JANE.email},ou=users,dc=roster`,
      `CN=JDoe, OU=Users, DC=Roster`,
      `entryUUID=${values(entry, 'entryUUID')[0]},ou=users,dc=roster`,
    ];
    for (const dn of names) {
      const who = { dn, password: JANE.password };
      expect(await roster.ldap('ldapwhoami', [], who)).toMatchObject({ stdout: `dn:${JANE.dn}\n` });
    }
  });
});

describe('writes', () => {
  test('ldappasswd is refused while changing passwords is off', async () => {
    const result = await roster.ldap('ldappasswd', ['-a', JANE.password, '-s', 'Another-horse-9'], JANE);
    expect(result).toMatchObject({ status: 1, stdout: expect.stringContaining('unwilling to perform (53)') });
    expect((await roster.ldap('ldapwhoami', [], JANE)).status).toBe(0);
  });

  test('ldapmodify is refused each kind of change by 53, all on one connection', async () => {
    const { status, stderr } = await ldapmodify(['-c'], everyKindOfChange());
    const refusals = stderr.match(/^ldap_\w+: Server is unwilling to perform \(53\)$/gm);
    expect(status).toBe(UNWILLING);
    expect(refusals).toEqual(
      ['add', 'modify', 'rename', 'delete'].map(
        (kind) => `ldap_${kind}: Server is unwilling to perform (53)`,
      ),
    );
  });

  test.each([
    ['ldapadd', [], `dn: cn=new,ou=groups,dc=roster\nobjectClass: groupOfNames\ncn: new\n`],
    ['ldapdelete', [STAFF_DN], ''],
    ['ldapmodrdn', [STAFF_DN, 'cn=other'], ''],
  ])('%s is refused by 53', async (program, args, input) => {
    const { status, stdout, stderr } = await openldap(program, args, input);
    expect(status).toBe(UNWILLING);
    expect(stdout + stderr).toContain('Server is unwilling to perform (53)');
  });

  test('no refused write has changed anything', async () => {
    await ldapmodify(['-c'], everyKindOfChange());
    const [staff] = await roster.search(['-b', STAFF_DN, '-s', 'base']);
    expect(values(staff, 'description')).toEqual([]);
    expect(await roster.search(['-b', 'dc=roster', '(cn=new)'])).toEqual([]);
  });
});

function ldapmodify(args: readonly string[], ldif: string): Promise<Finished> {
  return openldap('ldapmodify', args, ldif);
}

function openldap(program: string, args: readonly string[], input: string): Promise<Finished> {
  const connection = ['-x', '-H', roster.ldapsUrl, '-D', BIND_DN, '-w', BIND_PASSWORD];
  return runProgram(program, [...connection, ...args], { env: { LDAPTLS_CACERT: roster.caFile }, input });
}

function everyKindOfChange(): string {
  return [
    'dn: cn=new,ou=groups,dc=roster\nchangetype: add\nobjectClass: groupOfNames\ncn: new\n',
    `dn: ${STAFF_DN}\nchangetype: modify\nreplace: description\ndescription: changed\n`,
    `dn: ${STAFF_DN}\nchangetype: modrdn\nnewrdn: cn=other\ndeleteoldrdn: 1\n`,
    `dn: ${STAFF_DN}\nchangetype: delete\n`,
  ].join('\n');
}
