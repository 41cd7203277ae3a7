/** Checks passwords at the external authority, and brings in whom it lets in. */
import pLimit from 'p-limit';
import type { Clock } from '../core/clock.ts';
import { AWAY, type ExternalAuthority, type Verdict } from '../core/credentials/verdict.ts';
import type {
  ExternalAuthorityAccess,
  ExternalAuthorityKeeper,
} from '../core/directory/external-authority.ts';
import type { ExternalPeople } from '../core/directory/external-people.ts';
import { DirectoryError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { normaliseEmail, normaliseUsername } from '../core/model/names.ts';
import { readAnswer } from './answer.ts';
import { post } from './post.ts';
import { reasonOf } from './reason.ts';

export interface ExternalAuthorityDependencies {
  readonly authority: Pick<ExternalAuthorityKeeper, 'access'>;
  readonly people: ExternalPeople;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/** Under way at a time, and waiting for their turn; more, and who waits for longer than an answer may take, are told to come again. */
export const CHECKS_MAX = 16;
export const CHECKS_WAITING_MAX = 200;
/** So long a password that was right is not asked about again. */
export const REMEMBER_MS = 60_000;
/** So long it counts as away when it could not be asked, unless it answers. */
export const AWAY_MS = 30_000;

const OK: Verdict = { ok: true, rememberMs: REMEMBER_MS };
const REFUSED: Verdict = { ok: false, reason: 'wrong', why: 'authority' };
const BUSY: Verdict = {
  ok: false,
  reason: 'busy',
  message: 'Too many sign-ins wait for the external authority.',
};

const HTTP_OK = 200;
const HTTP_UNAUTHORIZED = 401;

export function createExternalAuthority({
  authority,
  people,
  clock,
  log,
}: ExternalAuthorityDependencies): ExternalAuthority {
  const turn = pLimit(CHECKS_MAX);
  let awaySince: number | null = null;

  async function ask(access: ExternalAuthorityAccess, name: string, password: string): Promise<Verdict> {
    const { status, text } = await post(access, { username: name, password });
    if (status === HTTP_OK || status === HTTP_UNAUTHORIZED) awaySince = null;
    if (status === HTTP_UNAUTHORIZED) return REFUSED;
    if (status !== HTTP_OK) return away(`it answered with status ${status}`);
    const person = readAnswer(text, name);
    if (person === null) return away('its answer cannot be read, or is about somebody else');
    const { user, ignoredRoles, addressTaken } = await people.admit(person);
    const { id } = user;
    if (ignoredRoles.length > 0)
      log.warn({ user: id, roles: ignoredRoles }, 'roles of the authority were ignored');
    if (addressTaken) log.warn({ user: id }, 'an e-mail address of the authority is taken, and was left out');
    return user.active ? OK : REFUSED;
  }

  function away(why: string): Verdict {
    awaySince = clock.now().getTime();
    log.warn({ why }, 'the external authority could not check a password');
    return AWAY;
  }

  /** Somebody who is let in there, but cannot be here, is refused; outside that looks like a wrong password. */
  function failed(error: unknown): Verdict {
    if (!(error instanceof DirectoryError)) return away(reasonOf(error));
    if (error.code !== 'conflict' && error.code !== 'invalid') return away(error.message);
    log.warn({ why: error.message }, 'somebody whom the external authority lets in was refused');
    return REFUSED;
  }

  return {
    isAway: () => awaySince !== null && clock.now().getTime() - awaySince < AWAY_MS,

    async check(name, password) {
      try {
        const access = await authority.access();
        if (access === null) return null;
        if (!isPossible(name)) return REFUSED;
        if (turn.pendingCount >= CHECKS_WAITING_MAX) return BUSY;
        const waitsUntil = clock.now().getTime() + access.timeoutSeconds * 1000;
        return await turn(() => (clock.now().getTime() > waitsUntil ? BUSY : ask(access, name, password)));
      } catch (error) {
        return failed(error);
      }
    },
  };
}

/** What is no username or address here is not told to others: people type passwords in the place of names. */
function isPossible(name: string): boolean {
  try {
    return (name.includes('@') ? normaliseEmail(name) : normaliseUsername(name)) !== '';
  } catch {
    return false;
  }
}
