import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attemptOf,
  createThrottle,
  NAME_RULE,
  NETWORK_RULE,
  PAIR_RULE,
  REPEAT_MS,
  type Throttle,
} from '../../../src/core/credentials/throttle.ts';
import { createHeldClock, type HeldClock } from '../../support/held-clock.ts';

const HERE = '192.0.2.1';
const ELSEWHERE = '198.51.100.1';
const MINUTE_MS = 60_000;

interface Door {
  readonly clock: HeldClock;
  readonly throttle: Throttle;
  /** Whether a guess that is new each time is let through; it is wrong. */
  guess(name: string, address: string | null): boolean;
  signIn(name: string, address: string | null): boolean;
}

function open(): Door {
  const clock = createHeldClock();
  const throttle = createThrottle({ clock });
  let guesses = 0;
  const attempt = (name: string, address: string | null, outcome: 'ok' | 'wrong'): boolean => {
    const settle = throttle.admit(attemptOf({ name, address }, `guess ${++guesses}`));
    settle?.(outcome);
    return settle !== null;
  };
  return {
    clock,
    throttle,
    guess: (name, address) => attempt(name, address, 'wrong'),
    signIn: (name, address) => attempt(name, address, 'ok'),
  };
}

function times<T>(count: number, work: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => work(index));
}

