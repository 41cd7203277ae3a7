/** Credentials of a process that has them checked by another one, and answers by itself only what was found right there. */
import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../clock.ts';
import { DirectoryError } from '../errors.ts';
import { createBoundedMap } from './bounded-map.ts';
import { type Check, createChecks } from './check.ts';
import { PAUSE_MS_MAX } from './failure-tally.ts';
import { attemptOf, countedKeys, NAMES_MAX, NETWORKS_MAX, PAIRS_MAX } from './throttle.ts';
import type {
  Account,
  ProtectedCredentials,
  Secret,
  SignInContext,
  SignInObservation,
  Verdict,
} from './verdict.ts';
import { createVerifiedCache, VERIFIED_LOCALLY_MS, VERIFIED_REMOTELY_MS } from './verified-cache.ts';

/** What the other process is asked: see ProtectedCredentials. */
export type Question = {
  readonly password: string;
  readonly context: Omit<SignInContext, 'observe'>;
} & (
  | { readonly of: 'account'; readonly account: Account | null }
  | { readonly of: 'newcomer' }
  | { readonly of: 'secret'; readonly secret: Secret }
);

export interface Answer {
  readonly verdict: Verdict;
  /** null: it was refused before anything was looked at. */
  readonly seen: SignInObservation | null;
}

export interface DistantDependencies {
  ask(question: Question): Promise<Answer>;
  /** Tells the other process that a source changed. */
  tellForget(): void;
  readonly clock?: Clock;
  /** Whether the throttle over there may pause already, of which this process was not told. */
  readonly joinsLate?: boolean;
  /** Told of each sign-in that was answered here; must not throw. */
  readonly observe?: (signIn: SignInObservation) => void;
}

export interface DistantCredentials extends ProtectedCredentials {
  /** The throttle over there refuses attempts under this key until then, in milliseconds since the epoch. */
  paused(key: string, until: number): void;
}

/** Answers a question of DistantDependencies.ask. */
export async function answerQuestion(credentials: ProtectedCredentials, question: Question): Promise<Answer> {
  let seen: SignInObservation | null = null;
  const observe = (signIn: SignInObservation): void => {
    seen = signIn;
  };
  const verdict = await verdictOf(credentials, question, { ...question.context, observe });
  return { verdict, seen };
}

function verdictOf(
  credentials: ProtectedCredentials,
  question: Question,
  context: SignInContext,
): Promise<Verdict> {
  const { password } = question;
  switch (question.of) {
    case 'account':
      return credentials.verify(question.account, password, context);
    case 'newcomer':
      return credentials.verifyNewcomer(password, context);
    case 'secret':
      return credentials.verifySecret(question.secret, password, context);
  }
}

/**
 * The throttle stands over there and has the last word. Where it pauses, and while guesses at the same name or from the
 * same network are on their way to it, nothing is answered here: asking here must not be a way round it.
 */
export function createDistantCredentials({
  ask,
  tellForget,
  clock = systemClock,
  joinsLate = false,
  observe = () => {},
}: DistantDependencies): DistantCredentials {
  const cache = createVerifiedCache({ clock, random: randomBytes });
  const checks = createChecks({ passwords: NOT_CHECKED_HERE, remote: null, authority: null, extras: null });
  const pauses = createBoundedMap<number>(PAIRS_MAX + NAMES_MAX + NETWORKS_MAX);
  const underWay = new Map<string, number>();
  const knowsPausesFrom = joinsLate ? clock.now().getTime() + PAUSE_MS_MAX : 0;

  function guessOf({ facts, takesCode }: Check, password: string, { secondFactor }: SignInContext): string {
    return cache.fingerprint(takesCode && secondFactor ? [...facts, secondFactor] : facts, password);
  }

  function isDoubtful(key: string): boolean {
    return underWay.has(key) || Math.max(pauses.get(key) ?? 0, knowsPausesFrom) > clock.now().getTime();
  }

  function count(keys: readonly string[], change: 1 | -1): void {
    for (const key of keys) {
      const present = (underWay.get(key) ?? 0) + change;
      if (present === 0) underWay.delete(key);
      else underWay.set(key, present);
    }
  }

  async function askFor(check: Check | null, question: Question, context: SignInContext): Promise<Verdict> {
    const guess = check && guessOf(check, question.password, context);
    const keys = countedKeys(attemptOf(context, ''));
    count(keys, 1);
    try {
      const { verdict, seen } = await ask(question);
      if (guess !== null && verdict.ok) cache.add(guess, verdict.rememberMs ?? lifetimeOf(seen));
      if (seen !== null) context.observe?.(seen);
      return verdict;
    } finally {
      count(keys, -1);
    }
  }

  function recall(check: Check, password: string, context: SignInContext): boolean {
    const begun = clock.now().getTime();
    const isRemembered = cache.holds(guessOf(check, password, context));
    if (!isRemembered || countedKeys(attemptOf(context, '')).some(isDoubtful)) return false;
    const { accountId } = check;
    const durationMs = clock.now().getTime() - begun;
    const seen = { outcome: 'ok', method: 'cache', accountId, address: context.address, durationMs } as const;
    observe(seen);
    context.observe?.(seen);
    return true;
  }

  return {
    verify: (account, password, context = NOWHERE) =>
      askFor(
        checks.ofAccount(account, context.door),
        { of: 'account', account, password, context: spoken(context) },
        context,
      ),
    verifyNewcomer: (password, context) =>
      askFor(null, { of: 'newcomer', password, context: spoken(context) }, context),
    verifySecret: (secret, password, context = NOWHERE) =>
      askFor(checks.ofSecret(secret), { of: 'secret', secret, password, context: spoken(context) }, context),
    recall: (account, password, context) =>
      recall(checks.ofAccount(account, context.door), password, context),
    recallSecret: (secret, password, context) => recall(checks.ofSecret(secret), password, context),
    forget() {
      cache.forget();
      tellForget();
    },
    paused: (key, until) => pauses.set(key, until),
  };
}

/** For who gives no context: counted like everybody. */
const NOWHERE: SignInContext = { address: null, name: '' };

const notHere = (): Promise<never> =>
  Promise.reject(new DirectoryError('unavailable', 'Passwords are checked by another process.'));
const NOT_CHECKED_HERE = { verify: notHere, verifyNobody: notHere };

/** What goes over to the other process. */
function spoken({ observe: _stays, ...context }: SignInContext): Question['context'] {
  return context;
}

function lifetimeOf(seen: SignInObservation | null): number {
  switch (seen?.method) {
    case 'local':
      return VERIFIED_LOCALLY_MS;
    case 'remote':
      return VERIFIED_REMOTELY_MS;
    default:
      return 0;
  }
}
