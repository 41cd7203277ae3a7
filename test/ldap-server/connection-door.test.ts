import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { parseAllowList } from '../../src/ldap-server/allow-list.ts';
import { createDoor, type Door, type DoorDependencies } from '../../src/ldap-server/connection-door.ts';
import { createSeats } from '../../src/ldap-server/connection-seats.ts';
import { DEFAULT_LIMITS } from '../../src/ldap-server/limits.ts';
import { createOffenders } from '../../src/ldap-server/offenders.ts';
import { createHeldClock, type HeldClock } from '../support/held-clock.ts';

const HERE = '192.0.2.1';

function open(more: Partial<DoorDependencies> = {}): { door: Door; clock: HeldClock; events: string[] } {
  const clock = createHeldClock();
  const events: string[] = [];
  const door = createDoor({
    allows: () => true,
    proxies: parseAllowList([]),
    offenders: createOffenders({ clock, free: 1 }),
    seats: createSeats(DEFAULT_LIMITS),
    limits: DEFAULT_LIMITS,
    admitted: () => events.push('admitted'),
    refused: (_address, reason) => events.push(reason),
    ...more,
  });
  return { door, clock, events };
}

test('offences of a network that is kept out already are told once for each span', () => {
  const { door, clock } = open();
  expect([1, 2, 3, 4].map(() => door.offended(HERE))).toEqual([0, 1000, 0, 0]);
  clock.advance(4000);
  expect([1, 2].map(() => door.offended(HERE))).toEqual([8000, 0]);
});

test('who is allowed no more when the seat is there is refused, and leaves the seat', async () => {
  let isAllowed = true;
  let seated = (): void => {};
  const left: (string | null)[] = [];
  const { door, events } = open({
    allows: () => isAllowed,
    seats: {
      take: () => new Promise((resolve) => (seated = () => resolve(null))),
      leave: (address) => void left.push(address),
    },
  });
  door.knock(new Socket());
  isAllowed = false;
  seated();
  await expect.poll(() => events).toEqual(['not-allowed']);
  expect(left).toHaveLength(1);
  expect(door.size).toBe(0);
});
