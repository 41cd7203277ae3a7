import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_ATTRIBUTES } from '../../../src/core/model/attribute-definition.ts';
import type { DirectoryDelta, MembershipDelta } from '../../../src/core/model/change.ts';
import type { Group, Membership } from '../../../src/core/model/group.ts';
import { wouldCycle } from '../../../src/core/model/group.ts';
import { DEFAULT_POSIX, type PosixSettings } from '../../../src/core/model/posix.ts';
import type { User } from '../../../src/core/model/user.ts';
import type { Filter } from '../../../src/core/syntax/filter.ts';
import { parseFilter } from '../../../src/core/syntax/filter-text.ts';
import { BerReader } from '../../../src/ldap-server/protocol/ber-reader.ts';
import { SCOPES } from '../../../src/ldap-server/protocol/messages.ts';
import { prepare } from '../../../src/ldap-server/tree/assertion.ts';
import { attributeType } from '../../../src/ldap-server/tree/attribute-types.ts';
import { createDit } from '../../../src/ldap-server/tree/dit.ts';
import type { Entry } from '../../../src/ldap-server/tree/entry.ts';
import { isInScope } from '../../../src/ldap-server/tree/entry-store.ts';
import { matches } from '../../../src/ldap-server/tree/matcher.ts';
import { createSchema } from '../../../src/ldap-server/tree/schema.ts';
import { createSnapshot, type Snapshot } from '../../../src/ldap-server/tree/snapshot.ts';
import { groupsAbove } from '../../../src/ldap-server/tree/view.ts';
import { aGroup, aUser, fieldsOf } from '../../support/rows.ts';

const dit = createDit('dc=roster');
const DEFINED_ID = '00000000-0000-4000-8000-0000000000aa';
const SCHEMA = createSchema([
  {
    ...{ id: DEFINED_ID, name: 'nick', subject: 'user', type: 'text', several: true },
    ...{ description: '', readers: 'all', writers: 'admin' },
  },
]);

/** The rows as a store would hold them, and the deltas that it would tell. */
class Rows {
  readonly users = new Map<string, User>();
  readonly groups = new Map<string, Group>();
  readonly memberships = new Map<string, Membership>();
  /** Ids are never given again. */
  readonly gone = new Set<string>();
  readonly posix: PosixSettings;

  constructor(posix = false) {
    this.posix = { ...DEFAULT_POSIX, enabled: posix };
  }

  membershipsOf(groupId: string): Membership[] {
    return [...this.memberships.values()].filter((membership) => membership.groupId === groupId);
  }

  rebuilt(): Snapshot {
    const snapshot = createSnapshot(dit);
    snapshot.load.users([...this.users.values()]);
    snapshot.load.groups([...this.groups.values()]);
    snapshot.load.memberships([...this.memberships.values()]);
    for (const _step of snapshot.build(this.posix, SCHEMA));
    return snapshot;
  }
}

const IDS = [0, 1, 2, 3, 4];
const userId = (number: number) => `00000000-0000-4000-8000-00000000000${number}`;
const groupId = (number: number) => `00000000-0000-4000-9000-00000000000${number}`;
const anyId = fc.constantFrom(...IDS);

type Change =
  | { kind: 'user'; id: number; name: number; active: boolean; email: string | null; displayName: string }
  | { kind: 'drop-user' | 'drop-group'; id: number }
  | { kind: 'group'; id: number; name: number; whole: boolean }
  | { kind: 'join'; id: number; member: number; nested: boolean; owner: boolean; whole: boolean }
  | { kind: 'leave'; id: number; member: number; nested: boolean; whole: boolean };

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('user' as const),
    id: anyId,
    name: anyId,
    active: fc.boolean(),
    email: fc.option(fc.constantFrom('a@example.org', 'B@Example.org')),
    displayName: fc.constantFrom('', 'Jane Doe', 'jane  DOE', 'Ümit Straße'),
  }),
  fc.record({ kind: fc.constantFrom('drop-user' as const, 'drop-group' as const), id: anyId }),
  fc.record({ kind: fc.constant('group' as const), id: anyId, name: anyId, whole: fc.boolean() }),
  fc.record({
    kind: fc.constant('join' as const),
    id: anyId,
    member: anyId,
    nested: fc.boolean(),
    owner: fc.boolean(),
    whole: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('leave' as const),
    id: anyId,
    member: anyId,
    nested: fc.boolean(),
    whole: fc.boolean(),
  }),
);
const anyBatches = fc.array(fc.array(anyChange, { minLength: 1, maxLength: 12 }), { maxLength: 8 });

