/** Decides whether a password opens an account: by the local hash, or at the source the account comes from. */
import { DirectoryError } from '../errors.ts';
import type { Passwords } from './passwords.ts';
import type { Account, Credentials, RemoteVerifier, Verdict } from './verdict.ts';

export interface CredentialsDependencies {
  readonly passwords: Pick<Passwords, 'verify' | 'verifyNobody'>;
  /** null: nobody's password can be checked upstream. */
  readonly remote: RemoteVerifier | null;
}

const WRONG: Verdict = { ok: false, reason: 'wrong' };
const NO_REMOTE: Verdict = {
  ok: false,
  reason: 'unavailable',
  message: 'The password of this account is checked by its source, which this server cannot reach.',
};

export function createCredentials({ passwords, remote }: CredentialsDependencies): Credentials {
  async function check(account: Account | null, password: string): Promise<Verdict> {
    if (account === null || !account.enabled) return refuseEvenly(password);
    if (account.passwordHash !== null) {
      return (await passwords.verify(password, account.passwordHash)) ? { ok: true } : WRONG;
    }
    if (account.origin === null) return refuseEvenly(password);
    return remote === null ? NO_REMOTE : remote.verify(account.origin, account.username, password);
  }

  /** Who is not there, switched off or without a password is refused at the price of a wrong password. */
  async function refuseEvenly(password: string): Promise<Verdict> {
    await passwords.verifyNobody(password);
    return WRONG;
  }

  return {
    async verify(account, password) {
      // An empty password is an unauthenticated bind upstream, and would succeed there (RFC 4513 section 5.1.2).
      if (password === '' || password.includes('\0')) return WRONG;
      try {
        return await check(account, password);
      } catch (error) {
        if (error instanceof DirectoryError && error.code === 'busy') {
          return { ok: false, reason: 'busy', message: error.message };
        }
        throw error;
      }
    },
  };
}
