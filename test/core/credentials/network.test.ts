import { expect, test } from 'vitest';
import { networkOf } from '../../../src/core/credentials/network.ts';

test.each([
  ['10.1.2.3', '10.1.2.3'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['::FFFF:a01:203', '10.1.2.3'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2::99', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['localhost', null],
  ['10.1.2', null],
  ['2001:db8:::1', null],
  ['', null],
])('%s is counted under %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
