/** The port between the tree and what an application sees of it; docs/decisions/0011-what-an-application-sees.md says why just that. */
import type { Application } from '../../core/model/application.ts';
import type { Group } from '../../core/model/group.ts';
import type { User } from '../../core/model/user.ts';
import type { Scope } from '../protocol/messages.ts';
import type { Assertion } from './assertion.ts';
import type { AccountName, Dit } from './dit.ts';
import type { Entry } from './entry.ts';
import type { MakeGroupEntry } from './group-entry.ts';
import type { MembershipGraph } from './membership-graph.ts';
import type { Candidates } from './planner.ts';
import type { Reference } from './reference.ts';
import type { MakeUserEntry } from './user-entry.ts';

/** Shared by all connections of the application, and kept in step with the tree. */
export interface ApplicationView {
  entry(key: string): Entry | undefined;
  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[];
  readonly hidesCounts: boolean;
  /** Whether it sees the user of an id, and so may sign it in. */
  sees(userId: string): boolean;
  /** To be called when the tree has changed; `moved`: the users and groups whose direct groups changed. */
  changed(moved: Iterable<string>): void;
}

/** What a view needs of the tree. */
export interface Tree {
  readonly dit: Dit;
  readonly graph: Pick<MembershipGraph, 'members' | 'parents' | 'above' | 'below'>;
  readonly references: ReadonlyMap<string, Reference>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly userEntry: MakeUserEntry;
  readonly groupEntry: MakeGroupEntry;
  entry(key: string): Entry | undefined;
  user(name: Extract<AccountName, { kind: 'user' }>): User | null;
  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[];
  plan(assertion: Assertion): Candidates | null;
}

/** Keys of the entries that every application sees, and of its own. */
export function frameOf({ dit }: Tree, { name }: Application): ReadonlySet<string> {
  const names = [dit.suffix, dit.users, dit.groups, dit.apps, dit.application(name)];
  return new Set(names.map(({ key }) => key));
}
