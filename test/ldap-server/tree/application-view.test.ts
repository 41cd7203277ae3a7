import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Application } from '../../../src/core/model/application.ts';
import type { DirectoryDelta } from '../../../src/core/model/change.ts';
import { type Group, groupsBelow, type Membership, subgroupsOf } from '../../../src/core/model/group.ts';
import type { User } from '../../../src/core/model/user.ts';
import { parseFilter } from '../../../src/core/syntax/filter-text.ts';
import { SCOPES } from '../../../src/ldap-server/protocol/messages.ts';
import { prepare } from '../../../src/ldap-server/tree/assertion.ts';
import { createDit } from '../../../src/ldap-server/tree/dit.ts';
import { matches } from '../../../src/ldap-server/tree/matcher.ts';
import { createSnapshot, type Snapshot } from '../../../src/ldap-server/tree/snapshot.ts';
import { groupsAbove, type View, viewOf } from '../../../src/ldap-server/tree/view.ts';
import { aGroup, anApplication, aUser } from '../../support/rows.ts';

const dit = createDit('dc=roster');

/** Everything that a store would hold, by id; memberships by group and member. */
interface Rows {
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly memberships: ReadonlyMap<string, Membership>;
  readonly applications: ReadonlyMap<string, Application>;
}

function snapshotOf(rows: Rows): Snapshot {
  const snapshot = createSnapshot(dit);
  snapshot.load.users([...rows.users.values()]);
  snapshot.load.groups([...rows.groups.values()]);
  snapshot.load.memberships([...rows.memberships.values()]);
  snapshot.load.applications([...rows.applications.values()]);
  for (const _step of snapshot.build());
  return snapshot;
}

/** As a store tells it: the present state of what differs. */
function deltaOf(before: Rows, after: Rows): DirectoryDelta {
  const changed = <Row>(one: ReadonlyMap<string, Row>, other: ReadonlyMap<string, Row>) =>
    [...new Set([...one.keys(), ...other.keys()])].filter((key) => one.get(key) !== other.get(key));
  const present = <Row>(one: ReadonlyMap<string, Row>, other: ReadonlyMap<string, Row>) =>
    new Map(changed(one, other).map((id) => [id, other.get(id) ?? null]));
  const regrouped = changed(before.memberships, after.memberships).flatMap(
    (key) => before.memberships.get(key)?.groupId ?? after.memberships.get(key)?.groupId ?? [],
  );
  const groups = new Set([...changed(before.groups, after.groups), ...regrouped]);
  return {
    seq: 1,
    users: present(before.users, after.users),
    groups: new Map(
      [...groups].map((id) => {
        const group = after.groups.get(id);
        const memberships = [...after.memberships.values()].filter(({ groupId }) => groupId === id);
        return [id, group === undefined ? null : { group, memberships }];
      }),
    ),
    memberships: [],
    applications: present(before.applications, after.applications),
    sourcesChanged: false,
    settingsChanged: false,
  };
}

const NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const userId = (number: number) => `00000000-0000-4000-8000-00000000000${number}`;
const groupId = (number: number) => `00000000-0000-4000-9000-00000000000${number}`;
const anyNumber = fc.constantFrom(...NUMBERS);
const anyTime = fc.constantFrom(...[1, 2, 3].map((day) => new Date(`2026-03-0${day}T12:00:00Z`)));
const NAMES = ['', 'Jane Doe', 'Ümit Straße'];

const anyUsers = fc.array(
  fc.record({
    number: anyNumber,
    name: fc.constantFrom('a', 'b'),
    active: fc.constantFrom(true, true, true, false),
    displayName: fc.constantFrom(...NAMES),
    updatedAt: anyTime,
    ownUpdatedAt: anyTime,
  }),
  { maxLength: 20 },
);
const anyGroups = fc.array(
  fc.record({
    number: anyNumber,
    name: fc.constantFrom('a', 'b'),
    description: fc.constantFrom('', 'x'),
    updatedAt: anyTime,
  }),
  { maxLength: 8 },
);
/** A group contains only groups of higher numbers, so that there are no cycles. */
const anyMemberships = fc.array(
  fc.record({ group: anyNumber, member: anyNumber, nested: fc.boolean(), owner: fc.boolean() }),
  { maxLength: 40 },
);

