/** The directory in memory, ready to be served: rows, entries and indexes, kept in step by deltas. */
import type { Application } from '../../core/model/application.ts';
import type { DirectoryDelta } from '../../core/model/change.ts';
import type { Group, Membership } from '../../core/model/group.ts';
import { emailKey } from '../../core/model/names.ts';
import { DEFAULT_POSIX, type PosixSettings } from '../../core/model/posix.ts';
import { isEnabled, type User } from '../../core/model/user.ts';
import type { Scope } from '../protocol/messages.ts';
import { applicationEntry } from './app-entry.ts';
import type { ApplicationView } from './application-view.ts';
import type { Assertion } from './assertion.ts';
import { createCutView } from './cut-view.ts';
import type { AccountName, Dit } from './dit.ts';
import type { Entry } from './entry.ts';
import { createEntryStore, type EntryStore } from './entry-store.ts';
import { groupEntries, type MakeGroupEntry } from './group-entry.ts';
import { createMembershipGraph, type MembershipGraph } from './membership-graph.ts';
import type { Candidates } from './planner.ts';
import type { Reference } from './reference.ts';
import { type MakeUserEntry, userEntries } from './user-entry.ts';
import { createWholeView } from './whole-view.ts';

export interface Snapshot {
  readonly dit: Dit;
  readonly graph: Pick<MembershipGraph, 'members' | 'parents' | 'above' | 'below'>;
  /** Users and groups that are listed, by id. */
  readonly references: ReadonlyMap<string, Reference>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly applications: ReadonlyMap<string, Application>;
  readonly userEntry: MakeUserEntry;
  readonly groupEntry: MakeGroupEntry;
  /** The entry of a DN's key. */
  entry(key: string): Entry | undefined;
  /** A consistent set, whatever is applied later, of all entries in scope that can match. */
  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[];
  /** All entries that can match; null: every entry must be looked at. */
  plan(assertion: Assertion): Candidates | null;
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
  build(posix?: PosixSettings): Generator<void>;
  /** Costs what the delta touches. */
  apply(delta: DirectoryDelta): void;
}

/** Entries made in one step of `build`. */
const BUILD_STEP = 500;

/** What changed since entries were last made. */
interface Touched {
  readonly users: Set<string>;
  readonly groups: Set<string>;
  /** Those whose groups changed, so that everything in them is in other groups too. */
  readonly moved: Set<string>;
}

export function createSnapshot(dit: Dit): Snapshot {
  return new MemorySnapshot(dit);
}

class MemorySnapshot implements Snapshot {
  readonly dit: Dit;
  readonly graph = createMembershipGraph();
  readonly references = new Map<string, Reference>();
  readonly groups = new Map<string, Group>();
  readonly applications = new Map<string, Application>();
  userEntry: MakeUserEntry;
  groupEntry: MakeGroupEntry;
  readonly #users = new Map<string, User>();
  readonly #idByUsername = new Map<string, string>();
  readonly #idByEmail = new Map<string, string>();
  readonly #entries: EntryStore;
  readonly #idByApplication = new Map<string, string>();
  readonly #views = new Map<string, ApplicationView>();

  constructor(dit: Dit) {
    this.dit = dit;
    this.userEntry = userEntries(dit, DEFAULT_POSIX);
    this.groupEntry = groupEntries(dit, DEFAULT_POSIX);
    this.#entries = createEntryStore(dit, this.graph);
  }

  entry(key: string): Entry | undefined {
    return this.#entries.get(key);
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

  user({ by, value }: Extract<AccountName, { kind: 'user' }>): User | null {
    const ids = {
      username: () => this.#idByUsername.get(value.toLowerCase()),
      email: () => this.#idByEmail.get(emailKey(value)),
      id: () => value.toLowerCase(),
    };
    return this.#users.get(ids[by]() ?? '') ?? null;
  }

  readonly load = {
    users: (chunk: readonly User[]): void => {
      for (const user of chunk) this.#setUser(user.id, user);
    },
    groups: (chunk: readonly Group[]): void => {
      for (const group of chunk) this.groups.set(group.id, group);
    },
    memberships: (chunk: readonly Membership[]): void => {
      for (const { groupId, memberId, owner } of chunk) this.graph.put(groupId, memberId, owner);
    },
    applications: (chunk: readonly Application[]): void => {
      for (const application of chunk) this.#changeApplication(application.id, application);
    },
  };

  *build(posix = DEFAULT_POSIX): Generator<void> {
    this.userEntry = userEntries(this.dit, posix);
    this.groupEntry = groupEntries(this.dit, posix);
    let made = 0;
    for (const id of [...this.#users.keys(), ...this.groups.keys()]) {
      this.#refreshReference(id);
      if (++made % (BUILD_STEP * 10) === 0) yield;
    }
    for (const id of [...this.groups.keys(), ...this.#users.keys()]) {
      this.#refreshEntry(id);
      if (++made % BUILD_STEP === 0) yield;
    }
  }

  apply(delta: DirectoryDelta): void {
    const touched: Touched = { users: new Set(), groups: new Set(), moved: new Set() };
    for (const [id, user] of delta.users) this.#changeUser(id, user, touched);
    for (const [id, change] of delta.groups) {
      this.#changeGroup(id, change?.group ?? null, touched);
      this.#changeMembers(id, change?.memberships ?? [], touched);
    }
    for (const { group, memberId, membership } of delta.memberships) {
      this.#changeGroup(group.id, group, touched);
      this.#changeMember(group.id, memberId, membership?.owner ?? null, touched);
    }
    for (const [id, application] of delta.applications) this.#changeApplication(id, application);
    this.#refresh(touched);
  }

  #changeUser(id: string, user: User | null, touched: Touched): void {
    const before = this.references.get(id)?.name;
    this.#setUser(id, user);
    touched.users.add(id);
    const after = user !== null && isEnabled(user) ? user.username : undefined;
    if (before !== after) this.#touchGroupsOf(id, touched);
    if (user === null) this.#leaveAll(id, touched);
  }

  #changeGroup(id: string, group: Group | null, touched: Touched): void {
    const before = this.references.get(id)?.name;
    touched.groups.add(id);
    if (group === null) this.groups.delete(id);
    else this.groups.set(id, group);
    if (before !== group?.name) {
      touched.moved.add(id);
      this.#touchGroupsOf(id, touched);
    }
    if (group === null) this.#leaveAll(id, touched);
  }

  #changeMembers(groupId: string, memberships: readonly Membership[], touched: Touched): void {
    const present = new Map(memberships.map(({ memberId, owner }) => [memberId, owner]));
    for (const memberId of [...this.graph.members(groupId).keys()]) {
      if (!present.has(memberId)) this.#changeMember(groupId, memberId, null, touched);
    }
    for (const [memberId, owner] of present) this.#changeMember(groupId, memberId, owner, touched);
  }

