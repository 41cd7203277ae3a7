import { expect, it } from 'vitest';
import { createPasswords } from '../../../src/core/credentials/passwords.ts';
import { PAIR_RULE } from '../../../src/core/credentials/throttle.ts';
import type { Account, SignInContext, SignInObservation } from '../../../src/core/credentials/verdict.ts';
import { VERIFIED_LOCALLY_MS } from '../../../src/core/credentials/verified-cache.ts';
import { createCredentials } from '../../../src/core/credentials/verify.ts';
import { createHeldClock } from '../../support/held-clock.ts';

const passwords = createPasswords({ cost: 4, concurrent: 2, queueMax: 100 });
const HERE: SignInContext = { address: '192.0.2.1', name: 'jdoe' };
const RIGHT = 'correct horse';
const jane: Account = {
  userId: 'u1',
  username: 'jdoe',
  enabled: true,
  extraCredentials: 0,
  secondFactor: false,
  passwordHash: await passwords.hash(RIGHT),
  origin: null,
};

function setUp() {
  const clock = createHeldClock();
  const seen: SignInObservation[] = [];
  const observe = (signIn: SignInObservation): void => void seen.push(signIn);
  return { clock, seen, credentials: createCredentials({ passwords, remote: null, clock, observe }) };
}

it('recalls a password that was found right, and counts it as a sign-in', async () => {
  const { credentials, seen } = setUp();
  expect(credentials.recall(jane, RIGHT, HERE)).toBe(false);
  await credentials.verify(jane, RIGHT, HERE);
  expect(credentials.recall(jane, RIGHT, HERE)).toBe(true);
  expect(seen.map(({ outcome, method }) => [outcome, method])).toEqual([
    ['ok', 'local'],
    ['ok', 'cache'],
  ]);
});

it('recalls no other password, no changed account, nobody, and nothing for longer than it holds', async () => {
  const { credentials, clock } = setUp();
  await credentials.verify(jane, RIGHT, HERE);
  await credentials.verify(jane, 'wrong', HERE);
  await credentials.verify(null, RIGHT, HERE);
  expect(credentials.recall(jane, 'wrong', HERE)).toBe(false);
  expect(credentials.recall(null, RIGHT, HERE)).toBe(false);
  expect(credentials.recall({ ...jane, enabled: false }, RIGHT, HERE)).toBe(false);
  expect(credentials.recall({ ...jane, passwordHash: 'another' }, RIGHT, HERE)).toBe(false);
  expect(credentials.recall(jane, RIGHT, HERE)).toBe(true);
  clock.advance(VERIFIED_LOCALLY_MS);
  expect(credentials.recall(jane, RIGHT, HERE)).toBe(false);
});

it('recalls nothing for who failed too often, nor after everything was to be forgotten', async () => {
  const { credentials } = setUp();
  await credentials.verify(jane, RIGHT, HERE);
  for (let guess = 0; guess <= PAIR_RULE.free; guess += 1)
    await credentials.verify(jane, `no ${guess}`, HERE);
  expect(credentials.recall(jane, RIGHT, HERE)).toBe(false);
  expect(credentials.recall(jane, RIGHT, { ...HERE, address: '198.51.100.1' })).toBe(true);
  credentials.forget();
  expect(credentials.recall(jane, RIGHT, { ...HERE, address: '198.51.100.1' })).toBe(false);
});

it('recalls the password of an account that is no user', async () => {
  const { credentials } = setUp();
  const secret = { id: 'admin', hash: await passwords.hash(RIGHT) };
  await credentials.verifySecret(secret, RIGHT, HERE);
  expect(credentials.recallSecret(secret, RIGHT, HERE)).toBe(true);
  expect(credentials.recallSecret({ ...secret, id: 'wiki' }, RIGHT, HERE)).toBe(false);
});
