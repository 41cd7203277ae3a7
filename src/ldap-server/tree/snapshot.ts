/** The directory in memory, ready to be served: rows, entries and indexes, kept in step by deltas. */
import type { Application } from '../../core/model/application.ts';
import type { DirectoryDelta } from '../../core/model/change.ts';
import type { Group, Membership } from '../../core/model/group.ts';
import { DEFAULT_POSIX, type PosixSettings } from '../../core/model/posix.ts';
import { isEnabled, type User } from '../../core/model/user.ts';
import type { Scope } from '../protocol/messages.ts';
import { Accounts } from './accounts.ts';
import { applicationEntry } from './app-entry.ts';
import type { ApplicationView, Tree } from './application-view.ts';
import { Arena } from './arena.ts';
import { difference } from './ascending.ts';
import type { Assertion } from './assertion.ts';
import type { FindType } from './attribute-types.ts';
import { createCutView } from './cut-view.ts';
import type { AccountName, Dit } from './dit.ts';
import type { Entry, StoredEntry } from './entry.ts';
import { createEntryStore, type EntryStore, type GroupsAbove } from './entry-store.ts';
import { groupEntries, type MakeGroupEntry } from './group-entry.ts';
import { createMembershipGraph } from './membership-graph.ts';
import { NumberSet } from './number-set.ts';
import { Numbers } from './numbers.ts';
import type { Candidates } from './planner.ts';
import { NO_REFERENCES, ReferenceSet } from './reference.ts';
import { References } from './references.ts';
import { PLAIN_SCHEMA, type Schema } from './schema.ts';
import { type MakeUserEntry, userEntries } from './user-entry.ts';
import { createWholeView } from './whole-view.ts';

export interface Snapshot extends Tree {
  /** For the bind DN. */
  readonly findType: FindType;
  /** Another one after each change: while it stays, every view shows what it showed. */
  readonly version: symbol;
  readonly applications: ReadonlyMap<string, Application>;
  /** The application of a name, whether or not it is enabled. */
  application(name: string): Application | null;
  /** null: there is no such application, or it is switched off. */
  applicationView(id: string): ApplicationView | null;
  /** The user that somebody claims to be, listed or not. */
  user(name: Extract<AccountName, { kind: 'user' }>): User | null;
  /** Takes rows without making entries; `build` follows. */
  readonly load: {
    users(chunk: readonly User[]): void;
    groups(chunk: readonly Group[]): void;
    memberships(chunk: readonly Membership[]): void;
    applications(chunk: readonly Application[]): void;
  };
  /** Makes the entries of what was loaded, once, in steps between which others may run. */
  build(posix?: PosixSettings, schema?: Schema): Generator<void>;
  /** Costs what the delta touches; who is in a group that changed is served right, and made ready by `settle`. */
  apply(delta: DirectoryDelta): void;
  /** Makes ready what was outdated by `apply`, in steps between which others may run. */
  settle(): Generator<void>;
  /** Bytes allocated outside of objects: rows of users, ready bytes of entries, indexes, memberships. */
  memory(): Readonly<Record<'rows' | 'ready' | 'indexes' | 'memberships', number>>;
}

/** Entries made in one step of `build`. */
const BUILD_STEP = 500;
/** Records that are moved with one delta while garbage is cleared away. */
const TIDY_STEP = 1000;

/** What changed since entries were last made, by number. */
interface Touched {
  /** Users and groups that changed themselves, and groups whose members' names did. */
  readonly changed: NumberSet;
  /** Those whose groups changed, so that everything in them is in other groups too. */
  readonly moved: NumberSet;
  /** Numbers of what is gone. */
  readonly gone: NumberSet;
}

export function createSnapshot(dit: Dit): Snapshot {
  return new MemorySnapshot(dit);
}

