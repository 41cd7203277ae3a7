/** All entries by key and by id, and which of them a search must look at. */
import type { Scope } from '../protocol/messages.ts';
import type { Assertion } from './assertion.ts';
import { type AttributeType, attributeType } from './attribute-types.ts';
import { containerEntries } from './container-entry.ts';
import type { Dit } from './dit.ts';
import type { Entry } from './entry.ts';
import { createIndexes } from './indexes.ts';
import type { MembershipGraph } from './membership-graph.ts';
import { type CandidateSource, type Candidates, type Gathering, gather, plan } from './planner.ts';

export interface EntryStore {
  get(key: string): Entry | undefined;
  /** Puts the entry of a user, group or application in the place of the one before; null: it is no longer listed. */
  set(id: string, entry: Entry | null): void;
  /** A copy, or a list that nobody changes. */
  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[];
  /** All entries that can match, wherever they are; null: every entry must be looked at. */
  plan(assertion: Assertion): Candidates | null;
}

export function createEntryStore(
  dit: Dit,
  graph: Pick<MembershipGraph, 'members' | 'parents' | 'below'>,
): EntryStore {
  return new MemoryEntryStore(dit, graph);
}

/** Walking an index takes this much less than walking the entries themselves. */
const SCAN_COST_SHARE = 1 / 8;

class MemoryEntryStore implements EntryStore, CandidateSource {
  readonly #dit: Dit;
  readonly #graph: Pick<MembershipGraph, 'members' | 'parents' | 'below'>;
  readonly #containers: readonly Entry[];
  readonly #byKey = new Map<string, Entry>();
  readonly #users: Members = createMembers();
  readonly #groups: Members = createMembers();
  readonly #applications: Members = createMembers();
  readonly #indexes = createIndexes();

  constructor(dit: Dit, graph: Pick<MembershipGraph, 'members' | 'parents' | 'below'>) {
    this.#dit = dit;
    this.#graph = graph;
    this.#containers = Object.values(containerEntries(dit));
    for (const entry of this.#containers) {
      this.#byKey.set(entry.key, entry);
      this.#indexes.add(entry);
    }
  }

  get(key: string): Entry | undefined {
    return this.#byKey.get(key);
  }

