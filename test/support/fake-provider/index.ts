/** A directory server on loopback that speaks like a provider, with its quirks, and fails like one when told to. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { PresetName } from '../../../src/core/model/source.ts';
import { issueCertificates } from '../../../src/ldap-server/certificate.ts';
import type { Conversation, Operations } from './conversation.ts';
import { KNOBS, type Knobs } from './knobs.ts';
import { FakeDirectory } from './people.ts';
import { type Profile, type ProfileName, profiles } from './profiles.ts';
import { converse } from './session.ts';

export type { Knobs } from './knobs.ts';
export { passwordOf } from './people.ts';
export type { ProfileName } from './profiles.ts';

export const READER_PASSWORD = 'reader-secret';

export interface FakeProviderOptions {
  readonly profile: ProfileName;
  readonly knobs?: Partial<Knobs>;
  /** Usernames; each has passwordOf its name. */
  readonly people?: readonly string[];
  /** Members by name of group. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** LDAPS with a certificate of an authority of its own; with 'client-certificate' it wants one too. */
  readonly tls?: boolean | 'client-certificate';
  /** For stamps of changes and for limits by the second. */
  readonly now?: () => Date;
}

export interface FakeProvider {
  readonly url: string;
  readonly caPem: string | null;
  /** What a client must show where `tls` is 'client-certificate'. */
  readonly client: { readonly certificatePem: string; readonly keyPem: string } | null;
  readonly baseDn: string;
  readonly groupBaseDn: string;
  readonly bindDn: string;
  readonly bindPassword: string;
  readonly preset: PresetName;
  /** What it holds; changes are seen by the next search. */
  readonly directory: FakeDirectory;
  /** May be turned while it serves. */
  readonly knobs: Knobs;
  /** What it was asked for; may be set to nothing again by reset(). */
  readonly operations: Operations;
  reset(): void;
  /** Breaks all connections. */
  disconnect(): void;
  stop(): Promise<void>;
}

export async function startFakeProvider(options: FakeProviderOptions): Promise<FakeProvider> {
  const { now = () => new Date(), tls = false } = options;
  const profile: Profile = profiles[options.profile];
  const directory = new FakeDirectory(now);
  for (const username of options.people ?? []) directory.putPerson(username);
  for (const [name, members] of Object.entries(options.groups ?? {})) {
    directory.putGroup(name, { members: [...members] });
  }
  const knobs: Knobs = { ...KNOBS, ...profile.knobs, ...options.knobs };
  const operations: Operations = noOperations();
  const server = tls === false ? null : await issue('localhost');
  const client = tls === 'client-certificate' ? await issue('client') : null;
  const shared: Conversation = {
    readerPassword: READER_PASSWORD,
    placed: { version: '', entries: [] },
    profile,
    directory,
    knobs,
    operations,
    now,
    recentBinds: new Map<string, number[]>(),
  };
  const sockets = new Set<Socket>();
  const serve = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (client !== null && !shows(socket, client.certPem)) return void socket.destroy();
    converse(socket, shared);
  };
  const listener =
    server === null
      ? createServer(serve)
      : createTlsServer(
          {
            cert: server.certPem,
            key: server.keyPem,
            requestCert: client !== null,
            rejectUnauthorized: false,
          },
          serve,
        );
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  return {
    url: `${server === null ? 'ldap' : 'ldaps'}://127.0.0.1:${port}`,
    caPem: server?.caPem ?? null,
    client: client && { certificatePem: client.certPem, keyPem: client.keyPem },
    baseDn: profile.baseDn,
    groupBaseDn: profile.groupBaseDn,
    bindDn: profile.bindDn,
    bindPassword: READER_PASSWORD,
    preset: options.profile === 'freeipa' ? ('389ds' as PresetName) : (options.profile as PresetName),
    directory,
    knobs,
    operations,
    reset: () => Object.assign(operations, noOperations()),
    disconnect: () => sockets.forEach((socket) => void socket.destroy()),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function noOperations(): Operations {
  return { connections: 0, binds: 0, searches: 0, entries: 0, bindDns: [] };
}

function issue(hostname: string) {
  const names = { hostnames: [hostname], addresses: ['127.0.0.1'] };
  return issueCertificates({ ...names, now: new Date(), validDays: 30 });
}

function shows(socket: Socket, certificatePem: string): boolean {
  const raw = socket instanceof TLSSocket ? socket.getPeerCertificate().raw : undefined;
  return raw !== undefined && certificatePem.replace(/\s/g, '').includes(raw.toString('base64'));
}
