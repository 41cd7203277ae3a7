import bcrypt from 'bcrypt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVED_CONTROLS } from '../../src/ldap-server/operations/controls.ts';
import type { ViewTarget } from '../../src/ldap-server/protocol/controls/virtual-list-view.ts';
import { Oid } from '../../src/ldap-server/protocol/oids.ts';
import {
  boolean,
  element,
  enumerated,
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
import { type Answer, createWire } from '../support/ldap-wire.ts';
import { values } from '../support/ldif.ts';
import { aGroup, aMembership, aUser } from '../support/rows.ts';
import { sortRequestBytes, virtualListViewBytes } from '../support/value-bytes.ts';

const people = [
  aUser({ username: 'anna', displayName: 'Anna Alt', familyName: 'Zander', otherEmails: ['a@example.net'] }),
  aUser({ username: 'bert', displayName: 'bert Bauer', familyName: 'alder' }),
  aUser({ username: 'carl', displayName: 'Carl Alt', familyName: 'Moor', email: null }),
  aUser({ username: 'dora', displayName: 'Dora Dorn', familyName: 'Alder' }),
];
const staff = aGroup({ name: 'staff' });
const dev = aGroup({ name: 'dev' });

let ldap: TestLdapServer;
let anna: Bind;

beforeAll(async () => {
  ldap = await startLdapServer({
    async fill(transaction) {
      const [first, ...others] = people;
      if (first === undefined) return;
      const passwordHash = await bcrypt.hash('password of anna', 4);
      await transaction.insertUsers([{ ...first, passwordHash }, ...others]);
      await transaction.insertGroups([staff, dev]);
      await transaction.putMemberships([
        ...people.map((user) => aMembership(staff, user)),
        aMembership(staff, dev),
        aMembership(dev, first),
      ]);
    },
  });
  anna = { dn: 'anna', password: 'password of anna' };
});
afterAll(() => ldap.stop());

const USERS = ['-b', 'ou=users,dc=roster', '-s', 'one', '(!(uid=admin))'];

async function uids(...options: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await ldap.run('ldapsearch', [
    '-o',
    'ldif-wrap=no',
    ...options,
    ...USERS,
    'uid',
  ]);
  if (status !== 0) throw new Error(`ldapsearch ended with ${status}: ${stderr}${stdout}`);
  return [...stdout.matchAll(/^uid: (.*)$/gm)].map(([, uid = '']) => uid);
}

describe('sorting', () => {
  it.each([
    ['cn', ['anna', 'bert', 'carl', 'dora']],
    ['-cn', ['dora', 'carl', 'bert', 'anna']],
    ['sn/-uid', ['dora', 'bert', 'carl', 'anna']],
    ['sn/uid', ['bert', 'dora', 'carl', 'anna']],
    ['sn:caseExactOrderingMatch', ['dora', 'carl', 'anna', 'bert']],
    ['sn:2.5.13.6', ['dora', 'carl', 'anna', 'bert']],
    ['mail', ['anna', 'bert', 'dora', 'carl']],
    ['-mail', ['carl', 'dora', 'bert', 'anna']],
    ['createTimestamp/-entryUUID', [...people].sort((a, b) => (a.id < b.id ? 1 : -1)).map((u) => u.username)],
  ])('by %s gives %j', async (keys, expected) => {
    expect(await uids('-E', `!sss=${keys}`)).toEqual(expected);
  });

  it('tells that it was done', async () => {
    const { stdout } = await ldap.run('ldapsearch', ['-E', 'sss=cn', ...USERS]);
    expect(stdout).toContain(`control: ${Oid.sortResponse} false`);
    expect(stdout).toContain('sortResult: (0) Success');
  });

  it.each([
    ['unknownName', '(16) No such attribute unknownName'],
    ['member', '(18) Inappropriate matching member'],
    ['cn:noSuchRule', '(18) Inappropriate matching cn'],
    ['cn:integerOrderingMatch', '(18) Inappropriate matching cn'],
  ])('by %s is refused where it is critical, else left out, and the answer says why', async (key, why) => {
    const critical = await ldap.run('ldapsearch', ['-E', `!sss=${key}`, ...USERS]);
    expect(critical.status).toBe(12);
    expect(critical.stdout).toContain(why);
    expect(critical.stdout).not.toContain('dn: ');
    const other = await ldap.run('ldapsearch', ['-E', `sss=${key}`, ...USERS]);
    expect(other.status).toBe(0);
    expect(other.stdout).toContain(why);
    expect(other.stdout.match(/^dn: /gm)).toHaveLength(people.length);
  });

  it('goes on over pages', async () => {
    expect(await uids('-E', '!sss=-cn', '-E', '!pr=1/noprompt')).toEqual(['dora', 'carl', 'bert', 'anna']);
  });

  it('goes before the size limit', async () => {
    const { status, stdout } = await ldap.run('ldapsearch', ['-z', '1', '-E', '!sss=-cn', ...USERS]);
    expect(status).toBe(4);
    expect(stdout).toContain('dn: uid=dora,');
  });
});

describe('list views', () => {
  const control = (oid: string, value: Buffer) => sequence(text(oid), boolean(true), text(value));
  const sort = control(Oid.sortRequest, sortRequestBytes([{ attribute: 'cn', rule: null, reverse: false }]));
  const listView = (beforeCount: number, afterCount: number, target: ViewTarget) =>
    control(
      Oid.virtualListViewRequest,
      virtualListViewBytes({ beforeCount, afterCount, target, contextId: null }),
    );
  const offset = (number: number, contentCount: number): ViewTarget => ({
    type: 'offset',
    offset: number,
    contentCount,
  });
  const value = (prefix: string): ViewTarget => ({ type: 'value', value: Buffer.from(prefix) });
  const response = (position: number, count: number, code: number) =>
    sequence(integer(position), integer(count), enumerated(code));

  /** The answers to one search for all people, by their usernames, with these controls. */
  async function answersTo(...controls: Buffer[]): Promise<readonly Answer[]> {
    const wire = createWire(ldap.connect());
    const filter = element(0xa2, element(0xa3, text('uid'), text('admin')));
    const operation = search({ base: 'ou=users,dc=roster', scope: 1, filter, attributes: ['1.1'] });
    wire.send(
      message(1, simpleBind(ADMIN_DN, ADMIN_PASSWORD)),
      message(2, operation, element(0xa0, ...controls)),
    );
    for (let count = 2; ; count += 1) {
      const answers = await wire.received(count);
      if (answers.at(-1)?.tag === 0x65) return answers.slice(1);
    }
  }

  it.each([
    [0, 1, offset(1, 0), ['anna', 'bert'], 1],
    [1, 1, offset(3, 4), ['bert', 'carl', 'dora'], 3],
    // The client knows of 8 entries, of which the last is the last one here too.
    [0, 0, offset(8, 8), ['dora'], 4],
    [9, 9, offset(2, 0), ['anna', 'bert', 'carl', 'dora'], 2],
    [0, 9, offset(9, 0), [], 5],
    [0, 1, value('Carl'), ['carl', 'dora'], 3],
    [1, 0, value('c'), ['bert', 'carl'], 3],
    [1, 2, value('zzz'), ['dora'], 5],
  ])('%d before and %d after %j show %j', async (before, after, target, expected, position) => {
    const answers = await answersTo(sort, listView(before, after, target));
    const done = answers.at(-1);
    expect(done?.code).toBe(0);
    expect(answers.slice(0, -1).map(({ bytes }) => /uid=(\w+)/.exec(bytes.toString())?.[1])).toEqual(
      expected,
    );
    expect(done?.bytes.includes(response(position, 4, 0))).toBe(true);
  });

  it('need an order, a target, and no pages', async () => {
    const pages = control(Oid.pagedResults, sequence(integer(5), text('')));
    const [unsorted] = await answersTo(listView(0, 1, offset(1, 0)));
    expect(unsorted?.code).toBe(76);
    expect(unsorted?.bytes.includes(response(0, 0, 60))).toBe(true);
    const [nowhere] = await answersTo(sort, listView(0, 1, offset(0, 0)));
    expect(nowhere?.code).toBe(76);
    expect(nowhere?.bytes.includes(response(0, 0, 61))).toBe(true);
    expect(await answersTo(sort, pages, listView(0, 1, offset(1, 0)))).toMatchObject([{ code: 53 }]);
  });
});

describe('matched values', () => {
  it.each([
    ['((mail=*@example.net))', ['mail: a@example.net']],
    [
      '((mail=*)(memberOf=CN=dev,OU=groups,DC=roster))',
      ['mail: anna@example.org', 'mail: a@example.net', 'memberOf: cn=dev,ou=groups,dc=roster'],
    ],
    ['((objectClass=person)(cn:caseExactMatch:=Anna Alt))', ['objectClass: person', 'cn: Anna Alt']],
    ['((unknown=x))', []],
    ['((userAccountControl>=512))', ['userAccountControl: 512']],
  ])('%s returns %j', async (filter, expected) => {
    const { stdout } = await ldap.run('ldapsearch', [
      ...['-LLL', '-o', 'ldif-wrap=no', '-E', `!mv=${filter}`, '-b', 'uid=anna,ou=users,dc=roster'],
    ]);
    expect(stdout.trim().split('\n').slice(1).sort()).toEqual([...expected].sort());
  });
});

describe('assertions', () => {
  it.each([
    ['(uid=anna)', 0],
    ['(&(objectClass=person)(memberOf=cn=staff,ou=groups,dc=roster))', 0],
    ['(uid=bert)', 122],
    ['(!(unknown=x))', 122],
  ])('that %s of the base of a search give %d', async (filter, status) => {
    const args = ['-e', `!assert=${filter}`, '-b', 'uid=anna,ou=users,dc=roster', '-s', 'base'];
    expect((await ldap.run('ldapsearch', args)).status).toBe(status);
  });

  it('hold for compare too', async () => {
    const compare = (filter: string) =>
      ldap.run('ldapcompare', ['-e', `!assert=${filter}`, 'uid=anna,ou=users,dc=roster', 'uid:anna']);
    expect((await compare('(cn=anna*)')).status).toBe(6);
    expect((await compare('(cn=bert*)')).status).toBe(122);
  });
});

describe('dereferencing', () => {
  const derefOf = async (bind?: Bind): Promise<string> => {
    const base = ['-b', 'cn=staff,ou=groups,dc=roster', '-s', 'base'];
    return (
      await ldap.run('ldapsearch', ['-o', 'ldif-wrap=no', '-E', 'deref=member:uid,sn', ...base, 'cn'], bind)
    ).stdout;
  };

  it('returns attributes of the members beside the group', async () => {
    const stdout = await derefOf();
    expect(stdout).toContain('# member: <uid=anna>;<sn=Zander>;uid=anna,ou=users,dc=roster');
    expect(stdout).toContain('# member: cn=dev,ou=groups,dc=roster');
    expect(stdout.match(/^# member: /gm)).toHaveLength(people.length + 1);
  });

  it('shows nothing of those that the client cannot see', async () => {
    const stdout = await derefOf(anna);
    expect(stdout).toContain('uid=anna');
    expect(stdout).not.toContain('bert');
  });
});

describe('any control', () => {
  it('that is served is advertised, and no other', async () => {
    const [rootDse] = await ldap.search(['-b', '', '-s', 'base', 'supportedControl'], null);
    expect(values(rootDse, 'supportedControl')).toEqual(SERVED_CONTROLS);
    expect(SERVED_CONTROLS).toEqual(
      expect.arrayContaining([
        Oid.pagedResults,
        Oid.sortRequest,
        Oid.virtualListViewRequest,
        Oid.manageDsaIt,
      ]),
    );
  });

  it.each([
    ['with its operation', 'ldapsearch', ['-E', '!dontUseCopy', '-b', 'dc=roster', '-s', 'base'], 0],
    ['with its operation', 'ldapsearch', ['-e', '!manageDSAit', '-b', 'dc=roster', '-s', 'base'], 0],
    ['with its operation', 'ldapcompare', ['-e', '!manageDSAit', 'dc=roster', 'dc:roster'], 6],
    ['with another', 'ldapwhoami', ['-e', '!manageDSAit'], 1],
    ['with another, and not critical', 'ldapwhoami', ['-e', 'manageDSAit'], 0],
    ['of nobody here', 'ldapwhoami', ['-e', '!relax'], 1],
  ])('%s: %s %j ends with %d', async (_what, program, args, status) => {
    const finished = await ldap.run(program, args);
    expect(finished.status).toBe(status);
    if (status === 1)
      expect(finished.stderr + finished.stdout).toContain('Critical extension is unavailable');
  });

  it('for password policies is tolerated with a bind, critical or not', async () => {
    expect((await ldap.run('ldapwhoami', ['-e', 'ppolicy'])).status).toBe(0);
    const wire = createWire(ldap.connect());
    const control = sequence(text(Oid.passwordPolicy), boolean(true));
    wire.send(message(1, simpleBind(ADMIN_DN, ADMIN_PASSWORD), element(0xa0, control)));
    expect(await wire.received(1)).toMatchObject([{ tag: 0x61, code: 0 }]);
  });

  it.each([
    ['malformed', [sequence(text(Oid.pagedResults), text('not BER'))]],
    ['without its value', [sequence(text(Oid.sortRequest))]],
    ['with a value that it has not', [sequence(text(Oid.manageDsaIt), boolean(true), text('x'))]],
    ['twice', [sequence(text(Oid.manageDsaIt)), sequence(text(Oid.manageDsaIt))]],
  ])('%s is a protocol error', async (_what, controls) => {
    const wire = createWire(ldap.connect());
    wire.send(message(1, search({ base: '', scope: 0 }), element(0xa0, ...controls)));
    expect(await wire.received(1)).toMatchObject([{ tag: 0x65, code: 2 }]);
  });
});
