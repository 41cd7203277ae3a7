/** Finds out who asks, by the bearer token of the request (RFC 6750), and slows down who guesses tokens. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { NO_AUTHORITY, SYSTEM_AUTHORITY } from '../core/access/authority.ts';
import type { Clock } from '../core/clock.ts';
import { networkOf } from '../core/credentials/network.ts';
import type { Sessions, SignedIn } from '../core/directory/sessions.ts';
import type { Tokens } from '../core/directory/tokens.ts';
import type { Actor } from '../core/model/audit.ts';
import type { AccessTokens } from './access-tokens.ts';
import { createFailureCounter } from './failure-counter.ts';
import { HttpProblem } from './problem.ts';

/** Wrong tokens that one network may show within the window before it is refused unheard. */
export const WRONG_TOKENS_MAX = 20;
const WRONG_TOKENS_WINDOW_MS = 60_000;
const MISSING = 'Send the API token as "Authorization: Bearer <token>".';

export interface Caller {
  readonly actor: Actor;
  /** null for tokens, which belong to no session. */
  readonly sessionId: string | null;
}

/** 'anybody': whoever shows no token is a stranger. Throws HttpProblem 401 or 429. */
export type Identify = (
  request: Pick<Request, 'ip' | 'headers'>,
  who: 'anybody' | 'signed-in',
) => Promise<Caller>;

export interface IdentifyDependencies {
  /** The installation's own, with all rights. */
  readonly apiToken: string;
  readonly accessTokens: Pick<AccessTokens, 'read'>;
  readonly sessions: Pick<Sessions, 'byId'>;
  readonly tokens: Pick<Tokens, 'resolve'>;
  readonly clock: Clock;
}

export function createIdentify(dependencies: IdentifyDependencies): Identify {
  const find = createFind(dependencies);
  const { clock } = dependencies;
  const failures = createFailureCounter({ max: WRONG_TOKENS_MAX, windowMs: WRONG_TOKENS_WINDOW_MS, clock });
  return async (request, who) => {
    const address = request.ip ?? null;
    const network = networkOf(address ?? '') ?? '';
    if (who === 'anybody') return caller({ name: 'nobody', authority: NO_AUTHORITY }, address, null);
    if (failures.exceeded(network)) {
      const sentence = 'Too many wrong tokens came from this address; try again in a minute.';
      throw new HttpProblem(429, sentence, {}, { 'Retry-After': String(WRONG_TOKENS_WINDOW_MS / 1000) });
    }
    const given = /^Bearer +([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) throw unauthenticated(MISSING);
    const found = await find(given);
    if (typeof found !== 'string') return caller(found, address, found.sessionId);
    // Who knows a token that was right once does not guess.
    if (found === 'wrong') failures.add(network);
    throw unauthenticated(SENTENCES[found]);
  };
}

const SENTENCES = {
  wrong: 'The API token is wrong.',
  expired: 'The access token has expired: get another by POST /api/v1/auth/refresh.',
  ended: 'The session has ended: sign in again.',
} as const;

interface Found extends Pick<Actor, 'name' | 'authority'> {
  readonly sessionId: string | null;
}

function createFind({ apiToken, accessTokens, sessions, tokens }: IdentifyDependencies) {
  const expected = digest(apiToken);
  return async (given: string): Promise<Found | keyof typeof SENTENCES> => {
    // Digests have one length, so that the comparison tells nothing about the token's.
    if (timingSafeEqual(digest(given), expected)) {
      return { name: 'api-token', authority: SYSTEM_AUTHORITY, sessionId: null };
    }
    if (!JWT.test(given)) return foundOf(await tokens.resolve(given), null) ?? 'wrong';
    const named = await accessTokens.read(given);
    if (named === 'forged') return 'wrong';
    if (named === 'expired') return 'expired';
    return foundOf(await sessions.byId(named.sessionId), named.sessionId) ?? 'ended';
  };
}

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

function foundOf(signedIn: SignedIn | null, sessionId: string | null): Found | null {
  return signedIn && { name: signedIn.user.username, authority: signedIn.authority, sessionId };
}

function caller(
  { name, authority }: Pick<Actor, 'name' | 'authority'>,
  address: string | null,
  sessionId: string | null,
): Caller {
  return { actor: { door: 'http', name, address, authority }, sessionId };
}

function unauthenticated(sentence: string): HttpProblem {
  return new HttpProblem(401, sentence, {}, { 'WWW-Authenticate': 'Bearer realm="roster"' });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
