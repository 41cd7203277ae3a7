/** Looks from outside at the port of LDAPS: whether Roster answers there, and where nobody does, whether it could. */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { connect } from 'node:tls';
import type { Finding } from '../core/model/finding.ts';
import type { Certificate } from './certificate.ts';

const ANSWER_MS = 5_000;

/** `certificate`: what should be shown there; null where it is not known. */
export async function examinePort(
  { host, port }: { readonly host: string; readonly port: number },
  certificate: Certificate | null,
): Promise<Finding> {
  if (port === 0)
    return finding('warning', 'LDAPS takes any free port at each start; set ROSTER_LDAPS_PORT.');
  const place = `${host} port ${port}`;
  const shown = await certificateShown(reachable(host), port);
  switch (shown) {
    case 'ECONNREFUSED':
      return (
        (await whyNotListen(host, port)) ??
        finding('warning', `The server is not running: nobody answers on ${place}.`)
      );
    case 'ECONNRESET':
      return finding(
        'warning',
        `The server resets connections from this machine on ${place}: its address is not in the allow-list, there are too many, or several broke the protocol within seconds.`,
      );
    default:
      break;
  }
  if (typeof shown === 'string') {
    return finding(
      'wrong',
      `What listens on ${place} does not speak TLS (${shown}); end it, or set ROSTER_LDAPS_PORT.`,
    );
  }
  const isOurs = certificate !== null && new X509Certificate(certificate.certPem).raw.equals(shown);
  return isOurs
    ? finding('well', `The server answers on ${place}, with the certificate on disk.`)
    : finding(
        'wrong',
        `What answers on ${place} shows another certificate than the one on disk: send Roster a SIGHUP, or end what listens there.`,
      );
}

/** The certificate in DER, or the code of the failure. Whether it can be trusted is not asked here. */
async function certificateShown(host: string, port: number): Promise<Buffer | string> {
  const socket = connect({ host, port, rejectUnauthorized: false, timeout: ANSWER_MS });
  try {
    await Promise.race([
      once(socket, 'secureConnect'),
      once(socket, 'timeout').then(() => Promise.reject(new Error('no answer'))),
    ]);
    return socket.getPeerX509Certificate()?.raw ?? 'no certificate';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
  } finally {
    socket.on('error', () => undefined);
    socket.destroy();
  }
}

/** null: it could listen there. */
async function whyNotListen(host: string, port: number): Promise<Finding | null> {
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, 'listening');
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return finding(
      'wrong',
      `LDAPS cannot listen on ${host} port ${port} (${code}): set ROSTER_LDAPS_HOST and ROSTER_LDAPS_PORT.`,
    );
  } finally {
    server.close();
  }
}

/** An address by which this machine reaches what listens on all of its addresses. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return /^[0:]+$/.test(host) ? '::1' : host;
}

function finding(state: Finding['state'], sentence: string): Finding {
  return { subject: 'port', state, sentence };
}
