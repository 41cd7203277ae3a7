/** One client's connection: takes its requests in their order, and obeys unbind and abandon at once. */
import type { TLSSocket } from 'node:tls';
import type { Logger } from '../core/log.ts';
import { type Answered, type Dispatch, RESPONSE_TYPES } from './dispatch.ts';
import type { Limits } from './limits.ts';
import { refusal } from './operations/outcome.ts';
import type { Task } from './operations/search.ts';
import { makeAnonymous, type Session } from './operations/session.ts';
import { type ConnectionOutput, createOutput } from './output.ts';
import { decodeRequest } from './protocol/decode.ts';
import { encodeNoticeOfDisconnection, encodeResult } from './protocol/encode.ts';
import { createFramer, type Framer } from './protocol/framing.ts';
import type { RequestMessage } from './protocol/messages.ts';
import { ResultCode } from './protocol/result-codes.ts';
import { ProtocolViolation } from './protocol/violation.ts';

export interface Connection {
  readonly session: Session;
  /** Says why by a notice of disconnection (RFC 4511 section 4.4.1), then closes; work under way is given up. */
  close(code: ResultCode, reason: string): void;
}

export interface ConnectionDependencies {
  readonly dispatch: Dispatch;
  readonly limits: Limits;
  readonly log: Logger;
}

export function serveConnection(
  socket: TLSSocket,
  address: string,
  dependencies: ConnectionDependencies,
): Connection {
  return new LdapConnection(socket, address, dependencies);
}

type AnsweredMessage = RequestMessage & { readonly request: Answered };

class LdapConnection implements Connection {
  readonly session: Session;
  readonly #socket: TLSSocket;
  readonly #dependencies: ConnectionDependencies;
  readonly #framer: Framer;
  readonly #output: ConnectionOutput;
  #queue: AnsweredMessage[] = [];
  #task: (Task & { isAbandoned: boolean }) | null = null;
  #isWorking = false;
  #isOver = false;

  constructor(socket: TLSSocket, address: string, dependencies: ConnectionDependencies) {
    const { limits } = dependencies;
    this.session = { address, identity: { kind: 'anonymous' }, pages: new Map() };
    this.#socket = socket;
    this.#dependencies = dependencies;
    this.#framer = createFramer({ messageBytesMax: limits.messageBytesAnonymousMax });
    this.#output = createOutput(socket, limits, () => this.#drop('the client does not read its answers'));
    socket.setTimeout(limits.idleAnonymousMs);
    socket.on('timeout', () => this.#idle());
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => this.#giveUp());
    socket.on('end', () => this.#giveUp());
    socket.on('close', () => this.#giveUp());
  }

  close(code: ResultCode, reason: string): void {
    if (this.#isOver) return;
    this.#giveUp();
    this.#output.send(encodeNoticeOfDisconnection(code, reason));
    this.#hangUp();
  }

  #receive(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#framer.push(chunk);
    this.#takeRequests();
    void this.#work();
  }

  /** Reads requests out of what was received; with too many of them waiting, leaves the rest unread. */
  #takeRequests(): void {
    const { requestsQueuedMax } = this.#dependencies.limits;
    try {
      while (!this.#isOver && this.#queue.length < requestsQueuedMax) {
        const frame = this.#framer.next();
        if (frame === null) {
          this.#socket.resume();
          return;
        }
        this.#takeRequest(frame);
      }
      this.#socket.pause();
    } catch (error) {
      this.#refuse(error);
    }
  }

  #refuse(error: unknown): void {
    const { log } = this.#dependencies;
    const { address } = this.session;
    if (error instanceof ProtocolViolation) {
      log.debug({ address, reason: error.message }, 'protocol violation');
      this.close(ResultCode.protocolError, error.message);
    } else {
      log.error({ address, err: error }, 'a request could not be read');
      this.close(ResultCode.other, 'Internal error.');
    }
  }

  #takeRequest(frame: Buffer): void {
    const message = this.#decode(frame);
    if (message === null) return;
    const { id, request, controls } = message;
    switch (request.type) {
      case 'unbind':
        this.#giveUp();
        this.#hangUp();
        break;
      case 'abandon':
        this.#abandon(request.messageId);
        break;
      default:
        this.#queue.push({ id, request, controls });
    }
  }

  /** null: refused in its own response type, since only its contents are unacceptable (RFC 4511 section 4.1.1). */
  #decode(frame: Buffer): RequestMessage | null {
    try {
      return decodeRequest(frame);
    } catch (error) {
      if (!(error instanceof ProtocolViolation) || error.messageId === null) throw error;
      const { request, messageId, message } = error;
      if (request === null || request === 'unbind' || request === 'abandon') throw error;
      if (request === 'bind') makeAnonymous(this.session);
      const result = refusal(ResultCode.protocolError, message);
      this.#output.send(encodeResult(messageId, RESPONSE_TYPES[request], result));
      return null;
    }
  }

  /** RFC 4511 section 4.11: a bind cannot be abandoned. */
  #abandon(messageId: number): void {
    this.#queue = this.#queue.filter(({ id, request }) => id !== messageId || request.type === 'bind');
    if (this.#task?.messageId === messageId) this.#task.isAbandoned = true;
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift()) {
      await this.#serve(message);
      if (this.#output.isFull) await this.#output.room();
      this.#adjust();
      this.#takeRequests();
    }
    this.#output.flush();
    this.#isWorking = false;
  }

  /** Waits only where the operation does: then earlier answers go out first. */
  #serve(message: AnsweredMessage): Promise<void> | undefined {
    this.#task = { messageId: message.id, isAbandoned: false };
    const pending = this.#dependencies.dispatch(message, this.session, this.#task, this.#output);
    if (pending === undefined) return undefined;
    this.#output.flush();
    return pending;
  }

  /** What a client may do depends on whether somebody is bound. */
  #adjust(): void {
    const { limits } = this.#dependencies;
    const isAnonymous = this.session.identity.kind === 'anonymous';
    this.#framer.messageBytesMax = isAnonymous ? limits.messageBytesAnonymousMax : limits.messageBytesMax;
    const idleMs = isAnonymous ? limits.idleAnonymousMs : limits.idleMs;
    if (this.#socket.timeout !== idleMs) this.#socket.setTimeout(idleMs);
  }

  #idle(): void {
    if (!this.#isWorking) this.close(ResultCode.unavailable, 'The connection was idle for too long.');
  }

  /** No answers from here on: what waits is forgotten, what is under way stops. */
  #giveUp(): void {
    this.#isOver = true;
    this.#queue = [];
    if (this.#task !== null) this.#task.isAbandoned = true;
    makeAnonymous(this.session);
  }

  #hangUp(): void {
    this.#output.flush();
    this.#socket.end();
    const last = setTimeout(() => this.#socket.destroy(), this.#dependencies.limits.closeMs);
    this.#socket.on('close', () => clearTimeout(last));
  }

  #drop(reason: string): void {
    this.#dependencies.log.info({ address: this.session.address, reason }, 'connection dropped');
    this.#giveUp();
    this.#socket.destroy();
  }
}
