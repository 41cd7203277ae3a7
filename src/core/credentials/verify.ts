/** Decides whether a password opens an account, at most as often as the throttle lets guesses through. */
import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import { type Check, type ChecksDependencies, createChecks, WRONG } from './check.ts';
import { createNetworkShare } from './network-share.ts';
import { createSingleFlight } from './single-flight.ts';
import { type Attempt, attemptOf, createThrottle, pairOf, type Settle, type Throttle } from './throttle.ts';
import {
  AWAY,
  type ExternalAuthority,
  type ExtraVerifier,
  type ProtectedCredentials,
  type SignInContext,
  type SignInObservation,
  type Verdict,
} from './verdict.ts';
import {
  createVerifiedCache,
  VERIFIED_LOCALLY_MS,
  VERIFIED_REMOTELY_MS,
  type VerifiedCache,
} from './verified-cache.ts';

/** Sign-ins under way at a time, with those that share a check; more are 'busy'. */
export const SIGN_INS_MAX = 2000;

export interface CredentialsDependencies extends Omit<ChecksDependencies, 'extras' | 'authority'> {
  /** Absent: there is none to be set. */
  readonly authority?: ExternalAuthority;
  /** Absent: nothing opens an account but its own password. */
  readonly extras?: ExtraVerifier;
  readonly clock?: Clock;
  readonly cache?: VerifiedCache;
  readonly throttle?: Throttle;
  /** Told of each sign-in when it is decided; must not throw. */
  readonly observe?: (signIn: SignInObservation) => void;
}

interface Decision {
  readonly verdict: Verdict;
  readonly outcome: SignInObservation['outcome'];
  readonly method: SignInObservation['method'];
}

