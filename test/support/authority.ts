/** An external authority for tests: a real HTTPS server of an operator's own, whose answers tests choose. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOrCreateCertificate } from '../../src/ldap-server/certificate.ts';

export interface Asked {
  readonly username: string;
  readonly password: string;
  readonly token: string | null;
}

export type Answering = (asked: Asked, response: ServerResponse) => void;

export interface TestAuthority {
  readonly url: string;
  readonly caPem: string;
  readonly asked: Asked[];
  /** In the place of what it answered before. */
  answers(answering: Answering): void;
  close(): Promise<void>;
}

/** Lets in whoever has this password, with what `people` says of him; refuses everybody else. */
export function lettingIn(password: string, people: Readonly<Record<string, object>>): Answering {
  return (asked, response) => {
    const person = people[asked.username];
    if (person === undefined || asked.password !== password) response.writeHead(401).end();
    else sendJson(response, person);
  };
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export async function startAuthority(): Promise<TestAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'roster-authority-'));
  const names = { hostnames: ['localhost'], addresses: ['127.0.0.1'], now: new Date() };
  const { certPem: cert, keyPem: key } = await loadOrCreateCertificate(folder, names);
  const caPem = await readFile(join(folder, 'ca.crt'), 'utf8');
  const asked: Asked[] = [];
  let answering: Answering = (_asked, response) => void response.writeHead(401).end();
  const server = createServer({ cert, key }, async (request, response) => {
    const one = await readAsked(request);
    asked.push(one);
    answering(one, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/check`,
    caPem,
    asked,
    answers(next) {
      answering = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await rm(folder, { recursive: true });
    },
  };
}

async function readAsked(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { username, password } = JSON.parse(Buffer.concat(chunks).toString());
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? null;
  return { username, password, token };
}
