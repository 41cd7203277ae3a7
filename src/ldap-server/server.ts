/** The LDAPS server: lets allowed addresses in, serves each over TLS from the tree in memory. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import type { Clock } from '../core/clock.ts';
import type { Credentials } from '../core/credentials/verdict.ts';
import type { SettingsKeeper } from '../core/directory/directory.ts';
import type { Store } from '../core/directory/store.ts';
import { DirectoryError } from '../core/errors.ts';
import { type NewId, newId } from '../core/ids.ts';
import type { Logger } from '../core/log.ts';
import type { Settings } from '../core/model/settings.ts';
import { type AllowList, parseAllowList, unmapped } from './allow-list.ts';
import type { Certificate } from './certificate.ts';
import { type Connection, serveConnection } from './connection.ts';
import { createDispatch } from './dispatch.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { ResultCode } from './protocol/result-codes.ts';
import { createReplica, type Replica } from './replica.ts';
import { createDit } from './tree/dit.ts';
import { rootDseEntry } from './tree/root-dse.ts';
import { subschemaEntry } from './tree/subschema.ts';

export interface LdapServerDependencies {
  /** Port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly baseDn: string;
  readonly certificate: Certificate;
  readonly store: Pick<Store, 'readDirectory' | 'changes'>;
  readonly settings: Pick<SettingsKeeper, 'current'>;
  readonly credentials: Credentials;
  /** Checks the password of cn=admin,ou=system against its hash. */
  verifyBindPassword(password: string, hash: string): Promise<boolean>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly newId?: NewId;
  readonly limits?: Limits;
}

export interface LdapServer {
  /** Reads the directory into memory, then listens. Throws DirectoryError 'invalid' where it cannot listen there. */
  start(): Promise<{ readonly host: string; readonly port: number }>;
  /** Tells every client, and waits a bounded time for them to read it. */
  stop(): Promise<void>;
  /** Whether what is served is in step with the directory; if not, why. */
  ready(): { readonly ready: boolean; readonly reason: string };
}

export function createLdapServer(dependencies: LdapServerDependencies): LdapServer {
  return new LdapsServer(dependencies);
}

/** What of the settings is in force. */
interface InForce {
  readonly allow: AllowList;
  readonly bindPasswordHash: string;
}

class LdapsServer implements LdapServer {
  readonly #dependencies: LdapServerDependencies;
  readonly #limits: Limits;
  readonly #replica: Replica;
  readonly #listener: Server;
  readonly #tls: TlsServer;
  readonly #serve: (socket: TLSSocket, address: string) => Connection;
  readonly #sockets = new Map<Socket, string>();
  readonly #connections = new Map<TLSSocket, Connection>();
  /** Nobody is let in before the settings are known. */
  #inForce: InForce | null = null;
  #isListening = false;

