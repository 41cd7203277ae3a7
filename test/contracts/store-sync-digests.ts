/** Digests of entries upstream: kept by syncs, forgotten by whatever else writes. */
import { describe, expect, test } from 'vitest';
import type { ReadTransaction, WriteTransaction } from '../../src/core/directory/store.ts';
import type { Origin } from '../../src/core/model/origin.ts';
import { aGroup, aMembership, aSource, aUser } from '../support/rows.ts';
import type { StoreContext } from './store.ts';

const PAGE = { after: null, limit: 10 };

export function syncDigestContract({ store }: StoreContext): void {
  describe('digests', () => {
    const source = aSource({ name: 'corp' });
    const from = (externalId: string): Origin => ({
      ...{ sourceId: source.id, externalId, dn: `cn=${externalId}` },
      suspendedSince: null,
    });
    const jane = aUser({ username: 'jane', origin: from('jane') });
    const joe = aUser({ username: 'joe', origin: from('joe') });
    const [red, blue] = [
      aGroup({ name: 'red', origin: from('red') }),
      aGroup({ name: 'blue', origin: from('blue') }),
    ];
    const all = [jane, joe, red, blue];

    /** Jane in red, and everything settled. */
    async function begin(): Promise<void> {
      await store().write(async (it) => {
        await it.insertSource(source);
        await it.insertUsers([jane, joe], new Map(all.map(({ id }) => [id, 'user'])));
        await it.insertGroups([red, blue], new Map([[red.id, '']]));
        await it.putMemberships([aMembership(red, jane)], 'sync');
        await it.expectDigests(source.id);
        await it.keepDigests(
          'group',
          [red, blue].map(({ id }) => ({ id, digest: 'group' })),
        );
      });
    }

    /** By name; what is missing is settled. */
    async function forgotten(work: (it: WriteTransaction) => Promise<void>): Promise<object> {
      await begin();
      await store().write(work);
      return store().read(digests);
    }

    async function digests(it: ReadTransaction): Promise<object> {
      const names = new Map([
        ...[jane, joe].map(({ id, username }) => [id, username] as const),
        ...[red, blue].map(({ id, name }) => [id, name] as const),
      ]);
      const found = [
        ...(await it.importDigests('user', source.id, PAGE)),
        ...(await it.importDigests('group', source.id, PAGE)),
      ].filter(({ digest }) => digest !== 'user' && digest !== 'group');
      return Object.fromEntries(found.map(({ id, digest }) => [names.get(id), digest]));
    }

    test('are kept for imports that nobody else has written since a sync began', async () => {
      expect(await forgotten(async () => {})).toEqual({});
      await store().write((it) => it.updateUsers([jane]));
      await store().write((it) => it.keepDigests('user', [{ id: jane.id, digest: 'user' }]));
      expect(await store().read(digests)).toEqual({ jane: null });
      await store().write((it) => it.expectDigests(source.id));
      expect(await store().read(digests)).toEqual({ jane: '' });
      await store().write((it) => it.keepDigests('user', [{ id: jane.id, digest: 'user' }]));
      expect(await store().read(digests)).toEqual({});
    });

    const at = new Date(0);
    const moved = { ...jane, origin: { ...from('jane'), dn: 'cn=elsewhere' } };
    test.each<[string, (it: WriteTransaction) => Promise<void>, object]>([
      ['a user is written', (it) => it.updateUsers([joe]), { joe: null }],
      ['a sync writes a user', (it) => it.updateUsers([joe], new Map([[joe.id, 'user']])), {}],
      ['a group is written', (it) => it.updateGroups([red]), { red: null }],
      ['a user has another DN', (it) => it.updateUsers([moved]), { jane: null, red: null }],
      [
        'a user leaves the source',
        (it) => it.updateUsers([{ ...joe, origin: null }]),
        { red: null, blue: null },
      ],
      ['a user goes', (it) => it.deleteUsers([joe.id]), { red: null, blue: null }],
      ['a group goes', (it) => it.deleteGroups([blue.id]), { red: null }],
      ['somebody joins', (it) => it.putMemberships([aMembership(blue, joe)]), { blue: null }],
      [
        'a sync lets somebody join',
        (it) => it.putMemberships([aMembership(blue, joe)], 'sync'),
        { blue: '' },
      ],
      [
        'somebody leaves',
        (it) => it.deleteMemberships([{ groupId: red.id, memberId: jane.id }]),
        { red: null },
      ],
      [
        'a sync lets somebody leave',
        (it) => it.deleteMemberships([{ groupId: red.id, memberId: jane.id }], 'sync'),
        { red: '' },
      ],
      [
        'times move',
        async (it) => {
          await it.touchUsers([jane.id], at);
          await it.touchGroups([red.id], at);
        },
        {},
      ],
    ])('are forgotten where they may no longer hold: %s', async (_what, work, expected) => {
      expect(await forgotten(work)).toEqual(expected);
    });

    test('come with what else a sync asks: who is in groups, how many are, and by what they are named', async () => {
      await begin();
      const found = await store().read(async (it) => ({
        groups: await it.groupsWithMembers([jane.id, joe.id]),
        counted: await it.countMemberships(source.id),
        named: await it.importIdentities('user', source.id, { after: null, limit: 1 }),
        rest: await it.importIdentities('group', source.id, { after: '', limit: 10 }),
      }));
      expect(found.groups).toEqual([red.id]);
      expect(found.counted.all).toBe(1);
      expect(found.named).toHaveLength(1);
      expect(found.rest.map(({ name, dn, externalId }) => [name, dn, externalId]).sort()).toEqual([
        ['blue', 'cn=blue', 'blue'],
        ['red', 'cn=red', 'red'],
      ]);
    });
  });
}
