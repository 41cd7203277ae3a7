import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSignIn, type SignIn } from '../../../src/core/access/sign-in.ts';
import { createPasswords } from '../../../src/core/credentials/passwords.ts';
import type { RemoteVerifier, SignInObservation } from '../../../src/core/credentials/verdict.ts';
import { createCredentials } from '../../../src/core/credentials/verify.ts';
import { ACTOR, importPeople, openTestDirectory, type TestDirectory } from '../../support/directory.ts';

const PASSWORD = 'correct horse battery';
const FROM = { code: null, address: '192.0.2.1' };

let test: TestDirectory;
let observed: SignInObservation[];

beforeEach(async () => {
  test = await openTestDirectory();
  observed = [];
  await test.directory.users.add(ACTOR, { username: 'jane', email: 'Jane@example.org', password: PASSWORD });
});

afterEach(() => test.remove());

function signInWith(remote: RemoteVerifier | null = null): SignIn {
  const credentials = createCredentials({
    passwords: createPasswords({ cost: 4, concurrent: 2, queueMax: 100 }),
    remote,
    clock: test.clock,
    observe: (signIn) => observed.push(signIn),
  });
  return createSignIn({ store: test.store, credentials });
}

describe('signing in', () => {
  it('takes the username or the e-mail address, in any case', async () => {
    const signIn = signInWith();
    for (const name of ['jane', 'JANE', ' jane ', 'jane@EXAMPLE.org']) {
      expect(await signIn({ name, password: PASSWORD, ...FROM }), name).toMatchObject({
        ...{ kind: 'signed-in', user: { username: 'jane' } },
      });
    }
  });

  it('is refused alike for a wrong password, an unknown name and a disabled account, at the same price', async () => {
    const signIn = signInWith();
    await test.directory.users.add(ACTOR, { username: 'gone', password: PASSWORD });
    await test.directory.users.setEnabled(ACTOR, 'gone', false);
    await test.directory.users.add(ACTOR, { username: 'invited' });
    const names = [
      'jane',
      'nobody',
      'no@example.org',
      'gone',
      'invited',
      '',
      'a\0b',
      '\ud800',
      'x'.repeat(9000),
    ];
    for (const name of names) {
      const password = name === 'gone' ? PASSWORD : 'wrong horse battery';
      expect(await signIn({ name, password, ...FROM }), name.slice(0, 20)).toEqual({ kind: 'refused' });
    }
    expect(await signIn({ name: 'jane', password: '', ...FROM })).toEqual({ kind: 'refused' });
    // Each went through bcrypt: 'nobody' is checked against a hash that nothing fits.
    const methods = observed.map(({ method }) => method);
    expect(methods).toEqual(['local', ...names.slice(1).map(() => 'nobody'), 'local']);
  });

  it('is slowed down after many wrong passwords, and then the right one is refused too', async () => {
    const signIn = signInWith();
    for (let guess = 0; guess < 30; guess += 1) {
      await signIn({ name: 'jane', password: `wrong horse ${guess}`, ...FROM });
    }
    expect(await signIn({ name: 'JANE', password: PASSWORD, ...FROM })).toEqual({ kind: 'refused' });
    expect(observed.at(-1)?.outcome).toBe('throttled');
  });

  it('asks the source of an imported user, and says so where it does not answer', async () => {
    await importPeople(test, ['jdoe']);
    const asked: string[] = [];
    const remote: RemoteVerifier = {
      async verify(_origin, username, password) {
        asked.push(username);
        if (password === PASSWORD) return { ok: true };
        return { ok: false, reason: 'unavailable', message: 'The source corp does not answer.' };
      },
      isAway: () => false,
      admit: async () => ({ ok: false, reason: 'wrong' }),
    };
    const signIn = signInWith(remote);
    const attempt = { name: 'jdoe', password: PASSWORD, ...FROM };
    expect(await signIn(attempt)).toMatchObject({ kind: 'signed-in', user: { username: 'jdoe' } });
    await expect(signIn({ ...attempt, password: 'another one' })).rejects.toMatchObject({
      ...{ code: 'unavailable', message: 'The source corp does not answer.' },
    });
    expect(asked).toEqual(['jdoe', 'jdoe']);
  });

  it('takes in somebody whom a source admits at the first sign-in', async () => {
    const remote: RemoteVerifier = {
      verify: async () => ({ ok: false, reason: 'wrong' }),
      isAway: () => false,
      async admit() {
        await importPeople(test, ['newcomer']);
        return { ok: true };
      },
    };
    const attempt = { name: 'Newcomer', password: PASSWORD, ...FROM };
    expect(await signInWith(remote)(attempt)).toMatchObject({
      ...{ kind: 'signed-in', user: { username: 'newcomer' } },
    });
  });
});
