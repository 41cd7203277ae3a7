/** The transactions of a store: all or nothing, one writer at a time, readers see what is committed. */
import { describe, expect, test } from 'vitest';
import { createRecordingListener } from '../support/recording-listener.ts';
import { aGroup, aMembership, aUser, THEN } from '../support/rows.ts';
import type { StoreContext } from './store.ts';

export function transactionContract({ store, another }: StoreContext): void {
  describe('transactions', () => {
    test('are undone as a whole by whatever the work throws', async () => {
      const failed = store().write(async (it) => {
        await it.insertUsers([aUser({ username: 'a' })]);
        await it.appendChanges([{ subject: 'user', subjectId: 'a', memberId: null }], THEN);
        throw new Error('no');
      });
      await expect(failed).rejects.toThrow('no');
      expect(await store().read((it) => it.users({ after: null, limit: 9 }))).toEqual([]);
    });

    test('are undone as a whole by a statement that failed, even where the work went on', async () => {
      const failed = store().write(async (it) => {
        await it.insertUsers([aUser({ username: 'a' })]);
        await it.insertUsers([aUser({ username: 'a', email: null })]).catch(() => undefined);
      });
      await expect(failed).rejects.toMatchObject({ code: 'conflict', field: 'username' });
      expect(await store().read((it) => it.users({ after: null, limit: 9 }))).toEqual([]);
    });

    test('let no statement through after their end', async () => {
      const many = Array.from({ length: 3000 }, (_, index) => aUser({ username: `u${index}` }));
      let straggler: Promise<unknown> = Promise.resolve();
      const failed = store().write(async (it) => {
        straggler = it.insertUsers(many).catch((error: unknown) => error);
        throw new Error('no');
      });
      await expect(failed).rejects.toThrow('no');
      expect(await straggler).toBeInstanceOf(Error);
      await store().write((it) => it.insertGroups([aGroup({ name: 'a' })]));
      expect(await store().read((it) => it.users({ after: null, limit: 9 }))).toEqual([]);
    });

    test('write what was read in them, without another writer between, over two stores', async () => {
      const stores = [store(), await another()];
      const additions = Array.from({ length: 20 }, (_, index) =>
        stores[index % 2]?.write(async (it) => {
          const settings = await it.settings();
          await it.putSetting('allow', [...(settings.allow ?? []), String(index)]);
        }),
      );
      await Promise.all(additions);
      const { allow } = await store().read((it) => it.settings());
      expect(allow?.toSorted()).toEqual(additions.map((_, index) => String(index)).toSorted());
    });

    test('count on from where others stopped, over two stores, and only when they are committed', async () => {
      const stores = [store(), await another()];
      expect(await store().write((it) => it.takePosixSerials(3))).toBe(0);
      const undone = store().write(async (it) => {
        expect(await it.takePosixSerials(5)).toBe(3);
        throw new Error('no');
      });
      await expect(undone).rejects.toThrow('no');
      const taken = await Promise.all(
        Array.from({ length: 20 }, (_, index) => stores[index % 2]?.write((it) => it.takePosixSerials(1))),
      );
      expect(taken.sort((one = 0, other = 0) => one - other)).toEqual(taken.map((_, index) => 3 + index));
    });

    test('are visible to readers only once they are committed', async () => {
      const other = await another();
      const readers = [store(), other];
      const seen = () =>
        Promise.all(readers.map(async (each) => (await each.read((it) => it.userByUsername('a'))) !== null));
      await store().write(async (it) => {
        await it.insertUsers([aUser({ username: 'a' })]);
        expect(await it.userByUsername('a')).not.toBeNull();
        expect(await seen()).toEqual([false, false]);
      });
      expect(await seen()).toEqual([true, true]);
    });

    test('that read see one snapshot, whatever is committed meanwhile', async () => {
      await store().write((it) => it.insertUsers([aUser({ username: 'a' })]));
      const other = await another();
      await store().read(async (it) => {
        await other.write((writing) => writing.insertUsers([aUser({ username: 'b' })]));
        expect(await it.users({ after: null, limit: 9 })).toHaveLength(1);
      });
      expect(await store().read((it) => it.users({ after: null, limit: 9 }))).toHaveLength(2);
    });

    test('that read do not wait for one another', async () => {
      await store().read(async (it) => {
        const inner = store().read((other) => other.users({ after: null, limit: 1 }));
        expect(await inner).toEqual(await it.users({ after: null, limit: 1 }));
      });
    });

    test('wait for a writer elsewhere while the event loop goes on', async () => {
      const other = await another();
      const order: string[] = [];
      let waiting: Promise<void> = Promise.resolve();
      await other.write(async (it) => {
        await it.insertUsers([aUser({ username: 'a' })]);
        waiting = store().write(async (mine) => {
          order.push(`second sees ${(await mine.userByUsername('a'))?.username}`);
        });
        // The waiting writer retries meanwhile; these turns of the loop and reads must get through.
        for (let turn = 0; turn < 5; turn += 1) await store().read((reading) => reading.settings());
        order.push('first');
      });
      await waiting;
      expect(order).toEqual(['first', 'second sees a']);
    });

    test('number changes in the order of their commits, whoever writes', async () => {
      const stores = [store(), await another()];
      const listener = createRecordingListener();
      const following = store().changes.follow(0, listener);
      const committed: string[] = [];
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const id = String(index);
          await stores[index % 2]?.write(async (it) => {
            await it.appendChanges([{ subject: 'user', subjectId: id, memberId: null }], THEN);
            committed.push(id);
          });
        }),
      );
      await following.caughtUp();
      expect(listener.deltas.flatMap((delta) => [...delta.users.keys()])).toEqual(committed);
      const sequences = listener.deltas.map(({ seq }) => seq);
      expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    });
  });

  describe('a store', () => {
    test('may be opened twice at the same time on an empty database', async () => {
      const stores = await Promise.all([another(), another(), another()]);
      await Promise.all(stores.map((each) => each.ping()));
    });

    test('keeps what was written when it is opened again', async () => {
      const [user, group] = [aUser({ username: 'a' }), aGroup({ name: 'g' })];
      await store().write(async (it) => {
        await it.insertUsers([user]);
        await it.insertGroups([group]);
        await it.putMemberships([aMembership(group, user, { owner: true, fromSource: true })]);
      });
      await store().close();
      const again = await another();
      expect(await again.read((it) => it.memberships([group.id]))).toEqual([
        aMembership(group, user, { owner: true, fromSource: true }),
      ]);
    });

    test('refuses work after it was closed, and lets what has begun end', async () => {
      const writing = store().write(async (it) => it.insertUsers([aUser({ username: 'a' })]));
      await Promise.all([writing, store().close()]);
      await expect(store().ping()).rejects.toMatchObject({ code: 'unavailable' });
      const again = await another();
      expect(await again.read((it) => it.userByUsername('a'))).not.toBeNull();
    });
  });
}
