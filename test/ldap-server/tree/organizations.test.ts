import { expect, test } from 'vitest';
import { parseFilter } from '../../../src/core/syntax/filter-text.ts';
import { prepare } from '../../../src/ldap-server/tree/assertion.ts';
import { createDit } from '../../../src/ldap-server/tree/dit.ts';
import { matches } from '../../../src/ldap-server/tree/matcher.ts';
import { createSnapshot } from '../../../src/ldap-server/tree/snapshot.ts';
import type { View } from '../../../src/ldap-server/tree/view.ts';
import { aGroup, anApplication, aUser } from '../../support/rows.ts';

const dit = createDit('dc=roster');
const jane = aUser({ username: 'jane' });
const [staff, acme, globex] = [
  aGroup({ name: 'staff' }),
  aGroup({ name: 'acme', displayName: 'Acme Inc.', organization: 'private' }),
  aGroup({ name: 'globex', organization: 'public' }),
];
const wiki = anApplication({ name: 'wiki', groups: [acme.id] });

/** In both orders: the first group stands for all when a search is planned. */
function snapshotOf(groups: readonly (typeof staff)[]) {
  const snapshot = createSnapshot(dit);
  snapshot.load.users([jane]);
  snapshot.load.groups(groups);
  const membership = { groupId: acme.id, memberId: jane.id, memberKind: 'user' as const };
  snapshot.load.memberships([{ ...membership, owner: true, fromSource: false }]);
  snapshot.load.applications([wiki]);
  for (const _step of snapshot.build());
  return snapshot;
}

function found(view: View, filter: string): readonly string[] {
  const base = view.entry(dit.suffix.key);
  if (base === undefined) throw new Error('There is no base.');
  const assertion = prepare(parseFilter(filter), () => new Set());
  const entries = view.candidates(base, 'sub', assertion).filter((entry) => matches(assertion, entry));
  return entries.map(({ dn }) => dn).sort();
}

test.each([
  ['an organization', [acme, staff, globex]],
  ['a plain group', [staff, acme, globex]],
])('with %s first, organizations are found as groups and told apart from them', (_name, groups) => {
  const snapshot = snapshotOf(groups);
  const [dnOfAcme, dnOfGlobex, dnOfStaff] = ['acme', 'globex', 'staff'].map((name) => dit.group(name).dn);
  expect(found(snapshot, '(objectClass=groupOfNames)')).toEqual([dnOfAcme, dnOfGlobex, dnOfStaff]);
  expect(found(snapshot, '(objectClass=rosterOrganization)')).toEqual([dnOfAcme, dnOfGlobex]);
  expect(found(snapshot, '(&(cn=*)(!(objectClass=rosterOrganization))(objectClass=group))')).toEqual([
    dnOfStaff,
  ]);
  expect(found(snapshot, '(o=acme inc.)')).toEqual([dnOfAcme]);
  expect(found(snapshot, `(memberOf=${dnOfAcme})`)).toEqual([dit.user('jane').dn]);
});

test('an application that an organization is given to sees it and its members, and no other', () => {
  const snapshot = snapshotOf([staff, acme, globex]);
  const view = snapshot.applicationView(wiki.id);
  if (view === null) throw new Error('There is no view.');
  expect(found(view, '(|(objectClass=group)(objectClass=person))')).toEqual([
    dit.group('acme').dn,
    dit.user('jane').dn,
  ]);
  expect(found(view, '(objectClass=rosterOrganization)')).toEqual([dit.group('acme').dn]);
});
