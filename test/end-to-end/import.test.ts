/** The main job: a real OpenLDAP is imported, served over LDAPS, and its people sign in with their own passwords. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LdifEntry, parseLdif, values } from '../support/ldif.ts';
import { addSource, startRoster, type TestRoster } from '../support/roster.ts';
import { directoryLdif, startSlapd, type TestSlapd, userPassword } from '../support/slapd.ts';

const USERS = 1000;
const GROUPS = 50;

const ldif = directoryLdif({ users: USERS, groups: GROUPS });
let slapd: TestSlapd;
let roster: TestRoster;

beforeAll(async () => {
  slapd = await startSlapd({ ldif, sizeLimit: 'unlimited' });
  roster = await startRoster();
  expect(await addSource(roster, slapd)).toMatchObject({ status: 0 });
  expect(await roster.cli(['sources', 'sync', 'corp'])).toMatchObject({ status: 0 });
}, 120_000);

afterAll(async () => {
  await roster?.remove();
  await slapd?.stop();
});

test('every user and group of the source is served, with equal memberships', async () => {
  const upstream = parseLdif(ldif);
  const served = await roster.search(['-b', 'dc=roster']);
  expect(displayNames(served)).toEqual(displayNames(upstream));
  expect(membershipPairs(served)).toEqual(membershipPairs(upstream));
  expect(served.filter(isPerson).length).toBe(USERS + 1);
  expect(served.filter(isGroup).length).toBe(GROUPS);
});

test('a user that is in a nested group has both groups in memberOf', async () => {
  const served = await roster.search([
    '-b',
    'ou=groups,dc=roster',
    '(objectClass=groupOfNames)',
    'member',
    'entryDN',
  ]);
  const outer = served.find((group) => values(group, 'member').some((dn) => dn.includes('ou=groups,')));
  const innerDn = values(outer, 'member').find((dn) => dn.includes('ou=groups,')) ?? '';
  const [user] = await roster.search(['-b', 'ou=users,dc=roster', `(memberOf=${innerDn})`, 'memberOf']);
  expect(values(user, 'memberOf')).toEqual(expect.arrayContaining([innerDn, outer?.dn]));
});

test('a second synchronization changes nothing and says so', async () => {
  const before = await roster.search(['-b', 'dc=roster', '(objectClass=*)', '*', '+']);
  const { status, stdout } = await roster.cli(['sources', 'sync', 'corp']);
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('Nothing changed') });
  expect(await roster.search(['-b', 'dc=roster', '(objectClass=*)', '*', '+'])).toEqual(before);
});

test('an imported user signs in with the password that only the source knows', async () => {
  const dn = 'uid=user1,ou=users,dc=roster';
  const right = await roster.ldap('ldapwhoami', [], { dn, password: userPassword(1) });
  expect(right).toMatchObject({ status: 0, stdout: `dn:${dn}\n` });
  const own = await roster.search(['-b', dn, '-s', 'base', '(objectClass=*)', 'uid'], {
    dn,
    password: userPassword(1),
  });
  expect(own.map((entry) => entry.dn)).toEqual([dn]);
  expect(await roster.ldap('ldapwhoami', [], { dn, password: 'wrong' })).toMatchObject({ status: 49 });
});

test('an imported user with an empty password is refused', async () => {
  const dn = 'uid=user1,ou=users,dc=roster';
  const { status } = await roster.ldap('ldapwhoami', [], { dn, password: '' });
  expect([49, 53]).toContain(status);
});

test('a user renamed upstream keeps its Roster id', async () => {
  const before = await entryOf('user2');
  await slapd.modify(
    `dn: uid=user2,ou=people,${slapd.baseDn}\nchangetype: modrdn\nnewrdn: uid=renamed-two\ndeleteoldrdn: 1\n`,
  );
  expect(await roster.cli(['sources', 'sync', 'corp'])).toMatchObject({ status: 0 });
  expect(values(await entryOf('renamed-two'), 'entryUUID')).toEqual(values(before, 'entryUUID'));
  expect(await entryOf('user2')).toBeUndefined();
});

test('a user removed upstream is no longer listed and can no longer sign in', async () => {
  const who = { dn: 'uid=user3,ou=users,dc=roster', password: userPassword(3) };
  expect(await roster.ldap('ldapwhoami', [], who)).toMatchObject({ status: 0 });
  await slapd.modify(`dn: uid=user3,ou=people,${slapd.baseDn}\nchangetype: delete\n`);
  expect(await roster.cli(['sources', 'sync', 'corp'])).toMatchObject({ status: 0 });
  expect(await entryOf('user3')).toBeUndefined();
  expect(await roster.ldap('ldapwhoami', [], who)).toMatchObject({ status: 49 });
});

async function entryOf(uid: string): Promise<LdifEntry | undefined> {
  const found = await roster.search(['-b', 'ou=users,dc=roster', `(uid=${uid})`, '*', '+']);
  return found[0];
}

function isPerson(entry: LdifEntry): boolean {
  return values(entry, 'objectClass').includes('inetOrgPerson');
}

function isGroup(entry: LdifEntry): boolean {
  return values(entry, 'objectClass').includes('groupOfNames');
}

/** What people see of users and groups: name, display name and addresses; the owner kept only here is left out. */
function displayNames(entries: readonly LdifEntry[]): string[] {
  const people = entries.filter(
    (entry) => isPerson(entry) && values(entry, 'uid')[0] !== 'admin' && values(entry, 'mail').length > 0,
  );
  const rows = people.map((entry) =>
    [...values(entry, 'uid'), ...values(entry, 'displayName'), ...values(entry, 'mail')].join(' | '),
  );
  return [...rows, ...entries.filter(isGroup).map((entry) => values(entry, 'cn').join())].sort();
}

/** Memberships as "member -> group", by the first RDN's value of each. */
function membershipPairs(entries: readonly LdifEntry[]): string[] {
  const pairs = entries
    .filter(isGroup)
    .flatMap((group) => values(group, 'member').map((dn) => `${leaf(dn)} -> ${leaf(group.dn)}`));
  return pairs.sort();
}

function leaf(dn: string): string {
  return dn.slice(dn.indexOf('=') + 1, dn.indexOf(','));
}
