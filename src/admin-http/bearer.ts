/** Lets through who shows the API token (RFC 6750), and slows down who guesses it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Clock } from '../core/clock.ts';
import { networkOf } from '../core/credentials/network.ts';
import { createFailureCounter } from './failure-counter.ts';
import { HttpProblem } from './problem.ts';

/** Wrong tokens that one network may show within the window before it is refused unheard. */
export const WRONG_TOKENS_MAX = 20;
const WRONG_TOKENS_WINDOW_MS = 60_000;
const MISSING = 'Send the API token as "Authorization: Bearer <token>".';

export function requireBearer({
  token,
  clock,
}: {
  readonly token: string;
  readonly clock: Clock;
}): RequestHandler {
  const expected = digest(token);
  const failures = createFailureCounter({ max: WRONG_TOKENS_MAX, windowMs: WRONG_TOKENS_WINDOW_MS, clock });
  return (request, response, next) => {
    const network = networkOf(request.socket.remoteAddress ?? '') ?? '';
    if (failures.exceeded(network)) {
      response.setHeader('Retry-After', String(WRONG_TOKENS_WINDOW_MS / 1000));
      throw new HttpProblem(429, 'Too many wrong tokens came from this address; try again in a minute.');
    }
    const given = /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    // Digests have one length, so that the comparison tells nothing about the token's.
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return next();
    if (given !== undefined) failures.add(network);
    response.setHeader('WWW-Authenticate', 'Bearer realm="roster"');
    throw new HttpProblem(401, given === undefined ? MISSING : 'The API token is wrong.');
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
