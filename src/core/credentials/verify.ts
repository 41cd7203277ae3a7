/** Decides whether a password opens an account, at most as often as the throttle lets guesses through. */
import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import { type Check, type ChecksDependencies, createChecks, OK, WRONG } from './check.ts';
import { createNetworkShare } from './network-share.ts';
import { createSingleFlight } from './single-flight.ts';
import { type Attempt, attemptOf, createThrottle, pairOf, type Settle, type Throttle } from './throttle.ts';
import type { ProtectedCredentials, SignInContext, SignInObservation, Verdict } from './verdict.ts';
import {
  createVerifiedCache,
  VERIFIED_LOCALLY_MS,
  VERIFIED_REMOTELY_MS,
  type VerifiedCache,
} from './verified-cache.ts';

/** Sign-ins under way at a time, with those that share a check; more are 'busy'. */
export const SIGN_INS_MAX = 2000;

export interface CredentialsDependencies extends ChecksDependencies {
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
  clock = systemClock,
  cache = createVerifiedCache({ clock, random: randomBytes }),
  throttle = createThrottle({ clock }),
  observe = () => {},
}: CredentialsDependencies): ProtectedCredentials {
  const checks = createChecks({ passwords, remote });
  const underWay = createSingleFlight<Decision>(SIGN_INS_MAX);
  const share = createNetworkShare();

  async function signIn(check: Check, password: string, context?: SignInContext): Promise<Verdict> {
    const begun = clock.now().getTime();
    const decision = await decide(check, password, context).catch(busyOrThrow(check));
    const durationMs = clock.now().getTime() - begun;
    const { verdict, outcome, method } = decision;
    observe({ outcome, method, accountId: check.accountId, address: context?.address ?? null, durationMs });
    return verdict;
  }

  async function decide(check: Check, password: string, context?: SignInContext): Promise<Decision> {
    // An empty password is an unauthenticated bind upstream, and would succeed there (RFC 4513 section 5.1.2).
    if (password === '' || password.includes('\0')) return decided(WRONG, check);
    const guess = cache.fingerprint(check.facts, password);
    if (context === undefined) {
      return underWay.share(guess, () => checkOnce(check, password, { network: null, guess }, UNCOUNTED));
    }
    const attempt = attemptOf(context, guess);
    // The same guess made twice at a time is one: shared first, it is counted once.
    return underWay.share(`${guess} ${pairOf(attempt)}`, async () => {
      const settle = throttle.admit(attempt);
      if (settle === null) return { verdict: WRONG, outcome: 'throttled', method: check.method };
      return checkOnce(check, password, attempt, settle);
    });
  }

  async function checkOnce(
    check: Check,
    password: string,
    { network, guess }: Pick<Attempt, 'network' | 'guess'>,
    settle: Settle,
  ): Promise<Decision> {
    if (cache.holds(guess)) {
      // Were this 'ok', an app that binds all the time would keep the count of others' guesses at nothing.
      settle('unchecked');
      return { verdict: OK, outcome: 'ok', method: 'cache' };
    }
    const verdict = await share
      .take(network, () => check.run(password))
      .catch((error: unknown) => {
        settle('unchecked');
        throw error;
      });
    const decision = decided(verdict, check);
    // Who could not be checked is not counted: an outage upstream must not shut people out after it.
    settle(decision.outcome === 'ok' || decision.outcome === 'wrong' ? decision.outcome : 'unchecked');
    if (verdict.ok) cache.add(guess, check.method === 'remote' ? VERIFIED_REMOTELY_MS : VERIFIED_LOCALLY_MS);
    return decision;
  }

  return {
    verify: (account, password, context) => signIn(checks.ofAccount(account), password, context),
    verifySecret: (secret, password, context) => signIn(checks.ofSecret(secret), password, context),
    forget: () => cache.forget(),
  };
}

const UNCOUNTED: Settle = () => {};

function decided(verdict: Verdict, { method }: Check): Decision {
  return { verdict, outcome: verdict.ok ? 'ok' : verdict.reason, method };
}

function busyOrThrow(check: Check): (error: unknown) => Decision {
  return (error) => {
    if (!(error instanceof DirectoryError && error.code === 'busy')) throw error;
    return decided({ ok: false, reason: 'busy', message: error.message }, check);
  };
}
