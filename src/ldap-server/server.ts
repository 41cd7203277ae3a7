/** The LDAPS server: lets allowed addresses in, serves each over TLS from the tree in memory. */
import { randomUUID } from 'node:crypto';
import {
  createServer as createTlsServer,
  type SecureContextOptions,
  type TLSSocket,
  type Server as TlsServer,
} from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../core/clock.ts';
import type { ChangeOwnPassword } from '../core/credentials/own-password.ts';
import type { ProtectedCredentials } from '../core/credentials/verdict.ts';
import type { SettingsKeeper } from '../core/directory/directory.ts';
import type { Store } from '../core/directory/store.ts';
import { DirectoryError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Logger } from '../core/log.ts';
import type { Settings } from '../core/model/settings.ts';
import { type AllowList, parseAllowList } from './allow-list.ts';
import type { Certificate } from './certificate.ts';
import { type Connection, serveConnection } from './connection.ts';
import { createDoor, type Door, type Refusal } from './connection-door.ts';
import { type Listener, listenHere, type MakeListener } from './connection-listener.ts';
import { createSeats, type Seats } from './connection-seats.ts';
import { createDispatch } from './dispatch.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { createMemoryBudget } from './memory-budget.ts';
import type { LdapObserver } from './observer.ts';
import { createOffenders } from './offenders.ts';
import { createPagedSearchPool } from './operations/paging.ts';
import { createServerEntries } from './operations/server-entries.ts';
import { createStandings, type Standings } from './operations/standing.ts';
import { createWriterPool } from './output.ts';
import { createPhotos, readPictures } from './photos.ts';
import { ResultCode } from './protocol/result-codes.ts';
import { createReplica, type Replica } from './replica.ts';
import { createDit } from './tree/dit.ts';
import { createTrials, type Trials } from './trials.ts';

export interface LdapServerDependencies {
  /** Port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly baseDn: string;
  readonly certificate: Certificate;
  /** Addresses and ranges of proxies that speak the PROXY protocol, which nobody else may; absent: there are none. */
  readonly proxies?: readonly string[];
  readonly store: Pick<Store, 'read' | 'readDirectory' | 'changes'>;
  readonly settings: Pick<SettingsKeeper, 'current'>;
  readonly credentials: ProtectedCredentials;
  /** Serves password modify where the setting is on; absent: it is never served. */
  readonly changeOwnPassword?: ChangeOwnPassword;
  readonly clock: Clock;
  readonly log: Logger;
  readonly newId?: NewId;
  readonly limits?: Limits;
  /** Where others serve beside it, of all of them; absent: its own. */
  readonly seats?: Seats;
  /** Absent: it listens itself. */
  readonly makeListener?: MakeListener;
  readonly observer?: LdapObserver;
}

export interface LdapServer {
  /** Reads the directory into memory, then listens. Throws DirectoryError 'invalid' where it cannot listen there. */
  start(): Promise<{ readonly host: string; readonly port: number }>;
  /** Tells every client, and waits a bounded time for them to read it. */
  stop(): Promise<void>;
  /** Whether what is served is in step with the directory; if not, why. */
  ready(): { readonly ready: boolean; readonly reason: string };
  /** Shows this certificate to who connects from now on; open connections go on. */
  useCertificate(certificate: Certificate): void;
  status(): LdapServerStatus;
  readonly trials: Trials;
}

/** What there is at the moment. */
export interface LdapServerStatus {
  readonly connections: number;
  /** Those that are listed. */
  readonly users: number;
  readonly groups: number;
  /** The last change of the feed that is served. */
  readonly sequence: number;
  /** Of the tree in memory, in buffers. */
  readonly treeBytes: number;
}

export function createLdapServer(dependencies: LdapServerDependencies): LdapServer {
  return new LdapsServer(dependencies);
}

/** What of the settings is in force. */
interface InForce {
  readonly allow: AllowList;
  readonly bindPasswordHash: string;
  readonly ldapServed: boolean;
  readonly passwordModify: boolean;
  readonly instanceId: string;
  readonly authority: Settings['authority'];
}

