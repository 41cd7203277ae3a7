/** All entries by number and by key, and which of them a search must look at. */
import type { Scope } from '../protocol/messages.ts';
import type { Arena } from './arena.ts';
import type { Assertion, Parts } from './assertion.ts';
import { type AttributeType, attributeType } from './attribute-types.ts';
import { containerEntries } from './container-entry.ts';
import type { Dit } from './dit.ts';
import type { Entry, StoredEntry } from './entry.ts';
import { EntryList } from './entry-list.ts';
import { ORGANIZATION_CLASS } from './group-entry.ts';
import { hashOf } from './hashes.ts';
import { Indexes } from './indexes.ts';
import type { MembershipGraph } from './membership-graph.ts';
import { NumberSet } from './number-set.ts';
import type { Numbers } from './numbers.ts';
import { type CandidateSource, type Candidates, type Gathering, gather, plan } from './planner.ts';
import { Postings } from './postings.ts';
import type { ReferenceSet } from './reference.ts';

export interface EntryStore {
  /** Further types that are looked up by equality; to be told before there are entries that hold any. */
  include(types: readonly AttributeType[]): void;
  get(key: string): Entry | undefined;
  at(number: number): Entry | undefined;
  /** Puts the entry of a user, group or application in the place of the one before; null: it is no longer listed. */
  set(number: number, entry: StoredEntry | null): void;
  /** The groups above it are other ones: it is made anew when it is next asked for, at the latest by `settle`. */
  outdate(number: number): void;
  /** Makes all anew that is outdated, in steps between which others may run. */
  settle(): Generator<void>;
  /** A copy, or a list that nobody changes. */
  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[];
  /** All entries that can match, wherever they are; null: every entry must be looked at. */
  plan(assertion: Assertion): Candidates | null;
  /** Keeps the ready bytes of an entry in fewer buffers, where that is due; see Arena. */
  tidy(number: number): void;
  /** Allocated: by indexes, and by ready bytes. */
  readonly bytes: { readonly indexes: number; readonly ready: number };
}

/** Of a user or group, by number. */
export type GroupsAbove = (number: number) => ReferenceSet;

/** Some groups are organizations. */
const ORGANIZATION_KEY = ORGANIZATION_CLASS.toLowerCase();

/** Entries made in one step of `settle`. */
const SETTLE_STEP = 200;

export interface EntryStoreDependencies {
  readonly dit: Dit;
  readonly graph: Pick<MembershipGraph, 'memberCount' | 'parents' | 'below'>;
  /** Of ready bytes. */
  readonly arena: Arena;
  /** By the ids of users, groups and applications, and by the keys of containers. */
  readonly numbers: Pick<Numbers, 'of' | 'take'>;
  /** As they are now; good until the next change. */
  memberOf(): GroupsAbove;
  /** The present entry of a user or group; null: it is not listed. */
  make(number: number, memberOf: GroupsAbove): StoredEntry | null;
}

export function createEntryStore(dependencies: EntryStoreDependencies): EntryStore {
  return new MemoryEntryStore(dependencies);
}

class MemoryEntryStore implements EntryStore, CandidateSource {
  readonly #dit: Dit;
  readonly #graph: EntryStoreDependencies['graph'];
  readonly #arena: Arena;
  readonly #numbers: EntryStoreDependencies['numbers'];
  readonly #memberOf: EntryStoreDependencies['memberOf'];
  readonly #make: EntryStoreDependencies['make'];
  readonly #outdated = new NumberSet();
  readonly #containers: ReadonlyMap<string, StoredEntry>;
  readonly #entries: (StoredEntry | undefined)[] = [];
  /** By the hash of the key. */
  readonly #byKey = new Postings();
  readonly #users = new EntryList();
  readonly #groups = new EntryList();
  readonly #applications = new EntryList();
  readonly #indexes = new Indexes();

  constructor({ dit, graph, arena, numbers, memberOf, make }: EntryStoreDependencies) {
    this.#dit = dit;
    this.#graph = graph;
    this.#arena = arena;
    this.#numbers = numbers;
    this.#memberOf = memberOf;
    this.#make = make;
    const containers = containerEntries(dit, (key) => numbers.take(key));
    this.#containers = new Map(containers.map((entry) => [entry.key, entry]));
    for (const entry of this.#containers.values()) {
      this.#entries[entry.number] = entry;
      this.#indexes.replace(entry.number, null, entry);
    }
  }

