import { describe, expect, it } from 'vitest';
import { formatHolder, type Holder, isHeld, leaseFrom } from '../../../src/core/model/lease.ts';

const now = new Date('2024-05-01T12:00:00Z');
const self: Holder = { hostname: 'host-a', pid: 100, instanceId: 'instance-1' };
const later = leaseFrom(now);

describe('the lease of a sync run', () => {
  it.each([
    ['of this process', self, later, true],
    ['of a living process of this host', { ...self, pid: 200 }, later, true],
    ['of a process of this host that is gone', { ...self, pid: 300 }, later, false],
    ['of an earlier process that had our id', { ...self, instanceId: 'instance-0' }, later, false],
    [
      'of another host, whose processes cannot be seen',
      { ...self, hostname: 'host-b', pid: 300 },
      later,
      true,
    ],
    ['of a host whose name holds colons', { ...self, hostname: 'fe80::1', pid: 300 }, later, true],
    ['that runs out now', self, now, false],
    ['that ran out', { ...self, hostname: 'host-b' }, new Date(now.getTime() - 1), false],
  ])('%s: %#', (_, holder, leaseExpiresAt, held) => {
    const run = { holder: formatHolder(holder), leaseExpiresAt };
    expect(isHeld(run, now, self, (pid) => pid === 200)).toBe(held);
  });
});
