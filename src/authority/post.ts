/** Posts a JSON document and reads the answer, within bounds; no redirect is followed. */
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { ExternalAuthorityAccess } from '../core/directory/external-authority.ts';

export const ANSWER_BYTES_MAX = 64 * 1024;

export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Rejects where the answer does not come in time or is too long; what it rejects with holds nothing of the document. */
export async function post(
  { url, caPem, timeoutSeconds, token }: ExternalAuthorityAccess,
  document: object,
): Promise<Reply> {
  const body = Buffer.from(JSON.stringify(document));
  const request = (url.startsWith('https:') ? https : http).request(url, {
    ...{ method: 'POST', agent: false, signal: AbortSignal.timeout(timeoutSeconds * 1000) },
    ...(caPem !== null && { ca: caPem }),
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': body.length,
      'User-Agent': 'Roster',
      ...(token !== null && { Authorization: `Bearer ${token}` }),
    },
  });
  // It may fail once more after the answer, which then fails too.
  request.on('error', () => undefined);
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  try {
    return { status: response.statusCode ?? 0, text: await textOf(response) };
  } finally {
    request.destroy();
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`The answer is longer than ${ANSWER_BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
