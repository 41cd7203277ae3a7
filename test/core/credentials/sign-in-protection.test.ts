import { describe, expect, it } from 'vitest';
import { CHECKS_PER_NETWORK_MAX } from '../../../src/core/credentials/network-share.ts';
import { createPasswords } from '../../../src/core/credentials/passwords.ts';
import type {
  Account,
  ProtectedCredentials,
  RemoteVerifier,
  SignInContext,
  SignInObservation,
  Verdict,
} from '../../../src/core/credentials/verdict.ts';
import { VERIFIED_LOCALLY_MS, VERIFIED_REMOTELY_MS } from '../../../src/core/credentials/verified-cache.ts';
import { createCredentials } from '../../../src/core/credentials/verify.ts';
import { createHeldClock, type HeldClock } from '../../support/held-clock.ts';

const bcrypt = createPasswords({ cost: 4, concurrent: 2, queueMax: 100 });
const OK: Verdict = { ok: true };
const WRONG: Verdict = { ok: false, reason: 'wrong' };
const UNAVAILABLE: Verdict = { ok: false, reason: 'unavailable', message: 'corp does not answer.' };
const HERE: SignInContext = { address: '192.0.2.1', name: 'jdoe' };

const origin = { sourceId: 's1', externalId: 'e1', dn: 'uid=jdoe,dc=example,dc=org', suspendedSince: null };
const local: Account = {
  userId: 'u1',
  username: 'jdoe',
  enabled: true,
  extraCredentials: 0,
  secondFactor: false,
  passwordHash: await bcrypt.hash('correct horse'),
  origin: null,
};
const imported: Account = { ...local, passwordHash: null, origin };

interface Bench {
  readonly credentials: ProtectedCredentials;
  readonly clock: HeldClock;
  /** The checks that were really made, in order. */
  readonly work: string[];
  readonly seen: SignInObservation[];
  /** What upstream answers; by default 'correct horse' alone is right. */
  upstream: (password: string) => Promise<Verdict>;
}

function setUp(): Bench {
  const clock = createHeldClock();
  const work: string[] = [];
  const seen: SignInObservation[] = [];
  const passwords = {
    verify(password: string, hash: string) {
      work.push('verify');
      return bcrypt.verify(password, hash);
    },
    verifyNobody(password: string) {
      work.push('verifyNobody');
      return bcrypt.verifyNobody(password);
    },
  };
  const remote: RemoteVerifier = {
    verify(_origin, _username, password) {
      work.push('remote');
      return bench.upstream(password);
    },
    isAway: () => false,
    admit: async () => ({ ok: false, reason: 'wrong' }),
  };
  const credentials = createCredentials({ passwords, remote, clock, observe: (signIn) => seen.push(signIn) });
  const upstream = async (password: string) => (password === 'correct horse' ? OK : WRONG);
  const bench: Bench = { credentials, clock, work, seen, upstream };
  return bench;
}

function many<T>(count: number, ask: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
}

