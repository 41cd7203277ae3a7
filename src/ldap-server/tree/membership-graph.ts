/** Who is in which group, by numbers: direct memberships, and what follows from them through nested groups. */
import { NumberSet } from './number-set.ts';
import { Postings } from './postings.ts';

/** Numbers come in ascending order. */
export interface MembershipGraph {
  put(group: number, member: number, owner: boolean): void;
  remove(group: number, member: number): void;
  /** null: no member. */
  isOwner(group: number, member: number): boolean | null;
  memberCount(group: number): number;
  /** Direct members. */
  members(group: number): Uint32Array;
  owners(group: number): Uint32Array;
  /** The groups that a user or group is directly in. */
  parents(member: number): Uint32Array;
  /** The groups that contain a user or group, directly or through others. */
  above(member: number): ReadonlySet<number>;
  /** The users and groups that a group contains, directly or through others. */
  below(group: number): Iterable<number>;
  /** Allocated. */
  readonly bytes: number;
}

export function createMembershipGraph(): MembershipGraph {
  const members = new Postings();
  const owners = new Postings();
  const parents = new Postings();
  const membersOf = (group: number): Uint32Array => members.numbers(group);
  const parentsOf = (member: number): Uint32Array => parents.numbers(member);
  return {
    put(group, member, owner) {
      members.add(group, member);
      parents.add(member, group);
      if (owner) owners.add(group, member);
      else owners.remove(group, member);
    },
    remove(group, member) {
      members.remove(group, member);
      parents.remove(member, group);
      owners.remove(group, member);
    },
    isOwner: (group, member) => (members.has(group, member) ? owners.has(group, member) : null),
    memberCount: (group) => members.count(group),
    members: membersOf,
    owners: (group) => owners.numbers(group),
    parents: parentsOf,
    above: (member) => (parents.count(member) === 0 ? NOBODY : reach(member, parentsOf, new Set<number>())),
    below: (group) => (members.count(group) === 0 ? NOBODY : reach(group, membersOf, new NumberSet())),
    get bytes() {
      return members.bytes + owners.bytes + parents.bytes;
    },
  };
}

const NOBODY: ReadonlySet<number> = new Set();

/** Adds all that is reached by following `next`; a cycle ends the walk instead of trapping it. */
function reach<Reached extends { has(number: number): boolean; add(number: number): unknown }>(
  start: number,
  next: (number: number) => Uint32Array,
  reached: Reached,
): Reached {
  const pending = [start];
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
