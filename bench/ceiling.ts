/** The generator's own ceiling: the stand-in as the bench holds it, and the answer that a real server gave. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Certificate } from '../src/ldap-server/certificate.ts';
import { createAnswers } from './answers.ts';
import { ADMIN_BIND, UNBIND } from './requests.ts';
import type { StandInOrder } from './stand-in.ts';

export interface StandIn {
  readonly port: number;
  readonly pid: number;
  /** What it answers to every request from now on. */
  answerWith(bytes: Buffer): Promise<void>;
  stop(): void;
}

export async function startStandIn({ certPem, keyPem }: Certificate): Promise<StandIn> {
  const child = fork(join(import.meta.dirname, 'stand-in.js'), { serialization: 'advanced', execArgv: [] });
  const ordered = async (order: StandInOrder): Promise<number> => {
    child.send(order);
    const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }];
    return port;
  };
  return {
    port: await ordered({ type: 'listen', certPem, keyPem }),
    pid: child.pid ?? 0,
    async answerWith(bytes) {
      await ordered({ type: 'answer', bytes });
    },
    stop: () => child.disconnect(),
  };
}

/** The bytes with which a server answers a request of the administrator. */
export async function answerTo(request: Buffer, port: number, caPem: string): Promise<Buffer> {
  const socket = connect({ host: '127.0.0.1', port, ca: caPem });
  await once(socket, 'secureConnect');
  const chunks: Buffer[] = [];
  let results = 0;
  await new Promise<void>((resolve, reject) => {
    const answers = createAnswers({
      entry() {},
      result() {
        results += 1;
        if (results === 1) socket.write(request);
        else resolve();
      },
    });
    socket.on('data', (chunk: Buffer) => {
      if (results === 1) chunks.push(chunk);
      answers.push(chunk);
    });
    socket.once('close', () => reject(new Error('The server closed the connection.')));
    socket.write(ADMIN_BIND);
  });
  socket.end(UNBIND);
  return Buffer.concat(chunks);
}
