/** One client's connection: takes its requests in their order, and obeys unbind and abandon at once. */
import type { TLSSocket } from 'node:tls';
import type { Logger } from '../core/log.ts';
import { type Answered, type AnsweredType, type Dispatch, RESPONSE_TYPES } from './dispatch.ts';
import type { Limits } from './limits.ts';
import type { Holder, MemoryBudget } from './memory-budget.ts';
import { CANCELED, cancel, type Ending } from './operations/cancel.ts';
import { type Outcome, refusal } from './operations/outcome.ts';
import type { Task } from './operations/search.ts';
import { createSession, makeAnonymous, type Session } from './operations/session.ts';
import { type ConnectionOutput, createOutput, type WriterPool } from './output.ts';
import { decodeRequest } from './protocol/decode.ts';
import { appendResult, encodeNoticeOfDisconnection } from './protocol/encode.ts';
import { createFramer, type Framer } from './protocol/framing.ts';
import type { Control, ExtendedRequest, RequestMessage } from './protocol/messages.ts';
import { Oid } from './protocol/oids.ts';
import { ResultCode } from './protocol/result-codes.ts';
import { ProtocolViolation } from './protocol/violation.ts';

export interface Connection {
  readonly session: Session;
  /** Says why by a notice of disconnection (RFC 4511 section 4.4.1), then closes; work under way is given up. */
  close(code: ResultCode, reason: string): void;
  /** As close, but who changes his password is told the outcome first: it may be why. No other request is served. */
  endRights(code: ResultCode, reason: string): void;
}

export interface ConnectionDependencies {
  readonly dispatch: Dispatch;
  readonly inbound: MemoryBudget;
  readonly outbound: MemoryBudget;
  readonly writers: WriterPool;
  readonly limits: Limits;
  readonly log: Logger;
  /** The client broke the protocol, or kept the connection and said nothing. */
  offended(): void;
}

/** `origin`: its number among the connections, the address that it comes from, its place for paged searches. */
export function serveConnection(
  socket: TLSSocket,
  origin: Pick<Session, 'connection' | 'address' | 'pages'>,
  dependencies: ConnectionDependencies,
): Connection {
  return new LdapConnection(socket, origin, dependencies);
}

type AnsweredMessage = RequestMessage & { readonly request: Answered };

/** A request whose contents are unacceptable: it waits for its turn like the others, and then is refused. */
interface UnreadableRequest {
  readonly id: number;
  readonly request: { readonly type: AnsweredType };
  readonly refusal: Outcome;
}

interface Waiting {
  readonly message: AnsweredMessage | UnreadableRequest;
  readonly bytes: number;
}

/** A request on its way, as its connection ends it. */
class RunningTask implements Task {
  readonly messageId: number;
  readonly type: AnsweredType;
  isAbandoned = false;
  isCanceled = false;
  candidates = 0;
  entries = 0;
  begunMs = 0;

  constructor(messageId: number, type: AnsweredType) {
    this.messageId = messageId;
    this.type = type;
  }
}

/** Requests of one client that are answered one after the other, before others get their turn. */
const TURN_MS = 10;

class LdapConnection implements Connection, Holder {
  readonly session: Session;
  readonly #socket: TLSSocket;
  readonly #dependencies: ConnectionDependencies;
  readonly #framer: Framer;
  readonly #output: ConnectionOutput;
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #accountedBytes = 0;
  #task: RunningTask | null = null;
  /** Once the task is answered. */
  #lastAct: (() => void) | null = null;
  #isWorking = false;
  #turnBegan = 0;
  #isOver = false;
  #isMidMessage = false;
  #hasSpoken = false;
  #patience: NodeJS.Timeout | undefined;
  #patienceMs = 0;

