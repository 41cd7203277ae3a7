/** Asks an OpenID provider over HTTP: bounded in time and bytes, without following it elsewhere. */
import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overTls } from 'node:https';
import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import { isOpenIdUrl } from '../../core/model/openid.ts';

export const ASK_SECONDS = 10;
const ANSWER_BYTES_MAX = 1_048_576;

/** As fetch, trusting these certificates where some are given. */
export function createAsk(caPem: string | null): CustomFetch {
  return async (url, options) => {
    if (!isOpenIdUrl(url)) throw new Error(`The provider names an address that is not asked: ${url}`);
    const answer = await send(new URL(url), options, caPem);
    const headers = new Headers();
    for (const [name, value] of Object.entries(answer.headers)) headers.set(name, String(value));
    const status = answer.statusCode ?? 0;
    const body = await bytesOf(answer);
    return new Response(BODILESS.includes(status) ? null : new Uint8Array(body), { status, headers });
  };
}

const BODILESS: readonly number[] = [204, 205, 304];

function send(
  url: URL,
  { method, headers, body, signal }: CustomFetchOptions,
  caPem: string | null,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers,
      signal: signal ?? AbortSignal.timeout(ASK_SECONDS * 1000),
      agent: false,
    };
    const request =
      url.protocol === 'https:'
        ? overTls(url, { ...options, ...(caPem !== null && { ca: caPem }) }, resolve)
        : overHttp(url, options, resolve);
    request.on('error', reject);
    request.end(body === undefined || body === null ? undefined : String(body));
  });
}

async function bytesOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > ANSWER_BYTES_MAX) {
      answer.destroy();
      throw new Error('The answer of the provider is too long.');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
