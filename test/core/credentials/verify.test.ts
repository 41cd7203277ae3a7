import { describe, expect, it } from 'vitest';
import { createPasswords, type Passwords } from '../../../src/core/credentials/passwords.ts';
import type { Account, RemoteVerifier, Verdict } from '../../../src/core/credentials/verdict.ts';
import { createCredentials } from '../../../src/core/credentials/verify.ts';
import { DirectoryError } from '../../../src/core/errors.ts';

const passwords = createPasswords({ cost: 4, concurrent: 2, queueMax: 20 });
const OK: Verdict = { ok: true };
const WRONG: Verdict = { ok: false, reason: 'wrong' };

const origin = { sourceId: 's1', externalId: 'e1', dn: 'uid=jdoe,dc=example,dc=org', suspendedSince: null };
const local: Account = {
  userId: 'u1',
  username: 'jdoe',
  enabled: true,
  extraCredentials: 0,
  secondFactor: false,
  passwordHash: await passwords.hash('correct horse'),
  origin: null,
};
const imported: Account = { ...local, passwordHash: null, origin };

/** Passwords that note which work was asked of them. */
function noting(): { asked: string[]; passwords: Pick<Passwords, 'verify' | 'verifyNobody'> } {
  const asked: string[] = [];
  return {
    asked,
    passwords: {
      verify(password, hash) {
        asked.push('verify');
        return passwords.verify(password, hash);
      },
      verifyNobody(password) {
        asked.push('verifyNobody');
        return passwords.verifyNobody(password);
      },
    },
  };
}

function remoteAnswering(verdict: Verdict): RemoteVerifier & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    verify: async (from, username, password) => {
      asked.push(`${from.externalId} ${username} ${password}`);
      return verdict;
    },
    isAway: () => false,
    admit: async (name, password) => {
      asked.push(`newcomer ${name} ${password}`);
      return verdict;
    },
  };
}

describe('checking a password', () => {
  it('opens a local account by its hash alone', async () => {
    const remote = remoteAnswering(OK);
    const credentials = createCredentials({ passwords, remote });
    expect(await credentials.verify(local, 'correct horse')).toEqual(OK);
    expect(await credentials.verify(local, 'wrong horse')).toEqual(WRONG);
    expect(remote.asked).toEqual([]);
  });

  it('asks the source of an imported account, and hands on its verdict', async () => {
    const unavailable: Verdict = { ok: false, reason: 'unavailable', message: 'corp does not answer.' };
    for (const verdict of [OK, WRONG, unavailable]) {
      const remote = remoteAnswering(verdict);
      const credentials = createCredentials({ passwords, remote });
      expect(await credentials.verify(imported, 'correct horse')).toEqual(verdict);
      expect(remote.asked).toEqual(['e1 jdoe correct horse']);
    }
  });

  it('cannot open an imported account where nobody checks upstream', async () => {
    const credentials = createCredentials({ passwords, remote: null });
    expect(await credentials.verify(imported, 'correct horse')).toMatchObject({ reason: 'unavailable' });
  });

  it.each([
    ['an unknown name', null],
    ['a local account that is switched off', { ...local, enabled: false }],
    ['an imported account that is switched off', { ...imported, enabled: false }],
    ['an account without any password', { ...local, passwordHash: null }],
  ])('refuses %s at the price of a wrong password, without asking upstream', async (_, account) => {
    const { asked, passwords: noted } = noting();
    const remote = remoteAnswering(OK);
    expect(await createCredentials({ passwords: noted, remote }).verify(account, 'correct horse')).toEqual(
      WRONG,
    );
    expect(asked).toEqual(['verifyNobody']);
    expect(remote.asked).toEqual([]);
  });

  it.each([
    ['an empty password', ''],
    ['a password with a NUL', 'correct horse\0'],
  ])('refuses %s before any work', async (_, password) => {
    const { asked, passwords: noted } = noting();
    const remote = remoteAnswering(OK);
    const credentials = createCredentials({ passwords: noted, remote });
    for (const account of [local, imported, null]) {
      expect(await credentials.verify(account, password)).toEqual(WRONG);
    }
    expect(asked).toEqual([]);
    expect(remote.asked).toEqual([]);
  });

  it('says that it is busy when the queue is full, for known and unknown names alike', async () => {
    const full = createPasswords({ cost: 4, concurrent: 1, queueMax: 0 });
    const credentials = createCredentials({ passwords: full, remote: null });
    const [first, known, unknown] = await Promise.all(
      [
        [local, 'correct horse'] as const,
        [local, 'another horse'] as const,
        [null, 'another horse'] as const,
      ].map(([account, password]) => credentials.verify(account, password)),
    );
    expect(first).toEqual(OK);
    expect(known).toMatchObject({ reason: 'busy', message: expect.stringContaining('try again') });
    expect(unknown).toEqual(known);
  });

  it('does not turn other failures into a verdict', async () => {
    const failure = new DirectoryError('unavailable', 'a bug');
    const broken = { verify: () => Promise.reject(failure), verifyNobody: () => Promise.reject(failure) };
    const credentials = createCredentials({ passwords: broken, remote: null });
    await expect(credentials.verify(local, 'correct horse')).rejects.toBe(failure);
  });
});
