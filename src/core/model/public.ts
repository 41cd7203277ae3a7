/** What may leave Roster: the JSON of the API and of the command line, field by field, without secrets. */
import type { Application } from './application.ts';
import type { Group, Membership } from './group.ts';
import type { Source } from './source.ts';
import type { SyncRun } from './sync-run.ts';
import { isEnabled, type User } from './user.ts';

export function publicUser(user: User) {
  const { id, posixNumber, username, email, otherEmails } = user;
  const { displayName, givenName, familyName, role, active } = user;
  return {
    ...{ id, posixNumber, username, email, otherEmails },
    ...{ displayName, givenName, familyName, role, active },
    enabled: isEnabled(user),
    hasPassword: user.passwordHash !== null,
    passwordChangedAt: user.passwordChangedAt,
    origin: user.origin,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
  };
}

export function publicGroup(group: Group) {
  const { id, posixNumber, name, displayName, description, origin, createdAt, updatedAt } = group;
  return { id, posixNumber, name, displayName, description, origin, createdAt, updatedAt };
}

export function publicMembership({ memberId, memberKind, owner, fromSource }: Membership) {
  return { memberId, memberKind, owner, fromSource };
}

export function publicSource(source: Source) {
  const { id, name, preset, url, caPem, baseDn, bindDn, filter, usernameField } = source;
  const { syncGroups, groupBaseDn, groupFilter, groupNameField, enabled, createdAt, updatedAt } = source;
  return {
    ...{ id, name, preset, url, caPem, baseDn, bindDn, filter, usernameField },
    ...{ syncGroups, groupBaseDn, groupFilter, groupNameField, enabled, createdAt, updatedAt },
  };
}

export function publicApplication(application: Application) {
  const { id, name, description, allow, everyone, groups, enabled, createdAt, updatedAt } = application;
  return { id, name, description, allow, everyone, groups, enabled, createdAt, updatedAt };
}

/** A run without its problems, as in a list. */
export function publicRunSummary(run: SyncRun) {
  const { id, sourceId, state, phase, progress, counters, reason, startedAt, finishedAt } = run;
  return { id, sourceId, state, phase, progress, counters, reason, startedAt, finishedAt };
}

export function publicRun(run: SyncRun) {
  return { ...publicRunSummary(run), problems: run.problems };
}