  set(id: string, entry: Entry | null): void {
    const before = this.#users.get(id) ?? this.#groups.get(id) ?? this.#applications.get(id);
    if (before !== undefined) {
      // Entries of one delta may exchange names: the key may have its new owner already.
      if (this.#byKey.get(before.key) === before) this.#byKey.delete(before.key);
      this.#indexes.remove(before);
      this.#membersOf(before).delete(id);
    }
    if (entry !== null) {
      this.#byKey.set(entry.key, entry);
      this.#indexes.add(entry);
      this.#membersOf(entry).set(id, entry);
    }
  }

  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[] {
    if (scope === 'base') return [base];
    const lists = this.#inScope(base, scope);
    const size = sum(lists.map(({ length }) => length));
    const found = this.plan(assertion);
    const gathered = found === null || found.cost >= size ? null : gather(found, size);
    if (gathered === null) return lists.length === 1 ? (lists[0] ?? []) : lists.flat();
    const isEverywhere = base.key === this.#dit.suffix.key && scope === 'sub';
    return isEverywhere
      ? [...gathered]
      : [...gathered].filter((entry) => isInScope(entry, base, scope, this.#byKey));
  }

  plan(assertion: Assertion): Candidates | null {
    return plan(assertion, this);
  }

  equality(attribute: AttributeType, keys: ReadonlySet<string>): Candidates | null {
    if (attribute === attributeType.objectClass) {
      return this.#ofKinds((sample) => sample.keys(attribute).some((key) => keys.has(key)));
    }
    const related = this.#related(attribute, keys);
    if (related !== null) return related;
    const index = this.#indexes.of(attribute);
    if (index === null) return null;
    let cost = 0;
    for (const key of keys) cost += index.count(key);
    return {
      cost,
      collect(into) {
        for (const key of keys) {
          if (into.isFull) return;
          for (const entry of index.holders(key)) into.add(entry);
        }
      },
    };
  }

  scan(attribute: AttributeType, test: (key: string) => boolean): Candidates | null {
    const index = this.#indexes.of(attribute);
    if (index === null) return null;
    return {
      cost: index.size * SCAN_COST_SHARE,
      collect(into) {
        for (const key of index.keys()) {
          if (into.isFull) return;
          if (test(key)) for (const entry of index.holders(key)) into.add(entry);
        }
      },
    };
  }

  range(attribute: AttributeType, from: string | null, to: string | null): Candidates | null {
    const sets = this.#indexes.ordered(attribute)?.within(from, to);
    if (sets === undefined) return null;
    return {
      cost: sum(sets.map(({ size }) => size)),
      collect: (into) => addAll(sets, into),
    };
  }

  presence(attribute: AttributeType): Candidates {
    return this.#ofKinds((sample) => sample.types.includes(attribute));
  }

  byKeys(keys: ReadonlySet<string>): Candidates {
    return {
      cost: keys.size,
      collect: (into) => {
        for (const key of keys) into.add(this.#byKey.get(key));
      },
    };
  }

  /** Attributes that name other entries: the memberships lead from those to the holders. */
  #related(attribute: AttributeType, keys: ReadonlySet<string>): Candidates | null {
    const named = (key: string): string => this.#byKey.get(key)?.id ?? '';
    switch (attribute) {
      case attributeType.entryDN:
        return this.byKeys(keys);
      case attributeType.memberOf:
        return this.#membersBelow([...keys].map(named));
      case attributeType.member:
      case attributeType.uniqueMember:
      case attributeType.owner:
        return this.#byIds([...keys].map((key) => this.#graph.parents(named(key))));
      case attributeType.memberUid:
        return this.#byIds([...keys].map((key) => this.#graph.parents(named(this.#dit.user(key).key))));
      default:
        return null;
    }
  }

  #byIds(sets: readonly ReadonlySet<string>[]): Candidates {
    return {
      cost: sum(sets.map(({ size }) => size)),
      collect: (into) => {
        for (const ids of sets) this.#addListed(ids, into);
      },
    };
  }

  /** The cost counts direct members alone: following nested groups is left to when it is needed. */
  #membersBelow(groupIds: readonly string[]): Candidates {
    return {
      cost: sum(groupIds.map((id) => this.#graph.members(id).size)),
      collect: (into) => {
        for (const id of groupIds) {
          if (into.isFull) return;
          this.#addListed(this.#graph.below(id), into);
        }
      },
    };
  }

  #addListed(ids: ReadonlySet<string>, into: Gathering): void {
    for (const id of ids) into.add(this.#users.get(id) ?? this.#groups.get(id));
  }

  /** Entries of one kind hold the same types and classes, so that one of them speaks for all; containers differ. */
  #ofKinds(test: (sample: Entry) => boolean): Candidates {
    const all = [this.#users, this.#groups, this.#applications].map((members) => members.list());
    const kinds = all.filter(([sample]) => sample && test(sample));
    const lists = [...kinds, this.#containers.filter(test)];
    return { cost: sum(lists.map(({ length }) => length)), collect: (into) => addAll(lists, into) };
  }

  #inScope(base: Entry, scope: Scope): readonly (readonly Entry[])[] {
    const containers = this.#containers.filter((entry) => isInScope(entry, base, scope, this.#byKey));
    const leaf = base.kind !== 'container' && scope === 'sub' ? [base] : [];
    const lists: (readonly Entry[])[] = [[...containers, ...leaf]];
    if (this.#reaches(base, scope, this.#dit.users.key)) lists.push(this.#users.list());
    if (this.#reaches(base, scope, this.#dit.groups.key)) lists.push(this.#groups.list());
    if (this.#reaches(base, scope, this.#dit.apps.key)) lists.push(this.#applications.list());
    return lists.filter((list) => list.length > 0);
  }

  /** Whether what lies directly below a container is in scope. */
  #reaches(base: Entry, scope: Scope, containerKey: string): boolean {
    return base.key === containerKey || (base.key === this.#dit.suffix.key && scope !== 'one');
  }

  #membersOf(entry: Entry): Members {
    if (entry.kind === 'user') return this.#users;
    return entry.kind === 'group' ? this.#groups : this.#applications;
  }
}

/** Whether an entry lies within the scope of a search (RFC 4511 section 4.5.1.2). */
export function isInScope(
  entry: Entry,
  base: Entry,
  scope: Scope,
  entries: { get(key: string): Entry | undefined },
): boolean {
  if (scope === 'base') return entry === base;
  if (scope === 'one') return entry.parent === base.key;
  if (entry === base) return scope === 'sub';
  let parent = entry.parent;
  while (parent !== null && parent !== base.key) parent = entries.get(parent)?.parent ?? null;
  return parent === base.key;
}

function addAll(lists: readonly Iterable<Entry>[], into: Gathering): void {
  for (const list of lists) {
    if (into.isFull) return;
    for (const entry of list) into.add(entry);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The entries of one kind by id, with a list of them that is made anew only after a change. */
interface Members {
  get(id: string): Entry | undefined;
  set(id: string, entry: Entry): void;
  delete(id: string): void;
  list(): readonly Entry[];
}

function createMembers(): Members {
  const byId = new Map<string, Entry>();
  let list: readonly Entry[] | null = null;
  return {
    get: (id) => byId.get(id),
    set(id, entry) {
      byId.set(id, entry);
      list = null;
    },
    delete(id) {
      byId.delete(id);
      list = null;
    },
    list() {
      list ??= [...byId.values()];
      return list;
    },
  };
}
