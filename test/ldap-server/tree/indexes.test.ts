import { expect, it } from 'vitest';
import { parseFilter } from '../../../src/core/syntax/filter-text.ts';
import { prepare } from '../../../src/ldap-server/tree/assertion.ts';
import { createDit } from '../../../src/ldap-server/tree/dit.ts';
import { ENTRY_WORK_MAX, matches } from '../../../src/ldap-server/tree/matcher.ts';
import { gather } from '../../../src/ldap-server/tree/planner.ts';
import { createSnapshot } from '../../../src/ldap-server/tree/snapshot.ts';
import { aUser } from '../../support/rows.ts';

it('a poll for changes looks at the last hours, not at the directory', () => {
  const snapshot = createSnapshot(createDit('dc=roster'));
  const users = Array.from({ length: 1000 }, (_, hour) =>
    aUser({ username: `user${hour}`, email: null, updatedAt: new Date(Date.UTC(2026, 0, 1, hour)) }),
  );
  snapshot.load.users(users);
  for (const _step of snapshot.build());
  const costOf = (filter: string) =>
    snapshot.plan(prepare(parseFilter(filter), () => new Set()))?.cost ?? Number.POSITIVE_INFINITY;
  // 40 days and 16 hours later: the last 3 hours.
  expect(costOf('(modifyTimestamp>=20260211133000Z)')).toBe(3);
  expect(costOf('(&(objectClass=person)(modifyTimestamp>=20260211133000Z))')).toBe(3);
  expect(costOf('(|(createTimestamp>=20270101000000Z)(modifyTimestamp>=20260211133000Z))')).toBe(3);
  expect(costOf('(modifyTimestamp<=20260101010000Z)')).toBe(2);
});

it('a substring looks at those who share its characters in a row, not at the directory', () => {
  const snapshot = createSnapshot(createDit('dc=roster'));
  snapshot.load.users(
    Array.from({ length: 1000 }, (_, number) =>
      aUser({ username: `user${number}`, displayName: `Jane ${number}` }),
    ),
  );
  for (const _step of snapshot.build());
  const candidatesOf = (filter: string) => {
    const found = snapshot.plan(prepare(parseFilter(filter), () => new Set()));
    return found === null ? null : (gather(found, 10_000)?.length ?? null);
  };
  expect(candidatesOf('(|(uid=*er123*)(mail=*er123*)(cn=*ne 123*))')).toBe(1);
  expect(candidatesOf('(uid=user12*)')).toBe(11);
  expect(candidatesOf('(uid=*123)')).toBe(1);
  expect(candidatesOf('(mail=*@example.net)')).toBe(0);
  expect(candidatesOf('(&(objectClass=person)(cn=*ane 77*))')).toBe(11);
  // Too short for the index.
  expect(candidatesOf('(uid=*12*)')).toBe(1000);
  // In the name of another attribute of the same user: the matcher tells them apart.
  expect(candidatesOf('(cn=*user1*)')).toBe(111);
});

it('a filter that lists thousands of names or classes costs each entry what the entry holds', () => {
  const snapshot = createSnapshot(createDit('dc=roster'));
  snapshot.load.users([aUser({ username: 'jdoe' })]);
  for (const _step of snapshot.build());
  const jane = snapshot.entry('uid=jdoe,ou=users,dc=roster');
  if (jane === undefined) throw new Error('Jane is not there.');
  for (const held of ['uid=JDoe', 'sAMAccountName=jdoe', 'objectClass=person']) {
    const [type] = held.split('=');
    const others = Array.from({ length: 2000 }, (_, number) => `(${type}=other${number})`);
    const assertion = prepare(parseFilter(`(|${others.join('')}(${held}))`), () => new Set());
    const work = { left: ENTRY_WORK_MAX };
    expect(matches(assertion, jane, work)).toBe(true);
    expect(ENTRY_WORK_MAX - work.left).toBeLessThan(20);
  }
});
