/** The door: which connections get as far as TLS, and whose they are. */
import type { Socket } from 'node:net';
import { type AllowList, unmapped } from './allow-list.ts';
import { takeProxyHeader } from './connection-proxy.ts';
import type { Limits } from './limits.ts';

export const REFUSALS = ['not-allowed', 'too-many', 'too-many-of-address', 'no-proxy-header'] as const;
export type Refusal = (typeof REFUSALS)[number];

export interface DoorDependencies {
  /** Whether an address may connect at present. */
  allows(address: string): boolean;
  /** Those who tell for whom they connect, by the PROXY protocol. */
  readonly proxies: AllowList;
  readonly limits: Pick<Limits, 'connectionsMax' | 'connectionsPerAddressMax' | 'proxyHeaderMs'>;
  /** The socket goes on to TLS. */
  admitted(socket: Socket): void;
  refused(address: string, reason: Refusal): void;
}

export interface Door {
  /** Lets a new socket in or resets it: before any byte of TLS, so that who is refused learns nothing and costs nothing. */
  knock(socket: Socket): void;
  /** Whose connection a socket of the same ends is: the client's behind a proxy; null once it is gone. */
  addressOf(socket: Socket): string | null;
  /** How many are in. */
  readonly size: number;
  /** Closes those that are not allowed any more. */
  recheck(): void;
  closeAll(): void;
}

export function createDoor(dependencies: DoorDependencies): Door {
  return new ConnectionDoor(dependencies);
}

interface Guest {
  readonly address: string;
  readonly ends: string;
}

class ConnectionDoor implements Door {
  readonly #dependencies: DoorDependencies;
  readonly #guests = new Map<Socket, Guest>();
  readonly #addressByEnds = new Map<string, string>();
  readonly #countByAddress = new Map<string, number>();
  /** Sockets of proxies that have not said yet for whom. */
  readonly #unnamed = new Set<Socket>();

  constructor(dependencies: DoorDependencies) {
    this.#dependencies = dependencies;
  }

  knock(socket: Socket): void {
    const { proxies } = this.#dependencies;
    const peer = unmapped(socket.remoteAddress ?? '');
    socket.on('error', () => socket.destroy());
    if (proxies.allows(peer)) this.#awaitName(socket, peer);
    else this.#judge(socket, peer);
  }

  addressOf(socket: Socket): string | null {
    return this.#addressByEnds.get(endsOf(socket)) ?? null;
  }

  get size(): number {
    return this.#guests.size + this.#unnamed.size;
  }

  recheck(): void {
    for (const [socket, { address }] of this.#guests) {
      if (!this.#dependencies.allows(address)) socket.destroy();
    }
  }

  closeAll(): void {
    for (const socket of [...this.#guests.keys(), ...this.#unnamed]) socket.destroy();
  }

  /** A proxy that speaks for itself (a health check) must be allowed like anybody else. */
  #awaitName(socket: Socket, peer: string): void {
    const { limits } = this.#dependencies;
    if (this.size >= limits.connectionsMax) {
      this.#refuse(socket, peer, 'too-many');
      return;
    }
    this.#unnamed.add(socket);
    takeProxyHeader(socket, limits.proxyHeaderMs, (header) => {
      this.#unnamed.delete(socket);
      if (header === null) this.#refuse(socket, peer, 'no-proxy-header');
      else this.#judge(socket, header.address === null ? peer : unmapped(header.address));
    });
  }

  #judge(socket: Socket, address: string): void {
    const refusal = this.#whyRefused(address);
    if (refusal !== null) {
      this.#refuse(socket, address, refusal);
      return;
    }
    this.#remember(socket, { address, ends: endsOf(socket) });
    this.#dependencies.admitted(socket);
  }

  #whyRefused(address: string): Refusal | null {
    const { allows, limits } = this.#dependencies;
    if (!allows(address)) return 'not-allowed';
    if (this.size >= limits.connectionsMax) return 'too-many';
    const ofAddress = this.#countByAddress.get(address) ?? 0;
    return ofAddress >= limits.connectionsPerAddressMax ? 'too-many-of-address' : null;
  }

  #refuse(socket: Socket, address: string, reason: Refusal): void {
    this.#dependencies.refused(address, reason);
    socket.resetAndDestroy();
  }

  #remember(socket: Socket, guest: Guest): void {
    const { address, ends } = guest;
    this.#guests.set(socket, guest);
    this.#addressByEnds.set(ends, address);
    this.#countByAddress.set(address, (this.#countByAddress.get(address) ?? 0) + 1);
    socket.on('close', () => this.#forget(socket, guest));
  }

  #forget(socket: Socket, { address, ends }: Guest): void {
    const left = (this.#countByAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#countByAddress.delete(address);
    else this.#countByAddress.set(address, left);
    this.#addressByEnds.delete(ends);
    this.#guests.delete(socket);
  }
}

/** TLS makes a socket of its own around the admitted one; the two have their ends in common. */
function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
