/** What a source may list, made up or by chance. */
import fc from 'fast-check';
import type { Upstream } from '../../src/connector/plan.ts';
import type { UpstreamGroup, UpstreamUser } from '../../src/connector/source.ts';
import { DEFAULT_POLICY, type SyncPolicy } from '../../src/core/model/sync-policy.ts';

/** Somebody whose fields are made of the name. */
export function user(name: string, fields: Partial<UpstreamUser> = {}): UpstreamUser {
  const nothing = { otherEmails: [], displayName: null, givenName: null, familyName: null, disabled: false };
  const named = {
    dn: `uid=${name},dc=x`,
    externalId: `id-${name}`,
    username: name,
    email: `${name}@example.org`,
  };
  return { ...nothing, ...named, ...fields };
}

export function group(name: string, fields: Partial<UpstreamGroup> = {}): UpstreamGroup {
  const nothing = { displayName: null, description: null, memberDns: [], memberUids: [] };
  return { ...nothing, dn: `cn=${name},dc=x`, externalId: `id-${name}`, name, ...fields };
}

/** A few people and groups with few names and addresses, so that these often collide. */
export function anyUpstream(): fc.Arbitrary<Upstream> {
  const anyUser = fc.record({
    id: fc.nat(7),
    username: fc.constantFrom('u0', 'u1', 'u2', 'u3', 'U4', 'admin', 'not valid', null),
    email: fc.constantFrom('e0@x', 'e1@x', 'E1@x', 'e2@x', 'nonsense', null),
    displayName: fc.constantFrom('Jane', ' J\n ', '', null),
    disabled: fc.boolean(),
  });
  const anyGroup = fc.record({
    id: fc.nat(5),
    name: fc.constantFrom('g0', 'g1', 'g2', 'g3', 'admins', null),
    memberDns: fc.array(
      fc.constantFrom('uid=0,dc=x', 'UID=1, dc=x', 'uid=2,dc=x', 'cn=0,dc=x', 'cn=1,dc=x', 'cn=2,DC=X', '?'),
    ),
    memberUids: fc.array(fc.constantFrom('u1', 'u2', 'U3', 'nobody')),
  });
  const [users, groups] = [fc.array(anyUser, { maxLength: 8 }), fc.array(anyGroup, { maxLength: 6 })];
  return fc.record({ users, groups: fc.option(groups), weak: fc.boolean() }).map((it) => ({
    users: it.users.map(({ id, ...fields }, index) => {
      const names = it.weak
        ? { externalId: null, dn: `uid=${index},dc=x` }
        : { dn: dnOf('uid', id, index, it.users) };
      return user(String(id), { ...fields, ...names });
    }),
    groups:
      it.groups?.map(({ id, ...fields }, index, all) =>
        group(String(id), { ...fields, dn: dnOf('cn', id, index, all), description: String(index % 2) }),
      ) ?? null,
  }));
}

export function anyPolicy(): fc.Arbitrary<SyncPolicy> {
  return fc
    .record({
      removal: fc.constantFrom('disable', 'delete'),
      removalGraceDays: fc.constantFrom(0, 30),
      goneGroups: fc.constantFrom('keep', 'remove'),
      localMembers: fc.constantFrom('keep', 'remove'),
    })
    .map((given) => ({ ...DEFAULT_POLICY, ...given }));
}

/** An entry that comes again under the same id does so under another DN. */
function dnOf(type: string, id: number, index: number, all: readonly { id: number }[]): string {
  const again = all.findIndex((other) => other.id === id) < index;
  return again ? `${type}=${id},ou=${index},dc=x` : `${type}=${id},dc=x`;
}
