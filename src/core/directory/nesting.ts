/** Works out what groups in groups come to: the groups of a user, and the people of a group, through others. */
import { requirePermission } from '../access/require.ts';
import { DirectoryError } from '../errors.ts';
import type { Actor } from '../model/audit.ts';
import { groupsBelow, type Membership, subgroupsOf } from '../model/group.ts';
import type { User } from '../model/user.ts';
import { requireManaged } from './group-rights.ts';
import { checkPage } from './lookup.ts';
import type { GroupLookup, Page, Store } from './store.ts';

/** A group that a user is in because another group is. */
export interface GroupThrough {
  readonly name: string;
  /** The group in it by which the user is in it; the first one where there are several. */
  readonly through: string;
}

/** A person in a group, directly or through groups in it. */
export interface PersonOfGroup {
  readonly user: User;
  /** The groups that the person is a direct member of: the group itself, or those in it. */
  readonly through: readonly string[];
}

/** Throws DirectoryError: not-found, forbidden, invalid. */
export interface Nesting {
  /** Those that a user is in only through others, in the order of names; of others than oneself it needs groups.read. */
  groupsThrough(actor: Actor, user: User): Promise<readonly GroupThrough[]>;
  /** In the order of their ids, `after` being one, with the cursor of the next page; needs groups.read. */
  people(
    actor: Actor,
    groupName: string,
    page: Page,
  ): Promise<{ readonly people: readonly PersonOfGroup[]; readonly next: string | null }>;
}

/** Groups below one group whose people are listed together. */
const GROUPS_TOGETHER_MAX = 200;

export function createNesting({ store }: { readonly store: Pick<Store, 'read'> }): Nesting {
  return {
    async groupsThrough(actor, user) {
      if (actor.authority.userId !== user.id) requirePermission(actor, 'groups.read');
      return store.read(async (transaction) => {
        const through = await aboveOf(transaction, user.id);
        const ids = [...through.keys(), ...through.values()];
        const { nameOf, isHidden } = await namesOf(transaction, ids, actor, user.id);
        return [...through]
          .filter(([id]) => !isHidden(id))
          .map(([id, by]) => ({ name: nameOf(id), through: nameOf(by) }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1));
      });
    },

    async people(actor, groupName, page) {
      requirePermission(actor, 'groups.read');
      checkPage(page);
      return store.read(async (transaction) => {
        const { id, name } = await requireManaged(transaction, actor, groupName, 'groups.read');
        const groupIds = [id, ...groupsBelow(id, subgroupsOf(await transaction.nestings()))];
        if (groupIds.length > GROUPS_TOGETHER_MAX) return tooMany(name);
        const pages = [];
        for (const groupId of groupIds) pages.push(await transaction.membershipPage(groupId, page));
        const { through, next } = merged(pages, page.limit);
        const { nameOf } = await namesOf(transaction, groupIds, actor);
        const users = await transaction.usersByIds([...through.keys()]);
        const people = users
          .map((user) => ({ user, through: (through.get(user.id) ?? []).map(nameOf) }))
          .toSorted((a, b) => (a.user.id < b.user.id ? -1 : 1));
        return { people, next };
      });
    },
  };
}

/** From each group that holds one of the groups of the member to the one through which it does; level by level. */
async function aboveOf(lookup: GroupLookup, memberId: string): Promise<ReadonlyMap<string, string>> {
  const direct = (await lookup.membershipsOfMembers([memberId])).map(({ groupId }) => groupId);
  const seen = new Set(direct);
  const through = new Map<string, string>();
  for (let level = direct; level.length > 0; ) {
    const above = (await lookup.membershipsOfMembers(level)).filter(({ groupId }) => !seen.has(groupId));
    for (const { groupId, memberId: by } of above) if (!through.has(groupId)) through.set(groupId, by);
    level = [...new Set(above.map(({ groupId }) => groupId))];
    for (const id of level) seen.add(id);
  }
  return through;
}

/**
 * The first `limit` users of several pages, each in the order of member ids, with the groups that they stand in. What
 * lies beyond the end of a full page is left for the next one: that group may have more before it.
 */
function merged(pages: readonly (readonly Membership[])[], limit: number) {
  const ends = pages.flatMap((page) => (page.length < limit ? [] : (page.at(-1)?.memberId ?? [])));
  const horizon = ends.toSorted()[0] ?? null;
  const through = new Map<string, string[]>();
  const within = pages
    .flat()
    .filter(({ memberId }) => horizon === null || memberId <= horizon)
    .toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1));
  let last: string | null = null;
  for (const { memberId, memberKind, groupId } of within) {
    if (memberId !== last && through.size === limit) return { through, next: last };
    last = memberId;
    if (memberKind === 'user') through.set(memberId, [...(through.get(memberId) ?? []), groupId]);
  }
  return { through, next: horizon };
}

/** Private organizations are nameless for who does not see them; `ofUser`: whose own they are. */
async function namesOf(lookup: GroupLookup, ids: readonly string[], { authority }: Actor, ofUser?: string) {
  const groups = await lookup.groupsByIds([...new Set(ids)]);
  const seesAll = authority.permissions.has('organizations.read') || authority.userId === ofUser;
  const hidden = seesAll ? [] : groups.filter(({ organization }) => organization === 'private');
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  for (const { id } of hidden) names.set(id, PRIVATE);
  const hiddenIds = new Set(hidden.map(({ id }) => id));
  return { nameOf: (id: string) => names.get(id) ?? id, isHidden: (id: string) => hiddenIds.has(id) };
}

const PRIVATE = 'a private organization';

function tooMany(name: string): never {
  const sentence = `${name} holds more than ${GROUPS_TOGETHER_MAX} groups: look at the people of one of those.`;
  throw new DirectoryError('invalid', sentence);
}
