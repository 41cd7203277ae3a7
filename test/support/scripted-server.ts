/** A plain LDAP server on loopback that records requests and sends answers given by a function: a place for clients to meet the codec. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { decodeRequest } from '../../src/ldap-server/protocol/decode.ts';
import { createFramer } from '../../src/ldap-server/protocol/framing.ts';
import type { RequestMessage } from '../../src/ldap-server/protocol/messages.ts';

export interface ScriptedServer {
  readonly url: string;
  /** In the order in which they came, of all connections. */
  readonly requests: readonly RequestMessage[];
  stop(): Promise<void>;
}

export async function startScriptedServer(
  answer: (message: RequestMessage, frame: Buffer) => readonly Buffer[],
): Promise<ScriptedServer> {
  const requests: RequestMessage[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const framer = createFramer({ messageBytesMax: 1_000_000 });
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      framer.push(chunk);
      for (let frame = framer.next(); frame !== null; frame = framer.next()) {
        const message = decodeRequest(frame);
        requests.push(message);
        for (const response of answer(message, frame)) socket.write(response);
        if (message.request.type === 'unbind') socket.end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
