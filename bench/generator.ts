/** A process that sends requests, encoded ahead, to an LDAPS server and counts the answers. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { createAnswers } from './answers.ts';
import { type Counter, createCounter } from './counter.ts';
import type { Load, Tally } from './load.ts';
import { cookieOf, pageRequest, UNBIND } from './requests.ts';

/** How long the answers to the last requests are awaited. */
const DRAIN_MS = 180_000;
const POLL_MS = 5;
const PAGE_SIZE = 1000;
const NO_COOKIE = Buffer.alloc(0);

process.on('message', (load: Load) => {
  run(load).then(
    (tally) => process.send?.({ tally }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());

interface Round {
  readonly load: Load;
  readonly counter: Counter;
  readonly secureContext: SecureContext;
  /** How many of the requests were sent, in mode once. */
  sent: number;
  isOver: boolean;
}

async function run(load: Load): Promise<Tally> {
  const round: Round = {
    load,
    counter: createCounter(load.mode === 'visits' || load.window === 1),
    secureContext: createSecureContext({ ca: load.caPem }),
    sent: 0,
    isOver: false,
  };
  const { counter } = round;
  const sockets = load.mode === 'visits' ? [] : await openAll(round);
  sockets.forEach((socket, index) => {
    use(socket, index, round);
  });
  if (load.mode === 'visits') for (let index = 0; index < load.connections; index += 1) visit(index, round);
  await pause(load.warmUpMs);
  counter.begin();
  if (load.mode === 'once') await settled(round, load.measureMs);
  else await pause(load.measureMs);
  counter.end();
  round.isOver = true;
  await settled(round, DRAIN_MS);
  for (const socket of sockets) socket.end(UNBIND);
  return counter.tally();
}

/** Resolves when nothing is in flight, or when that takes too long. */
async function settled({ counter }: Round, timeoutMs: number): Promise<void> {
  const begun = performance.now();
  while (counter.inFlight() > 0 && performance.now() - begun < timeoutMs) await pause(POLL_MS);
}

async function openAll(round: Round): Promise<TLSSocket[]> {
  const sockets: TLSSocket[] = [];
  for (let index = 0; index < round.load.connections; index += 1) {
    const socket = open(round);
    await once(socket, 'secureConnect');
    if (round.load.bind !== null) await bound(socket, round.load.bind);
    sockets.push(socket);
  }
  return sockets;
}

function open({ load, secureContext }: Round): TLSSocket {
  const socket = connect({ host: '127.0.0.1', port: load.port, secureContext });
  socket.setNoDelay(true);
  return socket;
}

async function bound(socket: TLSSocket, bind: Buffer): Promise<void> {
  socket.write(bind);
  await new Promise<void>((resolve, reject) => {
    const answers = createAnswers({
      entry() {},
      result: (code) => (code === 0 ? resolve() : reject(new Error(`The bind was refused with ${code}.`))),
    });
    socket.once('close', () => reject(new Error('The server closed the connection.')));
    socket.on('data', answers.push);
  });
  socket.removeAllListeners('data').removeAllListeners('close');
}

/** Sends requests on an open connection as long as the round goes on. */
function use(socket: TLSSocket, index: number, round: Round): void {
  const { counter, load } = round;
  const { length } = load.requests;
  const start = Math.floor((index * length) / load.connections);
  const next = load.mode === 'pages' ? pagesOf(load) : requestsOf(load, start);
  let answered = 0;
  let cookie: Buffer = NO_COOKIE;
  const answers = createAnswers({
    entry: counter.entry,
    result(code, message) {
      counter.answered(index, code);
      answered += 1;
      if (load.mode === 'pages') cookie = cookieOf(message);
    },
  });
  const send = (count: number): void => {
    if (round.isOver || count === 0) return;
    const bytes = load.mode === 'once' ? load.requests[round.sent] : next(count, cookie);
    if (bytes === undefined) return;
    round.sent += 1;
    counter.sent(index, count);
    socket.write(bytes);
  };
  socket.on('data', (chunk: Buffer) => {
    counter.received(chunk.length);
    answered = 0;
    answers.push(chunk);
    send(answered);
  });
  socket.on('error', () => {});
  send(load.window);
}

/** The next `count` requests in one buffer, beginning at `position` and around. */
function requestsOf({ requests }: Load, position: number): (count: number) => Buffer {
  let at = position;
  const one = (): Buffer => {
    const request = requests[at % requests.length] ?? NO_COOKIE;
    at += 1;
    return request;
  };
  return (count) => (count === 1 ? one() : Buffer.concat(Array.from({ length: count }, one)));
}

function pagesOf({ requests: [operation = NO_COOKIE] }: Load): (count: number, cookie: Buffer) => Buffer {
  return (_count, cookie) => pageRequest(operation, PAGE_SIZE, cookie);
}

/** Connects, binds, searches once, closes; then anew. */
function visit(index: number, round: Round): void {
  const { counter, load } = round;
  const request = load.requests[index % load.requests.length] ?? NO_COOKIE;
  const socket = open(round);
  let results = 0;
  counter.sent(index, 1);
  const answers = createAnswers({
    entry: counter.entry,
    result(code) {
      results += 1;
      if (results === 1 && code === 0) socket.write(request);
      else leave(code);
    },
  });
  const leave = (code: number): void => {
    socket.end(UNBIND);
    counter.answered(index, code);
    if (!round.isOver) visit(index + load.connections, round);
  };
  socket.on('data', (chunk: Buffer) => {
    counter.received(chunk.length);
    answers.push(chunk);
  });
  socket.on('error', () => {});
  socket.once('secureConnect', () => socket.write(load.bind ?? NO_COOKIE));
}
