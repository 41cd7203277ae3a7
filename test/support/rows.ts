/** Users, groups and what belongs to them, for tests that write to a store. */
import { randomUUID } from 'node:crypto';
import type { Application } from '../../src/core/model/application.ts';
import type { Group, Membership } from '../../src/core/model/group.ts';
import type { Source } from '../../src/core/model/source.ts';
import { NO_COUNTERS, type SyncRun } from '../../src/core/model/sync-run.ts';
import type { User } from '../../src/core/model/user.ts';
import type { Retention } from '../../src/core/storage/prune.ts';

/** No two rows have the same, nor one that a directory gives. */
let posixNumber = 1_000_000;

export const THEN = new Date('2026-03-01T12:00:00.123Z');

export function aUser(fields: Partial<User> & Pick<User, 'username'>): User {
  return {
    id: randomUUID(),
    posixNumber: posixNumber++,
    email: `${fields.username}@example.org`,
    otherEmails: [],
    displayName: 'Jane Doe',
    givenName: 'Jane',
    familyName: 'Doe',
    role: 'user',
    active: true,
    passwordHash: null,
    passwordChangedAt: null,
    origin: null,
    createdAt: THEN,
    updatedAt: THEN,
    ownUpdatedAt: THEN,
    ...fields,
  };
}

export function aGroup(fields: Partial<Group> & Pick<Group, 'name'>): Group {
  return {
    id: randomUUID(),
    posixNumber: posixNumber++,
    displayName: 'Staff',
    description: '',
    origin: null,
    createdAt: THEN,
    updatedAt: THEN,
    ...fields,
  };
}

export function anApplication(fields: Partial<Application> & Pick<Application, 'name'>): Application {
  return {
    id: randomUUID(),
    description: '',
    passwordHash: `hash of ${fields.name}`,
    allow: [],
    everyone: false,
    groups: [],
    enabled: true,
    createdAt: THEN,
    updatedAt: THEN,
    ...fields,
  };
}

export function aMembership(
  group: Group,
  member: User | Group,
  fields: Partial<Membership> = {},
): Membership {
  return {
    groupId: group.id,
    memberId: member.id,
    memberKind: 'username' in member ? 'user' : 'group',
    owner: false,
    fromSource: false,
    ...fields,
  };
}

export function aSource(fields: Partial<Source> & Pick<Source, 'name'>): Source {
  return {
    id: randomUUID(),
    preset: 'openldap',
    url: 'ldaps://ldap.example.org',
    caPem: null,
    baseDn: 'ou=people,dc=example,dc=org',
    bindDn: 'cn=reader,dc=example,dc=org',
    bindPasswordSealed: 'v1.sealed',
    filter: '(objectClass=inetOrgPerson)',
    usernameField: 'uid',
    syncGroups: true,
    groupBaseDn: 'ou=groups,dc=example,dc=org',
    groupFilter: '(objectClass=groupOfNames)',
    groupNameField: 'cn',
    enabled: true,
    createdAt: THEN,
    updatedAt: THEN,
    ...fields,
  };
}

export function aSyncRun(source: Source, fields: Partial<SyncRun> = {}): SyncRun {
  return {
    id: randomUUID(),
    sourceId: source.id,
    state: 'running',
    phase: 'connect',
    progress: { done: 0, total: null },
    counters: NO_COUNTERS,
    problems: [],
    reason: '',
    startedAt: THEN,
    finishedAt: null,
    holder: 'host:1:a',
    leaseExpiresAt: new Date(THEN.getTime() + 15_000),
    ...fields,
  };
}

export const KEEP_ALL: Retention = {
  changesMin: 1_000_000,
  changesMax: 1_000_000,
  changesAgeMs: 1_000_000,
  auditLinesMax: 1_000_000,
  auditLinesAgeMs: 1_000_000,
  syncRunsMax: 1_000_000,
};
