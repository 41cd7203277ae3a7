/** Counts what an import changed, by the rows before and after. */
import { isDeepStrictEqual } from 'node:util';
import type { Group } from '../model/group.ts';
import type { User } from '../model/user.ts';
import type { ImportCounts } from './imports.ts';

const NO_COUNTS: ImportCounts = {
  ...{ usersCreated: 0, usersUpdated: 0, usersDisabled: 0, usersEnabled: 0, usersDeleted: 0 },
  ...{ groupsCreated: 0, groupsUpdated: 0, groupsSuspended: 0, groupsDeleted: 0 },
  ...{ membersAdded: 0, membersRemoved: 0 },
};

export function addImportCounts(parts: readonly Partial<ImportCounts>[]): ImportCounts {
  const sum = { ...NO_COUNTS };
  for (const part of parts) {
    for (const name of Object.keys(part) as (keyof ImportCounts)[]) sum[name] += part[name] ?? 0;
  }
  return sum;
}

export function userChanges(
  updated: readonly User[],
  present: ReadonlyMap<string, User>,
): Partial<ImportCounts> {
  const counts = { usersUpdated: 0, usersDisabled: 0, usersEnabled: 0 };
  for (const after of updated) {
    const before = present.get(after.id);
    const [was, is] = [isSuspended(before), isSuspended(after)];
    if (!isDeepStrictEqual(lasting(before), lasting(after))) counts.usersUpdated += 1;
    if (is && !was) counts.usersDisabled += 1;
    if (was && !is) counts.usersEnabled += 1;
  }
  return counts;
}

export function groupChanges(
  updated: readonly Group[],
  present: ReadonlyMap<string, Group>,
): Partial<ImportCounts> {
  const counts = { groupsUpdated: 0, groupsSuspended: 0 };
  for (const after of updated) {
    const before = present.get(after.id);
    const [was, is] = [isSuspended(before), isSuspended(after)];
    if (is && !was) counts.groupsSuspended += 1;
    else if (was !== is || !isDeepStrictEqual(lasting(before), lasting(after))) counts.groupsUpdated += 1;
  }
  return counts;
}

function isSuspended(entry: User | Group | undefined): boolean {
  return entry?.origin != null && entry.origin.suspendedSince !== null;
}

/** An entry without what moves with every writing, and without its suspension. */
function lasting(entry: User | Group | undefined) {
  if (entry === undefined) return null;
  const origin = entry.origin === null ? null : { ...entry.origin, suspendedSince: null, goneSince: null };
  return { ...entry, origin, updatedAt: null, ownUpdatedAt: null };
}
