/** Writes memberships as a file tells of them, portion by portion within one transaction, by the rules of groups. */
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { requireOwnerOr } from '../directory/group-rights.ts';
import { changeOf, type Journal, membershipChange } from '../directory/journal.ts';
import { quote } from '../directory/lookup.ts';
import type { WriteTransaction } from '../directory/store.ts';
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import { cycleSentence, type Group, type Membership, subgroupsOf, wouldCycle } from '../model/group.ts';
import { nameKey } from '../model/names.ts';
import type { FileProblems } from './problems.ts';

/** As an export tells it; `kind` is by default user. */
export const FILE_MEMBERSHIP = z.strictObject({
  group: z.string(),
  member: z.string(),
  kind: z.enum(['user', 'group']).default('user'),
  owner: z.boolean().default(false),
});
type FileMembership = z.infer<typeof FILE_MEMBERSHIP>;

export interface MembershipWriterOptions {
  readonly transaction: WriteTransaction;
  readonly actor: Actor;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly problems: FileProblems;
  /** Whether who is a member already becomes an owner, or none, as the file says. */
  readonly update: boolean;
}

export interface MembershipWriter {
  /** To be written by the next flush. */
  add(membership: FileMembership, line: number): void;
  /** Counts into `tally`. */
  flush(tally: { created: number; updated: number; unchanged: number }): Promise<void>;
}

export function createMembershipWriter(options: MembershipWriterOptions): MembershipWriter {
  const { transaction, actor, clock, journal, problems, update } = options;
  /** By group the groups in it; read when it is first needed. */
  let nested: ReturnType<typeof subgroupsOf> | null = null;
  let waiting: (FileMembership & { readonly line: number })[] = [];

  async function planned({ owner, ...given }: FileMembership, names: Names): Promise<Planned> {
    const group = names.groups.get(nameKey(given.group));
    if (group === undefined) throw missing('group', 'group', given.group);
    await names.requireRights(group);
    const member = (given.kind === 'user' ? names.users : names.groups).get(nameKey(given.member));
    if (member === undefined) throw missing('member', given.kind, given.member);
    const key = { groupId: group.id, memberId: member.id };
    if (given.kind === 'group') {
      if (owner) throw invalid('owner', `Only users can own a group: ${given.member} is a group.`);
      nested ??= subgroupsOf(await transaction.nestings());
      if (wouldCycle(group.id, member.id, nested)) {
        throw invalid('member', cycleSentence(group.name, nameKey(given.member)));
      }
      nested.set(group.id, (nested.get(group.id) ?? new Set()).add(member.id));
    }
    const membership = { ...key, memberKind: given.kind, owner, fromSource: false };
    return { membership, group: group.name, member: nameKey(given.member) };
  }

  async function write(all: readonly Planned[]): Promise<void> {
    const at = clock.now();
    const memberships = all.map(({ membership }) => membership);
    const ids = (of: (membership: Membership) => readonly string[]) => [...new Set(memberships.flatMap(of))];
    const users = ids(({ memberKind, memberId }) => (memberKind === 'user' ? [memberId] : []));
    await transaction.putMemberships(memberships);
    await transaction.touchGroups(
      ids(({ groupId }) => [groupId]),
      at,
    );
    await transaction.touchUsers(users, at);
    const changes = memberships.map(({ groupId, memberId }) => membershipChange(groupId, memberId));
    await transaction.appendChanges([...changes, ...users.map((id) => changeOf('user', id))], at);
    const groups = new Map<string, Planned[]>();
    for (const each of all) {
      const { groupId } = each.membership;
      const others = groups.get(groupId);
      if (others === undefined) groups.set(groupId, [each]);
      else others.push(each);
    }
    for (const [subjectId, of] of groups) {
      const members = of.map(({ member }) => member);
      const owners = of.flatMap(({ member, membership }) => (membership.owner ? member : []));
      await journal(transaction, {
        ...{ at, actor, action: 'group.import-members', subjectId },
        details: { group: of[0]?.group, members, owners },
        changes: [],
      });
    }
  }

  return {
    add: (membership, line) => waiting.push({ ...membership, line }),

    async flush(tally) {
      const portion = waiting;
      waiting = [];
      const names = await readNames(options, portion);
      const wanted = new Map<string, Planned & { readonly line: number }>();
      for (const { line, ...given } of portion) {
        try {
          const plan = await planned(given, names);
          wanted.set(`${plan.membership.groupId} ${plan.membership.memberId}`, { line, ...plan });
        } catch (error) {
          problems.addError(error, (field) => ({ line, column: field ?? null }));
        }
      }
      const present = await transaction.membershipsByKeys(
        [...wanted.values()].map(({ membership }) => membership),
      );
      const before = new Map(present.map((each) => [`${each.groupId} ${each.memberId}`, each]));
      const written = [...wanted].flatMap(([key, { line, ...plan }]) => {
        const owner = before.get(key)?.owner;
        const { membership } = plan;
        if (owner === membership.owner) tally.unchanged += 1;
        else if (owner === undefined) tally.created += 1;
        else if (update) tally.updated += 1;
        else
          problems.add({ line, column: 'owner', message: 'This membership is there already, and differs.' });
        return owner === membership.owner ? [] : [plan];
      });
      await write(written);
    },
  };
}

/** One membership as it will be, and the names in it. */
interface Planned {
  readonly membership: Membership;
  readonly group: string;
  readonly member: string;
}

/** What the names of a portion stand for. */
interface Names {
  readonly groups: ReadonlyMap<string, Group>;
  readonly users: ReadonlyMap<string, { readonly id: string }>;
  /** Throws DirectoryError 'forbidden'. */
  requireRights(group: Group): Promise<void>;
}

async function readNames(
  { transaction, actor }: MembershipWriterOptions,
  portion: readonly FileMembership[],
): Promise<Names> {
  const membersOf = (kind: FileMembership['kind']) =>
    portion.filter((each) => each.kind === kind).map(({ member }) => nameKey(member));
  const groupNames = [...portion.map(({ group }) => nameKey(group)), ...membersOf('group')];
  const groups = await transaction.groupsByNames([...new Set(groupNames)]);
  const users = await transaction.usersByUsernames([...new Set(membersOf('user'))]);
  const rights = new Map<string, Promise<void>>();
  return {
    groups: new Map(groups.map((group) => [group.name, group])),
    users: new Map(users.map((user) => [user.username, user])),
    requireRights(group) {
      const known = rights.get(group.id) ?? requireOwnerOr(transaction, actor, group, 'groups.members');
      rights.set(group.id, known);
      return known;
    },
  };
}

function missing(field: string, kind: string, name: string): DirectoryError {
  return new DirectoryError('not-found', `There is no ${kind} named ${quote(name)}.`, { field });
}

function invalid(field: string, message: string): DirectoryError {
  return new DirectoryError('invalid', message, { field });
}
