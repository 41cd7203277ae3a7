import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareRows,
  readOrder,
  rowOf,
  type SortOrder,
  sortRows,
} from '../../../src/ldap-server/operations/sorting.ts';
import { createDit } from '../../../src/ldap-server/tree/dit.ts';
import { createSnapshot } from '../../../src/ldap-server/tree/snapshot.ts';
import { aUser } from '../../support/rows.ts';

function orderOf(keys: Parameters<typeof readOrder>[0]): SortOrder {
  const order = readOrder(keys);
  if ('code' in order) throw new Error(`No order, because of ${order.attribute}.`);
  return order;
}

function sorted(families: readonly string[], order: SortOrder): { families: string[]; steps: number } {
  const snapshot = createSnapshot(createDit('dc=roster'));
  const users = families.map((familyName, number) =>
    aUser({ username: `user${String(number).padStart(6, '0')}`, familyName }),
  );
  snapshot.load.users(users);
  for (const _step of snapshot.build());
  const rows = users.flatMap(({ username }) => {
    const entry = snapshot.entry(snapshot.dit.user(username).key);
    return entry === undefined ? [] : [rowOf(entry, order)];
  });
  const steps = sortRows(rows, order);
  for (let count = 0; ; count += 1) {
    const next = steps.next();
    if (next.done !== true) continue;
    for (const [index, row] of next.value.entries()) {
      const before = next.value[index - 1];
      if (before !== undefined) expect(compareRows(order, before, row)).toBeLessThanOrEqual(0);
    }
    return { families: next.value.map(({ keys }) => keys[0] ?? ''), steps: count };
  }
}

const bySurname = { attribute: 'sn', rule: null, reverse: false };

describe('sortRows', () => {
  it('sorts as the whole would be sorted at once, equal ones in their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('Alder', 'alder', 'Bauer', 'Zander', 'Ümit'), { maxLength: 50 }),
        (families) => {
          const expected = [...families]
            .map((name) => name.toLowerCase())
            .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
          expect(sorted(families, orderOf([bySurname])).families).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('lets others run between steps, and merges what the steps have sorted', () => {
    const families = Array.from({ length: 10_000 }, (_, number) => `name ${(number * 7919) % 10_000}`);
    const { families: found, steps } = sorted(families, orderOf([bySurname]));
    expect(found).toEqual([...families].sort());
    expect(steps).toBeGreaterThan(3);
  });
});

describe('readOrder', () => {
  it.each([
    [
      { attribute: 'unknown', rule: null },
      { code: 16, attribute: 'unknown' },
    ],
    [
      { attribute: 'member', rule: null },
      { code: 18, attribute: 'member' },
    ],
    [
      { attribute: 'sn', rule: '1.2.3' },
      { code: 18, attribute: 'sn' },
    ],
    [
      { attribute: 'sn', rule: 'caseIgnoreMatch' },
      { code: 18, attribute: 'sn' },
    ],
  ])('tells of %j why it is none: %j', (key, result) => {
    expect(readOrder([bySurname, { ...key, reverse: false }])).toEqual(result);
  });
});
