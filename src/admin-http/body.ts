/** Reads the JSON of a request: bounded in bytes and depth, UTF-8 and nothing else. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { DirectoryError } from '../core/errors.ts';
import { HttpProblem } from './problem.ts';

export const BODY_BYTES_MAX = 64 * 1024;
/** Nothing that the API takes is nested as deeply. */
export const BODY_DEPTH_MAX = 16;

/** undefined where there is no body. Throws HttpProblem 413 or 415, DirectoryError 'invalid' for what is not JSON. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  requireMediaType(request, ['application/json']);
  const text = decode(await readBytes(request, BODY_BYTES_MAX));
  if (isDeep(text)) throw unreadable(`is nested more than ${BODY_DEPTH_MAX} deep`);
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('is not JSON');
  }
}

/** Throws HttpProblem 415. */
export function requireMediaType({ headers }: IncomingMessage, types: readonly string[]): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const isUtf8 = parameters.every(
    (text) => !text.startsWith('charset=') || /^charset="?utf-?8"?$/.test(text),
  );
  const isPlain = (headers['content-encoding'] ?? 'identity') === 'identity';
  if (types.includes(type) && isUtf8 && isPlain) return;
  throw new HttpProblem(415, `The body must be ${types.join(' or ')}, in UTF-8 and not compressed.`);
}

/** Without parameters, in lower case; '' where there is none. */
export function mediaTypeOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  return (headers['content-type'] ?? '').toLowerCase().split(';', 1)[0]?.trim() ?? '';
}

/** The stream, as far as it is not too long. Throws HttpProblem 413, before anything is read where the length is announced. */
export async function* boundedBytes(stream: Readable, bytesMax: number): AsyncGenerator<Buffer> {
  if (announcedBytes(stream) > bytesMax) throw tooLong(bytesMax);
  let length = 0;
  // Left as it is when it is left early: the answer goes over the same connection.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bytesMax) throw tooLong(bytesMax);
    yield chunk;
  }
}

/** Throws HttpProblem 413. The rest of a body that is too long is left unread, for the connection to discard. */
export function readBytes(stream: Readable, bytesMax: number): Promise<Buffer> {
  if (announcedBytes(stream) > bytesMax) return Promise.reject(tooLong(bytesMax));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= bytesMax) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(tooLong(bytesMax));
      }
    });
    stream.once('end', () => resolve(Buffer.concat(chunks)));
    stream.once('error', reject);
    stream.once('close', () => reject(unreadable('ended too early')));
  });
}

function announcedBytes(stream: Readable): number {
  return 'headers' in stream ? Number((stream as IncomingMessage).headers['content-length']) : 0;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable('is not UTF-8');
  }
}

/** A string without its end goes to the end of the text: looking for its end from each quote would take quadratic time. */
const STRING_OR_BRACKET = /"(?:[^"\\]|\\.)*"?|[[{\]}]/gs;

/** Whether brackets outside of strings nest too deeply; looked at before anything is built of them. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(STRING_OR_BRACKET)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > BODY_DEPTH_MAX) return true;
  }
  return false;
}

function tooLong(bytesMax: number): HttpProblem {
  return new HttpProblem(413, `The body is longer than ${bytesMax} bytes.`);
}

function unreadable(flaw: string): DirectoryError {
  return new DirectoryError('invalid', `The body of the request ${flaw}.`);
}
