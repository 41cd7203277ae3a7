/** Who is in which group, by ids: direct memberships, and what follows from them through nested groups. */

export interface MembershipGraph {
  put(groupId: string, memberId: string, owner: boolean): void;
  remove(groupId: string, memberId: string): void;
  /** Direct members, each with whether it is an owner. */
  members(groupId: string): ReadonlyMap<string, boolean>;
  /** The groups that a user or group is directly in. */
  parents(memberId: string): ReadonlySet<string>;
  /** The groups that contain a user or group, directly or through others. */
  above(memberId: string): Set<string>;
  /** The users and groups that a group contains, directly or through others. */
  below(groupId: string): Set<string>;
}

export function createMembershipGraph(): MembershipGraph {
  const members = new Map<string, Map<string, boolean>>();
  const parents = new Map<string, Set<string>>();
  const membersOf = (id: string): ReadonlyMap<string, boolean> => members.get(id) ?? NO_MEMBERS;
  const parentsOf = (id: string): ReadonlySet<string> => parents.get(id) ?? NO_PARENTS;
  return {
    put(groupId, memberId, owner) {
      getOrAdd(members, groupId, () => new Map()).set(memberId, owner);
      getOrAdd(parents, memberId, () => new Set()).add(groupId);
    },
    remove(groupId, memberId) {
      const group = members.get(groupId);
      if (group?.delete(memberId) && group.size === 0) members.delete(groupId);
      const above = parents.get(memberId);
      if (above?.delete(groupId) && above.size === 0) parents.delete(memberId);
    },
    members: membersOf,
    parents: parentsOf,
    above: (id) => closure(id, parentsOf),
    below: (id) => closure(id, (groupId) => membersOf(groupId).keys()),
  };
}

const NO_MEMBERS: ReadonlyMap<string, boolean> = new Map();
const NO_PARENTS: ReadonlySet<string> = new Set();

/** All that is reached from `id` by following `next`; a cycle ends the walk instead of trapping it. */
function closure(id: string, next: (id: string) => Iterable<string>): Set<string> {
  const reached = new Set<string>();
  const pending = [id];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    for (const neighbour of next(current)) {
      if (!reached.has(neighbour)) {
        reached.add(neighbour);
        pending.push(neighbour);
      }
    }
  }
  return reached;
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
