/** Lets people in at the pages who have signed in at the OpenID provider. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { SignInSeen } from '../../core/activity/activity.ts';
import type { Clock } from '../../core/clock.ts';
import { networkOf } from '../../core/credentials/network.ts';
import type { SecretBox } from '../../core/credentials/secrets.ts';
import type { ExtraVerifier } from '../../core/credentials/verdict.ts';
import type { OpenIdClient, OpenIdKeeper } from '../../core/directory/openid.ts';
import type { Sessions } from '../../core/directory/sessions.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { User } from '../../core/model/user.ts';
import { FAILED_SIGN_INS_MAX, FAILED_SIGN_INS_WINDOW_MS } from '../api/auth.ts';
import { createFailureCounter } from '../failure-counter.ts';
import type { OpenIdSignInPort } from '../pages/openid-sign-in.tsx';
import { type Attempt, createOpenIdProvider } from './provider.ts';

export interface OpenIdSignInDependencies {
  readonly openId: Pick<OpenIdKeeper, 'label' | 'client' | 'admit'>;
  readonly sessions: Pick<Sessions, 'start'>;
  readonly confirmSecondFactor: ExtraVerifier['confirm'];
  /** Told of each sign-in with its reason; must not throw. */
  readonly observeSignIn: (seen: SignInSeen) => void;
  readonly secretBox: SecretBox;
  /** Of the pages as people reach them. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** To which the provider sends people back, below the public URL. */
export const OPENID_CALLBACK = '/sign-in/openid/callback';
/** For the way to the provider and back; and for typing a code after it. */
const ATTEMPT_MS = 10 * 60_000;
const ATTEMPT_BOUND_TO = 'openid attempt';
const CODE_BOUND_TO = 'openid second factor';
const CODES_MAX = 5;

const ATTEMPT = z.strictObject({
  ...{ state: z.string(), nonce: z.string(), verifier: z.string() },
  ...{ issuer: z.string(), to: z.string(), until: z.number() },
});
const CODE_ASKED = z.strictObject({
  userId: z.string(),
  username: z.string(),
  to: z.string(),
  until: z.number(),
});

const FAILED = 'The sign-in did not succeed there, or is out of date: begin once more.';
const TOO_MANY = 'Too many sign-ins from this address have failed; try again in some minutes.';
const WRONG_CODE = 'The code is wrong, or was used before: wait for the next one.';

interface Whence {
  readonly address: string | null;
  readonly userAgent: string;
}

export function createOpenIdSignIn(dependencies: OpenIdSignInDependencies): OpenIdSignInPort {
  const { openId, sessions, confirmSecondFactor, observeSignIn, secretBox, publicUrl, clock, log } =
    dependencies;
  const provider = createOpenIdProvider({ clock });
  const counted = { windowMs: FAILED_SIGN_INS_WINDOW_MS, clock };
  const failures = createFailureCounter({ max: FAILED_SIGN_INS_MAX, ...counted });
  const wrongCodes = createFailureCounter({ max: CODES_MAX, ...counted });
  const later = () => clock.now().getTime() + ATTEMPT_MS;
  const tell = (name: string, address: string | null, reason: SignInSeen['reason']) =>
    observeSignIn({ door: 'web', name, address, through: null, applicationId: null, reason });

  function opened<Schema extends z.ZodType<{ until: number }>>(
    schema: Schema,
    text: string,
    boundTo: string,
  ) {
    try {
      const found = schema.parse(JSON.parse(secretBox.open(text, boundTo)));
      return clock.now().getTime() < found.until ? found : null;
    } catch {
      return null;
    }
  }

  async function start(userId: string, name: string, elsewhere: boolean, to: string, whence: Whence) {
    const session = { userId, kind: 'page', secondFactorElsewhere: elsewhere, ...whence } as const;
    const { secret } = await sessions.start(session);
    tell(name, whence.address, 'ok');
    return { kind: 'signed-in', secret, to } as const;
  }

  async function admitted(
    client: OpenIdClient,
    url: URL,
    attempt: Attempt,
    whence: Whence,
  ): Promise<User | string> {
    try {
      return await openId.admit(await provider.personAt(client, url, attempt), whence.address);
    } catch (error) {
      tell('...', whence.address, 'openid-refused');
      if (error instanceof DirectoryError) return error.message;
      log.warn({ err: error }, 'A sign-in by OpenID Connect failed.');
      return FAILED;
    }
  }

  return {
    label: () => openId.label(),

    async begin(to) {
      const client = await openId.client();
      if (client === null) return null;
      const [state, nonce, verifier] = [secret(), secret(), secret()];
      const kept = { state, nonce, verifier, issuer: client.issuer, to, until: later() };
      const url = await provider
        .addressFor(client, publicUrl + OPENID_CALLBACK, kept)
        .catch((cause: unknown) => {
          log.warn({ err: cause }, 'The OpenID provider cannot be asked.');
          const sentence = `${client.label} does not answer: try again, or sign in with a password.`;
          throw new DirectoryError('unavailable', sentence, { cause });
        });
      return { url, pending: secretBox.seal(JSON.stringify(kept), ATTEMPT_BOUND_TO) };
    },

    async finish({ pending, query, ...whence }) {
      const network = networkOf(whence.address ?? '') ?? '';
      if (failures.exceeded(network)) return { kind: 'refused', message: TOO_MANY };
      const attempt = pending === null ? null : opened(ATTEMPT, pending, ATTEMPT_BOUND_TO);
      const client = await openId.client();
      // Another provider was set meanwhile.
      if (attempt === null || client?.issuer !== attempt.issuer) return { kind: 'refused', message: FAILED };
      const url = new URL(`${publicUrl}${OPENID_CALLBACK}?${query}`);
      const { state, nonce, verifier, to } = attempt;
      const user = await admitted(client, url, { state, nonce, verifier }, whence);
      if (typeof user === 'string') {
        failures.add(network);
        return { kind: 'refused', message: user };
      }
      const { id: userId, username } = user;
      const elsewhere = client.secondFactor === 'provider';
      if (!user.secondFactor || elsewhere) return start(userId, username, elsewhere, to, whence);
      tell(username, whence.address, 'second-factor-needed');
      const asked = { userId, username, to, until: later() };
      return { kind: 'code-needed', asked: secretBox.seal(JSON.stringify(asked), CODE_BOUND_TO) };
    },

    async enterCode({ asked, code, ...whence }) {
      const known = opened(CODE_ASKED, asked, CODE_BOUND_TO);
      if (known === null) return { kind: 'refused', message: FAILED };
      const { userId, username, to } = known;
      if (wrongCodes.exceeded(userId)) return { kind: 'refused', message: TOO_MANY };
      // Counted first: codes sent at the same time are as many guesses.
      wrongCodes.add(userId);
      if (await confirmSecondFactor(userId, code)) return start(userId, username, false, to, whence);
      tell(username, whence.address, 'wrong-second-factor');
      return { kind: 'code-needed', asked, message: WRONG_CODE };
    },
  };
}

/** As many random bits as RFC 7636 section 4.1 asks of a verifier. */
function secret(): string {
  return randomBytes(32).toString('base64url');
}
