/** The port between the tree and what an application sees of it; docs/decisions/0011-what-an-application-sees.md says why just that. */
import type { Application } from '../../core/model/application.ts';
import type { Group } from '../../core/model/group.ts';
import type { User } from '../../core/model/user.ts';
import type { Scope } from '../protocol/messages.ts';
import type { Assertion } from './assertion.ts';
import type { FindType } from './attribute-types.ts';
import type { Dit } from './dit.ts';
import type { Entry } from './entry.ts';
import type { MakeGroupEntry } from './group-entry.ts';
import type { MembershipGraph } from './membership-graph.ts';
import type { Candidates } from './planner.ts';
import type { References } from './references.ts';
import type { Schema } from './schema.ts';
import type { MakeUserEntry } from './user-entry.ts';

/** Shared by all connections of the application, and kept in step with the tree. */
export interface ApplicationView {
  readonly findType: FindType;
  entry(key: string): Entry | undefined;
  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[];
  readonly hidesCounts: boolean;
  /** Whether it sees the user of an id, and so may sign it in. */
  sees(userId: string): boolean;
  /**
   * To be called when the tree has changed, with numbers. `changed`: the users and groups whose entries are other ones;
   * `moved`: of these, those whose direct groups changed.
   */
  changed(changed: Iterable<number>, moved: Iterable<number>): void;
}

/** What a view needs of the tree; numbers are those of users and groups. */
export interface Tree {
  readonly dit: Dit;
  readonly schema: Schema;
  readonly graph: Omit<MembershipGraph, 'put' | 'remove'>;
  /** Users and groups that are listed. */
  readonly references: Pick<References, 'get' | 'has' | 'at' | 'of' | 'size'>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly userEntry: MakeUserEntry;
  readonly groupEntry: MakeGroupEntry;
  /** The entry of a DN's key. */
  entry(key: string): Entry | undefined;
  entryAt(number: number): Entry | undefined;
  /** Listed or not. */
  userAt(number: number): User | undefined;
  /** A consistent set, whatever is applied later, of all entries in scope that can match. */
  candidates(base: Entry, scope: Scope, assertion: Assertion): readonly Entry[];
  /** All entries that can match; null: every entry must be looked at. */
  plan(assertion: Assertion): Candidates | null;
}

/** Keys of the entries that every application sees, and of its own. */
export function frameOf({ dit }: Tree, { name }: Application): readonly string[] {
  return [dit.suffix, dit.users, dit.groups, dit.apps, dit.application(name)].map(({ key }) => key);
}
