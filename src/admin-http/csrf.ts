/** Refuses forms that another site sent in a visitor's name. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './problem.ts';

/** What forms of one session carry: bound to the session, so that a token of another's is worth nothing. */
export function csrfTokenOf(sessionSecret: string): string {
  return createHmac('sha256', sessionSecret).update('roster form').digest('base64url');
}

/** Throws HttpProblem 403 unless the form carries the token of the session that sends it. */
export function requireOwnForm(expectedToken: string, givenToken: string): void {
  const expected = Buffer.from(expectedToken);
  const given = Buffer.from(givenToken);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new HttpProblem(
    403,
    'This form is out of date: go back, load the page again, and send it once more.',
  );
}

/**
 * Browsers say where a request comes from, and scripts cannot change what they say: Sec-Fetch-Site (Fetch Metadata), or
 * else Origin, which is compared with Host. Throws HttpProblem 403.
 */
export function refuseOtherSites({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  const { origin, host } = headers;
  const own =
    site === undefined
      ? origin === undefined || originHost(origin) === host
      : site === 'same-origin' || site === 'none';
  if (!own) throw new HttpProblem(403, 'The form was sent from another site.');
}

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
