/** Checks an imported person's password where it lives: at the source, by a bind of its own. */
import { AWAY, type RemoteVerifier, type Verdict } from '../core/credentials/verdict.ts';
import type { Sources } from '../core/directory/directory.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { Origin } from '../core/model/origin.ts';
import type { Source } from '../core/model/source.ts';
import type { Away } from './away.ts';
import type { BoundedWork } from './bounded-work.ts';
import { findImported } from './person-lookup.ts';
import { presets, signInOf } from './presets/index.ts';
import type { SourceDoor } from './source-door.ts';
import { createTurns, inTurn } from './turns.ts';

export interface RemotePasswordDependencies {
  readonly sources: Pick<Sources, 'byId'>;
  readonly door: SourceDoor;
  readonly work: BoundedWork;
  readonly away: Pick<Away, 'failed' | 'answered'>;
  readonly log: Logger;
}

/** Checks under way at a time at one source, each with one connection after the other. */
export const CHECKS_MAX = 16;
/** Checks that wait for their turn at one source; more are told to come again. */
export const CHECKS_WAITING_MAX = 200;

const WRONG = { ok: false, reason: 'wrong' } as const;
const CROWDED: Verdict = {
  ok: false,
  reason: 'busy',
  message: 'Too many sign-ins wait for the directory upstream.',
};

interface Attempt {
  readonly origin: Origin;
  readonly username: string;
  readonly password: string;
  readonly secondFactor: string | null;
}

export function createRemotePassword(dependencies: RemotePasswordDependencies): RemoteVerifier['verify'] {
  const { sources, door, work, away, log } = dependencies;
  const turnAt = createTurns(CHECKS_MAX);

  async function check(attempt: Attempt): Promise<Verdict> {
    const source = await sources.byId(attempt.origin.sourceId);
    if (source === null) return AWAY;
    if (!source.enabled) {
      log.info({ source: source.name }, 'somebody of a disabled source tried to sign in');
      return { ...WRONG, why: 'disabled' };
    }
    const { timeLimitSeconds } = signInOf(source, presets[source.preset]);
    const late = `The directory upstream did not answer within ${timeLimitSeconds} seconds.`;
    const turn = turnAt(source.id);
    if (turn.pendingCount >= CHECKS_WAITING_MAX) return CROWDED;
    try {
      const limit = { ms: timeLimitSeconds * 1000, late };
      const verdict = await work.run(limit, (signal) =>
        inTurn(turn, signal, () => checkAt(door, source, attempt, signal)),
      );
      const isAway = !verdict.ok && verdict.reason === 'unavailable';
      if (isAway) away.failed(source.id);
      else away.answered(source.id);
      return told(source, attempt, isAway ? AWAY : verdict);
    } catch (error) {
      log.warn({ source: source.name, error: sentenceOf(error) }, 'a password could not be checked upstream');
      const isBusy = error instanceof DirectoryError && error.code === 'busy';
      if (isBusy) return { ok: false, reason: 'busy', message: error.message };
      away.failed(source.id);
      return AWAY;
    }
  }

  /** Why it refused is for the log alone. */
  function told(source: Source, { origin }: Attempt, verdict: Verdict): Verdict {
    if (!verdict.ok) {
      const why = verdict.reason === 'wrong' ? (verdict.why ?? 'wrong-password') : verdict.reason;
      log.info({ source: source.name, externalId: origin.externalId, why }, 'a sign-in was refused upstream');
    }
    return verdict;
  }

  return async (origin, username, password, secondFactor = null) => {
    // RFC 4513 section 5.1.2: a bind with an empty password succeeds as anonymous. It must not reach the wire.
    if (password === '' || password.includes('\0')) return WRONG;
    try {
      return await check({ origin, username, password, secondFactor });
    } catch (error) {
      log.warn({ error: sentenceOf(error) }, 'a password could not be checked upstream');
      return AWAY;
    }
  };
}

async function checkAt(
  door: SourceDoor,
  source: Source,
  { origin, username, password, secondFactor }: Attempt,
  signal: AbortSignal,
): Promise<Verdict> {
  const place = { source, preset: presets[source.preset] };
  const found = await door.asReader(place, signal, (reader) => findImported(reader, place, origin, username));
  if (found === null) return { ok: false, reason: 'wrong', why: 'unknown' };
  if (found.user.disabled) return { ok: false, reason: 'wrong', why: 'disabled' };
  const verdict = await door.signIn(place, signal, found.entry.dn, password, secondFactor);
  if (!verdict.ok) return verdict;
  // A code is good once: remembered, it would open again for whoever has seen it.
  const { rememberSeconds } = signInOf(source, place.preset);
  return { ok: true, rememberMs: secondFactor === null ? rememberSeconds * 1000 : 0 };
}

function sentenceOf(error: unknown): string {
  return error instanceof DirectoryError
    ? error.message
    : 'The password could not be checked: an internal error.';
}
