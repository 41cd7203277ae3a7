/** Users, groups and what belongs to them, for tests that write to a store. */
import { randomUUID } from 'node:crypto';
import type { Application } from '../../src/core/model/application.ts';
import { NO_ATTRIBUTES } from '../../src/core/model/attribute-definition.ts';
import type { Group, Membership } from '../../src/core/model/group.ts';
import { NO_METADATA } from '../../src/core/model/metadata.ts';
import { EMPTY_PROFILE } from '../../src/core/model/profile.ts';
import type { Source } from '../../src/core/model/source.ts';
import { DEFAULT_POLICY } from '../../src/core/model/sync-policy.ts';
import { NO_COUNTERS, type SyncItem, type SyncRun } from '../../src/core/model/sync-run.ts';
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
    confirmed: false,
    profile: EMPTY_PROFILE,
    avatar: null,
    attributes: NO_ATTRIBUTES,
    metadata: NO_METADATA,
    role: 'user',
    active: true,
    passwordHash: null,
    passwordChangedAt: null,
    extraCredentials: 0,
    secondFactor: false,
    origin: null,
    createdAt: THEN,
    updatedAt: THEN,
    ownUpdatedAt: THEN,
    ...fields,
  };
}

/** As a plain object, whatever holds them. */
export function fieldsOf(user: User | null): User | null {
  if (user === null) return null;
  const names = Object.keys(aUser({ username: user.username })) as (keyof User)[];
  return Object.fromEntries(names.map((name) => [name, user[name]])) as unknown as User;
}

export function aGroup(fields: Partial<Group> & Pick<Group, 'name'>): Group {
  return {
    id: randomUUID(),
    posixNumber: posixNumber++,
    displayName: 'Staff',
    description: '',
    email: null,
    permissions: null,
    organization: null,
    attributes: NO_ATTRIBUTES,
    metadata: NO_METADATA,
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
    secondFactor: 'when-given',
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
    clientCertificatePem: null,
    clientKeySealed: null,
    dialect: {},
    signIn: {},
    policy: DEFAULT_POLICY,
    schedule: null,
    timeZone: 'UTC',
    nextRunAt: null,
    syncMark: null,
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
    cancelRequested: false,
    holder: 'host:1:a',
    leaseExpiresAt: new Date(THEN.getTime() + 15_000),
    ...fields,
  };
}

export function aSyncItem(fields: Partial<SyncItem> & Pick<SyncItem, 'name'>): SyncItem {
  return {
    kind: 'user',
    action: 'update',
    dn: `uid=${fields.name},dc=example,dc=org`,
    changes: [{ field: 'email', from: null, to: 'jdoe@example.org' }],
    moreChanges: 0,
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
  syncItemsAgeMs: 1_000_000,
};