describe('guessing at one name from one network', () => {
  it('is paused beyond the free failures, longer each time, and goes on after the pause', () => {
    const { clock, guess } = open();
    expect(times(PAIR_RULE.free + 1, () => guess('jdoe', HERE))).not.toContain(false);
    for (const pauseMs of [1000, 2000]) {
      expect(guess('jdoe', HERE)).toBe(false);
      clock.advance(pauseMs - 1);
      expect(guess('jdoe', HERE)).toBe(false);
      clock.advance(1);
      expect(guess('jdoe', HERE)).toBe(true);
    }
  });

  it('comes down to about one guess a minute', () => {
    const { clock, guess } = open();
    const hours = 10;
    const admitted = times(hours * 3600, () => {
      clock.advance(1000);
      return guess('jdoe', HERE);
    }).filter(Boolean).length;
    expect(admitted).toBeLessThan(hours * 60 + 20);
  });

  it('counts guesses made all at once', () => {
    const { throttle } = open();
    const settles = times(100, (index) =>
      throttle.admit(attemptOf({ name: 'jdoe', address: HERE }, `guess ${index}`)),
    );
    expect(settles.filter((settle) => settle !== null)).toHaveLength(PAIR_RULE.free + 1);
  });

  it('takes each spelling of a name, and each address of a /64, as one', () => {
    const { guess } = open();
    const spellings = ['jdoe', 'JDOE', ' jdoe ', 'ｊｄｏｅ'];
    times(6, (index) => guess(spellings[index % 4] ?? '', `2001:db8::${index + 1}`));
    expect(guess('jDoe', '2001:db8::ffff')).toBe(false);
    expect(guess('jdoe', '2001:db8:0:1::1')).toBe(true);
  });

  it('locks neither the name elsewhere nor other names here, and counts without an address too', () => {
    const { guess } = open();
    times(6, () => guess('jdoe', HERE));
    times(6, () => guess('jdoe', null));
    expect(guess('jdoe', null)).toBe(false);
    expect([guess('jdoe', ELSEWHERE), guess('asmith', HERE), guess('asmith', null)]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('is forgotten by a sign-in, and by time', () => {
    const { clock, guess, signIn } = open();
    times(5, () => guess('jdoe', HERE));
    expect(signIn('jdoe', HERE)).toBe(true);
    expect(times(6, () => guess('jdoe', HERE))).not.toContain(false);
    expect(guess('jdoe', HERE)).toBe(false);
    clock.advance(6 * MINUTE_MS);
    expect(times(6, () => guess('jdoe', HERE))).not.toContain(false);
  });

  it('leaves things as they were where the password was not checked', () => {
    const { clock, guess, throttle } = open();
    times(8, () => {
      clock.advance(MINUTE_MS / 10);
      guess('jdoe', HERE);
    });
    clock.advance(PAIR_RULE.forgetMs);
    times(50, (index) => {
      throttle.admit(attemptOf({ name: 'jdoe', address: HERE }, `outage ${index}`))?.('unchecked');
    });
    expect(guess('jdoe', HERE)).toBe(true);
  });
});

describe('the same wrong password again', () => {
  const attempt = (guess: string) => attemptOf({ name: 'jdoe', address: HERE }, guess);

  it('is refused unseen for a minute and counts for nothing, so that an old one in a phone locks nobody out', () => {
    const { clock, throttle } = open();
    const admitted = times(600, () => {
      clock.advance(1000);
      const settle = throttle.admit(attempt('old'));
      settle?.('wrong');
      return settle !== null;
    }).filter(Boolean).length;
    expect(admitted).toBe(600_000 / REPEAT_MS);
    const settle = throttle.admit(attempt('new'));
    expect(settle).not.toBeNull();
    settle?.('ok');
    expect(throttle.admit(attempt('old'))).toBeNull();
  });
});

describe('guessing at one name from many networks', () => {
  const network = (index: number) => `10.${index >> 8}.${index & 0xff}.1`;

  it('is paused everywhere beyond a high count, except where the name signed in before', () => {
    const { guess, signIn } = open();
    signIn('jdoe', HERE);
    expect(times(NAME_RULE.free + 1, (index) => guess('jdoe', network(index)))).not.toContain(false);
    expect(guess('jdoe', ELSEWHERE)).toBe(false);
    expect(signIn('jdoe', ELSEWHERE)).toBe(false);
    expect(signIn('jdoe', HERE)).toBe(true);
    expect(guess('asmith', ELSEWHERE)).toBe(true);
  });
});

describe('guessing at many names from one network', () => {
  it('is paused beyond a count that no site with thousands of people reaches, for all names alike', () => {
    const { clock, guess } = open();
    expect(times(NETWORK_RULE.free + 1, (index) => guess(`name-${index}`, HERE))).not.toContain(false);
    expect([guess('jdoe', HERE), guess('jdoe', ELSEWHERE)]).toEqual([false, true]);
    clock.advance(1000);
    expect(guess('asmith', HERE)).toBe(true);
  });

  it('comes down to some thirty guesses a minute', () => {
    const { clock, guess } = open();
    const admitted = times(36_000, (index) => {
      clock.advance(100);
      return guess(`name-${index}`, HERE);
    }).filter(Boolean).length;
    expect(admitted).toBeLessThan(NETWORK_RULE.free + 60 * 32);
  });

  it('is not forgotten by the sign-in of somebody there', () => {
    const { guess, signIn } = open();
    times(NETWORK_RULE.free, (index) => guess(`name-${index}`, HERE));
    expect(signIn('jdoe', HERE)).toBe(true);
    expect([guess('jdoe', HERE), guess('asmith', HERE)]).toEqual([true, false]);
  });

  it('lets as many right passwords at once through as can wait to be checked', () => {
    const { throttle } = open();
    const settles = times(318, (index) =>
      throttle.admit(attemptOf({ name: `n${index}`, address: HERE }, 'g')),
    );
    expect(settles).not.toContain(null);
    for (const settle of settles) settle?.('ok');
    expect(throttle.admit(attemptOf({ name: 'jdoe', address: HERE }, 'g'))).not.toBeNull();
  });
});

describe('the throttle', () => {
  it('never refuses for longer than a minute, whatever came before', () => {
    const names = fc.constantFrom('jdoe', 'asmith');
    const addresses = fc.constantFrom(HERE, ELSEWHERE, '2001:db8::1', null);
    const step = fc.tuple(names, addresses, fc.constantFrom('ok', 'wrong', 'unchecked'), fc.nat(90_000));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), names, addresses, (steps, name, address) => {
        const { clock, throttle, signIn } = open();
        for (const [index, [stepName, stepAddress, outcome, wait]] of steps.entries()) {
          clock.advance(wait);
          const context = { name: stepName, address: stepAddress };
          throttle.admit(attemptOf(context, `step ${index % 7}`))?.(outcome as 'ok' | 'wrong' | 'unchecked');
        }
        clock.advance(MINUTE_MS);
        expect(signIn(name, address)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps no name readable, and of each as much', () => {
    const short = attemptOf({ name: 'jdoe', address: HERE }, 'g').name;
    const long = attemptOf({ name: 'x'.repeat(60_000), address: HERE }, 'g').name;
    expect(short).not.toContain('jdoe');
    expect(long).toHaveLength(short.length);
  });
});
