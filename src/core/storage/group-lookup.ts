/** Reads groups and memberships. */
import type { GroupLookup } from '../directory/store.ts';
import type { Group } from '../model/group.ts';
import { emailKey } from '../model/names.ts';
import { findGroups, findOrganizations } from './find-groups.ts';
import { after, first } from './page.ts';
import { countRows, selectPage, selectRows, selectRowsByKey } from './rows.ts';
import type { Session } from './session.ts';
import { GroupTable, toGroup } from './tables/groups.ts';
import {
  type MembershipRow,
  MembershipTable,
  toMembership,
  toMembershipKeyRow,
} from './tables/memberships.ts';

/** Groups of one statement; each may have thousands of members. */
const GROUPS_READ_MAX = 50;

export function createGroupLookup(session: Session): GroupLookup {
  async function all(column: 'id' | 'name' | 'email_key', values: readonly string[]): Promise<Group[]> {
    return (await selectRows(session, GroupTable, column, values)).map(toGroup);
  }

  return {
    async group(id) {
      return first(await session.find(GroupTable, { where: { id } }), toGroup);
    },
    async groupByName(name) {
      return first(await session.find(GroupTable, { where: { name } }), toGroup);
    },
    async groupByEmail(email) {
      return first(await session.find(GroupTable, { where: { email_key: emailKey(email) } }), toGroup);
    },
    async groups(page) {
      return (await session.find(GroupTable, after(page, 'name'))).map(toGroup);
    },
    findGroups: (query) => findGroups(session, query),
    findOrganizations: (query) => findOrganizations(session, query),
    groupsByIds: (ids) => all('id', ids),
    groupsByNames: (names) => all('name', names),
    groupsByEmails: (emails) => all('email_key', emails.map(emailKey)),
    async groupsOfSource(sourceId, page) {
      return (await selectPage(session, GroupTable, 'source_id', sourceId, page)).map(toGroup);
    },
    async memberships(groupIds) {
      const rows = await selectRows(session, MembershipTable, 'group_id', groupIds, GROUPS_READ_MAX);
      return rows.map(toMembership);
    },
    memberCounts: (groupIds) => countRows(session, MembershipTable, 'group_id', groupIds),
    async membershipPage(groupId, page) {
      const options = after<MembershipRow>(page, 'member_id', { group_id: groupId });
      return (await session.find(MembershipTable, options)).map(toMembership);
    },
    async membershipsOfMembers(memberIds) {
      return (await selectRows(session, MembershipTable, 'member_id', memberIds)).map(toMembership);
    },
    async membershipsByKeys(keys) {
      const columns = ['group_id', 'member_id'] as const;
      const rows = await selectRowsByKey(session, MembershipTable, columns, keys.map(toMembershipKeyRow));
      return rows.map(toMembership);
    },
    async nestings() {
      // The literal lets both databases take the index memberships_nestings, which holds these rows alone.
      const rows = await session.query<MembershipRow>(
        `SELECT * FROM "memberships" WHERE member_kind = 'group'`,
      );
      return rows.map(toMembership);
    },
  };
}