const anyRows: fc.Arbitrary<Rows> = fc
  .record({
    users: anyUsers,
    groups: anyGroups,
    memberships: anyMemberships,
    roots: fc.array(anyNumber, { maxLength: 3 }),
  })
  .map(({ users, groups, memberships, roots }) => {
    const application = anApplication({ id: 'the-application', name: 'wiki', groups: roots.map(groupId) });
    return complete({
      users: new Map(
        users.map(({ number, name, ...fields }) => [
          userId(number),
          { ...aUser({ username: name + number }), ...fields, id: userId(number) },
        ]),
      ),
      groups: new Map(
        groups.map(({ number, name, ...fields }) => [
          groupId(number),
          { ...aGroup({ name: name + number }), ...fields, id: groupId(number) },
        ]),
      ),
      memberships: new Map(
        memberships.map(({ group, member, nested, owner }): [string, Membership] => {
          const memberId = nested ? groupId(member) : userId(member);
          const kind = nested ? 'group' : 'user';
          const row: Membership = {
            groupId: groupId(group),
            memberId,
            memberKind: kind,
            owner: owner && !nested,
            fromSource: false,
          };
          return [`${group} ${memberId}`, row];
        }),
      ),
      applications: new Map([[application.id, application]]),
    });
  });

/** Without memberships of what is not there, and without cycles. */
function complete(rows: Rows): Rows {
  const isKept = ({ groupId: group, memberId, memberKind }: Membership) =>
    rows.groups.has(group) &&
    (memberKind === 'user' ? rows.users.has(memberId) : rows.groups.has(memberId) && group < memberId);
  return { ...rows, memberships: new Map([...rows.memberships].filter(([, row]) => isKept(row))) };
}

/** What the application of `rows` sees, by the words of the decision record. */
function visibleIn(rows: Rows): { readonly users: Set<string>; readonly groups: Set<string> } {
  const memberships = [...rows.memberships.values()];
  const subgroups = subgroupsOf(memberships);
  const roots = rows.applications.get('the-application')?.groups ?? [];
  const groups = new Set([...roots, ...roots.flatMap((id) => [...groupsBelow(id, subgroups)])]);
  const members = memberships.filter((row) => row.memberKind === 'user' && groups.has(row.groupId));
  return { users: new Set(members.map(({ memberId }) => memberId)), groups };
}

/** `other`, with all that is visible in `rows` as it is there: the two differ in what is hidden alone. */
function hiddenFrom(rows: Rows, other: Rows): Rows {
  const visible = visibleIn(rows);
  const merge = <Row>(
    one: ReadonlyMap<string, Row>,
    two: ReadonlyMap<string, Row>,
    isVisible: (row: Row) => boolean,
  ) =>
    new Map([
      ...[...one].filter(([, row]) => isVisible(row)),
      ...[...two].filter(([, row]) => !isVisible(row)),
    ]);
  const merged = complete({
    users: merge(rows.users, other.users, ({ id }) => visible.users.has(id)),
    groups: merge(rows.groups, other.groups, ({ id }) => visible.groups.has(id)),
    memberships: merge(rows.memberships, other.memberships, (row) => visible.groups.has(row.groupId)),
    applications: new Map([
      ...rows.applications,
      ['another', anApplication({ id: 'another', name: 'another' })],
    ]),
  });
  // Whoever joins or leaves a hidden group is touched by it.
  const touched = [...merged.users].map(([id, user]): [string, User] => [
    id,
    { ...user, updatedAt: other.users.get(id)?.updatedAt ?? new Date('2026-03-09T12:00:00Z') },
  ]);
  return { ...merged, users: new Map(touched) };
}

