import { describe, expect, it } from 'vitest';
import {
  createOffenders,
  FORGET_MS,
  KEPT_OUT_MS_MAX,
  NETWORKS_MAX,
  type Offenders,
} from '../../src/ldap-server/offenders.ts';
import { createHeldClock, type HeldClock } from '../support/held-clock.ts';

const HERE = '192.0.2.1';
const FREE = 3;

function open(): {
  clock: HeldClock;
  offenders: Offenders;
  offend(count: number, address?: string): number[];
} {
  const clock = createHeldClock();
  const offenders = createOffenders({ clock, free: FREE });
  return {
    ...{ clock, offenders },
    offend: (count, address = HERE) => Array.from({ length: count }, () => offenders.offended(address)),
  };
}

describe('a network that breaks the protocol', () => {
  it('is let in after a few offences, then kept out for spans that double up to a bound', () => {
    const { offend } = open();
    expect(offend(FREE + 6)).toEqual([0, 0, 0, 1000, 2000, 4000, KEPT_OUT_MS_MAX, 8000, 8000]);
  });

  it('is kept out until its span is over, however much it offended', () => {
    const { clock, offend, offenders } = open();
    offend(FREE);
    expect(offenders.keptOut(HERE)).toBe(false);
    offend(100);
    clock.advance(KEPT_OUT_MS_MAX - 1);
    expect(offenders.keptOut(HERE)).toBe(true);
    clock.advance(1);
    expect(offenders.keptOut(HERE)).toBe(false);
  });

  it('that offends once in a while is never kept out', () => {
    const { clock, offend, offenders } = open();
    for (let offence = 0; offence < 50; offence += 1) {
      offend(1);
      expect(offenders.keptOut(HERE)).toBe(false);
      clock.advance(FORGET_MS);
    }
  });

  it('is a /64 of IPv6, and keeps no other network out', () => {
    const { offend, offenders } = open();
    offend(FREE + 1, '2001:db8::1');
    expect(offenders.keptOut('2001:db8::ffff:2')).toBe(true);
    expect(offenders.keptOut('2001:db8:0:1::1')).toBe(false);
    expect(offenders.keptOut(HERE)).toBe(false);
  });

  it('is an IPv4 address, also as a socket that listens on IPv6 tells it', () => {
    const { offend, offenders } = open();
    offend(FREE + 1, '::ffff:192.0.2.7');
    expect(offenders.keptOut('192.0.2.7')).toBe(true);
    expect(offenders.keptOut('::ffff:192.0.2.8')).toBe(false);
  });

  it('is forgotten when very many others offended since', () => {
    const { offend, offenders } = open();
    offend(FREE + 1);
    for (let other = 0; other < NETWORKS_MAX; other += 1) offend(1, `10.0.${other >> 8}.${other & 255}`);
    expect(offenders.keptOut(HERE)).toBe(false);
  });
});
