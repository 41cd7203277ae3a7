/** One connection to an external directory: connect, bind, search, close. It never reconnects by itself. */
import { lookup as lookupHost } from 'node:dns';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { BindRequest, Control, PagedResultsControl, SearchRequest, UnbindRequest } from 'ldapts';
import type { Filter } from '../../core/syntax/filter.ts';
import { createFrames } from './ber-elements.ts';
import { ldaptsFilter } from './filter.ts';
import { createLookup } from './lookup.ts';
import { PASSWORD_POLICY } from './password-policy.ts';
import {
  BIND_RESPONSE,
  decodeResponse,
  EXTENDED_RESPONSE,
  type LdapEntry,
  type LdapResult,
  type Response,
  SEARCH_DONE,
} from './responses.ts';

export interface Server {
  /** ldaps://host[:port] or ldap://host[:port]. */
  readonly url: string;
  /** PEM of the authorities to trust; null: the system's. */
  readonly caPem: string | null;
  /** What is shown of ourselves; null: nothing. */
  readonly client: { readonly certificatePem: string; readonly keyPem: string } | null;
  /** Whether ldap:// may leave this machine. */
  readonly plainLdap: boolean;
}

export interface ConnectionLimits {
  readonly connectMs: number;
  /** The longest silence while an answer is awaited. */
  readonly replyMs: number;
  readonly messageBytesMax: number;
  /** Over the whole life of a connection. */
  readonly connectionBytesMax: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  connectMs: 5_000,
  replyMs: 60_000,
  // A group of 500,000 members with DNs of 100 bytes.
  messageBytesMax: 64 * 1024 * 1024,
  connectionBytesMax: 4 * 1024 * 1024 * 1024,
};

export interface Search {
  readonly base: string;
  readonly scope: 'base' | 'sub';
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** Entries at most; absent: no limit by us. Beyond it the code is sizeLimitExceeded. */
  readonly sizeLimit?: number;
  /** Asks for one page (RFC 2696); the cookie of the page before, empty for the first. */
  readonly page?: { readonly size: number; readonly cookie: Buffer };
}

/** Requests go one at a time, each awaited before the next. They reject once the connection has failed or closed. */
export interface LdapConnection {
  /** With `passwordPolicy` the server is asked to say what its password policy has against it. */
  bind(dn: string, password: string, options?: { readonly passwordPolicy?: boolean }): Promise<LdapResult>;
  search(search: Search): Promise<Answer>;
  close(): void;
}

export interface LastingConnection extends LdapConnection {
  /** Whether something can still be asked. */
  isOpen(): boolean;
}

/** The connection is gone, or the server did not answer in time; `message` is a clause for a sentence. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** Connects; ldaps:// verifies the certificate, always. Rejects with the socket's error, or ConnectionLost. */
export async function connectLdap(
  server: Server,
  limits: ConnectionLimits,
  signal: AbortSignal,
): Promise<LastingConnection> {
  signal.throwIfAborted();
  const socket = openSocket(server);
  const abort = () => socket.destroy(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', abort));
  const slow = setTimeout(
    () => socket.destroy(new ConnectionLost(`did not answer within ${limits.connectMs / 1000} seconds`)),
    limits.connectMs,
  );
  try {
    await opened(socket, server.url.startsWith('ldaps:') ? 'secureConnect' : 'connect');
  } finally {
    clearTimeout(slow);
  }
  return new Session(socket, limits);
}

/** Without TLS passwords must not leave this machine, whatever the name servers say. */
const LOCAL_LOOKUP = createLookup(lookupHost, ['loopback']);
const LOOKUP = createLookup(lookupHost, ['loopback', 'other']);

function openSocket(server: Server): Socket {
  const url = new URL(server.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol !== 'ldaps:') {
    const lookup = server.plainLdap ? LOOKUP : LOCAL_LOOKUP;
    return connectTcp({ host, port: Number(url.port || 389), noDelay: true, lookup });
  }
  const socket = connectTls({
    host,
    port: Number(url.port || 636),
    lookup: LOOKUP,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(server.caPem === null ? {} : { ca: server.caPem }),
    ...(server.client === null ? {} : { cert: server.client.certificatePem, key: server.client.keyPem }),
  });
  return socket.setNoDelay(true);
}

function opened(socket: Socket, event: 'secureConnect' | 'connect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new ConnectionLost('closed the connection')));
    socket.once(event, () => {
      socket.removeListener('error', reject);
      resolve();
    });
  });
}