/** Applies changes to the rows, keeping a store's invariants, and returns the delta of them all. */
function commit(rows: Rows, changes: readonly Change[]): DirectoryDelta {
  const users = new Set<string>();
  const groups = new Set<string>();
  const memberships = new Map<string, { groupId: string; memberId: string }>();
  const touch = (group: string, member: string, whole: boolean): void => {
    if (whole) groups.add(group);
    else memberships.set(`${group} ${member}`, { groupId: group, memberId: member });
  };
  for (const change of changes) perform(rows, change, { users, groups, touch });
  const single: MembershipDelta[] = [];
  for (const [key, { groupId: id, memberId }] of memberships) {
    const group = rows.groups.get(id);
    if (group === undefined || groups.has(id)) continue;
    single.push({ group, memberId, membership: rows.memberships.get(key) ?? null });
  }
  return {
    seq: 1,
    users: new Map([...users].map((id) => [id, rows.users.get(id) ?? null])),
    groups: new Map(
      [...groups].map((id) => {
        const group = rows.groups.get(id);
        return [id, group === undefined ? null : { group, memberships: rows.membershipsOf(id) }];
      }),
    ),
    memberships: single,
    applications: new Map(),
    sourcesChanged: false,
    settingsChanged: false,
  };
}

interface Touching {
  readonly users: Set<string>;
  readonly groups: Set<string>;
  touch(group: string, member: string, whole: boolean): void;
}

function perform(rows: Rows, change: Change, touching: Touching): void {
  switch (change.kind) {
    case 'user': {
      const id = userId(change.id);
      const username = `user${change.name}`;
      const isTaken = [...rows.users.values()].some(
        (other) =>
          other.id !== id &&
          (other.username === username || (other.email !== null && other.email === change.email)),
      );
      if (isTaken || rows.gone.has(id)) return;
      const { active, email, displayName } = change;
      const updatedAt = new Date(Date.UTC(2026, 0, 1, 12 + change.name, 59, 30 * change.id));
      const names = { displayName, familyName: '', givenName: '' };
      const posixNumber = 10_000 + change.id;
      const attributes = displayName === '' ? NO_ATTRIBUTES : { [DEFINED_ID]: [displayName, email ?? 'x'] };
      rows.users.set(
        id,
        aUser({ id, posixNumber, username, active, email, attributes, ...names, updatedAt }),
      );
      touching.users.add(id);
      return;
    }
    case 'group': {
      const id = groupId(change.id);
      const name = `group${change.name}`;
      const isTaken = [...rows.groups.values()].some((other) => other.id !== id && other.name === name);
      if (isTaken || rows.gone.has(id)) return;
      const organization = change.name % 2 === 0 ? 'public' : null;
      rows.groups.set(id, aGroup({ id, posixNumber: 10_005 + change.id, name, organization }));
      touching.groups.add(id);
      return;
    }
    case 'join':
    case 'leave':
      performMembership(rows, change, touching);
      return;
    default:
      drop(rows, change, touching);
  }
}

