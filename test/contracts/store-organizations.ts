/** Organizations among groups, values of attributes that administrators define, and storage that users take. */
import { describe, expect, test } from 'vitest';
import { aGroup, aMembership, anApplication, aUser, THEN } from '../support/rows.ts';
import type { StoreContext } from './store.ts';

const PAGE = { after: null, limit: 10, search: '' };
const [KEPT, DROPPED] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];

export function organizationContract({ store }: StoreContext): void {
  describe('organizations', () => {
    test('are found apart from groups, as far as they are seen', async () => {
      const jane = aUser({ username: 'jane' });
      const [staff, acme, globex] = [
        aGroup({ name: 'staff' }),
        aGroup({ name: 'acme', organization: 'private', displayName: 'Acme 100%' }),
        aGroup({ name: 'globex', organization: 'public' }),
      ];
      await store().write(async (it) => {
        await it.insertUsers([jane]);
        await it.insertGroups([staff, acme, globex]);
        await it.putMemberships([aMembership(acme, jane)]);
      });
      const found = (seenBy: string | null, search = '', after: string | null = null) =>
        store().read(async (it) =>
          (await it.findOrganizations({ ...PAGE, search, after, seenBy })).map(({ name }) => name),
        );
      expect(await found(null)).toEqual(['acme', 'globex']);
      expect(await found(jane.id)).toEqual(['acme', 'globex']);
      expect(await found('')).toEqual(['globex']);
      expect(await found(null, '100%')).toEqual(['acme']);
      expect(await found(null, '', 'acme')).toEqual(['globex']);
      expect((await store().read((it) => it.findGroups(PAGE))).map(({ name }) => name)).toEqual(['staff']);
      expect(await store().read((it) => it.groupByName('acme'))).toEqual(acme);
    });
  });

  describe('pictures in attributes', () => {
    const image = (text: string) => ({
      digest: `digest of ${text}`,
      octets: Buffer.from(`${text}\u0000\xff`, 'latin1'),
    });

    test('are found by who has them and by digest, are replaced, and go with their holder', async () => {
      const [jane, staff] = [aUser({ username: 'jane' }), aGroup({ name: 'staff' })];
      const [cat, dog] = [image('cat'), image('dog')];
      await store().write(async (it) => {
        await it.insertUsers([jane]);
        await it.insertGroups([staff]);
        await it.putAttributeImages(
          'user',
          jane.id,
          new Map([
            [KEPT, dog],
            [DROPPED, cat],
          ]),
        );
        await it.putAttributeImages('user', jane.id, new Map([[KEPT, cat]]));
        await it.putAttributeImages('group', staff.id, new Map([[KEPT, dog]]));
      });
      const found = (holder: string, id: string) => store().read((it) => it.attributeImage(holder, id));
      const byDigest = () => store().read((it) => it.images([cat.digest, dog.digest, 'none']));
      expect(await found(jane.id, KEPT)).toEqual(cat);
      expect(await found(staff.id, KEPT)).toEqual(dog);
      expect(await found(staff.id, DROPPED)).toBeNull();
      expect(await byDigest()).toEqual(
        new Map([
          [cat.digest, cat],
          [dog.digest, dog],
        ]),
      );
      await store().write((it) => it.dropAttribute({ id: DROPPED, subject: 'user' }));
      expect(await found(jane.id, DROPPED)).toBeNull();
      await store().write((it) => it.putAttributeImages('group', staff.id, new Map([[KEPT, null]])));
      expect(await byDigest()).toEqual(new Map([[cat.digest, cat]]));
      await store().write((it) => it.deleteUsers([jane.id]));
      expect((await byDigest()).size).toBe(0);
    });
  });

  describe('values of attributes', () => {
    test('are kept as they were given, and all go at once', async () => {
      const texts = ['"}', `"${DROPPED}":`, 'Straße'];
      const users = Array.from({ length: 1200 }, (_, at) =>
        aUser({ username: `u${at}`, attributes: { [KEPT]: texts, [DROPPED]: [`${at}`] } }),
      );
      const only = aUser({ username: 'only', attributes: { [KEPT]: texts } });
      const group = aGroup({ name: 'staff', attributes: { [DROPPED]: ['x'] } });
      await store().write(async (it) => {
        await it.insertUsers([...users, only]);
        await it.insertGroups([group]);
      });
      const holders = (id: string, subject: 'user' | 'group') =>
        store().read((it) => it.attributeHolders({ id, subject }));
      expect([await holders(DROPPED, 'user'), await holders(DROPPED, 'group')]).toEqual([1200, 1]);
      await store().write((it) => it.dropAttribute({ id: DROPPED, subject: 'user' }));
      expect([await holders(DROPPED, 'user'), await holders(DROPPED, 'group')]).toEqual([0, 1]);
      expect(await holders(KEPT, 'user')).toBe(1201);
      expect(await store().read((it) => it.userByUsername('u7'))).toMatchObject({
        attributes: { [KEPT]: texts },
      });
    });
  });

  describe('storage', () => {
    test('is kept by user and application, and goes with either', async () => {
      const [jane, kim] = [aUser({ username: 'jane' }), aUser({ username: 'kim' })];
      const [wiki, cloud] = [anApplication({ name: 'wiki' }), anApplication({ name: 'cloud' })];
      const use = (userId: string, applicationId: string, usedMB: number) =>
        ({ userId, applicationId, usedMB, reportedAt: THEN }) as const;
      await store().write(async (it) => {
        await it.insertUsers([jane, kim]);
        for (const application of [wiki, cloud]) await it.insertApplication(application);
        await it.putStorageUse(use(jane.id, wiki.id, 1));
        await it.putStorageUse(use(jane.id, wiki.id, 7));
        await it.putStorageUse(use(jane.id, cloud.id, 2));
        await it.putStorageUse(use(kim.id, cloud.id, 3));
      });
      const used = (userId: string) =>
        store().read(async (it) => (await it.storageUseOf(userId)).map(({ usedMB }) => usedMB).sort());
      expect([await used(jane.id), await used(kim.id)]).toEqual([[2, 7], [3]]);
      await store().write((it) => it.deleteApplication(cloud.id));
      expect([await used(jane.id), await used(kim.id)]).toEqual([[7], []]);
      await store().write((it) => it.deleteUsers([jane.id]));
      expect(await used(jane.id)).toEqual([]);
    });
  });
}
