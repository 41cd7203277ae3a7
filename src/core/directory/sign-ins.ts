/** Leaves an audit line where guesses at a password are refused: seldom, since whoever guesses decides how often. */
import { NO_AUTHORITY } from '../access/authority.ts';
import type { Clock } from '../clock.ts';
import { createBoundedMap } from '../credentials/bounded-map.ts';
import { networkOf } from '../credentials/network.ts';
import type { Actor } from '../model/audit.ts';
import type { SignIns } from './directory.ts';
import type { Journal } from './journal.ts';
import type { Store } from './store.ts';

/** One line for an account and a network in this time. */
export const GUESSES_QUIET_MS = 60 * 60_000;
/** Lines about all accounts together in the same time; also what is remembered. */
export const GUESSES_LINES_MAX = 200;

export interface SignInsDependencies {
  readonly store: Pick<Store, 'write'>;
  readonly clock: Clock;
  readonly journal: Journal;
}

export function createSignIns({ store, clock, journal }: SignInsDependencies): SignIns {
  const told = createBoundedMap<number>(GUESSES_LINES_MAX);
  let window = { begun: 0, lines: 0 };

  /** Whether to tell of it; counts it as told. */
  function isNews(key: string, now: number): boolean {
    const last = told.get(key);
    if (last !== undefined && now - last < GUESSES_QUIET_MS) return false;
    if (now - window.begun >= GUESSES_QUIET_MS) window = { begun: now, lines: 0 };
    if (window.lines >= GUESSES_LINES_MAX) return false;
    window = { ...window, lines: window.lines + 1 };
    told.set(key, now);
    return true;
  }

  return {
    async throttled({ accountId, address }) {
      const at = clock.now();
      const network = address === null ? null : networkOf(address);
      if (!isNews(`${accountId} ${network}`, at.getTime())) return;
      const actor: Actor = { door: 'ldap', name: 'nobody', address, authority: NO_AUTHORITY };
      const line = { at, actor, action: 'sign-in.throttled', subjectId: accountId, details: {}, changes: [] };
      await store.write((transaction) => journal(transaction, line));
    },
  };
}
