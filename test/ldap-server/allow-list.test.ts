import { describe, expect, it } from 'vitest';
import { examineAllowList, parseAllowList } from '../../src/ldap-server/allow-list.ts';

describe('parseAllowList', () => {
  it.each([
    [['127.0.0.1'], '127.0.0.1', true],
    [['127.0.0.1'], '::ffff:127.0.0.1', true],
    [['127.0.0.1'], '127.0.0.2', false],
    [['10.0.0.0/8'], '10.255.1.2', true],
    [['10.0.0.0/8'], '11.0.0.1', false],
    [['0.0.0.0/0'], '203.0.113.7', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['2001:db8::/32'], '2001:db8:ffff::1', true],
    [['2001:DB8::1'], '2001:db8:0:0:0:0:0:1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['fe80::/10'], 'fe80::1%eth0', true],
    [['::ffff:10.0.0.0/8'], '10.1.1.1', true],
    [['::1'], '127.0.0.1', false],
    [[], '127.0.0.1', false],
  ])('of %j says of %s: %s', (entries, address, allowed) => {
    expect(parseAllowList(entries).allows(address)).toBe(allowed);
  });

  it('refuses an address that is not known', () => {
    expect(parseAllowList(['0.0.0.0/0', '::/0']).allows(undefined)).toBe(false);
  });

  it.each(['example.org', '10.0.0.0/33', '10.0.0', '::1/129', '', '10.0.0.1/', '10.0.0.0/-1', '*'])(
    'names %j as the entry at fault',
    (entry) => {
      expect(() => parseAllowList(['127.0.0.1', entry])).toThrow(
        `${JSON.stringify(entry)} in the allow-list`,
      );
    },
  );
});

describe('an examination of the allow-list', () => {
  const OWN = ['127.0.0.1', '192.0.2.1'];
  it.each([
    ['lets nobody in', [], ['wrong']],
    ['lets this machine in', ['10.0.0.0/8', '192.0.2.1'], ['well']],
    ['keeps this machine out', ['10.0.0.0/8'], ['well', 'warning']],
    ['lets everybody in', ['0.0.0.0/0', '::/0'], ['well', 'warning']],
  ])('says that it %s', (_name, allow, states) => {
    expect(examineAllowList(allow, OWN).map(({ state }) => state)).toEqual(states);
  });
});
