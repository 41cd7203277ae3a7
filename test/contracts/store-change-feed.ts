/** The change feed of a store: everything that is committed is told, once in order, to those who follow. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/core/directory/store.ts';
import type { NewChange } from '../../src/core/model/change.ts';
import { prune } from '../../src/core/storage/prune.ts';
import { createRecordingListener } from '../support/recording-listener.ts';
import { aGroup, aMembership, anApplication, aUser, KEEP_ALL, THEN } from '../support/rows.ts';
import type { StoreContext } from './store.ts';

const EVERYTHING_OLD = { ...KEEP_ALL, changesMin: 2, changesMax: 1000, changesAgeMs: 1000 };
const never = new AbortController().signal;

export function changeFeedContract({ store, another, database }: StoreContext): void {
  describe('the change feed', () => {
    test('tells the present state of the users, groups, memberships and applications that changed', async () => {
      const [jane, gone] = [aUser({ username: 'j' }), aUser({ username: 'gone' })];
      const [staff, team] = [aGroup({ name: 'staff' }), aGroup({ name: 'team' })];
      const wiki = anApplication({ name: 'wiki' });
      const listener = createRecordingListener();
      const following = store().changes.follow(0, listener);
      await store().write(async (it) => {
        await it.insertUsers([jane, gone]);
        await it.insertGroups([staff, team]);
        await it.putMemberships([aMembership(staff, jane), aMembership(team, jane)]);
        await it.insertApplication(wiki);
        await it.deleteUsers([gone.id]);
        await it.appendChanges(
          [
            ...[jane, gone].map(({ id }) => change('user', id)),
            change('group', staff.id),
            change('group', 'no-group'),
            change('membership', staff.id, jane.id),
            change('membership', team.id, jane.id),
            change('membership', team.id, gone.id),
            change('membership', 'dissolved', jane.id),
            change('application', wiki.id),
            change('application', 'no-application'),
            change('setting', 'allow'),
          ],
          THEN,
        );
      });
      await following.caughtUp();
      expect(listener.deltas).toEqual([
        {
          seq: 11,
          users: new Map([
            [jane.id, jane],
            [gone.id, null],
          ]),
          groups: new Map([
            [staff.id, { group: staff, memberships: [aMembership(staff, jane)] }],
            ['no-group', null],
            ['dissolved', null],
          ]),
          memberships: [
            { group: team, memberId: jane.id, membership: aMembership(team, jane) },
            { group: team, memberId: gone.id, membership: null },
          ],
          applications: new Map([
            [wiki.id, wiki],
            ['no-application', null],
          ]),
          sourcesChanged: false,
          settingsChanged: true,
        },
      ]);
    });

    test('tells of commits in another store without being asked', async () => {
      const listener = createRecordingListener();
      store().changes.follow(0, listener);
      await append(await another(), [change('source', 's')]);
      await listener.until((deltas) => deltas.some((delta) => delta.sourcesChanged));
    });

    test('tells nothing of what was undone', async () => {
      const listener = createRecordingListener();
      const following = store().changes.follow(0, listener);
      const undone = store().write(async (it) => {
        await it.appendChanges([change('user', 'undone')], THEN);
        throw new Error('no');
      });
      await expect(undone).rejects.toThrow('no');
      await append(store(), [change('user', 'done')]);
      await following.caughtUp();
      expect(listener.deltas.flatMap((delta) => [...delta.users.keys()])).toEqual(['done']);
    });

    test('begins after the sequence that the follower knows from reading the directory', async () => {
      await append(store(), [change('user', 'before')]);
      const seq = await store().readDirectory({
        users() {},
        groups() {},
        memberships() {},
        applications() {},
      });
      const listener = createRecordingListener();
      const following = store().changes.follow(seq, listener);
      await append(store(), [change('user', 'after')]);
      await following.caughtUp();
      expect(listener.deltas.flatMap((delta) => [...delta.users.keys()])).toEqual(['after']);
      expect(following.trouble).toBeNull();
    });

    test('catches up in batches, in order, without overlapping calls', async () => {
      const ids = Array.from({ length: 12_000 }, (_, index) => `u${index}`);
      await append(
        store(),
        ids.map((id) => change('user', id)),
      );
      const told: string[][] = [];
      let running = 0;
      const following = store().changes.follow(0, {
        async changed(delta) {
          running += 1;
          expect(running).toBe(1);
          await store().ping();
          told.push([...delta.users.keys()]);
          running -= 1;
        },
        lost() {},
      });
      await following.caughtUp();
      expect(told.flat()).toEqual(ids);
      expect(told.length).toBeGreaterThan(1);
    });

    test('tells a change again that its listener could not take over', async () => {
      await append(store(), [change('user', 'a')]);
      let attempts = 0;
      const troubles: (string | null)[] = [];
      const following = store().changes.follow(0, {
        changed() {
          attempts += 1;
          troubles.push(following.trouble);
          if (attempts === 1) throw new Error('no');
        },
        lost() {},
      });
      await following.caughtUp();
      expect(troubles).toEqual([null, expect.stringMatching(/./)]);
      expect(following.trouble).toBeNull();
    });

    test('tells several followers, each from its own sequence', async () => {
      await append(store(), [change('user', 'a'), change('user', 'b')]);
      const listeners = [createRecordingListener(), createRecordingListener()];
      await Promise.all(
        listeners.map((listener, index) => store().changes.follow(index, listener).caughtUp()),
      );
      expect(listeners.map(({ deltas }) => deltas.flatMap((delta) => [...delta.users.keys()]))).toEqual([
        ['a', 'b'],
        ['b'],
      ]);
    });

    test('tells nothing more once it was stopped', async () => {
      const listener = createRecordingListener();
      const following = store().changes.follow(0, listener);
      await following.caughtUp();
      await following.stop();
      await append(store(), [change('user', 'a')]);
      await expect(following.caughtUp()).rejects.toMatchObject({ code: 'unavailable' });
      expect(listener.deltas).toEqual([]);
    });

    test('is lost where the changes after the sequence were pruned, and only there', async () => {
      await append(
        store(),
        ['a', 'b', 'c', 'd'].map((id) => change('user', id)),
      );
      const clock = { now: () => new Date(THEN.getTime() + EVERYTHING_OLD.changesAgeMs + 1) };
      await prune({ database: await database(), clock }, never, EVERYTHING_OLD);
      const [behind, abreast] = [createRecordingListener(), createRecordingListener()];
      await store().changes.follow(1, behind).caughtUp();
      await store().changes.follow(2, abreast).caughtUp();
      expect(behind).toMatchObject({ losses: 1, deltas: [] });
      expect(abreast.losses).toBe(0);
      expect(abreast.deltas.flatMap((delta) => [...delta.users.keys()])).toEqual(['c', 'd']);
    });

    test('keeps young changes up to a bound', async () => {
      await append(
        store(),
        Array.from({ length: 12_000 }, (_, index) => change('user', `u${index}`)),
      );
      const clock = { now: () => THEN };
      await prune({ database: await database(), clock }, never, EVERYTHING_OLD);
      const listener = createRecordingListener();
      await store().changes.follow(11_000, listener).caughtUp();
      expect(listener.deltas.flatMap((delta) => [...delta.users.keys()])).toHaveLength(1000);
      const behind = createRecordingListener();
      await store().changes.follow(10_999, behind).caughtUp();
      expect(behind.losses).toBe(1);
    });

    test('is lost where the database is older than the follower', async () => {
      const listener = createRecordingListener();
      await store().changes.follow(7, listener).caughtUp();
      expect(listener.losses).toBe(1);
    });

    test('lets the follower stop it when it is lost', async () => {
      await new Promise<void>((resolve) => {
        const following = store().changes.follow(7, {
          changed() {},
          async lost() {
            await following.stop();
            resolve();
          },
        });
      });
    });
  });
}

function change(subject: NewChange['subject'], subjectId: string, memberId: string | null = null): NewChange {
  return { subject, subjectId, memberId };
}

async function append(to: Store, changes: readonly NewChange[]): Promise<void> {
  await to.write((it) => it.appendChanges(changes, THEN));
}