  constructor(
    socket: TLSSocket,
    origin: Pick<Session, 'connection' | 'address' | 'pages'>,
    dependencies: ConnectionDependencies,
  ) {
    const { limits } = dependencies;
    this.session = createSession(origin);
    this.#socket = socket;
    this.#dependencies = dependencies;
    this.#framer = createFramer({ messageBytesMax: limits.messageBytesAnonymousMax });
    const unread = { giveWay: () => this.#drop('too many answers wait to be read') };
    this.#output = createOutput(socket, limits, dependencies.writers, {
      stalled: () => this.#drop('the client does not read its answers'),
      waits: (bytes) => dependencies.outbound.hold(unread, bytes),
    });
    this.#wait();
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => this.#giveUp());
    socket.on('end', () => this.#giveUp());
    socket.on('close', () => this.#giveUp());
  }

  close(code: ResultCode, reason: string): void {
    if (this.#isOver) return;
    this.#giveUp();
    this.#output.writer.raw(encodeNoticeOfDisconnection(code, reason));
    this.#hangUp();
  }

  endRights(code: ResultCode, reason: string): void {
    if (this.#task?.type === 'extended') this.#lastAct = () => this.close(code, reason);
    else this.close(code, reason);
  }

  giveWay(): void {
    this.close(ResultCode.busy, 'Too many requests wait here; send yours anew.');
  }

  #receive(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#framer.push(chunk);
    this.#takeRequests();
    this.#work();
    this.#account();
  }

  /** Reads requests out of what was received; with too many of them waiting, leaves the rest unread. */
  #takeRequests(): void {
    let taken = 0;
    try {
      for (let frame = this.#nextFrame(); frame !== null; frame = this.#nextFrame()) {
        this.#takeRequest(frame);
        taken += 1;
      }
    } catch (error) {
      this.#refuse(error);
    }
    if (this.#isOver) return;
    if (this.#isCrowded()) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
    const isMidMessage = this.#framer.heldBytes > 0;
    if (taken > 0 || isMidMessage !== this.#isMidMessage) this.#wait();
  }

  /** What is served within its turn is held by nobody. */
  #account(): void {
    const bytes = this.#isOver ? 0 : this.#framer.heldBytes + this.#queuedBytes;
    if (bytes === this.#accountedBytes) return;
    this.#accountedBytes = bytes;
    this.#dependencies.inbound.hold(this, bytes);
  }

  #nextFrame(): Buffer | null {
    return this.#isOver || this.#isCrowded() ? null : this.#framer.next();
  }

  #isCrowded(): boolean {
    const { requestsQueuedMax, messageBytesMax } = this.#dependencies.limits;
    const isLong = this.#queue.length >= requestsQueuedMax || this.#queuedBytes >= messageBytesMax;
    return isLong || this.#output.isOverfull;
  }

  #refuse(error: unknown): void {
    const { log } = this.#dependencies;
    const { address } = this.session;
    if (error instanceof ProtocolViolation) {
      log.debug({ address, reason: error.message }, 'protocol violation');
      this.close(ResultCode.protocolError, error.message);
      this.#dependencies.offended();
      // The rest of a message of a megabyte would cost its decryption.
      this.#socket.pause();
    } else {
      log.error({ address, err: error }, 'a request could not be read');
      this.close(ResultCode.other, 'Internal error.');
    }
  }

  #takeRequest(frame: Buffer): void {
    const bytes = frame.length;
    this.#hasSpoken = true;
    const message = this.#decode(frame);
    if ('refusal' in message) {
      this.#enqueue({ message, bytes });
      return;
    }
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
        if (request.type === 'extended' && request.oid === Oid.cancel) this.#cancel(id, request, controls);
        else this.#enqueue({ message: { id, request, controls }, bytes });
    }
  }

  #enqueue(waiting: Waiting): void {
    this.#queue.push(waiting);
    this.#queuedBytes += waiting.bytes;
  }

  #dequeue(): Waiting['message'] | undefined {
    const waiting = this.#queue.shift();
    this.#queuedBytes -= waiting?.bytes ?? 0;
    return waiting?.message;
  }

  /** A request of which only the contents are unacceptable is refused in its own response type (RFC 4511 section 4.1.1). */
  #decode(frame: Buffer): RequestMessage | UnreadableRequest {
    try {
      return decodeRequest(frame);
    } catch (error) {
      if (!(error instanceof ProtocolViolation) || error.messageId === null) throw error;
      const { request: type, messageId: id, message } = error;
      if (type === null || type === 'unbind' || type === 'abandon') throw error;
      return { id, request: { type }, refusal: refusal(ResultCode.protocolError, message) };
    }
  }

  /** RFC 4511 section 4.11: a bind cannot be abandoned. */
  #abandon(messageId: number): void {
    const kept = this.#queue.filter(
      ({ message: { id, request } }) => id !== messageId || request.type === 'bind',
    );
    this.#queuedBytes = kept.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#queue = kept;
    if (this.#task?.messageId === messageId) this.#task.isAbandoned = true;
  }

  /** At once, since what is to be canceled may stand in its way. */
  #cancel(id: number, request: ExtendedRequest, controls: readonly Control[]): void {
    const outcome = cancel(request, controls, (messageId) => this.#end(messageId));
    appendResult(this.#output.writer, id, 'extended', outcome);
    this.#output.flush();
  }

  #end(messageId: number): Ending {
    const task = this.#task?.messageId === messageId ? this.#task : null;
    const waiting = this.#queue.find(({ message }) => message.id === messageId);
    const type = task?.type ?? waiting?.message.request.type;
    if (type === undefined) return 'unknown';
    if (type === 'bind') return 'cannot';
    if (task !== null) {
      if (type !== 'search') return 'too-late';
      task.isCanceled = true;
    } else {
      this.#abandon(messageId);
      appendResult(this.#output.writer, messageId, RESPONSE_TYPES[type], CANCELED);
    }
    return 'canceled';
  }

  #work(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#turnBegan = performance.now();
    const pending = this.#serveUntilPending();
    if (pending === undefined) this.#rest();
    else void this.#workAfter(pending);
  }

  async #workAfter(first: Promise<void>): Promise<void> {
    for (let pending: Promise<void> | undefined = first; pending !== undefined; ) {
      await pending;
      this.#task = null;
      this.#lastAct?.();
      this.#takeRequests();
      this.#account();
      pending = this.#serveUntilPending();
    }
    this.#wait();
    this.#rest();
  }

  #rest(): void {
    this.#output.flush();
    this.#isWorking = false;
    this.#account();
  }

  /** Most operations are done when they return: waiting for them all the same would cost a turn each. */
  #serveUntilPending(): Promise<void> | undefined {
    while (!this.#isOver && (this.#queue.length > 0 || this.#output.isOverfull)) {
      if (this.#output.isFull || performance.now() - this.#turnBegan >= TURN_MS) return this.#giveTurn();
      const pending = this.#serveNext();
      if (pending !== undefined) return pending;
      this.#task = null;
      if (this.#queue.length === 0) this.#takeRequests();
    }
    return undefined;
  }

  /** To the other connections. */
  async #giveTurn(): Promise<void> {
    await this.#output.room();
    this.#turnBegan = performance.now();
  }

  #serveNext(): Promise<void> | undefined {
    const message = this.#dequeue();
    if (message === undefined) return undefined;
    if (!('refusal' in message)) return this.#serve(message);
    this.#refuseUnreadable(message);
    return undefined;
  }

  /** Waits only where the operation does: then earlier answers go out first. */
  #serve(message: AnsweredMessage): Promise<void> | undefined {
    const { type } = message.request;
    this.#task = new RunningTask(message.id, type);
    const pending = this.#dependencies.dispatch(message, this.session, this.#task, this.#output);
    if (pending !== undefined) {
      this.#output.flush();
      return pending.then(() => this.#adjust());
    }
    if (type === 'bind') this.#adjust();
    return undefined;
  }

  #refuseUnreadable({ id, request: { type }, refusal }: UnreadableRequest): void {
    if (type === 'bind') makeAnonymous(this.session);
    appendResult(this.#output.writer, id, RESPONSE_TYPES[type], refusal);
    if (type === 'bind') this.#adjust();
  }

  /** What a client may do depends on whether somebody is bound. */
  #adjust(): void {
    const { limits } = this.#dependencies;
    this.#framer.messageBytesMax = this.#isAnonymous()
      ? limits.messageBytesAnonymousMax
      : limits.messageBytesMax;
    this.#wait();
  }

  #isAnonymous(): boolean {
    return this.session.identity.kind === 'anonymous';
  }

  /** Begins anew to wait for a whole message. Single bytes do not count: who drips them gains no time. */
  #wait(): void {
    const { messageMs, idleAnonymousMs, idleMs } = this.#dependencies.limits;
    if (this.#isOver) return;
    this.#isMidMessage = this.#framer.heldBytes > 0;
    const idle = this.#isAnonymous() ? idleAnonymousMs : idleMs;
    const ms = this.#isMidMessage ? messageMs : idle;
    if (ms === this.#patienceMs) {
      this.#patience?.refresh();
      return;
    }
    clearTimeout(this.#patience);
    this.#patienceMs = ms;
    this.#patience = setTimeout(() => this.#late(), ms);
  }

  #late(): void {
    if (this.#isWorking) {
      this.#wait();
      return;
    }
    if (this.#isMidMessage || !this.#hasSpoken) this.#dependencies.offended();
    const reason = this.#isMidMessage
      ? 'The message did not come whole in time.'
      : 'The connection was idle for too long.';
    this.close(ResultCode.unavailable, reason);
  }

  /** No answers from here on: what waits is forgotten, what is under way stops. */
  #giveUp(): void {
    this.#isOver = true;
    clearTimeout(this.#patience);
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#account();
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