describe('a right password', () => {
  it.each([
    ['local', local, 'verify', VERIFIED_LOCALLY_MS],
    ['imported', imported, 'remote', VERIFIED_REMOTELY_MS],
  ])('of a %s account is checked once within a short time', async (_, account, check, lifetimeMs) => {
    const { credentials, clock, work } = setUp();
    for (const wait of [0, 0, lifetimeMs - 1, 1]) {
      clock.advance(wait);
      expect(await credentials.verify(account, 'correct horse', HERE)).toMatchObject(OK);
    }
    expect(work).toEqual([check, check]);
  });

  it('is checked anew when the user, the password or the origin changed', async () => {
    const { credentials, work } = setUp();
    await credentials.verify(local, 'correct horse');
    await credentials.verify(imported, 'correct horse');
    work.length = 0;
    const otherHash = await bcrypt.hash('other horse');
    expect(await credentials.verify({ ...local, passwordHash: otherHash }, 'correct horse')).toEqual(WRONG);
    expect(await credentials.verify({ ...local, enabled: false }, 'correct horse')).toEqual(WRONG);
    expect(await credentials.verify({ ...local, userId: 'u2' }, 'correct horse')).toEqual(OK);
    for (const change of [{ sourceId: 's2' }, { externalId: 'e2' }, { suspendedSince: new Date(0) }]) {
      await credentials.verify({ ...imported, origin: { ...origin, ...change } }, 'correct horse');
    }
    expect(work).toEqual(['verify', 'verifyNobody', 'verify', 'remote', 'remote', 'remote']);
  });

  it('is checked anew after sources changed, even where it was under way then', async () => {
    const bench = setUp();
    const { credentials, work } = bench;
    let answer: (verdict: Verdict) => void = () => {};
    const held = new Promise<Verdict>((resolve) => {
      answer = resolve;
    });
    bench.upstream = () => held;
    const underWay = credentials.verify(imported, 'correct horse', HERE);
    credentials.forget();
    bench.upstream = async () => WRONG;
    expect(await credentials.verify(imported, 'correct horse', HERE)).toEqual(WRONG);
    answer(OK);
    expect(await underWay).toEqual(OK);
    expect(await credentials.verify(imported, 'correct horse')).toEqual(WRONG);
    expect(work).toEqual(['remote', 'remote', 'remote']);
  });

  it('asked for a hundred times at once costs one check, and counts for no failure', async () => {
    for (const account of [local, imported]) {
      const { credentials, work, seen } = setUp();
      const verdicts = await many(100, () => credentials.verify(account, 'correct horse', HERE));
      expect(verdicts).toEqual(Array(100).fill(OK));
      expect(work).toHaveLength(1);
      expect(seen).toHaveLength(100);
    }
  });
});

describe('a wrong password', () => {
  it('is checked each time, for known and unknown names alike, also beside a right one', async () => {
    const { credentials, work } = setUp();
    await credentials.verify(local, 'correct horse');
    for (const account of [local, null]) {
      expect(await credentials.verify(account, 'wrong horse')).toEqual(WRONG);
      expect(await credentials.verify(account, 'wrong horse')).toEqual(WRONG);
    }
    expect(work).toEqual(['verify', 'verify', 'verify', 'verifyNobody', 'verifyNobody']);
  });

  it('looks alike for known and unknown names in work and answers, whatever the order of guesses', async () => {
    const guesses = ['a', 'a', 'b', 'JDOE c', 'c', 'd', 'e', 'f', 'g', 'h', 'a', 'correct horse'];
    const trails = await many(2, async (index) => {
      const { credentials, clock, seen } = setUp();
      for (const guess of guesses) {
        clock.advance(100);
        const name = guess.startsWith('JDOE') ? 'JDOE' : 'jdoe';
        const password = guess.replace('JDOE ', '');
        expect(await credentials.verify([local, null][index] ?? null, password, { ...HERE, name })).toEqual(
          WRONG,
        );
      }
      return seen.map(({ outcome }) => outcome);
    });
    const [checked, refused] = ['wrong', 'throttled'];
    expect(trails[0]).toEqual([
      ...[checked, refused, checked, checked, refused, checked, checked, checked],
      ...[refused, refused, refused, refused],
    ]);
    expect(trails[1]).toEqual(trails[0]);
  });

  it('guessed again and again is refused unseen, and the right one too until the pause is over', async () => {
    const { credentials, clock, work, seen } = setUp();
    for (let guess = 0; guess < 20; guess++) await credentials.verify(local, `wrong horse ${guess}`, HERE);
    expect(work).toHaveLength(6);
    expect(await credentials.verify(local, 'correct horse', HERE)).toEqual(WRONG);
    expect(await credentials.verify(local, 'correct horse', { ...HERE, address: '198.51.100.1' })).toEqual(
      OK,
    );
    clock.advance(1000);
    expect(await credentials.verify(local, 'correct horse', HERE)).toMatchObject(OK);
    expect(seen.map(({ outcome }) => outcome).slice(5)).toEqual([
      'wrong',
      ...Array(15).fill('throttled'),
      ...['ok', 'ok'],
    ]);
  });

  it('is refused while it is paused even where the right one was found lately: the cache is no place to guess', async () => {
    const { credentials, seen } = setUp();
    await credentials.verify(local, 'correct horse', HERE);
    await many(50, (guess) => credentials.verify(local, `wrong horse ${guess}`, HERE));
    expect(await credentials.verify(local, 'correct horse', HERE)).toEqual(WRONG);
    expect(seen.filter(({ outcome }) => outcome === 'wrong')).toHaveLength(6);
  });

  it('stays counted while an app signs in with the right one again and again', async () => {
    const { credentials, seen } = setUp();
    await credentials.verify(local, 'correct horse', HERE);
    for (let guess = 0; guess < 20; guess++) {
      await credentials.verify(local, 'correct horse', HERE);
      await credentials.verify(local, `wrong horse ${guess}`, HERE);
    }
    expect(seen.filter(({ outcome }) => outcome === 'wrong')).toHaveLength(6);
  });

  it('is not what an outage is counted as', async () => {
    const bench = setUp();
    bench.upstream = async () => UNAVAILABLE;
    const verdicts = await many(50, (index) => bench.credentials.verify(imported, `horse ${index}`, HERE));
    expect(new Set(verdicts.map((verdict) => (verdict.ok ? 'ok' : verdict.reason)))).toContain('unavailable');
    bench.upstream = async () => OK;
    expect(await bench.credentials.verify(imported, 'correct horse', HERE)).toEqual(OK);
  });
});