  /** `owner` null: no longer a member. */
  #changeMember(groupId: string, memberId: string, owner: boolean | null, touched: Touched): void {
    const before = this.graph.members(groupId).get(memberId);
    if (before === (owner ?? undefined)) return;
    touched.groups.add(groupId);
    if (owner === null) this.graph.remove(groupId, memberId);
    else this.graph.put(groupId, memberId, owner);
    if (before === undefined || owner === null) touched.moved.add(memberId);
  }

  #leaveAll(memberId: string, touched: Touched): void {
    for (const groupId of [...this.graph.parents(memberId)])
      this.#changeMember(groupId, memberId, null, touched);
  }

  #touchGroupsOf(memberId: string, touched: Touched): void {
    for (const groupId of this.graph.parents(memberId)) touched.groups.add(groupId);
  }

  /** References first, since entries are made of them. */
  #refresh({ users, groups, moved }: Touched): void {
    const ids = new Set([...groups, ...users]);
    for (const id of moved) {
      ids.add(id);
      for (const below of this.graph.below(id)) ids.add(below);
    }
    for (const id of ids) this.#refreshReference(id);
    for (const id of ids) this.#refreshEntry(id);
    for (const view of this.#views.values()) view.changed(moved);
  }

  #changeApplication(id: string, application: Application | null): void {
    const before = this.applications.get(id);
    if (before !== undefined) dropIfOwn(this.#idByApplication, before.name, id);
    this.#views.delete(id);
    this.#entries.set(id, application?.enabled ? applicationEntry(this.dit, application) : null);
    if (application === null) {
      this.applications.delete(id);
      return;
    }
    this.applications.set(id, application);
    this.#idByApplication.set(application.name, id);
  }

  #setUser(id: string, user: User | null): void {
    const before = this.#users.get(id);
    if (before !== undefined) {
      dropIfOwn(this.#idByUsername, before.username, id);
      if (before.email !== null) dropIfOwn(this.#idByEmail, emailKey(before.email), id);
    }
    if (user === null) {
      this.#users.delete(id);
      return;
    }
    this.#users.set(id, user);
    this.#idByUsername.set(user.username, id);
    if (user.email !== null) this.#idByEmail.set(emailKey(user.email), id);
  }

  #refreshReference(id: string): void {
    const user = this.#users.get(id);
    const group = this.groups.get(id);
    const before = this.references.get(id);
    if (user !== undefined && isEnabled(user)) {
      if (before?.name === user.username) return;
      this.references.set(id, { ...this.dit.user(user.username), id, name: user.username, kind: 'user' });
    } else if (group !== undefined) {
      if (before?.name === group.name) return;
      this.references.set(id, { ...this.dit.group(group.name), id, name: group.name, kind: 'group' });
    } else {
      this.references.delete(id);
    }
  }

  #refreshEntry(id: string): void {
    const reference = this.references.get(id);
    const user = this.#users.get(id);
    const group = this.groups.get(id);
    const memberOf = this.#referencesOf(this.graph.above(id));
    if (reference !== undefined && user !== undefined) {
      this.#entries.set(id, this.userEntry(reference, user, memberOf));
    } else if (reference !== undefined && group !== undefined) {
      const members = this.graph.members(id);
      const owners = [...members.keys()].filter((member) => members.get(member) === true);
      this.#entries.set(
        id,
        this.groupEntry(reference, group, {
          members: this.#referencesOf(members.keys()),
          owners: this.#referencesOf(owners),
          memberOf,
        }),
      );
    } else {
      this.#entries.set(id, null);
    }
  }

  #referencesOf(ids: Iterable<string>): readonly Reference[] {
    const references: Reference[] = [];
    for (const id of ids) {
      const reference = this.references.get(id);
      if (reference !== undefined) references.push(reference);
    }
    return references;
  }
}

/** Users of one delta may exchange names: the name may have its new owner already. */
function dropIfOwn(ids: Map<string, string>, key: string, id: string): void {
  if (ids.get(key) === id) ids.delete(key);
}
