import { describe, expect, test } from 'vitest';
import {
  type Answer,
  answerQuestion,
  createDistantCredentials,
  type DistantCredentials,
} from '../../../src/core/credentials/distant.ts';
import { PAUSE_MS_MAX } from '../../../src/core/credentials/failure-tally.ts';
import { createPasswords } from '../../../src/core/credentials/passwords.ts';
import { createThrottle, PAIR_RULE } from '../../../src/core/credentials/throttle.ts';
import type { Account, SignInContext, SignInObservation } from '../../../src/core/credentials/verdict.ts';
import { VERIFIED_LOCALLY_MS } from '../../../src/core/credentials/verified-cache.ts';
import { createCredentials } from '../../../src/core/credentials/verify.ts';
import { createHeldClock, type HeldClock } from '../../support/held-clock.ts';

const RIGHT = 'correct horse';
const bcrypt = createPasswords({ cost: 4, concurrent: 2, queueMax: 100 });
const HERE: SignInContext = { address: '192.0.2.1', name: 'jdoe' };
const ELSEWHERE: SignInContext = { address: '198.51.100.7', name: 'jdoe' };
const account: Account = {
  ...{ userId: 'u1', username: 'jdoe', enabled: true, extraCredentials: 0, secondFactor: false },
  ...{ passwordHash: await bcrypt.hash(RIGHT), origin: null },
};

interface Bench {
  readonly clock: HeldClock;
  /** Two processes that have passwords checked by a third. */
  readonly ones: readonly [DistantCredentials, DistantCredentials];
  /** How often that one was asked. */
  asked(): number;
}

function setUp(joinsLate = false): Bench {
  const clock = createHeldClock();
  let asked = 0;
  const throttle = createThrottle({
    clock,
    onPause: (key, until) => ones.map((one) => one.paused(key, until)),
  });
  const leading = createCredentials({ passwords: bcrypt, remote: null, clock, throttle });
  const make = () =>
    createDistantCredentials({
      ...{ clock, joinsLate, tellForget: () => leading.forget() },
      async ask(question): Promise<Answer> {
        asked += 1;
        return answerQuestion(leading, structuredClone(question));
      },
    });
  const ones = [make(), make()] as const;
  return { clock, ones, asked: () => asked };
}

describe('a right password', () => {
  test('is answered here from then on, for as long as it counts there', async () => {
    const { clock, ones, asked } = setUp();
    const [one, other] = ones;
    const seen: SignInObservation[] = [];
    const context = { ...HERE, observe: (signIn: SignInObservation) => seen.push(signIn) };
    expect(one.recall(account, RIGHT, HERE)).toBe(false);
    expect(await one.verify(account, RIGHT, context)).toMatchObject({ ok: true });
    expect(one.recall(account, RIGHT, context)).toBe(true);
    clock.advance(VERIFIED_LOCALLY_MS - 1000);
    expect(other.recall(account, RIGHT, HERE)).toBe(false);
    expect(await other.verify(account, RIGHT, HERE)).toMatchObject({ ok: true, rememberMs: 1000 });
    expect(other.recall(account, RIGHT, HERE)).toBe(true);
    clock.advance(1000);
    expect(ones.map((each) => each.recall(account, RIGHT, HERE))).toEqual([false, false]);
    expect(seen.map(({ method }) => method)).toEqual(['local', 'cache']);
    expect(asked()).toBe(2);
  });

  test('is asked anew where the account changed or a source did', async () => {
    const { ones } = setUp();
    const [one] = ones;
    await one.verify(account, RIGHT, HERE);
    expect(one.recall({ ...account, enabled: false }, RIGHT, HERE)).toBe(false);
    one.forget();
    expect(one.recall(account, RIGHT, HERE)).toBe(false);
  });
});

describe('where somebody guesses', () => {
  test('in one process, the other does not answer by itself either until the pause is over', async () => {
    const { clock, ones, asked } = setUp();
    for (const one of ones) await one.verify(account, RIGHT, HERE);
    const [one, other] = ones;
    for (let guess = 0; guess <= PAIR_RULE.free; guess += 1)
      await one.verify(account, `wrong ${guess}`, HERE);
    expect(other.recall(account, RIGHT, HERE)).toBe(false);
    expect(await other.verify(account, RIGHT, HERE)).toEqual({ ok: false, reason: 'wrong' });
    expect(other.recall(account, RIGHT, ELSEWHERE)).toBe(true);
    clock.advance(1000);
    const before = asked();
    expect(other.recall(account, RIGHT, HERE)).toBe(true);
    expect(asked()).toBe(before);
  });

  test('many at once, the right one among them is no exception', async () => {
    const { ones } = setUp();
    const [one] = ones;
    await one.verify(account, RIGHT, HERE);
    const guesses = Array.from({ length: 20 }, (_, guess) => one.verify(account, `wrong ${guess}`, HERE));
    expect(one.recall(account, RIGHT, HERE)).toBe(false);
    expect(await one.verify(account, RIGHT, HERE)).toEqual({ ok: false, reason: 'wrong' });
    await Promise.all(guesses);
  });

  test('who comes later asks each time until it knows of every pause', async () => {
    const { clock, ones } = setUp(true);
    const [one] = ones;
    await one.verify(account, RIGHT, HERE);
    expect(one.recall(account, RIGHT, HERE)).toBe(false);
    clock.advance(PAUSE_MS_MAX);
    expect(one.recall(account, RIGHT, HERE)).toBe(true);
  });
});
