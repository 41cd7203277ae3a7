import { expect, test } from 'vitest';
import { mayAdoptGroup, mayAdoptUser } from '../../../src/core/directory/adoption.ts';
import type { Origin } from '../../../src/core/model/origin.ts';
import type { Source } from '../../../src/core/model/source.ts';
import { DEFAULT_POLICY, type SyncPolicy } from '../../../src/core/model/sync-policy.ts';
import { aGroup, aSource, aUser } from '../../support/rows.ts';

const LINK = { conflicts: 'link' } as const;

test('by default nobody is taken over', () => {
  const adopter = adopterWith({});
  expect(mayAdoptUser(adopter, aUser({ username: 'jdoe' }))).toBe(false);
  expect(mayAdoptUser(adopter, aUser({ username: 'jdoe', origin: from(adopter.other) }))).toBe(false);
  expect(mayAdoptGroup(adopter, aGroup({ name: 'staff', origin: from(adopter.other) }))).toBe(false);
});

test('by the rule to link, a local user is, under the same address in any case', () => {
  const jane = aUser({ username: 'jdoe', email: 'Jane@example.org' });
  expect(mayAdoptUser(adopterWith(LINK), jane, 'jane@EXAMPLE.org')).toBe(true);
  expect(mayAdoptUser(adopterWith(LINK), jane, 'other@example.org')).toBe(false);
  expect(mayAdoptUser(adopterWith(LINK), jane, null)).toBe(false);
  expect(mayAdoptUser(adopterWith(LINK), { ...jane, email: null }, null)).toBe(false);
});

test.each(['owner', 'admin', 'helpdesk'])('a local user with a role is never taken over', (role) => {
  const adopter = adopterWith({ ...LINK, precedence: 5 });
  const user = aUser({ username: 'jdoe', role });
  expect(mayAdoptUser(adopter, user, user.email)).toBe(false);
  expect(mayAdoptUser(adopter, { ...user, origin: from(adopter.other) }, user.email)).toBe(false);
});

test('the source of higher precedence takes users and groups from the other, not from its equal', () => {
  for (const [precedence, may] of [
    [5, true],
    [3, false],
    [1, false],
  ] as const) {
    const adopter = adopterWith({ precedence }, { precedence: 3 });
    const origin = from(adopter.other);
    expect(mayAdoptUser(adopter, aUser({ username: 'jdoe', origin }), 'any@example.org')).toBe(may);
    expect(mayAdoptGroup(adopter, aGroup({ name: 'staff', origin }))).toBe(may);
  }
});

test('a local group is never taken over', () => {
  expect(mayAdoptGroup(adopterWith({ ...LINK, precedence: 5 }), aGroup({ name: 'staff' }))).toBe(false);
});

function adopterWith(policy: Partial<SyncPolicy>, others: Partial<SyncPolicy> = {}) {
  const source = aSource({ name: 'corp', policy: { ...DEFAULT_POLICY, ...policy } });
  const other = aSource({ name: 'lab', policy: { ...DEFAULT_POLICY, ...others } });
  return { source, other, sources: new Map([source, other].map((it) => [it.id, it])) };
}

function from({ id: sourceId }: Source): Origin {
  return { sourceId, externalId: 'x', dn: 'uid=jdoe', suspendedSince: null };
}