function performMembership(
  rows: Rows,
  change: Extract<Change, { kind: 'join' | 'leave' }>,
  touching: Touching,
): void {
  const group = groupId(change.id);
  const member = change.nested ? groupId(change.member) : userId(change.member);
  const subgroups = new Map(
    [...rows.groups.keys()].map((id) => [id, rows.membershipsOf(id).map(({ memberId }) => memberId)]),
  );
  const exists = change.nested ? rows.groups.has(member) : rows.users.has(member);
  if (!exists || !rows.groups.has(group) || (change.nested && wouldCycle(group, member, subgroups))) return;
  const key = `${group} ${member}`;
  if (change.kind === 'leave') rows.memberships.delete(key);
  else {
    rows.memberships.set(key, {
      groupId: group,
      memberId: member,
      memberKind: change.nested ? 'group' : 'user',
      owner: !change.nested && change.owner,
      fromSource: false,
    });
  }
  touching.touch(group, member, change.whole);
}

function drop(
  rows: Rows,
  change: Extract<Change, { kind: 'drop-user' | 'drop-group' }>,
  touching: Touching,
): void {
  const id = change.kind === 'drop-user' ? userId(change.id) : groupId(change.id);
  if (rows.users.delete(id) || rows.groups.delete(id)) rows.gone.add(id);
  (change.kind === 'drop-user' ? touching.users : touching.groups).add(id);
  for (const [key, membership] of rows.memberships) {
    if (membership.groupId === id || membership.memberId === id) rows.memberships.delete(key);
  }
}

function everything(snapshot: Snapshot): Entry[] {
  const suffix = entryOf(snapshot, 'dc=roster');
  return [...snapshot.candidates(suffix, 'sub', { type: 'constant', truth: true })];
}

function entryOf(snapshot: Snapshot, key: string): Entry {
  const entry = snapshot.entry(key);
  if (entry === undefined) throw new Error(`There is no ${key}.`);
  return entry;
}

/** All that is served of each entry, in an order that does not depend on history. */
function served(snapshot: Snapshot): unknown[] {
  return everything(snapshot)
    .map((entry) => ({
      dn: entry.dn,
      body: entry.body().toString('hex'),
      values: entry.types.map((type) => [type.name, entry.values(type), [...entry.keys(type)].sort()]),
    }))
    .sort((one, other) => (one.dn < other.dn ? -1 : 1));
}

const NAMES = [0, 1, 2, 3, 4].flatMap((number) => [`user${number}`, `group${number}`]);
const anyDn = fc.constantFrom(
  ...IDS.flatMap((id) => [`UID=user${id},ou=users,dc=roster`, `cn=group${id}, ou=groups,dc=roster`]),
  'ou=users,dc=roster',
);
const anyAssertion = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('uid', 'CN', 'sAMAccountName', 'memberUid', 'sn'),
      fc.constantFrom(...NAMES, 'jane doe'),
    )
    .map(([name, value]) => `(${name}=${value})`),
  fc
    .tuple(
      fc.constantFrom('cn', 'uid', 'mail', 'displayName', 'sn', 'sAMAccountName', 'memberUid'),
      fc.constantFrom(
        ...[
          '*',
          'u*',
          'us*',
          '*1',
          '*r1',
          '*an* d*',
          'a*g',
          '*ser1*',
          'jane d*',
          '*e d*',
          '*STRASSE',
          '*MIT S*',
        ],
        ...['*@EXAMPLE*', 'jane*doe', '*ser*2', 'user1*', '*roup3', '*xyz*'],
      ),
    )
    .map(([name, value]) => `(${name}=${value})`),
  fc
    .tuple(fc.constantFrom('member', 'memberOf', 'uniqueMember', 'owner', 'entryDN', 'isMemberOf'), anyDn)
    .map(([name, value]) => `(${name}=${value})`),
  fc
    .tuple(fc.constantFrom('member', 'memberOf'), anyDn)
    .map(([name, value]) => `(${name}:1.2.840.113556.1.4.1941:=${value})`),
  fc.constantFrom(
    '(objectClass=person)',
    '(objectClass=GROUP)',
    '(objectClass=*)',
    '(ou=*)',
    '(unknown=x)',
    '(modifyTimestamp>=20250101000000Z)',
    '(modifyTimestamp>=20260101135930Z)',
    '(modifyTimestamp<=20260101135930Z)',
    '(modifyTimestamp<=20260101145930.5Z)',
    '(modifyTimestamp>=yesterday)',
    '(createTimestamp<=20260301120000Z)',
    '(cn>=jane doe)',
    '(displayName<=m)',
    '(mail>=a)',
    '(cn~=JANE DOE)',
    '(objectClass=2.5.6.6)',
    '(objectClass=1.2.3.4)',
    '(userPrincipalName=A@example.org)',
    '(ou:dn:=users)',
    '(:dn:caseIgnoreMatch:=roster)',
    '(:caseExactMatch:=Jane Doe)',
    '(uid:dn:2.5.13.5:=user1)',
    '(cn:caseExactMatch:=Jane Doe)',
    '(cn:uuidMatch:=x)',
    '(cn;lang-de=jane doe)',
    '(userAccountControl:integerBitAndMatch:=2)',
    '(member:2.5.13.1:=cn=group1,ou=groups,dc=roster)',
    '(userAccountControl:1.2.840.113556.1.4.804:=512)',
    '(mail=b@example.org)',
    ...[userId(1), userId(4), groupId(2)].map((id) => `(entryUUID=${id.toUpperCase()})`),
    '(objectClass=posixAccount)',
    '(objectClass=rosterOrganization)',
    '(objectClass=rosterUser)',
    '(nick=JANE DOE)',
    '(nick=*@*)',
    '(nick=*)',
    '(o=staff)',
    '(objectClass=posixGroup)',
    '(uidNumber=10001)',
    '(uidNumber>=10002)',
    '(gidNumber=010006)',
    '(gidNumber<=10005)',
    '(uidNumber=*)',
    '(homeDirectory=/home/user1)',
    '(gecos=umit*)',
    '(|)',
    '(&)',
  ),
);
const anyFilter: fc.Arbitrary<string> = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    anyAssertion,
    fc
      .tuple(fc.constantFrom('&', '|'), fc.array(tie('filter'), { maxLength: 3 }))
      .map(([operator, parts]) => `(${operator}${parts.join('')})`),
    tie('filter').map((part) => `(!${part})`),
  ),
})).filter;