  get bytes(): { readonly indexes: number; readonly ready: number } {
    return { indexes: this.#indexes.bytes + this.#byKey.bytes, ready: this.#arena.bytes };
  }

  include(types: readonly AttributeType[]): void {
    this.#indexes.include(types);
  }

  get(key: string): Entry | undefined {
    const container = this.#containers.get(key);
    if (container !== undefined) return container;
    const number = this.#byKey.find(hashOf(key), (each) => this.#entries[each]?.key === key);
    return number === undefined ? undefined : this.at(number);
  }

  at(number: number): Entry | undefined {
    if (this.#outdated.size > 0 && this.#outdated.delete(number)) this.#renew(number, this.#memberOf());
    return this.#entries[number];
  }

  set(number: number, entry: StoredEntry | null): void {
    const before = this.#entries[number] ?? null;
    this.#outdated.delete(number);
    if (before === null && entry === null) return;
    this.#indexes.replace(number, before, entry);
    if (before?.key !== entry?.key) {
      if (before !== null) this.#byKey.remove(hashOf(before.key), number);
      if (entry !== null) this.#byKey.add(hashOf(entry.key), number);
    }
    this.#put(number, before, entry);
  }

  outdate(number: number): void {
    this.#outdated.add(number);
  }

  *settle(): Generator<void> {
    while (this.#outdated.size > 0) {
      this.#settleSome(SETTLE_STEP);
      yield;
    }
  }

  #settleSome(count: number): void {
    const memberOf = this.#memberOf();
    for (let left = count; left > 0; left -= 1) {
      const number = this.#outdated.pop();
      if (number === undefined) return;
      this.#renew(number, memberOf);
    }
  }

  /** No index is about the groups above. */
  #renew(number: number, memberOf: GroupsAbove): void {
    const before = this.#entries[number];
    const entry = before === undefined ? null : this.#make(number, memberOf);
    if (before !== undefined && entry !== null) this.#put(number, before, entry);
  }

  #put(number: number, before: StoredEntry | null, entry: StoredEntry | null): void {
    before?.leave();
    entry?.keepIn(this.#arena);
    this.#entries[number] = entry ?? undefined;
    if (before !== null && before.kind === entry?.kind) this.#listOf(entry).replace(entry);
    else {
      if (before !== null) this.#listOf(before).remove(number);
      if (entry !== null) this.#listOf(entry).add(entry);
    }
  }

  tidy(number: number): void {
    this.#entries[number]?.keepIn(this.#arena);
  }

  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[] {
    if (scope === 'base') return [base];
    const size = this.#sizeOf(base, scope);
    const found = this.plan(assertion);
    const gathered = found === null || found.cost >= size ? null : gather(found, size);
    if (gathered === null) return this.#walk(base, scope);
    const isEverywhere = base.key === this.#dit.suffix.key && scope === 'sub';
    const entries: Entry[] = [];
    for (const number of gathered) {
      const entry = this.at(number);
      if (entry !== undefined && (isEverywhere || isInScope(entry, base, scope, this))) entries.push(entry);
    }
    return entries;
  }

  plan(assertion: Assertion): Candidates | null {
    return plan(assertion, this);
  }