const ALL_NAMES = NUMBERS.flatMap((number) => [`a${number}`, `b${number}`]);
const anyDn = fc.constantFrom(
  ...ALL_NAMES.flatMap((name) => [`uid=${name},ou=users,dc=roster`, `cn=${name},ou=groups,dc=roster`]),
  'cn=another,ou=apps,dc=roster',
  'cn=admin,ou=system,dc=roster',
);
const anyAssertion = fc.oneof(
  fc
    .tuple(fc.constantFrom('member', 'memberOf', 'uniqueMember', 'owner', 'entryDN'), anyDn)
    .map(([name, dn]) => `(${name}=${dn})`),
  fc
    .tuple(fc.constantFrom('member', 'memberOf'), anyDn)
    .map(([name, dn]) => `(${name}:1.2.840.113556.1.4.1941:=${dn})`),
  fc
    .tuple(
      fc.constantFrom('uid', 'cn', 'memberUid', 'mail'),
      fc.constantFrom(...ALL_NAMES, 'a*', 'a1*', '*1*', '*b2', '*', 'Jane*', '*a3@ex*', '*TRASSE'),
    )
    .map(([name, value]) => `(${name}=${value})`),
  fc
    .tuple(fc.constantFrom('>=', '<=', '='), fc.constantFrom(1, 2, 3, 9))
    .map(([operator, day]) => `(modifyTimestamp${operator}2026030${day}120000Z)`),
  fc.constantFrom('(objectClass=*)', '(objectClass=user)', '(objectClass=applicationProcess)', '(sn=doe)'),
);
const anyFilter: fc.Arbitrary<string> = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    anyAssertion,
    fc
      .tuple(fc.constantFrom('&', '|'), fc.array(tie('filter'), { minLength: 1, maxLength: 3 }))
      .map(([operator, parts]) => `(${operator}${parts.join('')})`),
    tie('filter').map((part) => `(!${part})`),
  ),
})).filter;
const anySearch = fc.record({
  base: fc.oneof(
    fc.constantFrom('dc=roster', 'ou=users,dc=roster', 'ou=groups,dc=roster', 'ou=apps,dc=roster'),
    anyDn,
  ),
  scope: fc.constantFrom(...SCOPES),
  filter: anyFilter,
});
type Search = typeof anySearch extends fc.Arbitrary<infer Value> ? Value : never;
const anySearches = fc.array(anySearch, { minLength: 1, maxLength: 6 });
const EVERYTHING: Search = { base: 'dc=roster', scope: 'sub', filter: '(objectClass=*)' };

function viewOn(snapshot: Snapshot): View {
  const view = viewOf(snapshot, { kind: 'application', id: 'the-application' });
  if (view === null) throw new Error('There is no view.');
  return view;
}

/** All that answers to a search can hold, in their order; null: there is no such base. */
function observe(snapshot: Snapshot, { base, scope, filter }: Search): unknown {
  const view = viewOn(snapshot);
  const entry = view.entry(base);
  if (entry === undefined) return null;
  const assertion = prepare(parseFilter(filter), (key) => groupsAbove(view, key));
  return view
    .candidates(entry, scope, assertion)
    .filter((candidate) => matches(assertion, candidate) === true)
    .map((found) => [
      found.dn,
      found.body().toString('hex'),
      ...found.types.map((type) => [
        type.name,
        found.values(type),
        found.slice(type, type.name)?.toString('hex'),
      ]),
    ]);
}

function sorted(observed: unknown): unknown {
  return Array.isArray(observed) ? observed.map((each) => JSON.stringify(each)).sort() : observed;
}

function dnsOf(snapshot: Snapshot): string[] {
  return (observe(snapshot, EVERYTHING) as [string][]).map(([dn]) => dn).sort();
}

