import { expect, it } from 'vitest';
import type { ChangeListener, Store } from '../../src/core/directory/store.ts';
import { DirectoryError } from '../../src/core/errors.ts';
import { silentLogger } from '../../src/core/log.ts';
import type { DirectoryDelta } from '../../src/core/model/change.ts';
import { DEFAULT_POSIX } from '../../src/core/model/posix.ts';
import type { User } from '../../src/core/model/user.ts';
import { createReplica } from '../../src/ldap-server/replica.ts';
import { attributeType as type } from '../../src/ldap-server/tree/attribute-types.ts';
import { createDit } from '../../src/ldap-server/tree/dit.ts';
import { aUser, fieldsOf } from '../support/rows.ts';

const JANE = { kind: 'user', by: 'username', value: 'jdoe' } as const;
const jane = aUser({ username: 'jdoe' });
const max = aUser({ username: 'max' });

/** The two abilities of a store that a replica needs, over users in memory; its feed is driven by hand. */
function memoryStore() {
  const state = { users: [jane] as User[], failures: 0, readings: 0 };
  const listeners: { listener: ChangeListener; seq: number }[] = [];
  const store: Pick<Store, 'readDirectory' | 'changes'> = {
    async readDirectory(sink) {
      state.readings += 1;
      if (state.failures-- > 0) throw new DirectoryError('unavailable', 'The database is away.');
      sink.users(state.users);
      return state.readings;
    },
    changes: {
      follow(seq, listener) {
        listeners.push({ listener, seq });
        return { trouble: null, caughtUp: async () => undefined, stop: async () => undefined };
      },
    },
  };
  return { state, listeners, store };
}

const NO_CHANGES: DirectoryDelta = {
  seq: 2,
  users: new Map(),
  groups: new Map(),
  memberships: [],
  applications: new Map(),
  sourcesChanged: false,
  settingsChanged: false,
};

function replicaOn(store: Pick<Store, 'readDirectory' | 'changes'>) {
  const settings = { posix: DEFAULT_POSIX };
  let settingsRead = 0;
  const replica = createReplica({
    dit: createDit('dc=roster'),
    store,
    settingsChanged: async () => {
      settingsRead += 1;
      return { posix: settings.posix, attributes: [] };
    },
    sourcesChanged() {},
    treeChanged() {},
    log: silentLogger,
  });
  return { replica, settings, settingsRead: () => settingsRead };
}

it('reads the directory, then follows it from there', async () => {
  const { store, listeners } = memoryStore();
  const { replica, settingsRead } = replicaOn(store);
  expect(replica.trouble()).not.toBeNull();
  await replica.start();
  expect(replica.trouble()).toBeNull();
  expect(fieldsOf(replica.snapshot().user(JANE))).toEqual(jane);
  expect(listeners).toMatchObject([{ seq: 1 }]);
  await listeners[0]?.listener.changed({ ...NO_CHANGES, users: new Map([[jane.id, null]]) });
  expect(replica.snapshot().user(JANE)).toBeNull();
  expect(settingsRead()).toBe(1);
  await listeners[0]?.listener.changed({ ...NO_CHANGES, settingsChanged: true });
  expect(settingsRead()).toBe(2);
  await replica.stop();
});

it('reads the directory anew when the feed is lost, and serves the old tree until that succeeds', async () => {
  const { state, store, listeners } = memoryStore();
  const { replica } = replicaOn(store);
  await replica.start();
  state.users = [max];
  state.failures = 1;
  await listeners[0]?.listener.lost();
  expect(replica.trouble()).not.toBeNull();
  expect(fieldsOf(replica.snapshot().user(JANE))).toEqual(jane);
  await expect.poll(() => replica.trouble(), { timeout: 10_000 }).toBeNull();
  expect(replica.snapshot().user(JANE)).toBeNull();
  expect(listeners).toHaveLength(2);
  await replica.stop();
});

it('makes every entry anew when accounts of Unix systems are switched on, and follows the feed on', async () => {
  const { store, listeners } = memoryStore();
  const { replica, settings } = replicaOn(store);
  await replica.start();
  const classes = () => replica.snapshot().entry('uid=jdoe,ou=users,dc=roster')?.values(type.objectClass);
  expect(classes()).not.toContain('posixAccount');
  settings.posix = { ...DEFAULT_POSIX, enabled: true };
  await listeners[0]?.listener.changed({ ...NO_CHANGES, settingsChanged: true });
  expect(classes()).toContain('posixAccount');
  expect(replica.trouble()).toBeNull();
  const before = replica.snapshot();
  await listeners[0]?.listener.changed({ ...NO_CHANGES, settingsChanged: true });
  expect(replica.snapshot()).toBe(before);
  await listeners[0]?.listener.changed({ ...NO_CHANGES, users: new Map([[max.id, max]]) });
  const added = replica.snapshot().entry('uid=max,ou=users,dc=roster');
  expect(added?.values(type.uidNumber)).toEqual([String(max.posixNumber)]);
  await replica.stop();
});