class MemorySnapshot implements Snapshot {
  readonly dit: Dit;
  version = Symbol('version');
  readonly graph = createMembershipGraph();
  readonly groups = new Map<string, Group>();
  readonly applications = new Map<string, Application>();
  schema = PLAIN_SCHEMA;
  userEntry: MakeUserEntry;
  groupEntry: MakeGroupEntry;
  readonly #numbers = new Numbers();
  readonly references = new References(this.#numbers);
  readonly #accounts: Accounts;
  readonly #arena = new Arena();
  readonly #entries: EntryStore;
  readonly #idByApplication = new Map<string, string>();
  readonly #views = new Map<string, ApplicationView>();
  #tidying: Generator<void> | null = null;

  constructor(dit: Dit) {
    this.dit = dit;
    this.userEntry = userEntries(dit, DEFAULT_POSIX);
    this.groupEntry = groupEntries(dit, DEFAULT_POSIX);
    this.#accounts = new Accounts(dit, this.#numbers);
    this.#entries = createEntryStore({
      ...{ dit, graph: this.graph, arena: this.#arena, numbers: this.#numbers },
      memberOf: () => this.#memberOf(),
      make: (number, memberOf) => this.#made(number, memberOf),
    });
  }

  get findType(): FindType {
    return this.schema.findAny;
  }

