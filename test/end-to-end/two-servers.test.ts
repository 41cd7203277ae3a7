/** Two Rosters on one PostgreSQL: what one writes, the other serves within a second. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { addSource, startRoster, type TestRoster } from '../support/roster.ts';
import { directoryLdif, startSlapd, type TestSlapd, userPassword } from '../support/slapd.ts';

const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
let postgres: TestPostgres;
let slapd: TestSlapd;
let first: TestRoster;
let second: TestRoster;

beforeAll(async () => {
  postgres = await startPostgres();
  slapd = await startSlapd({ ldif: directoryLdif({ users: 100, groups: 5 }), sizeLimit: 'unlimited' });
  const env = { DATABASE_URL: await postgres.createDatabase(), ROSTER_SECRET_KEY: SECRET_KEY };
  [first, second] = await Promise.all([startRoster(env), startRoster(env)]);
}, 120_000);

afterAll(async () => {
  await Promise.all([first?.remove(), second?.remove()]);
  await slapd?.stop();
  await postgres?.stop();
});

test('a user added through one is readable from the other within a second', async () => {
  const { status } = await first.cli([
    'users',
    'add',
    'jdoe',
    '--email',
    'jdoe@example.org',
    '--name',
    'Jane Doe',
  ]);
  expect(status).toBe(0);
  expect(await foundWithinASecond(second, '(mail=jdoe@example.org)')).toBe(1);
  expect(await foundWithinASecond(first, '(mail=jdoe@example.org)')).toBe(1);
});

test('a sync through one is served by the other, and its people sign in at both', async () => {
  expect(await addSource(second, slapd)).toMatchObject({ status: 0 });
  expect(await second.cli(['sources', 'sync', 'corp'])).toMatchObject({ status: 0 });
  for (const roster of [first, second]) {
    expect(await foundWithinASecond(roster, '(uid=user1)')).toBe(1);
    const who = { dn: 'uid=user1,ou=users,dc=roster', password: userPassword(1) };
    expect(await roster.ldap('ldapwhoami', [], who)).toMatchObject({ status: 0 });
  }
});

async function foundWithinASecond(roster: TestRoster, filter: string): Promise<number> {
  const deadline = Date.now() + 1000;
  for (;;) {
    const { length } = await roster.search(['-b', 'ou=users,dc=roster', filter, 'uid']);
    if (length > 0 || Date.now() > deadline) return length;
  }
}
