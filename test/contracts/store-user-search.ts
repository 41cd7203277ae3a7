/** Looking for users and groups: in every order, by every filter, along indexes. */
import { describe, expect, test } from 'vitest';
import type { User } from '../../src/core/model/user.ts';
import { placeOf, USER_ORDERS, type UserQuery } from '../../src/core/model/user-search.ts';
import { filtersOf, userSearch } from '../../src/core/storage/find-users.ts';
import { aGroup, aMembership, aSource, aUser, THEN } from '../support/rows.ts';
import type { StoreContext } from './store.ts';

const ALL: UserQuery = { order: 'username', descending: false, after: null, limit: 100 };

export function userSearchContract({ store, database }: StoreContext): void {
  async function names(query: Partial<UserQuery>): Promise<string[]> {
    const found = await store().read((it) => it.findUsers({ ...ALL, ...query }));
    return found.map(({ username }) => username);
  }

  function insert(...users: readonly User[]): Promise<void> {
    return store().write((it) => it.insertUsers(users));
  }

  describe('users are found', () => {
    test.each(USER_ORDERS)('in the order of %s, forth and back, page after page', async (order) => {
      const users = ['dan', 'ann', 'cid', 'ben'].map((username, i) => {
        const at = new Date(THEN.getTime() + (i % 2));
        return aUser({ username, displayName: i < 2 ? 'Twice' : username, createdAt: at, updatedAt: at });
      });
      await insert(...users);
      for (const descending of [false, true]) {
        const whole = await names({ order, descending });
        const pages: string[] = [];
        let after: UserQuery['after'] = null;
        do {
          const query: UserQuery = { ...ALL, order, descending, after, limit: 1 };
          const [user] = await store().read((it) => it.findUsers(query));
          after = user === undefined ? null : placeOf(user, order);
          if (user !== undefined) pages.push(user.username);
        } while (after !== null);
        expect(pages).toEqual(whole);
        expect(whole.toSorted()).toEqual(['ann', 'ben', 'cid', 'dan']);
      }
      expect(await names({ order, descending: true })).toEqual((await names({ order })).reverse());
    });

    test('by words in names and addresses, in any case and alphabet', async () => {
      const names_ = { displayName: 'Zoë ÅNGSTRÖM', givenName: 'Zoë', familyName: 'Ångström' };
      await insert(
        aUser({ username: 'zoe', ...names_, otherEmails: ['second@example.net'] }),
        aUser({ username: 'straße', displayName: 'Weiß' }),
        aUser({ username: 'percent', displayName: '100%_!' }),
      );
      expect(await names({ search: 'ångström ZOË' })).toEqual(['zoe']);
      expect(await names({ search: 'second@' })).toEqual(['zoe']);
      expect(await names({ search: 'weiss' })).toEqual(['straße']);
      expect(await names({ search: '0%_!' })).toEqual(['percent']);
      expect(await names({ search: 'zoë nobody' })).toEqual([]);
      expect(await names({ search: '  ' })).toEqual(['percent', 'straße', 'zoe']);
    });

    test('under their new names after a change', async () => {
      const user = aUser({ username: 'old' });
      await insert(user);
      await store().write((it) => it.updateUsers([{ ...user, username: 'new', displayName: 'Changed' }]));
      expect([await names({ search: 'changed' }), await names({ search: 'old ' })]).toEqual([
        ['new'],
        ['new'],
      ]);
    });

    test('by state, role, source and group', async () => {
      const [source, group] = [aSource({ name: 'corp' }), aGroup({ name: 'staff' })];
      const origin = { sourceId: source.id, externalId: '1', dn: 'uid=imp', suspendedSince: THEN };
      const [local, imported] = [
        aUser({ username: 'loc', role: 'admin' }),
        aUser({ username: 'imp', origin }),
      ];
      await store().write(async (it) => {
        await it.insertSource(source);
        await it.insertUsers([local, imported, aUser({ username: 'off', active: false })]);
        await it.insertGroups([group]);
        await it.putMemberships([aMembership(group, local)]);
      });
      expect(await names({ enabled: true })).toEqual(['loc']);
      expect(await names({ enabled: false })).toEqual(['imp', 'off']);
      expect(await names({ role: 'admin' })).toEqual(['loc']);
      expect(await names({ sourceId: source.id })).toEqual(['imp']);
      expect(await names({ sourceId: null })).toEqual(['loc', 'off']);
      expect(await names({ groupId: group.id })).toEqual(['loc']);
    });

    test('whatever the length of their names: the index takes them all', async () => {
      const long = '\u{1F98A}'.repeat(250);
      await insert(
        aUser({ username: 'a'.repeat(199), displayName: long, givenName: long, familyName: long }),
      );
      expect(await names({ search: '\u{1F98A}' })).toHaveLength(1);
    });

    test('wherever they stand among many others', async () => {
      const others = Array.from({ length: 12_000 }, (_, i) => aUser({ username: `user-${i}` }));
      const few = ['aaa', 'user-5000a', 'zzz'].map((username) => aUser({ username, displayName: 'Rare' }));
      await insert(...others, ...few);
      expect(await names({ search: 'rare' })).toEqual(['aaa', 'user-5000a', 'zzz']);
      expect(await names({ search: 'rare', descending: true, limit: 2 })).toEqual(['zzz', 'user-5000a']);
      expect(await names({ search: 'rare', order: 'createdAt' })).toHaveLength(3);
      expect(await names({ search: 'user', limit: 1000 })).toHaveLength(1000);
    });

    test('by what their names are now, however long ago many others were added', async () => {
      const others = Array.from({ length: 6000 }, (_, i) => aUser({ username: `user-${i}` }));
      const marked = ['Ann O"Neil', 'Ben Xyzq', '\u{1F98A} Fox', 'Straße'].map((displayName, i) =>
        aUser({ username: `zz-${i}`, displayName, familyName: displayName }),
      );
      await insert(...others, ...marked);
      expect(await names({ search: 'o"n' })).toEqual(['zz-0']);
      expect(await names({ search: 'zq' })).toEqual(['zz-1']);
      expect(await names({ search: '\u{1F98A} fox' })).toEqual(['zz-2']);
      expect(await names({ search: 'qj zz' })).toEqual([]);
      expect(await names({ search: 'strasse' })).toEqual(['zz-3']);
      const [ann = aUser({ username: '' }), ben] = marked;
      await store().write((it) => it.updateUsers([{ ...ann, displayName: 'Zoë', familyName: 'Zoë' }]));
      await store().write((it) => it.deleteUsers([ben?.id ?? '']));
      expect(await names({ search: 'o"n' })).toEqual([]);
      expect(await names({ search: 'zoë' })).toEqual(['zz-0']);
      expect(await names({ search: 'zq' })).toEqual([]);
    });

    test('by an index of what is asked, without reading all', async () => {
      const [group, others] = [
        aGroup({ name: 'staff' }),
        Array.from({ length: 6000 }, (_, i) => aUser({ username: `user-${i}` })),
      ];
      const rare = aUser({ username: 'zz', displayName: 'Rare Zq', role: 'admin', active: false });
      await insert(...others, rare);
      await store().write(async (it) => {
        await it.insertGroups([group]);
        await it.putMemberships([aMembership(group, rare)]);
      });
      const opened = await database();
      await opened.write(async (session) => {
        await session.query('ANALYZE');
        // What PostgreSQL's housekeeping does after many changes.
        if (!session.dialect.synchronous)
          await session.query(`SELECT gin_clean_pending_list('users_search')`);
      });
      const asked = [{ search: 'rare' }, { enabled: false }, { role: 'admin' }, { groupId: group.id }];
      for (const query of asked) {
        expect(await names(query)).toEqual(['zz']);
        const plan = await opened.read(async (session) => {
          // PostgreSQL finds by its statistics what SQLite is told to ask first.
          const [first] = session.dialect.synchronous ? filtersOf({ ...ALL, ...query }) : [];
          const found = { ...ALL, ...query, ...(first !== undefined && { first }) };
          const { sql, parameters } = userSearch(session, found);
          const explain = session.dialect.synchronous ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
          return JSON.stringify(await session.query(`${explain} ${sql}`, parameters));
        });
        expect(plan).not.toMatch(/seq scan on users|scan users(?!_search| using index users_disabled)/i);
      }
    });

    test('along an index in every order, without sorting', async () => {
      await insert(...Array.from({ length: 3000 }, (_, i) => aUser({ username: `user-${i}` })));
      const opened = await database();
      await opened.write((session) => session.query('ANALYZE'));
      for (const order of USER_ORDERS) {
        const after = { value: order.endsWith('At') ? THEN.getTime() : 'm', id: 'm' };
        const plan = await opened.read(async (session) => {
          const { sql, parameters } = userSearch(session, { ...ALL, order, after, search: 'jane' });
          const prefix = session.dialect.parameter(1) === '?' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
          return JSON.stringify(await session.query(`${prefix} ${sql}`, parameters));
        });
        expect(plan).toMatch(/index.*users_/i);
        expect(plan).not.toMatch(/seq scan|scan users"|temp b-tree|"sort/i);
      }
    });
  });

  test('groups are found by parts of their names, page after page', async () => {
    const rows = ['physics', 'metaphysics', 'choir'].map((name) =>
      aGroup({ name, displayName: `The ${name}` }),
    );
    await store().write((it) => it.insertGroups(rows));
    const find = async (search: string, after: string | null = null) =>
      (await store().read((it) => it.findGroups({ search, after, limit: 10 }))).map(({ name }) => name);
    expect(await find('PHYS')).toEqual(['metaphysics', 'physics']);
    expect(await find('the ch')).toEqual(['choir']);
    expect(await find('', 'choir')).toEqual(['metaphysics', 'physics']);
    expect(await find('%')).toEqual([]);
  });

  test('the members of a group are read page after page', async () => {
    const group = aGroup({ name: 'staff' });
    const users = ['ann', 'ben', 'cid'].map((username) => aUser({ username }));
    await store().write(async (it) => {
      await it.insertUsers(users);
      await it.insertGroups([group]);
      await it.putMemberships(users.map((user) => aMembership(group, user)));
    });
    const ids = users.map(({ id }) => id).sort();
    const page = (after: string | null) =>
      store().read((it) => it.membershipPage(group.id, { after, limit: 2 }));
    expect((await page(null)).map(({ memberId }) => memberId)).toEqual(ids.slice(0, 2));
    expect((await page(ids[1] ?? null)).map(({ memberId }) => memberId)).toEqual(ids.slice(2));
  });
}
