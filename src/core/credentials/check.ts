/** How one account's password is checked: by the local hash, at the source the account comes from, or in vain. */
import type { Passwords } from './passwords.ts';
import type {
  Account,
  ExternalAuthority,
  ExtraVerifier,
  RemoteVerifier,
  Secret,
  SignInDoor,
  Verdict,
} from './verdict.ts';
import type { Facts } from './verified-cache.ts';

export interface Check {
  /** User id or id of the secret; null for an unknown name. */
  readonly accountId: string | null;
  readonly method: 'local' | 'remote' | 'nobody';
  /** All that the answer stands on, beside the password and the source. */
  readonly facts: Facts;
  /** Whether a second factor makes a difference. */
  readonly takesCode: boolean;
  /** Whether those who ask the same at the same time may share an answer; what is good once must not open twice. */
  isShared(secondFactor: string | null): boolean;
  /** Throws DirectoryError 'busy'. */
  run(password: string, secondFactor: string | null): Promise<Verdict>;
}

export interface ChecksDependencies {
  readonly passwords: Pick<Passwords, 'verify' | 'verifyNobody'>;
  /** null: nobody's password can be checked upstream. */
  readonly remote: RemoteVerifier | null;
  /** null: there is none to be set. */
  readonly authority: ExternalAuthority | null;
  /** null: nothing opens an account but its own password. */
  readonly extras: ExtraVerifier | null;
}

export interface Checks {
  ofAccount(account: Account | null, door?: SignInDoor): Check;
  /** Of a name that nobody here has. */
  ofNewcomer(name: string): Check;
  ofSecret(secret: Secret): Check;
}

export const OK: Verdict = { ok: true };
export const WRONG: Verdict = { ok: false, reason: 'wrong' };
const NO_REMOTE: Verdict = {
  ok: false,
  reason: 'unavailable',
  message: 'The password of this account is checked by its source, which this server cannot reach.',
};

const WRONG_CODE: Verdict = { ok: false, reason: 'wrong', why: 'own-second-factor' };
const CODE_MISSING: Verdict = { ok: false, reason: 'second-factor' };
const always = (): boolean => true;
const PLAIN: Pick<Check, 'takesCode' | 'isShared'> = { takesCode: false, isShared: always };

export function createChecks({ passwords, remote, authority, extras }: ChecksDependencies): Checks {
  function local(accountId: string, facts: Facts, hash: string): Check {
    const run: Check['run'] = async (password) => ((await passwords.verify(password, hash)) ? OK : WRONG);
    // Nearly every sign-in makes one of these: without a spread, which takes a microsecond and a half.
    return { accountId, method: 'local', facts, takesCode: false, isShared: always, run };
  }

  /** Who is not there, switched off or without a password is refused at the price of a wrong password. */
  function nobody(accountId: string | null, facts: Facts): Check {
    const run: Check['run'] = async (password) => {
      await passwords.verifyNobody(password);
      return WRONG;
    };
    return { ...PLAIN, accountId, method: 'nobody', facts, run };
  }

  /** What is checked elsewhere costs what an own password costs too, so that the time does not tell who is where. */
  function atPriceOfOwn(elsewhere: Check['run']): Check['run'] {
    return async (password, secondFactor) => {
      const [verdict] = await Promise.all([
        elsewhere(password, secondFactor),
        passwords.verifyNobody(password),
      ]);
      return verdict;
    };
  }

  return {
    ofSecret: ({ id, hash }) => local(id, ['secret', id, hash], hash),
    ofNewcomer(name) {
      const stranger = nobody(null, ['newcomer', name]);
      if (remote === null && authority === null) return stranger;
      // Sources are not asked where there is an authority: the password is shown to one party alone.
      const run = atPriceOfOwn(
        async (password, secondFactor) =>
          (await authority?.check(name, password)) ?? remote?.admit(name, password, secondFactor) ?? WRONG,
      );
      return { ...stranger, method: 'remote', takesCode: true, run };
    },
    ofAccount(account, door) {
      if (account === null) return nobody(null, ['nobody']);
      const own = ownCheck(account, door);
      const isGuarded = account.extraCredentials > 0 || (door?.kind === 'ldap' && door.rule === 'required');
      return door === undefined || !isGuarded || !account.enabled ? own : guarded(account, own, door);
    },
  };

  /** By the account's own password. */
  function ownCheck(account: Account, door?: SignInDoor): Check {
    const { userId, username, enabled, passwordHash, origin } = account;
    const facts = factsOf(account);
    if (!enabled) return nobody(userId, facts);
    if (passwordHash !== null) return local(userId, facts, passwordHash);
    if (origin === null && authority === null) return nobody(userId, facts);
    const there = { ...PLAIN, accountId: userId, method: 'remote', facts } as const;
    if (origin === null) {
      const ask = async (password: string) => (await authority?.check(username, password)) ?? WRONG;
      return { ...there, run: atPriceOfOwn(ask) };
    }
    const run: Check['run'] = async (password, secondFactor) =>
      remote?.verify(origin, username, password, secondFactor) ?? NO_REMOTE;
    // Strangers come to the pages; over LDAP come apps, whose many binds upstream alone bounds.
    return { ...there, takesCode: true, run: door?.kind === 'pages' ? atPriceOfOwn(run) : run };
  }

  /** By the account's own password with what must come with it, or by another one that opens it at this door. */
  function guarded({ userId, extraCredentials, secondFactor }: Account, own: Check, door: SignInDoor): Check {
    async function run(password: string, code: string | null): Promise<Verdict> {
      const opened = (await extras?.open(userId, password, door)) ?? null;
      if (opened !== null) return opened;
      // A source must not be asked about a code of ours.
      const verdict = await own.run(password, secondFactor ? null : code);
      if (!verdict.ok || !asksCode(door, secondFactor, code)) return verdict;
      if (code === null) return door.kind === 'pages' ? CODE_MISSING : WRONG_CODE;
      const isRight = secondFactor && (await extras?.confirm(userId, code)) === true;
      return isRight ? { ok: true, rememberMs: 0 } : WRONG_CODE;
    }

    // Where nobody looks at the code, another one must not make a right password a sign-in anew: each forgives guesses.
    const takesCode = door.kind === 'pages' || door.rule !== 'ignore' || (own.takesCode && !secondFactor);
    return {
      ...{ accountId: userId, method: own.method === 'remote' ? 'remote' : 'local', takesCode, run },
      facts: [...own.facts, extraCredentials, secondFactor, JSON.stringify(door)],
      isShared: (code) => door.kind === 'ldap' && code === null,
    };
  }
}

function asksCode(door: SignInDoor, secondFactor: boolean, code: string | null): boolean {
  if (door.kind === 'pages') return secondFactor;
  return door.rule === 'required' || (door.rule === 'when-given' && secondFactor && code !== null);
}

function factsOf({ userId, enabled, passwordHash, origin }: Account): Facts {
  const own = ['user', userId, enabled, passwordHash];
  if (origin === null) return own;
  return [...own, origin.sourceId, origin.externalId, origin.suspendedSince?.getTime() ?? null];
}
