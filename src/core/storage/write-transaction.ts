/** The port's writing half over a session. */
import type { WriteTransaction } from '../directory/store.ts';
import { MembershipIndex } from '../model/membership-index.ts';
import { createAccessWrites } from './access-writes.ts';
import { createAttributeWrites } from './attribute-values.ts';
import { createReadTransaction } from './read-transaction.ts';
import { deleteRows, insertRows, putRows, updateRows } from './rows.ts';
import type { Session } from './session.ts';
import { createDigestWrites, importsGoing, importsMoving, membersWritten } from './sync-digests.ts';
import { ApplicationTable, toApplicationRow } from './tables/applications.ts';
import { AuditLineTable, toAuditLineRow } from './tables/audit-lines.ts';
import { AvatarTable, toAvatarRow } from './tables/avatars.ts';
import { ChangeTable, toChangeRow } from './tables/changes.ts';
import { CounterTable } from './tables/counters.ts';
import { GroupTable, toGroupRow } from './tables/groups.ts';
import { MembershipTable, toMembershipKeyRow, toMembershipRow } from './tables/memberships.ts';
import { SettingTable } from './tables/settings.ts';
import { SourceTable, toSourceRow } from './tables/sources.ts';
import { StorageUseTable, toStorageUseRow } from './tables/storage-uses.ts';
import { SyncItemTable, SyncPlanTable, toSyncItemRow } from './tables/sync-items.ts';
import { SyncRunTable, toSyncRunRow } from './tables/sync-runs.ts';
import { toUserRow, UserTable } from './tables/users.ts';

/** Values that nobody holds: no name has a "~", and null is no value to a unique index. */
const VACANT_USER = { username: "'~' || t.id", email_key: 'NULL', external_id: 'NULL' };
const NO_DIGESTS: ReadonlyMap<string, string> = new Map();
const VACANT_GROUP = { name: "'~' || t.id", email_key: 'NULL', external_id: 'NULL' };

export function createWriteTransaction(session: Session): WriteTransaction {
  return {
    ...createReadTransaction(session),
    takePosixSerials: (count) => take(session, 'posix', count),
    ...userWrites(session),
    ...groupWrites(session),
    ...membershipWrites(session),
    ...sourceWrites(session),
    ...applicationWrites(session),
    ...recordWrites(session),
    ...createAccessWrites(session),
    ...createAttributeWrites(session),
    ...createDigestWrites(session),
    putStorageUse: (use) => putRows(session, StorageUseTable, [toStorageUseRow(use)]),
  };
}

type Writes<Name extends keyof WriteTransaction> = Pick<WriteTransaction, Name>;

function userWrites(
  session: Session,
): Writes<'insertUsers' | 'updateUsers' | 'deleteUsers' | 'touchUsers' | 'putAvatar'> {
  return {
    insertUsers: (users, digests = NO_DIGESTS) =>
      insertRows(
        session,
        UserTable,
        users.map((user) => toUserRow(user, digests.get(user.id))),
      ),
    async updateUsers(users, digests = NO_DIGESTS) {
      const rows = users.map((user) => toUserRow(user, digests.get(user.id)));
      await importsMoving(session, rows);
      await updateRows(session, UserTable, rows, VACANT_USER);
    },
    async deleteUsers(ids) {
      await importsGoing(session, 'user', ids);
      await deleteMembers(session, ids);
      await deleteRows(session, UserTable, ['id'], ids.map(toId));
    },
    putAvatar: (userId, picture) =>
      picture === null
        ? deleteRows(session, AvatarTable, ['user_id'], [{ user_id: userId }])
        : putRows(session, AvatarTable, [toAvatarRow(userId, picture)]),
    touchUsers: (ids, at) => updateRows(session, UserTable, ids.map(touched(at))),
  };
}

