import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseAllow } from '../../../src/core/model/allow.ts';
import { parseAllowList } from '../../../src/ldap-server/allow-list.ts';

const MAX = 100;

describe('an allow-list', () => {
  it('is kept trimmed, each range once', () => {
    expect(normaliseAllow([' 10.0.0.0/8', '10.0.0.0/8 ', '2001:db8::/32', '::1'], MAX)).toEqual([
      '10.0.0.0/8',
      '2001:db8::/32',
      '::1',
    ]);
  });

  it.each([
    '',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '010.0.0.1',
    '::1/129',
    '::ffff:10.0.0.1/104',
    'fe80::1%eth0',
    'wiki.example.org',
  ])('does not hold %j', (text) => {
    expect(() => normaliseAllow([text], MAX)).toThrow(/neither an address nor a range such as 10.0.0.0\/8/);
  });

  it('has a bound', () => {
    const ranges = Array.from({ length: 101 }, (_, number) => `10.0.0.${number}`);
    expect(() => normaliseAllow(ranges, MAX)).toThrow(
      'An allow-list has at most 100 addresses and ranges, not 101.',
    );
  });

  it('is understood by the server whenever it is taken', () => {
    const digits = fc.constantFrom('0', '1', '10', '255', '256', '01', 'ffff', 'fe80', '', '::');
    const text = fc
      .tuple(
        fc.array(fc.tuple(digits, fc.constantFrom('.', ':', '')), { maxLength: 9 }),
        fc.constantFrom('', '/0', '/8', '/33', '/128', '/129'),
      )
      .map(([parts, prefix]) => parts.flat().join('') + prefix);
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.ipV4(),
          fc.ipV6(),
          fc.tuple(fc.ipV6(), fc.nat(140)).map((pair) => pair.join('/')),
        ),
        (range) => {
          let taken: readonly string[];
          try {
            taken = normaliseAllow([range], MAX);
          } catch {
            return;
          }
          parseAllowList(taken);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