describe('snapshot', () => {
  it('serves after any changes what it would serve when read anew', () => {
    fc.assert(
      fc.property(anyBatches, fc.boolean(), (batches, posix) => {
        const rows = new Rows(posix);
        const snapshot = rows.rebuilt();
        for (const batch of batches) snapshot.apply(commit(rows, batch));
        expect(served(snapshot)).toEqual(served(rows.rebuilt()));
        for (const entry of everything(snapshot)) {
          expect(new BerReader(entry.dnElement()).text()).toBe(entry.dn);
          expect(entry.body().subarray(0, entry.dnElement().length)).toEqual(entry.dnElement());
        }
        for (const user of rows.users.values()) {
          const found = snapshot.user({ kind: 'user', by: 'username', value: user.username });
          expect(fieldsOf(found)).toEqual(user);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds by its indexes exactly what walking every entry finds', () => {
    fc.assert(
      fc.property(
        anyBatches,
        fc.array(fc.tuple(anyFilter, fc.constantFrom(...SCOPES), fc.nat()), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (batches, searches, posix) => {
          const rows = new Rows(posix);
          const snapshot = rows.rebuilt();
          for (const batch of batches) snapshot.apply(commit(rows, batch));
          // Before everything is walked, which makes ready what the last changes left for later.
          const suffix = entryOf(snapshot, 'dc=roster');
          const early = searches.map(([text]) => found(snapshot, suffix, 'sub', text));
          const all = everything(snapshot);
          expect(early).toEqual(searches.map(([text]) => walked(snapshot, all, suffix, 'sub', text)));
          for (const [text, scope, number] of searches) {
            const base = all[number % all.length] ?? entryOf(snapshot, 'dc=roster');
            expect(found(snapshot, base, scope, text)).toEqual(walked(snapshot, all, base, scope, text));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('hands out candidates that later changes leave alone', () => {
    const rows = new Rows();
    const join = { kind: 'join', member: 0, nested: false, owner: false, whole: false } as const;
    const user = {
      kind: 'user',
      id: 0,
      name: 0,
      active: true,
      email: null,
      displayName: 'Jane Doe',
    } as const;
    const snapshot = rows.rebuilt();
    snapshot.apply(commit(rows, [user, { kind: 'group', id: 0, name: 0, whole: true }, { ...join, id: 0 }]));
    const before = everything(snapshot);
    const bodies = () => before.map((entry) => entry.body().toString('hex'));
    snapshot.apply(commit(rows, [{ ...user, name: 1, displayName: 'John Doe' }]));
    const first = bodies();
    snapshot.apply(commit(rows, [{ kind: 'drop-group', id: 0 }]));
    expect(bodies()).toEqual(first);
    expect(before.map(({ dn }) => dn)).toContain('uid=user0,ou=users,dc=roster');
  });

  it('serves whoever is in a renamed group right at once, and makes them ready in steps', () => {
    const rows = new Rows();
    const user = { kind: 'user', active: true, email: null, displayName: 'Jane Doe' } as const;
    const join = { kind: 'join', id: 0, nested: false, owner: false, whole: false } as const;
    const group = { kind: 'group', id: 0, whole: true } as const;
    const snapshot = rows.rebuilt();
    snapshot.apply(commit(rows, [...IDS.map((id) => ({ ...user, id, name: id })), { ...group, name: 0 }]));
    snapshot.apply(
      commit(
        rows,
        IDS.map((member) => ({ ...join, member })),
      ),
    );
    const handedOut = everything(snapshot);
    snapshot.apply(commit(rows, [{ ...group, name: 1 }]));
    const dnsAbove = (entry: Entry | undefined) => entry?.values(attributeType.memberOf);
    expect(dnsAbove(snapshot.entry('uid=user3,ou=users,dc=roster'))).toEqual([
      'cn=group1,ou=groups,dc=roster',
    ]);
    for (const _step of snapshot.settle());
    expect(dnsAbove(snapshot.entry('uid=user4,ou=users,dc=roster'))).toEqual([
      'cn=group1,ou=groups,dc=roster',
    ]);
    const before = handedOut.find(({ dn }) => dn.startsWith('uid=user4'));
    expect(dnsAbove(before)).toEqual(['cn=group0,ou=groups,dc=roster']);
    expect(before?.body().includes('cn=group0')).toBe(true);
  });

  it('prepares a filter that lists thousands of names as one look', () => {
    const text = `(|${Array.from({ length: 5000 }, (_, number) => `(uid=user${number})`).join('')})`;
    const assertion = prepare(parseFilterOf(text), () => new Set(), SCHEMA.findAny);
    expect(assertion).toMatchObject({ type: 'or', parts: [{ type: 'equality' }] });
  });
});

/** As parseFilter, whose length is bounded, but for any list of names. */
function parseFilterOf(text: string): Filter {
  const filters = [...text.matchAll(/\(uid=(\w+)\)/g)].map((match) => parseFilter(match[0]));
  return { type: 'or', filters };
}

function found(snapshot: Snapshot, base: Entry, scope: (typeof SCOPES)[number], text: string): string[] {
  const assertion = prepare(parseFilter(text), (key) => groupsAbove(snapshot, key), SCHEMA.findAny);
  const candidates = snapshot.candidates(base, scope, assertion);
  return dnsOf(candidates.filter((entry) => matches(assertion, entry) === true));
}

function walked(
  snapshot: Snapshot,
  all: readonly Entry[],
  base: Entry,
  scope: (typeof SCOPES)[number],
  text: string,
): string[] {
  const assertion = prepare(parseFilter(text), (key) => groupsAbove(snapshot, key), SCHEMA.findAny);
  const entries = { get: (key: string) => snapshot.entry(key) };
  return dnsOf(
    all.filter((entry) => isInScope(entry, base, scope, entries) && matches(assertion, entry) === true),
  );
}

function dnsOf(entries: readonly Entry[]): string[] {
  return entries.map(({ dn }) => dn).sort();
}
