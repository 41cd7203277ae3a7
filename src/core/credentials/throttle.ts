/** Slows down who guesses passwords; docs/decisions/0009-sign-in-protection.md says why in this way. */
import { hash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { foldCase } from '../syntax/folding.ts';
import { type BoundedMap, createBoundedMap } from './bounded-map.ts';
import { isPaused, type Tally, type TallyRule, withFailure, withoutFailure } from './failure-tally.ts';
import { networkOf } from './network.ts';
import type { SignInContext } from './verdict.ts';

const MINUTE_MS = 60_000;
/** One name from one network: a person's typos are free, a guesser comes down to one guess a minute. */
export const PAIR_RULE: TallyRule = { free: 5, forgetMs: MINUTE_MS };
/** One name from everywhere, except where it signed in before: for guessers who come from many networks. */
export const NAME_RULE: TallyRule = { free: 50, forgetMs: MINUTE_MS };
/**
 * All names from one network: an app or a site with thousands of people behind one address mistypes half a
 * thousand times in a row, and then thirty times a minute, before it waits. More than the queues of checks hold, so
 * that right passwords that come all at once never count as too many.
 */
export const NETWORK_RULE: TallyRule = { free: 500, forgetMs: 2000 };
/** So long the last wrong password for a name is refused unseen: an old one in a phone is no new guess. */
export const REPEAT_MS = MINUTE_MS;

/** Beyond these the ones used longest ago are forgotten; together some 10 MB. Only checked attempts make entries. */
export const PAIRS_MAX = 20_000;
export const NAMES_MAX = 10_000;
export const NETWORKS_MAX = 10_000;

/** One guess: this password for this name from there. */
export interface Attempt {
  /** null: unknown. */
  readonly network: string | null;
  /** A hash of the name: of one length, and no store of what people type by mistake. */
  readonly name: string;
  /** Stands for name and password; equal for equal guesses. */
  readonly guess: string;
}

/** What became of an attempt; unchecked: the password was not looked at anew, which counts neither way. */
export type Settle = (outcome: 'ok' | 'wrong' | 'unchecked') => void;

export interface Throttle {
  /**
   * null: refused for now, whatever the password. Else the attempt counts as failed until it is settled, so that
   * guesses made all at once are counted too.
   */
  admit(attempt: Attempt): Settle | null;
  /** Whether admit would refuse the attempt; it counts neither way. */
  refuses(attempt: Attempt): boolean;
}

interface Counter {
  readonly tallies: BoundedMap<Tally>;
  readonly rule: TallyRule;
  readonly key: string;
}

/** Told of each pause that begins: of which of countedKeys, and when it ends, in milliseconds since the epoch. */
export type PauseListener = (key: string, until: number) => void;

export interface ThrottleDependencies {
  readonly clock: Clock;
  readonly onPause?: PauseListener;
}

/** It knows names only, not accounts: who is there and who is not cannot differ. */
export function createThrottle({ clock, onPause = () => {} }: ThrottleDependencies): Throttle {
  const pairs = createBoundedMap<Tally>(PAIRS_MAX);
  const names = createBoundedMap<Tally>(NAMES_MAX);
  const networks = createBoundedMap<Tally>(NETWORKS_MAX);
  /** Pairs that have signed in: who locks a name out from elsewhere does not lock it out here. */
  const familiar = createBoundedMap<true>(PAIRS_MAX);
  const wrongGuesses = createBoundedMap<{ readonly guess: string; readonly at: number }>(PAIRS_MAX);

  function countersOf({ network, name }: Attempt, pair: string): readonly Counter[] {
    const counters: Counter[] = [{ tallies: pairs, rule: PAIR_RULE, key: pair }];
    if (familiar.get(pair) === undefined) counters.push({ tallies: names, rule: NAME_RULE, key: name });
    if (network !== null) counters.push({ tallies: networks, rule: NETWORK_RULE, key: network });
    return counters;
  }

  function isRefused(counters: readonly Counter[], pair: string, guess: string, now: number): boolean {
    return (
      isRepeated(pair, guess, now) || counters.some(({ tallies, key }) => isPaused(tallies.get(key), now))
    );
  }

  function isRepeated(pair: string, guess: string, now: number): boolean {
    const wrong = wrongGuesses.get(pair);
    return wrong?.guess === guess && now >= wrong.at && now - wrong.at < REPEAT_MS;
  }

  return {
    admit(attempt) {
      const now = clock.now().getTime();
      const pair = pairOf(attempt);
      const counters = countersOf(attempt, pair);
      if (isRefused(counters, pair, attempt.guess, now)) return null;
      const takeBacks = counters.map((counter) => charge(counter, now, onPause));
      return (outcome) => {
        if (outcome === 'wrong') {
          wrongGuesses.set(pair, { guess: attempt.guess, at: clock.now().getTime() });
          return;
        }
        for (const takeBack of takeBacks) takeBack();
        if (outcome === 'unchecked') return;
        pairs.delete(pair);
        familiar.set(pair, true);
      };
    },
    refuses(attempt) {
      const pair = pairOf(attempt);
      return isRefused(countersOf(attempt, pair), pair, attempt.guess, clock.now().getTime());
    },
  };
}

/** The attempt that a door describes. */
export function attemptOf({ address, name }: SignInContext, guess: string): Attempt {
  const network = address === null ? null : networkOf(address);
  return { network, name: hash('sha256', foldCase(name), 'base64url'), guess };
}

export function pairOf({ network, name }: Pick<Attempt, 'network' | 'name'>): string {
  return `${network ?? ''} ${name}`;
}

/** Under which an attempt is counted. */
export function countedKeys(attempt: Pick<Attempt, 'network' | 'name'>): readonly string[] {
  const { network, name } = attempt;
  return network === null ? [pairOf(attempt), name] : [pairOf(attempt), name, network];
}

/** Counts a failure; returns how to take it back. */
function charge({ tallies, rule, key }: Counter, now: number, onPause: PauseListener): () => void {
  const before = tallies.get(key);
  const charged = withFailure(before, rule, now);
  tallies.set(key, charged);
  if (charged.pauseMs > 0) onPause(key, now + charged.pauseMs);
  return () => {
    const present = tallies.get(key);
    if (present === undefined) return;
    if (present !== charged) tallies.set(key, withoutFailure(present, rule));
    else if (before === undefined) tallies.delete(key);
    else tallies.set(key, before);
  };
}
