/** A process that answers every request with the same ready bytes over TLS: what no server can beat with this generator. */
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createServer, type TLSSocket } from 'node:tls';
import { endOf } from './answers.ts';

/** One write, so that a long answer gives way to others and waits until it is read. */
const WRITE_BYTES = 262_144;
const BIND_ANSWER = Buffer.from('300c02010161070a010004000400', 'hex');
const BIND = 0x60;
const UNBIND = 0x42;

export type StandInOrder =
  | { readonly type: 'listen'; readonly certPem: string; readonly keyPem: string }
  | { readonly type: 'answer'; readonly bytes: Buffer };

let answer: Buffer = BIND_ANSWER;

process.on('message', (order: StandInOrder) => {
  if (order.type === 'answer') {
    answer = order.bytes;
    process.send?.({ port: 0 });
    return;
  }
  const server = createServer({ cert: order.certPem, key: order.keyPem, noDelay: true }, serve);
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
});
process.on('disconnect', () => process.exit());

function serve(socket: TLSSocket): void {
  let pending = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    const bytes = Buffer.concat([pending, chunk]);
    const answers: Buffer[] = [];
    let start = 0;
    for (let end = endOf(bytes, start); end <= bytes.length; end = endOf(bytes, start)) {
      const operation = bytes[start + 3 + (bytes[start + 3] ?? 0) + 1];
      if (operation === UNBIND) socket.end();
      else answers.push(operation === BIND ? BIND_ANSWER : answer);
      start = end;
    }
    pending = bytes.subarray(start);
    write(socket, answers);
  });
}

function write(socket: TLSSocket, answers: readonly Buffer[]): void {
  const [only] = answers;
  const bytes = answers.length === 1 && only !== undefined ? only : Buffer.concat(answers);
  if (bytes.length <= WRITE_BYTES) socket.write(bytes);
  else Readable.from(slicesOf(bytes)).pipe(socket, { end: false });
}

function* slicesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += WRITE_BYTES) yield bytes.subarray(at, at + WRITE_BYTES);
}
