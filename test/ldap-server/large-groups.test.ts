import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseFilter } from '../../src/core/syntax/filter-text.ts';
import { prepare } from '../../src/ldap-server/tree/assertion.ts';
import { createDit } from '../../src/ldap-server/tree/dit.ts';
import { gather } from '../../src/ldap-server/tree/planner.ts';
import { createSnapshot } from '../../src/ldap-server/tree/snapshot.ts';
import { startLdapServer, type TestLdapServer } from '../support/ldap-server.ts';
import { values } from '../support/ldif.ts';
import { aGroup, aMembership, aUser } from '../support/rows.ts';

const people = Array.from({ length: 1000 }, (_, number) => aUser({ username: `user${number}`, email: null }));
const all = aGroup({ name: 'all' });
const around = Array.from({ length: 20 }, (_, number) => aGroup({ name: `around${number}` }));
const ALL_DN = 'cn=all,ou=groups,dc=roster';
const ADMIN_LIMIT_EXCEEDED = 11;

const memberships = [
  ...people.map((user) => aMembership(all, user)),
  ...around.map((group) => aMembership(group, all)),
];

let ldap: TestLdapServer;

beforeAll(async () => {
  ldap = await startLdapServer({
    async fill(transaction) {
      await transaction.insertUsers(people);
      await transaction.insertGroups([all, ...around]);
      await transaction.putMemberships(memberships);
    },
  });
});
afterAll(() => ldap.stop());

const anyOf = (parts: readonly string[]) => `(|${parts.join('')})`;
const numbered = (count: number, part: (number: number) => string) =>
  Array.from({ length: count }, (_, number) => part(number));

it('a filter that would look at each of many members a thousand times is refused, not worked through', async () => {
  const filter = anyOf(numbered(1001, (number) => `(memberUid=*zz${number}*)`));
  const { status } = await ldap.run('ldapsearch', ['-b', ALL_DN, '-s', 'base', filter, '1.1']);
  expect(status).toBe(ADMIN_LIMIT_EXCEEDED);
  const sorted = await ldap.run('ldapsearch', ['-b', ALL_DN, '-E', '!sss=cn', filter, '1.1']);
  expect(sorted.status).toBe(ADMIN_LIMIT_EXCEEDED);
  const asserted = await ldap.run('ldapsearch', ['-b', ALL_DN, '-e', `!assert=${filter}`, '1.1']);
  expect(asserted.status).toBe(ADMIN_LIMIT_EXCEEDED);
});

it('a filter that lists a thousand members of a large group by name is answered', async () => {
  const filter = anyOf(numbered(1001, (number) => `(memberUid=nobody${number})`).concat('(memberUid=user7)'));
  expect(await ldap.search(['-b', 'ou=groups,dc=roster', filter, '1.1'])).toHaveLength(1);
});

it('a values filter picks members out of a large group', async () => {
  const member = 'UID=User7,ou=users,dc=roster';
  const [entry] = await ldap.search(['-b', ALL_DN, '-E', `mv=((member=${member})(memberUid=*99))`]);
  expect(values(entry, 'member')).toEqual(['uid=user7,ou=users,dc=roster']);
  expect(values(entry, 'memberUid')).toHaveLength(10);
});

it('nested groups of the same people are gathered until all that there are would be less work', () => {
  const snapshot = createSnapshot(createDit('dc=roster'));
  snapshot.load.users(people);
  snapshot.load.groups([all, ...around]);
  snapshot.load.memberships(memberships);
  for (const _step of snapshot.build());
  const filter = anyOf(around.map(({ name }) => `(memberOf=cn=${name},ou=groups,dc=roster)`));
  const found = snapshot.plan(prepare(parseFilter(filter), () => new Set()));
  if (found === null) throw new Error('The plan is to look at everything.');
  expect(found.cost).toBe(around.length);
  expect(gather(found, 1000)).toBeNull();
  expect(gather(found, 100_000)?.length).toBe(people.length + 1);
});
