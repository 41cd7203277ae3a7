/** What may leave Roster: the JSON of the API and of the command line, field by field, without secrets. */
import type { Application } from './application.ts';
import type { Group, Membership } from './group.ts';
import type { Source } from './source.ts';
import type { SyncRun } from './sync-run.ts';
import { isEnabled, stateOf, type User } from './user.ts';

export function publicUser(user: User) {
  const { id, posixNumber, username, email, otherEmails } = user;
  const { displayName, givenName, familyName, role, active, confirmed, metadata } = user;
  return {
    ...{ id, posixNumber, username, email, otherEmails },
    ...{ displayName, givenName, familyName, role, active, confirmed },
    ...user.profile,
    hasAvatar: user.avatar !== null,
    avatarBytes: user.avatar?.bytes ?? 0,
    metadata,
    enabled: isEnabled(user),
    state: stateOf(user),
    hasPassword: user.passwordHash !== null,
    passwordChangedAt: user.passwordChangedAt,
    secondFactor: user.secondFactor,
    origin: user.origin,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
  };
}

export function publicGroup(group: Group) {
  const { id, posixNumber, name, displayName, description, email, permissions, metadata } = group;
  const { origin, createdAt, updatedAt } = group;
  return {
    ...{ id, posixNumber, name, displayName, description, email, permissions, metadata },
    ...{ origin, createdAt, updatedAt },
  };
}

export function publicOrganization(group: Group) {
  const { id, name: slug, displayName: name, description, organization, createdAt, updatedAt } = group;
  const visibility = organization ?? 'private';
  return { id, slug, name, description, visibility, createdAt, updatedAt };
}

export function publicMembership({ memberId, memberKind, owner, fromSource }: Membership) {
  return { memberId, memberKind, owner, fromSource };
}

export function publicSource(source: Source) {
  const { id, name, preset, url, caPem, baseDn, bindDn, filter, usernameField } = source;
  const { syncGroups, groupBaseDn, groupFilter, groupNameField, enabled, createdAt, updatedAt } = source;
  const { schedule, timeZone, nextRunAt, policy, dialect, signIn, clientCertificatePem } = source;
  return {
    ...{ id, name, preset, url, caPem, baseDn, bindDn, filter, usernameField },
    ...{ syncGroups, groupBaseDn, groupFilter, groupNameField, schedule, timeZone, nextRunAt, policy },
    ...{ dialect, signIn, clientCertificatePem },
    ...{ enabled, createdAt, updatedAt },
  };
}

export function publicApplication(application: Application) {
  const { id, name, description, allow, everyone, groups, secondFactor, enabled } = application;
  const { createdAt, updatedAt } = application;
  return { id, name, description, allow, everyone, groups, secondFactor, enabled, createdAt, updatedAt };
}

/** A run without its problems, as in a list. */
export function publicRunSummary(run: SyncRun) {
  const { id, sourceId, state, phase, progress, counters, reason, startedAt, finishedAt } = run;
  const { cancelRequested } = run;
  return { id, sourceId, state, phase, progress, counters, reason, startedAt, finishedAt, cancelRequested };
}

export function publicRun(run: SyncRun) {
  return { ...publicRunSummary(run), problems: run.problems };
}
