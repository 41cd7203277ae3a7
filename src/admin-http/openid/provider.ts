/** Speaks OpenID Connect with the provider: the address to which a person is sent, and who came back. */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
} from 'openid-client';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { OpenIdClient, OpenIdPerson } from '../../core/directory/openid.ts';
import { ASK_SECONDS, createAsk } from './ask.ts';

/** What is kept by the browser, sealed, while the person is there. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface OpenIdProvider {
  /** Where to send the person. Rejects where the provider cannot be asked. */
  addressFor(client: OpenIdClient, redirectUri: string, attempt: Attempt): Promise<URL>;
  /** Who came back to `url`. Rejects for every answer that is not the provider's own to this attempt. */
  personAt(client: OpenIdClient, url: URL, attempt: Attempt): Promise<OpenIdPerson>;
}

/** How long what the provider says of itself is believed. */
const KNOWN_MS = 10 * 60_000;
const SCOPE = 'openid profile email';

export function createOpenIdProvider({ clock }: { readonly clock: Clock }): OpenIdProvider {
  let known: { readonly of: string; readonly until: number; readonly found: Promise<Configuration> } | null =
    null;

  function configurationOf(client: OpenIdClient): Promise<Configuration> {
    const of = JSON.stringify([client.issuer, client.clientId, client.clientSecret, client.caPem]);
    const now = clock.now().getTime();
    if (known?.of === of && now < known.until) return known.found;
    const found = discover(client);
    known = { of, until: now + KNOWN_MS, found };
    found.catch(() => {
      known = null;
    });
    return found;
  }

  return {
    async addressFor(client, redirectUri, { state, nonce, verifier }) {
      return buildAuthorizationUrl(await configurationOf(client), {
        ...{ response_type: 'code', redirect_uri: redirectUri, scope: SCOPE, state, nonce },
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
    },

    async personAt(client, url, { state, nonce, verifier }) {
      const configuration = await configurationOf(client);
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
      const tokens = await authorizationCodeGrant(configuration, url, checks);
      const told = tokens.claims();
      if (told === undefined) throw new Error('The provider gave no ID token.');
      const lacks = ['email', client.usernameClaim, client.roleClaim].some(
        (name) => told[name] === undefined,
      );
      const asked = lacks && configuration.serverMetadata().userinfo_endpoint !== undefined;
      // Bound to the same subject by the library (OpenID Connect Core section 5.3.2).
      const more = asked ? await fetchUserInfo(configuration, tokens.access_token, told.sub) : {};
      return personOf(client, { ...more, ...told });
    },
  };
}

function discover({ issuer, clientId, clientSecret, caPem }: OpenIdClient): Promise<Configuration> {
  const execute = [enableNonRepudiationChecks];
  if (issuer.startsWith('http:')) execute.push(allowInsecureRequests);
  const options = { [customFetch]: createAsk(caPem), timeout: ASK_SECONDS, execute };
  return discovery(new URL(issuer), clientId, undefined, bySecret(clientSecret), options);
}

/** In the form for which the provider asks; by default as OpenID Connect Discovery section 3 has it. */
function bySecret(secret: string): ClientAuth {
  const [post, basic] = [ClientSecretPost(secret), ClientSecretBasic(secret)];
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? [];
    const posts = methods.includes('client_secret_post') && !methods.includes('client_secret_basic');
    return (posts ? post : basic)(server, ...rest);
  };
}

const TEXT = z.string().trim().min(1).max(512);
const STANDARD = z.object({
  sub: z.string().min(1).max(255),
  email: TEXT.nullable().catch(null).default(null),
  // Some providers write it as text.
  email_verified: z.union([z.literal(true), z.literal('true').transform(() => true)]).catch(false as true),
  name: TEXT.catch(''),
  given_name: TEXT.catch(''),
  family_name: TEXT.catch(''),
});
const ROLE_VALUES: z.ZodType<readonly unknown[]> = z
  .union([z.array(z.unknown()), z.string().transform((one) => [one])])
  .catch([]);

function personOf(
  { issuer, usernameClaim, roleClaim }: OpenIdClient,
  claims: Readonly<Record<string, unknown>>,
): OpenIdPerson {
  const standard = STANDARD.parse(claims);
  return {
    issuer,
    subject: standard.sub,
    username: TEXT.nullable().catch(null).parse(claims[usernameClaim]),
    email: standard.email,
    emailVerified: standard.email_verified,
    displayName: standard.name,
    givenName: standard.given_name,
    familyName: standard.family_name,
    roleValues: ROLE_VALUES.parse(claims[roleClaim]).flatMap((value) =>
      typeof value === 'string' ? [value] : [],
    ),
  };
}
