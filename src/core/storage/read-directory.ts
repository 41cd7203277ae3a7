/** Streams the whole directory out of one snapshot. */
import type { DirectorySink } from '../directory/store.ts';
import { lastSequence } from './delta.ts';
import { allRows } from './rows.ts';
import type { Session } from './session.ts';
import { ApplicationTable, toApplication } from './tables/applications.ts';
import { GroupTable, toGroup } from './tables/groups.ts';
import { MembershipTable, toMembership } from './tables/memberships.ts';
import { toUser, UserTable } from './tables/users.ts';

/** Returns the last sequence that it includes. */
export async function readDirectory(session: Session, sink: DirectorySink): Promise<number> {
  const seq = await lastSequence(session);
  for await (const rows of allRows(session, UserTable)) sink.users(rows.map(toUser));
  for await (const rows of allRows(session, GroupTable)) sink.groups(rows.map(toGroup));
  for await (const rows of allRows(session, MembershipTable)) sink.memberships(rows.map(toMembership));
  for await (const rows of allRows(session, ApplicationTable)) sink.applications(rows.map(toApplication));
  return seq;
}