describe('the password of the directory itself', () => {
  it('is checked with the same cache and the same throttle', async () => {
    const { credentials, work, seen } = setUp();
    const secret = { id: 'bind-dn', hash: await bcrypt.hash('correct horse') };
    const context = { ...HERE, name: 'cn=admin,ou=system,dc=roster' };
    expect(await credentials.verifySecret(secret, 'correct horse', context)).toMatchObject(OK);
    expect(await credentials.verifySecret(secret, 'correct horse', context)).toMatchObject(OK);
    expect(work).toEqual(['verify']);
    const changed = { ...secret, hash: await bcrypt.hash('other horse') };
    expect(await credentials.verifySecret(changed, 'correct horse', context)).toEqual(WRONG);
    for (let guess = 0; guess < 10; guess++)
      await credentials.verifySecret(secret, `wrong ${guess}`, context);
    expect(work).toHaveLength(7);
    expect(seen.at(-1)).toMatchObject({ outcome: 'throttled', accountId: 'bind-dn' });
  });
});

it('a flood of guesses from one network leaves room for sign-ins from another', async () => {
  const { credentials, work } = setUp();
  const flood = many(300, (index) =>
    credentials.verify(null, 'wrong', { address: '192.0.2.9', name: `ghost${index}` }),
  );
  expect(await credentials.verify(local, 'correct horse', HERE)).toEqual(OK);
  const busy = (await flood).filter((verdict) => !verdict.ok && verdict.reason === 'busy');
  expect(busy).toHaveLength(300 - CHECKS_PER_NETWORK_MAX);
  expect(work).toHaveLength(CHECKS_PER_NETWORK_MAX + 1);
});

describe('what is observed of a sign-in', () => {
  it('says how it went and who it was, and holds neither password nor name', async () => {
    const bench = setUp();
    const { credentials, clock, seen } = bench;
    bench.upstream = async () => {
      clock.advance(250);
      return UNAVAILABLE;
    };
    await credentials.verify(local, 'correct horse', HERE);
    await credentials.verify(local, 'correct horse', HERE);
    await credentials.verify(null, 'correct horse', { ...HERE, name: 'nobody' });
    await credentials.verify(imported, 'correct horse', { ...HERE, address: null });
    await credentials.verify(imported, '');
    expect(seen).toEqual([
      { outcome: 'ok', method: 'local', accountId: 'u1', address: '192.0.2.1', durationMs: 0 },
      { outcome: 'ok', method: 'cache', accountId: 'u1', address: '192.0.2.1', durationMs: 0 },
      { outcome: 'wrong', method: 'nobody', accountId: null, address: '192.0.2.1', durationMs: 0 },
      { outcome: 'unavailable', method: 'remote', accountId: 'u1', address: null, durationMs: 250 },
      { outcome: 'wrong', method: 'remote', accountId: 'u1', address: null, durationMs: 0 },
    ]);
  });
});
