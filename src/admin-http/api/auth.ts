/** /auth: a password for a pair of tokens, a fresh pair for the old one, and the end of it. */
import { z } from 'zod';
import type { SignInResult } from '../../core/access/sign-in.ts';
import type { Clock } from '../../core/clock.ts';
import { networkOf } from '../../core/credentials/network.ts';
import type { Sessions, StartedSession } from '../../core/directory/sessions.ts';
import { DirectoryError } from '../../core/errors.ts';
import { publicUser } from '../../core/model/public.ts';
import { ACCESS_TOKEN_SECONDS, type AccessTokens } from '../access-tokens.ts';
import { createFailureCounter } from '../failure-counter.ts';
import { HttpProblem } from '../problem.ts';
import { PASSWORD, TEXT } from './fields.ts';
import { type Answer, NO_CONTENT, ok, type Route, route } from './route.ts';
import { USER } from './user-fields.ts';

export interface AuthApiDependencies {
  /** Checks a password, and whatever else is asked of its user. */
  readonly signIn: (attempt: {
    readonly name: string;
    readonly password: string;
    readonly code: string | null;
    readonly address: string | null;
  }) => Promise<SignInResult>;
  readonly sessions: Pick<Sessions, 'start' | 'rotate' | 'end'>;
  readonly accessTokens: Pick<AccessTokens, 'issue'>;
  readonly clock: Clock;
}

/** Failed sign-ins that one network may have within the window before it is refused unheard. */
export const FAILED_SIGN_INS_MAX = 30;
export const FAILED_SIGN_INS_WINDOW_MS = 5 * 60_000;

const SIGN_IN = z.strictObject({
  username: TEXT.describe('Username or e-mail address.'),
  password: PASSWORD,
  totp: z.string().max(100).exactOptional().describe('Code of the second factor, or a recovery code.'),
});

const PAIR = z
  .object({
    accessToken: z.string().describe('Goes into the header Authorization, after "Bearer ".'),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().describe('Seconds until the access token expires.'),
    refreshToken: z.string().describe('Good once.'),
    user: USER,
  })
  .meta({ id: 'TokenPair', description: 'A pair of tokens.' });

export function authRoutes({ signIn, sessions, accessTokens, clock }: AuthApiDependencies): readonly Route[] {
  const guarded = createGuard(clock);

  async function pairOf(started: StartedSession): Promise<Answer> {
    const accessToken = await accessTokens.issue(started.session);
    return ok({
      accessToken,
      tokenType: 'Bearer',
      expiresIn: ACCESS_TOKEN_SECONDS,
      refreshToken: started.secret,
      user: publicUser(started.user),
    });
  }

  return [
    route({
      method: 'post',
      path: '/auth/sign-in',
      tag: 'Authentication',
      summary: 'Sign in',
      needs: 'nothing',
      body: SIGN_IN,
      answers: { 200: PAIR },
      handle: ({ body, actor: { address }, userAgent }) =>
        guarded(
          address,
          async () => {
            const { username: name, password, totp: code = null } = body;
            const result = await signIn({ name, password, code, address });
            if (result.kind === 'second-factor-needed') throw secondFactorNeeded();
            if (result.kind !== 'signed-in') return null;
            const { user, until } = result;
            return pairOf(await sessions.start({ userId: user.id, kind: 'api', address, userAgent, until }));
          },
          'The username or the password is wrong.',
        ),
    }),
    route({
      method: 'post',
      path: '/auth/refresh',
      tag: 'Authentication',
      summary: 'Exchange a refresh token for a new pair of tokens',
      needs: 'nothing',
      body: z.strictObject({ refreshToken: TEXT }),
      answers: { 200: PAIR },
      handle: ({ body, actor }) =>
        guarded(
          actor.address,
          async () => {
            const started = await sessions.rotate(body.refreshToken);
            return started?.session.kind === 'api' ? pairOf(started) : null;
          },
          'The refresh token is not good, or no longer: sign in again.',
        ),
    }),
    signOutRoute(sessions),
  ];
}

/** Runs what may fail (null) by a guess, unless this network has guessed too often. */
function createGuard(clock: Clock) {
  const failures = createFailureCounter({
    max: FAILED_SIGN_INS_MAX,
    windowMs: FAILED_SIGN_INS_WINDOW_MS,
    clock,
  });
  return async (
    address: string | null,
    attempt: () => Promise<Answer | null>,
    sentence: string,
  ): Promise<Answer> => {
    const network = networkOf(address ?? '') ?? '';
    if (failures.exceeded(network)) throw tooMany();
    const answer = await attempt();
    if (answer !== null) return answer;
    failures.add(network);
    throw new DirectoryError('unauthenticated', sentence);
  };
}

function signOutRoute(sessions: Pick<Sessions, 'end'>): Route {
  return route({
    method: 'post',
    path: '/auth/sign-out',
    tag: 'Authentication',
    summary: 'End the session of the access token',
    needs: 'sign-in',
    answers: { 204: null },
    async handle({ actor, sessionId }) {
      if (sessionId === null) {
        throw new DirectoryError('conflict', 'This token belongs to no session: revoke it instead.');
      }
      await sessions.end(actor, sessionId);
      return NO_CONTENT;
    },
  });
}

function tooMany(): HttpProblem {
  const sentence = 'Too many sign-ins from this address have failed; try again in some minutes.';
  return new HttpProblem(429, sentence, {}, { 'Retry-After': String(FAILED_SIGN_INS_WINDOW_MS / 1000) });
}

function secondFactorNeeded(): HttpProblem {
  return new HttpProblem(401, 'Send the code of the second factor as well.', {
    code: 'second-factor-needed',
    field: 'totp',
  });
}