  constructor(dependencies: LdapServerDependencies) {
    const { baseDn, certificate, clock, credentials, log, store, verifyBindPassword } = dependencies;
    const limits = dependencies.limits ?? DEFAULT_LIMITS;
    const dit = createDit(baseDn);
    this.#dependencies = dependencies;
    this.#limits = limits;
    this.#replica = createReplica({ dit, store, settingsChanged: () => this.#readSettings(), log });
    const dispatch = createDispatch({
      credentials,
      verifyBindPassword: async (password) =>
        this.#inForce !== null && (await verifyBindPassword(password, this.#inForce.bindPasswordHash)),
      snapshot: this.#replica.snapshot,
      server: { rootDse: rootDseEntry(dit), subschema: subschemaEntry(dit) },
      clock,
      newId: dependencies.newId ?? newId,
      limits,
      log,
    });
    this.#serve = (socket, address) => serveConnection(socket, address, { dispatch, limits, log });
    this.#listener = createServer({ noDelay: true }, (socket) => this.#admit(socket));
    this.#tls = createTlsServer({
      cert: certificate.certPem,
      key: certificate.keyPem,
      minVersion: 'TLSv1.2',
      handshakeTimeout: limits.handshakeMs,
    });
    this.#tls.on('secureConnection', (socket) => this.#connected(socket));
    this.#tls.on('tlsClientError', (error, socket) => this.#handshakeFailed(error, socket));
  }

  async start(): Promise<{ host: string; port: number }> {
    await this.#replica.start();
    await listen(this.#listener, this.#dependencies.listen);
    this.#isListening = true;
    const address = this.#listener.address();
    const { host, port } = this.#dependencies.listen;
    const bound = typeof address === 'object' && address !== null ? address.port : port;
    this.#dependencies.log.info({ host, port: bound }, 'serving LDAPS');
    return { host, port: bound };
  }

  async stop(): Promise<void> {
    this.#isListening = false;
    await this.#replica.stop();
    if (!this.#listener.listening) return;
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    for (const connection of this.#connections.values()) {
      connection.close(ResultCode.unavailable, 'The server is stopping.');
    }
    const last = setTimeout(() => {
      for (const socket of this.#sockets.keys()) socket.destroy();
    }, this.#limits.closeMs);
    await closed;
    clearTimeout(last);
  }

  ready(): { ready: boolean; reason: string } {
    const trouble = this.#isListening ? this.#replica.trouble() : 'LDAPS is not being served.';
    return { ready: trouble === null, reason: trouble ?? '' };
  }

  /** Before any byte of TLS: a refused address learns nothing, and costs nothing. */
  #admit(socket: Socket): void {
    const address = unmapped(socket.remoteAddress ?? '');
    socket.on('error', () => socket.destroy());
    const refused = this.#whyRefused(address);
    if (refused !== null) {
      this.#dependencies.log.debug({ address, reason: refused }, 'connection refused');
      socket.resetAndDestroy();
      return;
    }
    this.#sockets.set(socket, address);
    socket.on('close', () => this.#sockets.delete(socket));
    this.#tls.emit('connection', socket);
  }

  #whyRefused(address: string): string | null {
    if (this.#inForce?.allow.allows(address) !== true) return 'the address is not allowed';
    if (this.#sockets.size >= this.#limits.connectionsMax) return 'too many connections';
    let ofAddress = 0;
    for (const other of this.#sockets.values()) if (other === address) ofAddress += 1;
    return ofAddress >= this.#limits.connectionsPerAddressMax
      ? 'too many connections from the address'
      : null;
  }

  #connected(socket: TLSSocket): void {
    const address = unmapped(socket.remoteAddress ?? '');
    const connection = this.#serve(socket, address);
    this.#connections.set(socket, connection);
    socket.on('close', () => this.#connections.delete(socket));
  }

  /** Health checks connect and hang up; scanners speak other protocols: neither is an error of ours. */
  #handshakeFailed(error: Error, socket: TLSSocket): void {
    this.#dependencies.log.debug(
      { address: socket.remoteAddress, reason: error.message },
      'no TLS handshake',
    );
    socket.destroy();
  }

  async #readSettings(): Promise<void> {
    const settings = await this.#dependencies.settings.current();
    const before = this.#inForce;
    this.#inForce = { allow: this.#readAllow(settings), bindPasswordHash: settings.bindPasswordHash };
    const isNewPassword = before !== null && before.bindPasswordHash !== settings.bindPasswordHash;
    for (const [socket, address] of this.#sockets) {
      if (!this.#inForce.allow.allows(address)) socket.destroy();
    }
    for (const connection of this.#connections.values()) {
      if (isNewPassword && connection.session.identity.kind === 'admin') {
        connection.close(ResultCode.unavailable, 'The bind password has changed; bind again.');
      }
    }
  }

  /** A list that cannot be read keeps the one before in force, and at the start keeps the server from starting. */
  #readAllow({ allow }: Settings): AllowList {
    try {
      return parseAllowList(allow);
    } catch (error) {
      if (this.#inForce === null || !(error instanceof DirectoryError)) throw error;
      this.#dependencies.log.error(
        { reason: error.message },
        'the allow-list is invalid; the one before stays',
      );
      return this.#inForce.allow;
    }
  }
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new DirectoryError('invalid', `LDAPS cannot listen on ${host} port ${port} (${reason}).`, {
      field: 'listen',
      cause,
    });
  }
}