describe('what an application sees', () => {
  it('is its groups, the groups in them, their members, itself and the containers', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const visible = visibleIn(rows);
        const users = [...rows.users.values()].filter(({ id, active }) => active && visible.users.has(id));
        const groups = [...rows.groups.values()].filter(({ id }) => visible.groups.has(id));
        expect(dnsOf(snapshotOf(rows))).toEqual(
          [
            ...['dc=roster', 'ou=users,dc=roster', 'ou=groups,dc=roster', 'ou=apps,dc=roster'],
            'cn=wiki,ou=apps,dc=roster',
            ...users.map(({ username }) => dit.user(username).dn),
            ...groups.map(({ name }) => dit.group(name).dn),
          ].sort(),
        );
      }),
    );
  });

  it('does not change when what is hidden from it changes, by any search', () => {
    fc.assert(
      fc.property(anyRows, anyRows, anySearches, (rows, other, searches) => {
        const changed = hiddenFrom(rows, other);
        const snapshot = snapshotOf(rows);
        const before = [EVERYTHING, ...searches].map((each) => observe(snapshot, each));
        const rebuilt = snapshotOf(changed);
        const anew = [EVERYTHING, ...searches].map((each) => observe(rebuilt, each));
        expect(anew.map(sorted)).toEqual(before.map(sorted));
        // On a connection that stays, not even the order of the answers changes.
        snapshot.apply(deltaOf(rows, changed));
        expect([EVERYTHING, ...searches].map((each) => observe(snapshot, each))).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('is after any changes what it would be when read anew', () => {
    fc.assert(
      fc.property(anyRows, fc.array(anyRows, { maxLength: 4 }), anySearches, (first, later, searches) => {
        const snapshot = snapshotOf(first);
        let present = first;
        for (const rows of later) {
          observe(snapshot, EVERYTHING);
          // The same application throughout: its groups are moved under it.
          const next = { ...rows, applications: first.applications };
          snapshot.apply(deltaOf(present, next));
          present = next;
        }
        const rebuilt = snapshotOf(present);
        for (const each of [EVERYTHING, ...searches]) {
          expect(sorted(observe(snapshot, each))).toEqual(sorted(observe(rebuilt, each)));
        }
        for (const id of present.users.keys()) {
          const isSeen = (tree: Snapshot) => tree.applicationView('the-application')?.sees(id);
          expect(isSeen(snapshot)).toBe(isSeen(rebuilt));
        }
      }),
      { numRuns: 300 },
    );
  });

  describe('with indexes that are worth it', () => {
    const staff = aGroup({ name: 'staff', id: groupId(0) });
    const hidden = aGroup({ name: 'hidden', id: groupId(1) });
    const inner = aGroup({ name: 'inner', id: groupId(2) });
    const people = NUMBERS.map((number) =>
      aUser({
        username: `u${number}`,
        id: userId(number),
        familyName: number % 3 === 0 ? 'Smith' : `x${number}`,
      }),
    );
    const memberIn = (
      group: Group,
      { id: memberId }: User | Group,
      memberKind: Membership['memberKind'] = 'user',
    ) =>
      [
        group.id + memberId,
        { groupId: group.id, memberId, memberKind, owner: false, fromSource: false },
      ] as const;
    const application = anApplication({ id: 'the-application', name: 'wiki', groups: [staff.id] });
    const rows: Rows = {
      users: new Map(people.map((user) => [user.id, user])),
      groups: new Map([staff, hidden, inner].map((group) => [group.id, group])),
      memberships: new Map(people.map((user) => memberIn(staff, user))),
      applications: new Map([[application.id, application]]),
    };
    const [first = aUser({ username: 'nobody' }), second = first] = people;

    it('finds by the time of the last change that it is shown', () => {
      const users = new Map(
        people.map((user) => [user.id, { ...user, updatedAt: new Date('2026-03-09T12:00:00Z') }]),
      );
      const snapshot = snapshotOf({ ...rows, users });
      const found = (filter: string) =>
        observe(snapshot, { ...EVERYTHING, filter: `(&(uid=*)${filter})` }) as unknown[];
      expect(found('(modifyTimestamp<=20260302000000Z)')).toHaveLength(people.length);
      expect(found('(modifyTimestamp>=20260302000000Z)')).toEqual([]);
    });

    it('answers in the same order after a hidden change', () => {
      const snapshot = snapshotOf(rows);
      const smiths: Search = { ...EVERYTHING, filter: '(sn=Smith)' };
      const before = [EVERYTHING, smiths].map((each) => observe(snapshot, each));
      expect(before[1]).toHaveLength(4);
      const left = new Map(rows.memberships);
      left.delete(memberIn(staff, second)[0]);
      snapshot.apply(deltaOf(rows, { ...rows, memberships: left }));
      snapshot.apply(deltaOf({ ...rows, memberships: left }, rows));
      const rejoined = [EVERYTHING, smiths].map((each) => observe(snapshot, each));
      expect(rejoined.map(sorted)).toEqual(before.map(sorted));
      const more = new Map([...rows.memberships, memberIn(hidden, first), memberIn(hidden, inner, 'group')]);
      snapshot.apply(deltaOf(rows, { ...rows, memberships: more }));
      expect([EVERYTHING, smiths].map((each) => observe(snapshot, each))).toEqual(rejoined);
    });
  });

  it('is nobody where it is given no groups, and nothing at all when it is switched off', () => {
    const application = anApplication({ id: 'the-application', name: 'wiki' });
    const jane = aUser({ username: 'jdoe' });
    const rows: Rows = {
      users: new Map([[jane.id, jane]]),
      groups: new Map(),
      memberships: new Map(),
      applications: new Map([[application.id, application]]),
    };
    const snapshot = snapshotOf(rows);
    expect(dnsOf(snapshot)).not.toContain('uid=jdoe,ou=users,dc=roster');
    expect(snapshot.applicationView(application.id)?.sees(jane.id)).toBe(false);
    const off = { ...rows, applications: new Map([[application.id, { ...application, enabled: false }]]) };
    snapshot.apply(deltaOf(rows, off));
    expect(viewOf(snapshot, { kind: 'application', id: application.id })).toBeNull();
    expect(snapshot.entry('cn=wiki,ou=apps,dc=roster')).toBeUndefined();
  });

  it('is everybody where it is given everyone, but neither the bind DN nor other applications', () => {
    fc.assert(
      fc.property(anyRows, anySearches, (rows, searches) => {
        const application = anApplication({ id: 'the-application', name: 'wiki', everyone: true });
        const other = anApplication({ id: 'another', name: 'another' });
        const applications = new Map([application, other].map((each) => [each.id, each]));
        const snapshot = snapshotOf({ ...rows, applications });
        const hidden = /^(ou=system|cn=admin,ou=system|cn=another,ou=apps),/;
        for (const search of [EVERYTHING, ...searches]) {
          if (hidden.test(search.base)) expect(observe(snapshot, search)).toBeNull();
          const { base, scope, filter } = search;
          const entry = snapshot.entry(base);
          if (entry === undefined || hidden.test(base)) continue;
          const assertion = prepare(parseFilter(filter), (key) => groupsAbove(snapshot, key));
          const asAdmin = snapshot.candidates(entry, scope, assertion);
          const dns = asAdmin.filter((each) => matches(assertion, each) === true).map(({ dn }) => dn);
          const seen = (observe(snapshot, search) as [string][]).map(([dn]) => dn);
          expect(seen.sort()).toEqual(dns.filter((dn) => !hidden.test(dn)).sort());
        }
      }),
    );
  });

  it('keeps the ready bytes of entries of which nothing is cut', () => {
    const staff = aGroup({ name: 'staff' });
    const jane = aUser({ username: 'jdoe', updatedAt: new Date('2026-04-01T00:00:00Z') });
    const application = anApplication({ id: 'the-application', name: 'wiki', groups: [staff.id] });
    const snapshot = snapshotOf({
      users: new Map([[jane.id, jane]]),
      groups: new Map([[staff.id, staff]]),
      memberships: new Map([
        ['x', { groupId: staff.id, memberId: jane.id, memberKind: 'user', owner: false, fromSource: false }],
      ]),
      applications: new Map([[application.id, application]]),
    });
    for (const key of ['uid=jdoe,ou=users,dc=roster', 'cn=staff,ou=groups,dc=roster']) {
      const whereOf = (body: Buffer | undefined) => [body?.buffer, body?.byteOffset];
      const [seen, whole] = [viewOn(snapshot).entry(key)?.body(), snapshot.entry(key)?.body()];
      expect(seen?.length).toBeGreaterThan(0);
      expect(whereOf(seen)[0]).toBe(whereOf(whole)[0]);
      expect(whereOf(seen)[1]).toBe(whereOf(whole)[1]);
    }
  });
});
