/** Lets people in at the pages: a password, checked as everywhere, becomes a session. */
import type { SignIn } from '../core/access/sign-in.ts';
import type { Clock } from '../core/clock.ts';
import { networkOf } from '../core/credentials/network.ts';
import type { Sessions } from '../core/directory/sessions.ts';
import { DirectoryError } from '../core/errors.ts';
import { FAILED_SIGN_INS_MAX, FAILED_SIGN_INS_WINDOW_MS } from './api/auth.ts';
import { createFailureCounter } from './failure-counter.ts';
import type { Visitors } from './page-router.tsx';
import type { SignInPort, SignInResult } from './pages/sign-in.tsx';

export interface WebSignInDependencies {
  readonly signIn: SignIn;
  readonly sessions: Pick<Sessions, 'start' | 'resolve' | 'end'>;
  readonly clock: Clock;
}

/** One for all reasons, lest it tell who has an account. */
const REFUSED = 'The name or the password is wrong, or the account cannot sign in.';
const TOO_MANY = 'Too many sign-ins from this address have failed; try again in some minutes.';

export function createWebSignIn({ signIn, sessions, clock }: WebSignInDependencies): SignInPort & Visitors {
  const windowMs = FAILED_SIGN_INS_WINDOW_MS;
  const failures = createFailureCounter({ max: FAILED_SIGN_INS_MAX, windowMs, clock });

  return {
    async signIn({ name, password, secondFactor, address, userAgent }) {
      const network = networkOf(address ?? '') ?? '';
      if (failures.exceeded(network)) return refused(TOO_MANY);
      const code = secondFactor === '' ? null : secondFactor;
      try {
        const result = await signIn({ name, password, code, address });
        if (result.kind === 'second-factor-needed') return result;
        if (result.kind === 'signed-in') {
          const { id: userId } = result.user;
          const { secret } = await sessions.start({
            ...{ userId, kind: 'page', address, userAgent },
            until: result.until,
          });
          return { kind: 'signed-in', secret };
        }
      } catch (error) {
        // Too many guesses, or a source that does not answer: said in the same place.
        if (error instanceof DirectoryError) return refused(error.message);
        throw error;
      }
      failures.add(network);
      return refused(REFUSED);
    },

    signOut: ({ actor, sessionId }) => sessions.end(actor, sessionId),

    async resolve(secret) {
      const open = await sessions.resolve(secret);
      if (open === null) return null;
      const { user, authority, session } = open;
      return {
        user,
        sessionId: session.id,
        actor: { door: 'http', name: user.username, address: session.address, authority },
      };
    },
  };
}

function refused(message: string): SignInResult {
  return { kind: 'refused', message };
}
