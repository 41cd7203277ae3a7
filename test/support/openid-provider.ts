/** A small OpenID provider: discovery, sign-in of one person without a question, tokens and keys. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export const CLIENT = { id: 'roster', secret: 'the secret of the client' } as const;

export type Claims = Readonly<Record<string, unknown>>;

export interface OpenIdProviderForTests {
  readonly issuer: string;
  /** Who signs in next, and what is said of them. */
  person: Claims;
  /** Laid over the claims of the ID token, for what an attacker or a broken provider would say. */
  lies: Claims;
  /** Laid over the query with which the browser is sent back. */
  sentBack: Readonly<Record<string, string>>;
  /** Said at the userinfo endpoint alone. */
  userinfo: Claims;
  /** What clients were refused for. */
  readonly refused: readonly string[];
  stop(): Promise<void>;
}

interface Code {
  readonly challenge: string;
  readonly redirectUri: string;
  readonly nonce: string;
  readonly claims: Claims;
}

export async function startOpenIdProvider(): Promise<OpenIdProviderForTests> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const codes = new Map<string, Code>();
  const refused: string[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the provider does not listen');
  const issuer = `http://127.0.0.1:${address.port}`;

  const provider: OpenIdProviderForTests = {
    ...{ issuer, refused, lies: {}, sentBack: {}, userinfo: {} },
    person: { sub: 'someone', preferred_username: 'someone' },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer);
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return send(response, discovery(issuer));
      case '/jwks':
        return send(response, { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' }] });
      case '/authorize':
        return authorize(url.searchParams, response);
      case '/token':
        return token(request, response);
      case '/userinfo':
        return send(response, { sub: provider.person['sub'], ...provider.userinfo });
      default:
        response.writeHead(404).end();
    }
  }

  function authorize(query: URLSearchParams, response: ServerResponse): void {
    const asked = (name: string) => query.get(name) ?? '';
    const code = randomBytes(16).toString('base64url');
    codes.set(code, {
      challenge: asked('code_challenge'),
      redirectUri: asked('redirect_uri'),
      nonce: asked('nonce'),
      claims: provider.person,
    });
    const back = new URL(asked('redirect_uri'));
    const sent = { code, state: asked('state'), iss: issuer, ...provider.sentBack };
    for (const [name, value] of Object.entries(sent)) back.searchParams.set(name, value);
    response.writeHead(302, { Location: back.href }).end();
  }

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await textOf(request));
    const known = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const basic = Buffer.from(`${CLIENT.id}:${encodeURIComponent(CLIENT.secret).replaceAll('%20', '+')}`);
    const flaw =
      request.headers.authorization !== `Basic ${basic.toString('base64')}`
        ? 'invalid_client'
        : known === undefined || known.redirectUri !== form.get('redirect_uri')
          ? 'invalid_grant'
          : challengeOf(form.get('code_verifier') ?? '') !== known.challenge
            ? 'invalid_grant'
            : null;
    if (flaw !== null || known === undefined) {
      refused.push(flaw ?? '');
      return send(response, { error: flaw }, 400);
    }
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: CLIENT.id, iat: now, exp: now + 60, nonce: known.nonce };
    const idToken = await new SignJWT({ ...claims, ...known.claims, ...provider.lies })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(provider.lies['forged'] === true ? (await generateKeyPair('RS256')).privateKey : privateKey);
    return send(response, {
      access_token: 'access',
      token_type: 'Bearer',
      expires_in: 60,
      id_token: idToken,
    });
  }

  return provider;
}

function discovery(issuer: string) {
  return {
    issuer,
    ...{ authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
    ...{ jwks_uri: `${issuer}/jwks`, userinfo_endpoint: `${issuer}/userinfo` },
    ...{ response_types_supported: ['code'], subject_types_supported: ['public'] },
    id_token_signing_alg_values_supported: ['RS256'],
    authorization_response_iss_parameter_supported: true,
  };
}

function send(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
