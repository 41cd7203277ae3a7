/** Reads what changed after a sequence: the changes, and the present state of all that they touched. */
import type { DirectoryDelta, MembershipDelta } from '../model/change.ts';
import type { Group, Membership } from '../model/group.ts';
import { applicationsByIds } from './application-lookup.ts';
import { createGroupLookup } from './group-lookup.ts';
import { selectRowsByKey } from './rows.ts';
import type { Session } from './session.ts';
import { type ChangeRow, PRUNED } from './tables/changes.ts';
import { type MembershipRow, MembershipTable, toMembership } from './tables/memberships.ts';
import { createUserLookup } from './user-lookup.ts';

/** Changes of one delta: what a follower takes at once holds its event loop for milliseconds. */
const DELTA_CHANGES_MAX = 50;

/** 'lost': the feed does not reach back to `seq`, or the database is an older one. null: nothing is new. */
export async function readDelta(session: Session, seq: number): Promise<DirectoryDelta | 'lost' | null> {
  if (!(await reaches(session, seq))) return 'lost';
  const parameter = session.dialect.parameter(1);
  const changes = await session.query<ChangeRow>(
    `SELECT * FROM "changes" WHERE "seq" > ${parameter} ORDER BY "seq" LIMIT ${DELTA_CHANGES_MAX}`,
    [seq],
  );
  const last = changes.at(-1);
  return last === undefined ? null : { seq: last.seq, ...(await presentState(session, changes)) };
}

/** The last sequence; 0 where nothing has ever changed. */
export async function lastSequence(session: Session): Promise<number> {
  const [newest] = await session.query<{ seq: number | null }>('SELECT max("seq") AS "seq" FROM "changes"');
  return newest?.seq ?? 0;
}

async function reaches(session: Session, seq: number): Promise<boolean> {
  const [oldest] = await session.query<ChangeRow>('SELECT * FROM "changes" ORDER BY "seq" LIMIT 1');
  const isPruned = oldest?.subject === PRUNED && seq < oldest.seq;
  return !isPruned && seq <= (await lastSequence(session));
}

async function presentState(
  session: Session,
  changes: readonly ChangeRow[],
): Promise<Omit<DirectoryDelta, 'seq'>> {
  const subjects = new Set(changes.map(({ subject }) => subject));
  const groupIds = idsOf(changes, 'group');
  const touched = changes.filter((row) => row.subject === 'membership' && !groupIds.has(row.subject_id));
  const parents = await groupsById(session, new Set([...groupIds, ...touched.map((row) => row.subject_id)]));
  // A group that is gone although no change of this batch says so: a later one will; tell it now.
  const gone = touched.map((row) => row.subject_id).filter((id) => !parents.has(id));
  return {
    users: await readUsers(session, idsOf(changes, 'user')),
    groups: await readGroups(session, new Set([...groupIds, ...gone]), parents),
    memberships: await readMemberships(session, touched, parents),
    applications: await readApplications(session, idsOf(changes, 'application')),
    sourcesChanged: subjects.has('source'),
    settingsChanged: subjects.has('setting'),
  };
}

function idsOf(changes: readonly ChangeRow[], subject: ChangeRow['subject']): Set<string> {
  return new Set(changes.filter((row) => row.subject === subject).map((row) => row.subject_id));
}

async function readUsers(session: Session, ids: ReadonlySet<string>): Promise<DirectoryDelta['users']> {
  const found = await createUserLookup(session).usersByIds([...ids]);
  const byId = new Map(found.map((user) => [user.id, user]));
  return new Map([...ids].map((id) => [id, byId.get(id) ?? null]));
}

async function readApplications(
  session: Session,
  ids: ReadonlySet<string>,
): Promise<DirectoryDelta['applications']> {
  const found = await applicationsByIds(session, [...ids]);
  const byId = new Map(found.map((application) => [application.id, application]));
  return new Map([...ids].map((id) => [id, byId.get(id) ?? null]));
}

async function groupsById(session: Session, ids: ReadonlySet<string>): Promise<Map<string, Group>> {
  const found = await createGroupLookup(session).groupsByIds([...ids]);
  return new Map(found.map((group) => [group.id, group]));
}

async function readGroups(
  session: Session,
  ids: ReadonlySet<string>,
  groups: ReadonlyMap<string, Group>,
): Promise<DirectoryDelta['groups']> {
  const memberships = new Map<string, Membership[]>();
  for (const membership of await createGroupLookup(session).memberships([...ids])) {
    const siblings = memberships.get(membership.groupId);
    if (siblings === undefined) memberships.set(membership.groupId, [membership]);
    else siblings.push(membership);
  }
  return new Map(
    [...ids].map((id) => {
      const group = groups.get(id);
      return [id, group === undefined ? null : { group, memberships: memberships.get(id) ?? [] }];
    }),
  );
}

async function readMemberships(
  session: Session,
  touched: readonly ChangeRow[],
  groups: ReadonlyMap<string, Group>,
): Promise<MembershipDelta[]> {
  const keys = new Map(
    touched.map(({ subject_id, member_id }) => {
      const key = { group_id: subject_id, member_id: member_id ?? '' };
      return [keyOf(key), key];
    }),
  );
  const rows = await selectRowsByKey(session, MembershipTable, ['group_id', 'member_id'], [...keys.values()]);
  const present = new Map(rows.map((row) => [keyOf(row), toMembership(row)]));
  return [...keys].flatMap(([text, key]) => {
    const group = groups.get(key.group_id);
    return group === undefined
      ? []
      : [{ group, memberId: key.member_id, membership: present.get(text) ?? null }];
  });
}

function keyOf(row: Pick<MembershipRow, 'group_id' | 'member_id'>): string {
  return `${row.group_id} ${row.member_id}`;
}