function groupWrites(
  session: Session,
): Writes<'insertGroups' | 'updateGroups' | 'touchGroups' | 'deleteGroups'> {
  return {
    insertGroups: (groups, digests = NO_DIGESTS) =>
      insertRows(
        session,
        GroupTable,
        groups.map((group) => toGroupRow(group, digests.get(group.id))),
      ),
    updateGroups: (groups) =>
      updateRows(
        session,
        GroupTable,
        groups.map((group) => toGroupRow(group)),
        VACANT_GROUP,
      ),
    touchGroups: (ids, at) => updateRows(session, GroupTable, ids.map(touched(at))),
    async deleteGroups(ids) {
      await importsGoing(session, 'group', ids);
      await deleteMembers(session, ids);
      await deleteRows(session, GroupTable, ['id'], ids.map(toId));
    },
  };
}

function membershipWrites(session: Session): Writes<'putMemberships' | 'deleteMemberships'> {
  return {
    async putMemberships(memberships, writer = 'others') {
      // One statement may name a row once; the last word counts.
      const unique = new MembershipIndex(memberships).values();
      await putRows(session, MembershipTable, unique.map(toMembershipRow));
      await membersWritten(
        session,
        memberships.map(({ groupId }) => groupId),
        writer,
      );
    },
    async deleteMemberships(keys, writer = 'others') {
      await deleteRows(session, MembershipTable, ['group_id', 'member_id'], keys.map(toMembershipKeyRow));
      await membersWritten(
        session,
        keys.map(({ groupId }) => groupId),
        writer,
      );
    },
  };
}

function sourceWrites(
  session: Session,
): Writes<
  | 'insertSource'
  | 'updateSource'
  | 'deleteSource'
  | 'insertSyncRun'
  | 'updateSyncRun'
  | 'appendSyncItems'
  | 'putSyncPlan'
> {
  return {
    insertSource: (source) => insertRows(session, SourceTable, [toSourceRow(source)]),
    updateSource: (source) => updateRows(session, SourceTable, [toSourceRow(source)]),
    deleteSource: (id) => deleteRows(session, SourceTable, ['id'], [toId(id)]),
    insertSyncRun: (run) => insertRows(session, SyncRunTable, [toSyncRunRow(run)]),
    updateSyncRun: (run) => updateRows(session, SyncRunTable, [toSyncRunRow(run)]),
    appendSyncItems: (runId, items) =>
      insertRows(
        session,
        SyncItemTable,
        items.map((item) => toSyncItemRow(runId, item)),
      ),
    putSyncPlan: (runId, removals) =>
      putRows(session, SyncPlanTable, [{ run_id: runId, removals: removals.join(' ') }]),
  };
}

function applicationWrites(
  session: Session,
): Writes<'insertApplication' | 'updateApplication' | 'deleteApplication'> {
  return {
    insertApplication: (application) =>
      insertRows(session, ApplicationTable, [toApplicationRow(application)]),
    updateApplication: (application) =>
      updateRows(session, ApplicationTable, [toApplicationRow(application)]),
    deleteApplication: (id) => deleteRows(session, ApplicationTable, ['id'], [toId(id)]),
  };
}

function recordWrites(session: Session): Writes<'putSetting' | 'appendChanges' | 'appendAudit'> {
  return {
    putSetting: (name, value) => putRows(session, SettingTable, [{ name, value: JSON.stringify(value) }]),
    async appendChanges(changes, at) {
      const rows = changes.map((change) => toChangeRow(change, at));
      await insertRows(session, ChangeTable, rows);
    },
    appendAudit: (line) => insertRows(session, AuditLineTable, [toAuditLineRow(line)]),
  };
}

/** Moves a counter on; returns where it stood. Writers take one lock, so nobody else counts meanwhile. */
async function take(session: Session, name: string, count: number): Promise<number> {
  const [counter] = await session.find(CounterTable, { where: { name } });
  const taken = counter?.taken ?? 0;
  await putRows(session, CounterTable, [{ name, taken: taken + count }]);
  return taken;
}

/** A user or group that goes leaves all groups; the memberships of a group that goes are deleted by their foreign key. */
async function deleteMembers(session: Session, ids: readonly string[]): Promise<void> {
  const members = ids.map((id) => ({ member_id: id }));
  await deleteRows(session, MembershipTable, ['member_id'], members);
}

function touched(at: Date) {
  return (id: string) => ({ id, updated_at: at.getTime() });
}

function toId(id: string): { id: string } {
  return { id };
}
