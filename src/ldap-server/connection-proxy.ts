/** Takes the PROXY header off a connection that a trusted proxy has opened, and leaves what follows to TLS. */
import type { Socket } from 'node:net';
import { type ProxyHeader, readProxyHeader } from './proxy-protocol.ts';

/**
 * Calls `done` once: with the header, the socket then paused and the next byte to read the one behind it; or with null
 * where none came within `timeoutMs`, or something else did.
 */
export function takeProxyHeader(
  socket: Socket,
  timeoutMs: number,
  done: (header: ProxyHeader | null) => void,
): void {
  let received: Buffer = Buffer.alloc(0);
  const settle = (header: ProxyHeader | null): void => {
    clearTimeout(timer);
    socket.off('data', take);
    socket.off('close', gone);
    done(header);
  };
  const gone = (): void => settle(null);
  const timer = setTimeout(gone, timeoutMs);
  /** Never gathers more than a header and one chunk. */
  const take = (chunk: Buffer): void => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const header = readProxyHeader(received);
    if (header === 'incomplete') return;
    if (header !== 'invalid') {
      socket.pause();
      if (received.length > header.headerBytes) socket.unshift(received.subarray(header.headerBytes));
    }
    settle(header === 'invalid' ? null : header);
  };
  socket.on('data', take);
  socket.on('close', gone);
}