class LdapsServer implements LdapServer {
  readonly trials: Trials;
  readonly #dependencies: LdapServerDependencies;
  readonly #limits: Limits;
  readonly #replica: Replica;
  readonly #standings: Standings;
  readonly #listener: Listener;
  readonly #tls: TlsServer;
  readonly #door: Door;
  readonly #serve: (socket: TLSSocket, address: string) => Connection;
  readonly #connections = new Map<TLSSocket, Connection>();
  /** Nobody is let in before the settings are known. */
  #inForce: InForce | null = null;
  /** Between start and stop, whether it is switched on or off. */
  #isRunning = false;
  #bound = 0;
  #switching: Promise<void> = Promise.resolve();

  constructor(dependencies: LdapServerDependencies) {
    const { baseDn, certificate, clock, credentials, log, observer, store } = dependencies;
    const limits = dependencies.limits ?? DEFAULT_LIMITS;
    const dit = createDit(baseDn);
    this.#dependencies = dependencies;
    this.#limits = limits;
    this.#replica = createReplica({
      dit,
      store,
      settingsChanged: () => this.#readSettings(),
      sourcesChanged: () => credentials.forget(),
      treeChanged: () => this.#endLostRights(),
      log,
    });
    this.#standings = createStandings({
      snapshot: this.#replica.snapshot,
      bindPasswordHash: () => this.#inForce?.bindPasswordHash ?? null,
    });
    const operations = {
      credentials,
      standings: this.#standings,
      snapshot: this.#replica.snapshot,
      caughtUp: () => this.#replica.caughtUp(),
      server: createServerEntries(
        dit,
        () => this.#passwordModify() !== null,
        () => this.#inForce?.instanceId ?? null,
        () => this.#replica.snapshot().schema,
      ),
      changeOwnPassword: () => this.#passwordModify(),
      photos: createPhotos({
        ...limits,
        clock,
        log,
        read: (keys) => store.read((it) => readPictures(it, keys)),
      }),
      clock,
      newId: dependencies.newId ?? randomUUID,
      limits,
      log,
      observe: observer?.operation,
      observeBind: observer?.bind,
      observeSearch: observer?.search,
    };
    const dispatch = createDispatch(operations);
    const inbound = createMemoryBudget(limits.inboundBytesMax);
    const outbound = createMemoryBudget(limits.outboundBytesMax);
    const writers = createWriterPool();
    const pages = createPagedSearchPool(limits);
    const allows = (address: string) => this.#inForce?.allow.allows(address) === true;
    this.trials = createTrials({ ...operations, pages, allows });
    let opened = 0;
    this.#serve = (socket, address) => {
      opened += 1;
      return serveConnection(
        socket,
        { connection: opened, address, pages: pages.open() },
        {
          ...{ dispatch, inbound, outbound, writers, limits, log },
          offended: () => this.#offended(address),
        },
      );
    };
    this.#tls = createTlsServer({ ...secureOptions(certificate), handshakeTimeout: limits.handshakeMs });
    this.#tls.on('secureConnection', (socket) => this.#connected(socket));
    this.#tls.on('tlsClientError', (error, socket) => this.#handshakeFailed(error, socket));
    this.#door = createDoor({
      allows,
      proxies: parseAllowList(dependencies.proxies ?? []),
      offenders: createOffenders({ clock, free: limits.offencesMax }),
      seats: dependencies.seats ?? createSeats(limits),
      limits,
      admitted: (socket) => this.#tls.emit('connection', socket),
      refused: (address, reason) => this.#refused(address, reason),
    });
    this.#listener = (dependencies.makeListener ?? listenHere)((socket) => this.#door.knock(socket));
  }

  async start(): Promise<{ host: string; port: number }> {
    await this.#replica.start();
    const { host, port } = this.#dependencies.listen;
    this.#bound = port;
    if (this.#isSwitchedOn()) await this.#open();
    this.#isRunning = true;
    return { host, port: this.#bound };
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#replica.stop();
    await this.#switching;
    await this.#close('The server is stopping.');
  }

  /** Again at the port that it had. */
  async #open(): Promise<void> {
    const { host } = this.#dependencies.listen;
    const { port } = await this.#listener.open({ host, port: this.#bound });
    this.#bound = port;
    this.#dependencies.log.info({ host, port: this.#bound }, 'serving LDAPS');
  }

  async #close(sentence: string): Promise<void> {
    if (!this.#listener.isOpen) return;
    const closed = this.#listener.close();
    for (const connection of this.#connections.values()) {
      connection.close(ResultCode.unavailable, sentence);
    }
    const last = setTimeout(() => this.#door.closeAll(), this.#limits.closeMs);
    await closed;
    clearTimeout(last);
  }

  ready(): { ready: boolean; reason: string } {
    const isAsItShould = this.#isRunning && this.#listener.isOpen === this.#isSwitchedOn();
    const trouble = isAsItShould ? this.#replica.trouble() : 'LDAPS is not being served.';
    return { ready: trouble === null, reason: trouble ?? '' };
  }

  useCertificate(certificate: Certificate): void {
    this.#tls.setSecureContext(secureOptions(certificate));
  }

  status(): LdapServerStatus {
    const snapshot = this.#replica.snapshot();
    const { references, groups } = snapshot;
    return {
      connections: this.#door.size,
      users: references.size - groups.size,
      groups: groups.size,
      sequence: this.#replica.sequence(),
      treeBytes: Object.values(snapshot.memory()).reduce((sum, bytes) => sum + bytes, 0),
    };
  }

  #refused(address: string, reason: Refusal): void {
    this.#dependencies.observer?.refused(reason, address);
    this.#dependencies.log.debug({ address, reason }, 'connection refused');
  }

  #offended(address: string): void {
    const keptOutMs = this.#door.offended(address);
    if (keptOutMs === 0) return;
    this.#dependencies.log.warn(
      { address, keptOutMs },
      'connections from there break the protocol again and again; its network is kept out',
    );
  }

  #connected(socket: TLSSocket): void {
    const address = this.#door.addressOf(socket);
    if (address === null) {
      socket.destroy();
      return;
    }
    this.#connections.set(socket, this.#serve(socket, address));
    socket.on('close', () => this.#connections.delete(socket));
  }

  /** Health checks connect and hang up; scanners speak other protocols: neither is an error of ours. */
  #handshakeFailed(error: Error, socket: TLSSocket): void {
    const address = this.#door.addressOf(socket);
    this.#dependencies.observer?.handshakeFailed(address, error.message);
    this.#dependencies.log.debug({ address, reason: error.message }, 'no TLS handshake');
    socket.destroy();
  }

  async #readSettings(): Promise<Settings> {
    const settings = await this.#dependencies.settings.current();
    const { bindPasswordHash, ldapServed, passwordModify, instanceId, authority } = settings;
    // What was found right there counts no more where another one is asked, or none.
    if (!isDeepStrictEqual(authority, this.#inForce?.authority ?? null))
      this.#dependencies.credentials.forget();
    const allow = this.#readAllow(settings);
    this.#inForce = { allow, bindPasswordHash, ldapServed, passwordModify, instanceId, authority };
    this.#door.recheck();
    this.#switching = this.#switching.then(() => this.#switch());
    return settings;
  }

  #isSwitchedOn(): boolean {
    return this.#inForce?.ldapServed !== false;
  }

  async #switch(): Promise<void> {
    if (!this.#isRunning || this.#listener.isOpen === this.#isSwitchedOn()) return;
    try {
      if (this.#isSwitchedOn()) await this.#open();
      else await this.#close('LDAPS is switched off here.');
    } catch (err) {
      this.#dependencies.log.error({ err }, 'LDAPS cannot be served again');
    }
  }

  /** Whose password or rights have changed is told to bind anew. */
  #endLostRights(): void {
    for (const connection of this.#connections.values()) {
      if (this.#standings.holds(connection.session)) continue;
      connection.endRights(
        ResultCode.unavailable,
        'What this connection was bound by has changed; bind again.',
      );
    }
  }

  /** null: switched off. */
  #passwordModify(): ChangeOwnPassword | null {
    return this.#inForce?.passwordModify === true ? (this.#dependencies.changeOwnPassword ?? null) : null;
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

/** All that TLS is told: a new context forgets what it is not told again. */
function secureOptions({ certPem, keyPem }: Certificate): SecureContextOptions {
  return { cert: certPem, key: keyPem, minVersion: 'TLSv1.2' };
}