  entry(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  entryAt(number: number): Entry | undefined {
    return this.#entries.at(number);
  }

  userAt(number: number): User | undefined {
    return this.#accounts.at(number);
  }

  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[] {
    return this.#entries.candidates(base, scope, assertion);
  }

  plan(assertion: Assertion): Candidates | null {
    return this.#entries.plan(assertion);
  }

  application(name: string): Application | null {
    return this.applications.get(this.#idByApplication.get(name) ?? '') ?? null;
  }

  applicationView(id: string): ApplicationView | null {
    const application = this.applications.get(id);
    if (!application?.enabled) return null;
    const create = application.everyone ? createWholeView : createCutView;
    const view = this.#views.get(id) ?? create(this, application);
    this.#views.set(id, view);
    return view;
  }

  user(name: Extract<AccountName, { kind: 'user' }>): User | null {
    return this.#accounts.find(name) ?? null;
  }

  memory(): Readonly<Record<'rows' | 'ready' | 'indexes' | 'memberships', number>> {
    const { rows, indexes: accounts } = this.#accounts.bytes;
    const { indexes, ready } = this.#entries.bytes;
    return {
      rows,
      ready,
      indexes: indexes + accounts + this.#numbers.bytes,
      memberships: this.graph.bytes,
    };
  }

  readonly load = {
    users: (chunk: readonly User[]): void => {
      for (const user of chunk) this.#accounts.set(this.#numbers.take(user.id), user);
    },
    groups: (chunk: readonly Group[]): void => {
      for (const group of chunk) {
        this.#numbers.take(group.id);
        this.groups.set(group.id, group);
      }
    },
    memberships: (chunk: readonly Membership[]): void => {
      for (const { groupId, memberId, owner } of chunk) {
        const [group, member] = [this.#numbers.of(groupId), this.#numbers.of(memberId)];
        if (group !== undefined && member !== undefined) this.graph.put(group, member, owner);
      }
    },
    applications: (chunk: readonly Application[]): void => {
      for (const application of chunk) this.#changeApplication(application.id, application);
    },
  };

  *build(posix = DEFAULT_POSIX, schema = PLAIN_SCHEMA): Generator<void> {
    this.schema = schema;
    this.userEntry = userEntries(this.dit, posix, schema);
    this.groupEntry = groupEntries(this.dit, posix, schema);
    this.#entries.include(schema.defined);
    const groups = new Map(
      Array.from(this.groups.values(), (group) => [this.#numbers.take(group.id), group]),
    );
    const { end } = this.#numbers;
    for (let number = 0; number < end; number += 1) {
      this.#refreshReference(number, groups.get(number));
      if (number % (BUILD_STEP * 10) === 0) yield;
    }
    const memberOf = this.#memberOf();
    for (let number = 0; number < end; number += 1) {
      const entry = this.#made(number, memberOf);
      if (entry !== null) this.#entries.set(number, entry);
      if (number % BUILD_STEP === 0) yield;
    }
  }

  apply(delta: DirectoryDelta): void {
    this.version = Symbol('version');
    const touched: Touched = { changed: new NumberSet(), moved: new NumberSet(), gone: new NumberSet() };
    for (const [id, user] of delta.users) if (user !== null) this.#numbers.take(id);
    for (const [id, change] of delta.groups) if (change !== null) this.#numbers.take(id);
    for (const { group } of delta.memberships) this.#numbers.take(group.id);
    for (const [id, user] of delta.users) this.#changeUser(id, user, touched);
    for (const [id, change] of delta.groups) {
      this.#changeGroup(id, change?.group ?? null, change?.memberships ?? [], touched);
    }
    for (const { group, memberId, membership } of delta.memberships) {
      const number = this.#setGroup(group.id, group, touched);
      const member = this.#numbers.of(memberId);
      if (number === undefined || member === undefined) continue;
      this.#changeMember(number, member, membership?.owner ?? null, touched);
    }
    for (const [id, application] of delta.applications) this.#changeApplication(id, application);
    this.#refresh(touched);
    this.#tidy();
  }

  settle(): Generator<void> {
    return this.#entries.settle();
  }

  #changeUser(id: string, user: User | null, touched: Touched): void {
    const number = this.#numbers.of(id);
    if (number === undefined) return;
    const before = this.references.at(number)?.name;
    this.#accounts.set(number, user);
    touched.changed.add(number);
    const after = user !== null && isEnabled(user) ? user.username : undefined;
    if (before !== after) this.#touchGroupsOf(number, touched);
    if (user === null) this.#leaveAll(number, touched);
  }

  #changeGroup(id: string, group: Group | null, memberships: readonly Membership[], touched: Touched): void {
    const number = this.#setGroup(id, group, touched);
    if (number === undefined) return;
    const members = this.#numbersOf(memberships);
    const owners = this.#numbersOf(memberships.filter(({ owner }) => owner));
    // From the last to the first, and from the first to the last: so nothing is moved in long lists.
    const left = difference(this.graph.members(number), members).reverse();
    for (const member of left) this.#changeMember(number, member, null, touched);
    const joined = difference(members, this.graph.members(number));
    for (const member of joined) this.#changeMember(number, member, false, touched);
    const demoted = difference(this.graph.owners(number), owners);
    for (const member of demoted) this.#changeMember(number, member, false, touched);
    for (const owner of owners) this.#changeMember(number, owner, true, touched);
  }

  /** Of the members, ascending. */
  #numbersOf(memberships: readonly Membership[]): Uint32Array {
    const numbers = new Uint32Array(memberships.length);
    let count = 0;
    for (const { memberId } of memberships) {
      const number = this.#numbers.of(memberId);
      if (number !== undefined) numbers[count++] = number;
    }
    return numbers.subarray(0, count).sort();
  }

  /** Its number; undefined: there never was such a group. */
  #setGroup(id: string, group: Group | null, touched: Touched): number | undefined {
    const number = this.#numbers.of(id);
    if (number === undefined) return undefined;
    touched.changed.add(number);
    if (group === null) this.groups.delete(id);
    else this.groups.set(id, group);
    if (this.references.at(number)?.name !== group?.name) {
      touched.moved.add(number);
      this.#touchGroupsOf(number, touched);
    }
    if (group === null) this.#leaveAll(number, touched);
    return number;
  }

  /** `owner` null: no longer a member. */
  #changeMember(group: number, member: number, owner: boolean | null, touched: Touched): void {
    const before = this.graph.isOwner(group, member);
    if (before === owner) return;
    touched.changed.add(group);
    if (owner === null) this.graph.remove(group, member);
    else this.graph.put(group, member, owner);
    if (before === null || owner === null) touched.moved.add(member);
  }