export function createCredentials({
  passwords,
  remote,
  authority,
  extras,
  clock = systemClock,
  cache = createVerifiedCache({ clock, random: randomBytes }),
  throttle = createThrottle({ clock }),
  observe = () => {},
}: CredentialsDependencies): ProtectedCredentials {
  const checks = createChecks({
    ...{ passwords, remote, authority: authority ?? null, extras: extras ?? null },
  });
  const underWay = createSingleFlight<Decision>(SIGN_INS_MAX);
  const share = createNetworkShare();
  let unshared = 0;

  async function signIn(check: Check, password: string, context?: SignInContext): Promise<Verdict> {
    const begun = clock.now().getTime();
    const decision = await decide(check, password, context).catch(busyOrThrow(check));
    const durationMs = clock.now().getTime() - begun;
    const { verdict, outcome, method } = decision;
    const why = verdict.ok || verdict.reason !== 'wrong' ? undefined : verdict.why;
    const whence = { accountId: check.accountId, address: context?.address ?? null };
    tell({ outcome, method, ...whence, durationMs, ...(why !== undefined && { why }) }, context);
    return verdict;
  }

  function recall(check: Check, password: string, context: SignInContext): boolean {
    const begun = clock.now().getTime();
    const guess = guessOf(check, password, secondFactorFor(check, context));
    if (!cache.holds(guess) || throttle.refuses(attemptOf(context, guess))) return false;
    const [{ accountId }, { address }] = [check, context];
    tell(
      { outcome: 'ok', method: 'cache', accountId, address, durationMs: clock.now().getTime() - begun },
      context,
    );
    return true;
  }

  function tell(signIn: SignInObservation, context: SignInContext | undefined): void {
    observe(signIn);
    context?.observe?.(signIn);
  }

  function guessOf({ facts }: Check, password: string, secondFactor: string | null): string {
    return cache.fingerprint(secondFactor === null ? facts : [...facts, secondFactor], password);
  }

  async function decide(check: Check, password: string, context?: SignInContext): Promise<Decision> {
    // An empty password is an unauthenticated bind upstream, and would succeed there (RFC 4513 section 5.1.2).
    if (password === '' || password.includes('\0')) return decided(WRONG, check);
    const secondFactor = secondFactorFor(check, context);
    const guess = guessOf(check, password, secondFactor);
    const key = check.isShared(secondFactor) ? guess : `${guess} ${unshared++}`;
    if (context === undefined) {
      return underWay.share(key, () =>
        checkOnce(check, password, { network: null, guess, secondFactor }, UNCOUNTED),
      );
    }
    const attempt = attemptOf(context, guess);
    // The same guess made twice at a time is one: shared first, it is counted once.
    return underWay.share(`${key} ${pairOf(attempt)}`, async () => {
      const settle = throttle.admit(attempt);
      if (settle === null) return { verdict: WRONG, outcome: 'throttled', method: check.method };
      return checkOnce(check, password, { ...attempt, secondFactor }, settle);
    });
  }

  async function checkOnce(
    check: Check,
    password: string,
    { network, guess, secondFactor }: Pick<Attempt, 'network' | 'guess'> & { secondFactor: string | null },
    settle: Settle,
  ): Promise<Decision> {
    const leftMs = cache.leftMs(guess);
    if (leftMs > 0) {
      // Were this 'ok', an app that binds all the time would keep the count of others' guesses at nothing.
      settle('unchecked');
      return { verdict: { ok: true, rememberMs: leftMs }, ...RECALLED };
    }
    const verdict = await share
      .take(network, () => check.run(password, secondFactor))
      .catch((error: unknown) => {
        settle('unchecked');
        throw error;
      });
    const decision = decided(verdict, check);
    // Who could not be checked is not counted: an outage upstream must not shut people out after it.
    settle(settlementOf(verdict));
    if (verdict.ok) {
      const lifetimeMs = check.method === 'remote' ? VERIFIED_REMOTELY_MS : VERIFIED_LOCALLY_MS;
      cache.add(guess, verdict.rememberMs ?? lifetimeMs);
    }
    return decision;
  }

  /** While a source does not answer, strangers must not learn by that who comes from there: nobody is just 'wrong'. */
  async function toStranger(decided: Promise<Verdict>): Promise<Verdict> {
    const verdict = await decided;
    return !verdict.ok && verdict.reason === 'wrong' && (remote?.isAway() || authority?.isAway())
      ? AWAY
      : verdict;
  }

  return {
    verify(account, password, context) {
      const verdict = signIn(checks.ofAccount(account, context?.door), password, context);
      return account === null || context?.door !== undefined ? toStranger(verdict) : verdict;
    },
    verifyNewcomer: (password, context) =>
      toStranger(signIn(checks.ofNewcomer(context.name), password, context)),
    verifySecret: (secret, password, context) =>
      toStranger(signIn(checks.ofSecret(secret), password, context)),
    recall: (account, password, context) =>
      recall(checks.ofAccount(account, context.door), password, context),
    recallSecret: (secret, password, context) => recall(checks.ofSecret(secret), password, context),
    forget: () => cache.forget(),
  };
}

const UNCOUNTED: Settle = () => {};
const RECALLED = { outcome: 'ok', method: 'cache' } as const;

/** Where it makes no difference, one more would be a fresh start for guesses. */
function secondFactorFor({ takesCode }: Check, context: SignInContext | undefined): string | null {
  return (takesCode && context?.secondFactor) || null;
}

function decided(verdict: Verdict, { method }: Check): Decision {
  return { verdict, outcome: outcomeOf(verdict), method };
}

function outcomeOf(verdict: Verdict): 'ok' | 'wrong' | 'unavailable' | 'busy' {
  if (verdict.ok) return 'ok';
  return verdict.reason === 'second-factor' ? 'wrong' : verdict.reason;
}

/** A right password without its code is no guess, and no sign-in either. */
function settlementOf(verdict: Verdict): Parameters<Settle>[0] {
  if (verdict.ok) return 'ok';
  return verdict.reason === 'wrong' ? 'wrong' : 'unchecked';
}

function busyOrThrow(check: Check): (error: unknown) => Decision {
  return (error) => {
    if (!(error instanceof DirectoryError && error.code === 'busy')) throw error;
    return decided({ ok: false, reason: 'busy', message: error.message }, check);
  };
}
