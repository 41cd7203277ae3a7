/** Access tokens of the API: short-lived JSON Web Tokens (RFC 7519, RFC 9068) that name a session. */
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../core/clock.ts';
import type { NewId } from '../core/ids.ts';

export const ACCESS_TOKEN_SECONDS = 600;
const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';
const ISSUER = 'roster';
const AUDIENCE = 'roster-api';
const CLAIMS = ['sub', 'sid', 'jti', 'iat', 'exp'];

export interface AccessTokens {
  /** For the user of a session; good for ACCESS_TOKEN_SECONDS, or until the session ends. */
  issue(session: { readonly id: string; readonly userId: string }): Promise<string>;
  /** The session that a token names, which must be looked for still. */
  read(token: string): Promise<{ readonly sessionId: string } | 'expired' | 'forged'>;
}

/** `key`: 32 bytes, used for nothing else and the same on all servers of one database. */
export function createAccessTokens({
  key,
  clock,
  newId,
}: {
  readonly key: Uint8Array;
  readonly clock: Clock;
  readonly newId: NewId;
}): AccessTokens {
  return {
    issue(session) {
      const now = Math.floor(clock.now().getTime() / 1000);
      return new SignJWT({ sid: session.id })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setSubject(session.userId)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setJti(newId())
        .setIssuedAt(now)
        .setExpirationTime(now + ACCESS_TOKEN_SECONDS)
        .sign(key);
    },

    async read(token) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: CLAIMS,
          currentDate: clock.now(),
        });
        const { sid } = payload;
        return typeof sid === 'string' ? { sessionId: sid } : 'forged';
      } catch (error) {
        return error instanceof errors.JWTExpired ? 'expired' : 'forged';
      }
    },
  };
}