  /** Of one that is gone. */
  #leaveAll(number: number, touched: Touched): void {
    touched.gone.add(number);
    for (const group of this.graph.parents(number)) this.#changeMember(group, number, null, touched);
  }

  #touchGroupsOf(member: number, touched: Touched): void {
    for (const group of this.graph.parents(member)) touched.changed.add(group);
  }

  /** References first, since entries are made of them. */
  #refresh({ changed, moved, gone }: Touched): void {
    const outdated = new NumberSet();
    for (const number of moved) {
      outdated.add(number);
      for (const below of this.graph.below(number)) outdated.add(below);
    }
    for (const number of changed) this.#refreshReference(number, this.#groupAt(number));
    for (const number of outdated) if (!changed.has(number)) this.#entries.outdate(number);
    const memberOf = this.#memberOf();
    for (const number of changed) this.#entries.set(number, this.#made(number, memberOf));
    for (const number of outdated) changed.add(number);
    for (const view of this.#views.values()) view.changed(changed, moved);
    for (const number of gone) this.#numbers.free(number);
  }

  #changeApplication(id: string, application: Application | null): void {
    const before = this.applications.get(id);
    if (before !== undefined) dropIfOwn(this.#idByApplication, before.name, id);
    this.#views.delete(id);
    const number = this.#numbers.take(id);
    this.#entries.set(number, application?.enabled ? applicationEntry(this.dit, application, number) : null);
    if (application === null) {
      this.applications.delete(id);
      this.#numbers.free(number);
      return;
    }
    this.applications.set(id, application);
    this.#idByApplication.set(application.name, id);
  }

  #groupAt(number: number): Group | undefined {
    return this.groups.get(this.#numbers.idOf(number) ?? '');
  }

  #refreshReference(number: number, group: Group | undefined): void {
    const user = this.#accounts.at(number);
    if (user !== undefined) {
      this.references.set(number, isEnabled(user) ? user.reference : undefined);
    } else if (group === undefined) {
      this.references.set(number, undefined);
    } else if (this.references.at(number)?.name !== group.name) {
      const name = this.dit.group(group.name);
      this.references.set(number, { ...name, id: group.id, name: group.name, kind: 'group', number });
    }
  }

  /** null: it is not listed. */
  #made(number: number, memberOf: GroupsAbove): StoredEntry | null {
    const reference = this.references.at(number);
    if (reference === undefined) return null;
    const user = this.#accounts.at(number);
    if (user !== undefined) return this.userEntry(reference, user, memberOf(number));
    const group = this.groups.get(reference.id);
    if (group === undefined) return null;
    return this.groupEntry(reference, group, {
      members: this.#setOf(this.graph.members(number)),
      owners: this.#setOf(this.graph.owners(number)),
      memberOf: memberOf(number),
    });
  }

  #setOf(numbers: Uint32Array): ReferenceSet {
    return numbers.length === 0 ? NO_REFERENCES : new ReferenceSet(this.references.of(numbers));
  }

  /** The groups above, made once for all that are directly in the same ones. */
  #memberOf(): GroupsAbove {
    const known = new Map<string, ReferenceSet>();
    return (number) => {
      const parents = this.graph.parents(number).join();
      if (parents === '') return NO_REFERENCES;
      const found = known.get(parents) ?? new ReferenceSet(this.references.of(this.graph.above(number)));
      known.set(parents, found);
      return found;
    };
  }

  /** Clears garbage away, a few records with each delta. */
  #tidy(): void {
    if (this.#tidying === null && (this.#arena.isSparse || this.#accounts.isSparse)) {
      this.#arena.renew();
      this.#accounts.renew();
      this.#tidying = this.#moveAll();
    }
    if (this.#tidying?.next().done === true) this.#tidying = null;
  }

  *#moveAll(): Generator<void> {
    for (let number = 0; number < this.#numbers.end; number += 1) {
      this.#accounts.tidy(number);
      this.#entries.tidy(number);
      if (number % TIDY_STEP === 0) yield;
    }
  }
}

/** Applications of one delta may exchange names: the name may have its new owner already. */
function dropIfOwn(ids: Map<string, string>, key: string, id: string): void {
  if (ids.get(key) === id) ids.delete(key);
}