type Answer = LdapResult & { readonly entries: readonly LdapEntry[] };

interface Pending {
  readonly id: number;
  readonly operation: number;
  readonly entriesMax: number;
  readonly entries: LdapEntry[];
  readonly timer: NodeJS.Timeout;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

class Session implements LastingConnection {
  readonly #socket: Socket;
  readonly #limits: ConnectionLimits;
  #pending: Pending | null = null;
  #lastId = 0;
  /** Why nothing more can be asked. */
  #lost: unknown = null;

  constructor(socket: Socket, limits: ConnectionLimits) {
    this.#socket = socket;
    this.#limits = limits;
    const frames = createFrames(limits.messageBytesMax);
    socket.on('data', (chunk: Buffer) => {
      try {
        if (socket.bytesRead > limits.connectionBytesMax) {
          throw new ConnectionLost(`sent more than ${limits.connectionBytesMax} bytes`);
        }
        for (const frame of frames.push(chunk)) this.#take(decodeResponse(frame));
      } catch (error) {
        this.#lose(error);
      }
    });
    socket.on('error', (error) => this.#lose(error));
    socket.on('close', () => this.#lose(new ConnectionLost('closed the connection')));
  }

  bind(dn: string, password: string, { passwordPolicy = false } = {}): Promise<LdapResult> {
    const controls = passwordPolicy ? [new Control(PASSWORD_POLICY)] : [];
    return this.#ask(BIND_RESPONSE, (messageId) => new BindRequest({ messageId, dn, password, controls }));
  }

  search(search: Search): Promise<Answer> {
    const entriesMax = search.sizeLimit ?? Number.POSITIVE_INFINITY;
    return this.#ask(SEARCH_DONE, (messageId) => searchRequest(messageId, search), entriesMax);
  }

  isOpen(): boolean {
    return this.#lost === null;
  }

  close(): void {
    if (this.#lost !== null) return;
    this.#lost = new ConnectionLost('was closed');
    this.#socket.write(new UnbindRequest({ messageId: this.#lastId + 1 }).write());
    this.#socket.destroySoon();
  }

  #ask(
    operation: number,
    request: (messageId: number) => { write(): Buffer },
    entriesMax = 0,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== null) return reject(this.#lost);
      if (this.#pending !== null) return reject(new Error('a request is already under way'));
      this.#lastId += 1;
      const { replyMs } = this.#limits;
      const silent = () => this.#lose(new ConnectionLost(`did not answer within ${replyMs / 1000} seconds`));
      const timer = setTimeout(silent, replyMs);
      this.#pending = { id: this.#lastId, operation, entriesMax, entries: [], timer, resolve, reject };
      this.#socket.write(request(this.#lastId).write());
    });
  }

  #take(response: Response): void {
    if (response.type === 'result' && response.id === 0 && response.operation === EXTENDED_RESPONSE) {
      throw new ConnectionLost(`closed the connection${quoted(response.result.message)}`);
    }
    const pending = this.#pending;
    if (pending?.id !== response.id) throw new ConnectionLost('answered what nobody had asked');
    pending.timer.refresh();
    if (response.type === 'entry') pending.entries.push(response.entry);
    if (pending.entries.length > pending.entriesMax)
      throw new ConnectionLost('sent more entries than asked for');
    if (response.type !== 'result') return;
    if (response.operation !== pending.operation)
      throw new ConnectionLost('answered another kind of request');
    this.#settle();
    pending.resolve({ ...response.result, entries: pending.entries });
  }

  #lose(error: unknown): void {
    this.#lost ??= error;
    this.#socket.destroy();
    this.#settle()?.reject(this.#lost);
  }

  /** What was pending is no more, and is given back to be answered. */
  #settle(): Pending | null {
    const settled = this.#pending;
    this.#pending = null;
    if (settled !== null) clearTimeout(settled.timer);
    return settled;
  }
}

function searchRequest(messageId: number, search: Search): SearchRequest {
  const { page } = search;
  return new SearchRequest({
    messageId,
    baseDN: search.base,
    scope: search.scope,
    filter: ldaptsFilter(search.filter),
    attributes: [...search.attributes],
    sizeLimit: search.sizeLimit ?? 0,
    timeLimit: 0,
    controls: page === undefined ? [] : [new PagedResultsControl({ value: page })],
  });
}

function quoted(message: string): string {
  return message === '' ? '' : ` (${JSON.stringify(message.slice(0, 200))})`;
}
