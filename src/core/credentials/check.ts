/** How one account's password is checked: by the local hash, at the source the account comes from, or in vain. */
import type { Passwords } from './passwords.ts';
import type { Account, RemoteVerifier, Secret, Verdict } from './verdict.ts';
import type { Facts } from './verified-cache.ts';

export interface Check {
  /** User id or id of the secret; null for an unknown name. */
  readonly accountId: string | null;
  readonly method: 'local' | 'remote' | 'nobody';
  /** All that the answer stands on, beside the password and the source. */
  readonly facts: Facts;
  /** Throws DirectoryError 'busy'. */
  run(password: string): Promise<Verdict>;
}

export interface ChecksDependencies {
  readonly passwords: Pick<Passwords, 'verify' | 'verifyNobody'>;
  /** null: nobody's password can be checked upstream. */
  readonly remote: RemoteVerifier | null;
}

export interface Checks {
  ofAccount(account: Account | null): Check;
  ofSecret(secret: Secret): Check;
}

export const OK: Verdict = { ok: true };
export const WRONG: Verdict = { ok: false, reason: 'wrong' };
const NO_REMOTE: Verdict = {
  ok: false,
  reason: 'unavailable',
  message: 'The password of this account is checked by its source, which this server cannot reach.',
};

export function createChecks({ passwords, remote }: ChecksDependencies): Checks {
  function local(accountId: string, facts: Facts, hash: string): Check {
    const run: Check['run'] = async (password) => ((await passwords.verify(password, hash)) ? OK : WRONG);
    return { accountId, method: 'local', facts, run };
  }

  /** Who is not there, switched off or without a password is refused at the price of a wrong password. */
  function nobody(accountId: string | null, facts: Facts): Check {
    const run: Check['run'] = async (password) => {
      await passwords.verifyNobody(password);
      return WRONG;
    };
    return { accountId, method: 'nobody', facts, run };
  }

  return {
    ofSecret: ({ id, hash }) => local(id, ['secret', id, hash], hash),
    ofAccount(account) {
      if (account === null) return nobody(null, ['nobody']);
      const { userId, username, enabled, passwordHash, origin } = account;
      const facts = factsOf(account);
      if (!enabled) return nobody(userId, facts);
      if (passwordHash !== null) return local(userId, facts, passwordHash);
      if (origin === null) return nobody(userId, facts);
      const run: Check['run'] = async (password) => remote?.verify(origin, username, password) ?? NO_REMOTE;
      return { accountId: userId, method: 'remote', facts, run };
    },
  };
}

function factsOf({ userId, enabled, passwordHash, origin }: Account): Facts {
  const own = ['user', userId, enabled, passwordHash];
  if (origin === null) return own;
  return [...own, origin.sourceId, origin.externalId, origin.suspendedSince?.getTime() ?? null];
}