  equality(attribute: AttributeType, keys: ReadonlySet<string>): Candidates | null {
    if (attribute === attributeType.objectClass) {
      const organizations = keys.has(ORGANIZATION_KEY);
      return this.#ofKinds(
        (sample) =>
          (organizations && sample.kind === 'group') || sample.keys(attribute).some((key) => keys.has(key)),
      );
    }
    return this.#related(attribute, keys) ?? this.#indexes.equality(attribute, keys);
  }

  substring(attribute: AttributeType, parts: Parts): Candidates | null {
    return this.#indexes.substring(attribute, parts);
  }

  range(attribute: AttributeType, from: string | null, to: string | null): Candidates | null {
    return this.#indexes.range(attribute, from, to);
  }

  presence(attribute: AttributeType): Candidates {
    return this.#ofKinds((sample) => sample.types.includes(attribute));
  }

  byKeys(keys: ReadonlySet<string>): Candidates {
    return oneEach(keys, (key) => this.get(key)?.number);
  }

  /** Attributes that name other entries: the memberships lead from those to the holders. */
  #related(attribute: AttributeType, keys: ReadonlySet<string>): Candidates | null {
    const named = (keyOf = (key: string): string => key): readonly number[] =>
      [...keys].flatMap((key) => this.get(keyOf(key))?.number ?? []);
    switch (attribute) {
      case attributeType.entryDN:
        return this.byKeys(keys);
      case attributeType.entryUUID:
        return oneEach(keys, (id) => this.#numbers.of(id));
      case attributeType.memberOf:
        return this.#membersBelow(named());
      case attributeType.member:
      case attributeType.uniqueMember:
      case attributeType.owner:
        return this.#parentsOf(named());
      case attributeType.memberUid:
        return this.#parentsOf(named((username) => this.#dit.user(username).key));
      default:
        return null;
    }
  }

  #parentsOf(members: readonly number[]): Candidates {
    const groups = members.map((member) => this.#graph.parents(member));
    return {
      cost: sum(groups.map(({ length }) => length)),
      collect(into) {
        for (const numbers of groups) into.addAll(numbers);
      },
    };
  }

  /** The cost counts direct members alone: following nested groups is left to when it is needed. */
  #membersBelow(groups: readonly number[]): Candidates {
    return {
      cost: sum(groups.map((group) => this.#graph.memberCount(group))),
      collect: (into) => {
        for (const group of groups) {
          if (into.isFull) return;
          into.addAll(this.#graph.below(group));
        }
      },
    };
  }

  /** Entries of one kind hold the same types and, but for organizations, classes: one of them speaks for all; containers differ. */
  #ofKinds(test: (sample: Entry) => boolean): Candidates {
    const kinds = [this.#users, this.#groups, this.#applications].filter((list) => {
      const sample = list.first();
      return sample !== undefined && test(sample);
    });
    const containers = [...this.#containers.values()].filter(test);
    const addAll = (entries: readonly Entry[], into: Gathering): void =>
      into.addAll(entries.map(({ number }) => number));
    return {
      cost: sum(kinds.map(({ size }) => size)) + containers.length,
      collect(into) {
        for (const kind of kinds) addAll(kind.list(), into);
        addAll(containers, into);
      },
    };
  }

  #walk(base: Entry, scope: Scope): readonly Entry[] {
    this.#settleSome(Number.POSITIVE_INFINITY);
    const containers = [...this.#containers.values()].filter((entry) => isInScope(entry, base, scope, this));
    const leaf = base.kind !== 'container' && scope === 'sub' ? [base] : [];
    const lists = [containers, leaf, ...this.#listsIn(base, scope).map((list) => list.list())].filter(
      ({ length }) => length > 0,
    );
    return lists.length === 1 ? (lists[0] ?? []) : lists.flat();
  }

  /** How many a walk would look at, at most. */
  #sizeOf(base: Entry, scope: Scope): number {
    let size = this.#containers.size;
    for (const list of this.#listsIn(base, scope)) size += list.size;
    return size;
  }

  #listsIn(base: Entry, scope: Scope): readonly EntryList[] {
    const lists: EntryList[] = [];
    if (this.#reaches(base, scope, this.#dit.users.key)) lists.push(this.#users);
    if (this.#reaches(base, scope, this.#dit.groups.key)) lists.push(this.#groups);
    if (this.#reaches(base, scope, this.#dit.apps.key)) lists.push(this.#applications);
    return lists;
  }

  /** Whether what lies directly below a container is in scope. */
  #reaches(base: Entry, scope: Scope, containerKey: string): boolean {
    return base.key === containerKey || (base.key === this.#dit.suffix.key && scope !== 'one');
  }

  #listOf(entry: Entry): EntryList {
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

/** At most one number for each key. */
function oneEach(keys: ReadonlySet<string>, find: (key: string) => number | undefined): Candidates {
  return {
    cost: keys.size,
    collect(into) {
      for (const key of keys) {
        if (into.isFull) return;
        into.add(find(key));
      }
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
