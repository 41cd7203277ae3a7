/** A directory on a real store for tests, with a clock that tests move and a source to import from. */
import { randomBytes, randomUUID } from 'node:crypto';
import { SYSTEM_AUTHORITY } from '../../src/core/access/authority.ts';
import { createPasswords } from '../../src/core/credentials/passwords.ts';
import { createSecretBox } from '../../src/core/credentials/secrets.ts';
import { createDirectory } from '../../src/core/directory/create.ts';
import type { Directory, NewSource } from '../../src/core/directory/directory.ts';
import type {
  ImportedGroupFields,
  ImportedUserFields,
  ImportStep,
} from '../../src/core/directory/imports.ts';
import type { Store } from '../../src/core/directory/store.ts';
import { newId } from '../../src/core/ids.ts';
import type { Actor, AuditActor, AuditLine } from '../../src/core/model/audit.ts';
import type { DirectoryDelta } from '../../src/core/model/change.ts';
import type { MemberKind } from '../../src/core/model/group.ts';
import type { Holder } from '../../src/core/model/lease.ts';
import type { Source } from '../../src/core/model/source.ts';
import { openTestStore } from './store.ts';

export const ACTOR: Actor = {
  door: 'cli',
  name: 'console',
  address: null,
  authority: SYSTEM_AUTHORITY,
};

/** ACTOR as the audit keeps it. */
export const AUDITED: AuditActor = { door: 'cli', name: 'console', address: null, userId: null };

export const NEW_SOURCE: NewSource = {
  name: 'corp',
  preset: 'openldap',
  url: 'ldaps://ldap.example.org',
  caPem: null,
  baseDn: 'ou=people,dc=example,dc=org',
  bindDn: 'cn=reader,dc=example,dc=org',
  bindPassword: 'bind password of corp',
  filter: '(objectClass=inetOrgPerson)',
  usernameField: 'uid',
  syncGroups: true,
  groupBaseDn: 'ou=groups,dc=example,dc=org',
  groupFilter: '(objectClass=groupOfNames)',
  groupNameField: 'cn',
};

/** Every schedule is due so long after it was looked at, lest tests depend on the hour at which they run. */
const HOUR_MS = 60 * 60 * 1000;

/** A clock that stands still until it is moved. */
class TestClock {
  #now = new Date('2024-05-01T12:00:00.000Z');

  now(): Date {
    return this.#now;
  }

  advance(ms: number): Date {
    this.#now = new Date(this.#now.getTime() + ms);
    return this.#now;
  }
}

export interface TestDirectory {
  readonly directory: Directory;
  readonly store: Store;
  readonly clock: TestClock;
  /** Ids of processes that exist on this host. */
  readonly processes: Set<number>;
  /** A second process on the same database. */
  another(holder?: Partial<Holder>): Promise<Directory>;
  auditLines(): Promise<readonly AuditLine[]>;
  /** What followers of the feed are told of everything that `work` commits. */
  deltaOf(work: () => Promise<unknown>): Promise<DirectoryDelta>;
  remove(): Promise<void>;
}

/** `databaseUrl` null: on SQLite. */
export async function openTestDirectory(databaseUrl: string | null = null): Promise<TestDirectory> {
  const clock = new TestClock();
  const { store, openAgain, remove } = await openTestStore(clock, databaseUrl);
  const processes = new Set([100]);
  const secretBox = createSecretBox(randomBytes(32));
  const passwords = createPasswords({ cost: 4, concurrent: 2, queueMax: 100 });

  function on(opened: Store, holder: Partial<Holder> = {}): Directory {
    return createDirectory({
      store: opened,
      clock,
      newId,
      passwords,
      secretBox,
      holder: { hostname: 'host-a', pid: 100, instanceId: randomUUID(), ...holder },
      processAlive: (pid) => processes.has(pid),
      nextRun: ({ schedule }) => (schedule === null ? null : new Date(clock.now().getTime() + HOUR_MS)),
    });
  }

  return {
    directory: on(store),
    store,
    clock,
    processes,
    another: async (holder) => on(await openAgain(), holder),
    auditLines: () => store.read((transaction) => transaction.auditLines(1000)),
    deltaOf: (work) => deltaOf(store, work),
    remove,
  };
}

async function deltaOf(store: Store, work: () => Promise<unknown>): Promise<DirectoryDelta> {
  const seq = await store.readDirectory({ users() {}, groups() {}, memberships() {}, applications() {} });
  await work();
  const deltas: DirectoryDelta[] = [];
  const subscription = store.changes.follow(seq, {
    changed(delta) {
      deltas.push(delta);
    },
    lost() {
      throw new Error('The feed was lost.');
    },
  });
  await subscription.caughtUp();
  await subscription.stop();
  const [delta, ...more] = deltas;
  if (delta === undefined || more.length > 0) throw new Error(`There were ${deltas.length} deltas, not one.`);
  return delta;
}

/** Imports these usernames, and groups with some of them as members, from the source corp, which is added first. */
export async function importPeople(
  test: TestDirectory,
  usernames: readonly string[],
  groups: Readonly<Record<string, readonly string[]>> = {},
): Promise<{ source: Source; runId: string }> {
  const { sources, syncRuns, imports } = test.directory;
  const source = await sources.add(ACTOR, NEW_SOURCE);
  const { id: runId } = await syncRuns.begin(ACTOR, source);
  const members = Object.entries(groups).map(([name, names]) => addMembers(`id-of-${name}`, names));
  await imports.apply(source, runId, [
    ...usernames.map((name) => createUser(name)),
    ...Object.keys(groups).map((name) => createGroup(name)),
    ...members,
  ]);
  return { source, runId };
}

/** A step that creates a user whose ids are made of the name. */
export function createUser(
  username: string,
  { suspended = false, ...fields }: Partial<ImportedUserFields> & { suspended?: boolean } = {},
): ImportStep {
  return {
    type: 'create-user',
    id: `id-of-${username}`,
    ...upstream(username),
    fields: userFields(username, fields),
    suspended,
  };
}

export function updateUser(
  id: string,
  username: string,
  { suspended = false, ...fields }: Partial<ImportedUserFields> & { suspended?: boolean } = {},
): ImportStep {
  const { dn } = upstream(username);
  return { type: 'update-user', id, dn, fields: userFields(username, fields), suspended };
}

export function createGroup(name: string): ImportStep {
  return { type: 'create-group', id: `id-of-${name}`, ...upstream(name), fields: groupFields(name) };
}

export function updateGroup(id: string, name: string, suspended = false): ImportStep {
  return { type: 'update-group', id, dn: upstream(name).dn, fields: groupFields(name), suspended };
}

/** A step that adds users by their names. */
export function addMembers(
  groupId: string,
  names: readonly string[],
  memberKind: MemberKind = 'user',
): ImportStep {
  const members = names.map((name) => ({ memberId: `id-of-${name}`, memberKind }));
  return { type: 'add-members', groupId, members };
}

function upstream(name: string): { externalId: string; dn: string } {
  return { externalId: `external-${name}`, dn: `uid=${name},dc=example,dc=org` };
}

function userFields(username: string, fields: Partial<ImportedUserFields>): ImportedUserFields {
  return {
    username,
    email: `${username}@example.org`,
    otherEmails: [],
    displayName: username,
    givenName: '',
    familyName: '',
    ...fields,
  };
}

function groupFields(name: string): ImportedGroupFields {
  return { name, displayName: name, description: '' };
}
