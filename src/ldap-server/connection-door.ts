/** The door: which connections get as far as TLS, and whose they are. */
import type { Socket } from 'node:net';
import { type AllowList, unmapped } from './allow-list.ts';
import { takeProxyHeader } from './connection-proxy.ts';
import type { Seats } from './connection-seats.ts';
import type { Limits } from './limits.ts';
import type { Offenders } from './offenders.ts';

export const REFUSALS = [
  'not-allowed',
  'kept-out',
  'too-many',
  'too-many-of-address',
  'no-proxy-header',
] as const;
export type Refusal = (typeof REFUSALS)[number];

export interface DoorDependencies {
  /** Whether an address may connect at present. */
  allows(address: string): boolean;
  /** Those who tell for whom they connect, by the PROXY protocol. */
  readonly proxies: AllowList;
  readonly offenders: Offenders;
  readonly seats: Seats;
  readonly limits: Pick<Limits, 'proxyHeaderMs'>;
  /** The socket goes on to TLS. */
  admitted(socket: Socket): void;
  refused(address: string, reason: Refusal): void;
}

export interface Door {
  /** Lets a new socket in or resets it: before any byte of TLS, so that who is refused learns nothing and costs nothing. */
  knock(socket: Socket): void;
  /** Whose connection a socket of the same ends is: the client's behind a proxy; null once it is gone. */
  addressOf(socket: Socket): string | null;
  /** A connection of this address broke the protocol. Returns for how long its network is kept out; 0: it was already. */
  offended(address: string): number;
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
  /** Sockets of which it is not known yet whose they are, or whether there is room. */
  readonly #waiting = new Set<Socket>();

  constructor(dependencies: DoorDependencies) {
    this.#dependencies = dependencies;
  }

  knock(socket: Socket): void {
    const { proxies } = this.#dependencies;
    const peer = unmapped(socket.remoteAddress ?? '');
    socket.on('error', () => socket.destroy());
    if (proxies.allows(peer)) void this.#awaitName(socket, peer);
    else void this.#judge(socket, peer);
  }

  addressOf(socket: Socket): string | null {
    return this.#addressByEnds.get(endsOf(socket)) ?? null;
  }

  /** All who come by a proxy would suffer with it. */
  offended(address: string): number {
    const { offenders, proxies } = this.#dependencies;
    if (proxies.allows(address)) return 0;
    const wasKeptOut = offenders.keptOut(address);
    const keptOutMs = offenders.offended(address);
    return wasKeptOut ? 0 : keptOutMs;
  }

  get size(): number {
    return this.#guests.size + this.#waiting.size;
  }

  recheck(): void {
    for (const [socket, { address }] of this.#guests) {
      if (!this.#dependencies.allows(address)) socket.destroy();
    }
  }

  closeAll(): void {
    for (const socket of [...this.#guests.keys(), ...this.#waiting]) socket.destroy();
  }

  /** A proxy that speaks for itself (a health check) must be allowed like anybody else. */
  async #awaitName(socket: Socket, peer: string): Promise<void> {
    const { limits } = this.#dependencies;
    if (!(await this.#seat(socket, peer, null))) return;
    this.#waiting.add(socket);
    takeProxyHeader(socket, limits.proxyHeaderMs, (header) => {
      this.#waiting.delete(socket);
      this.#dependencies.seats.leave(null);
      if (header === null) this.#refuse(socket, peer, 'no-proxy-header');
      else void this.#judge(socket, header.address === null ? peer : unmapped(header.address));
    });
  }

  async #judge(socket: Socket, address: string): Promise<void> {
    const early = this.#whyRefused(address);
    if (early !== null) return this.#refuse(socket, address, early);
    if (!(await this.#seat(socket, address, address))) return;
    // What is allowed may have changed while it waited for its seat.
    const late = this.#whyRefused(address);
    if (late !== null) {
      this.#dependencies.seats.leave(address);
      return this.#refuse(socket, address, late);
    }
    this.#remember(socket, { address, ends: endsOf(socket) });
    this.#dependencies.admitted(socket);
  }

  #whyRefused(address: string): Refusal | null {
    const { allows, offenders } = this.#dependencies;
    if (!allows(address)) return 'not-allowed';
    return offenders.keptOut(address) ? 'kept-out' : null;
  }

  /** Whether there is room for it, and it is still there to take it. */
  async #seat(socket: Socket, peer: string, address: string | null): Promise<boolean> {
    const { seats } = this.#dependencies;
    this.#waiting.add(socket);
    const answer = seats.take(address);
    const refusal = answer instanceof Promise ? await answer : answer;
    this.#waiting.delete(socket);
    if (refusal !== null) {
      this.#refuse(socket, peer, refusal);
      return false;
    }
    if (socket.destroyed) seats.leave(address);
    return !socket.destroyed;
  }

  #refuse(socket: Socket, address: string, reason: Refusal): void {
    this.#dependencies.refused(address, reason);
    socket.resetAndDestroy();
  }

  #remember(socket: Socket, guest: Guest): void {
    this.#guests.set(socket, guest);
    this.#addressByEnds.set(guest.ends, guest.address);
    socket.on('close', () => this.#forget(socket, guest));
  }

  #forget(socket: Socket, { address, ends }: Guest): void {
    this.#dependencies.seats.leave(address);
    this.#addressByEnds.delete(ends);
    this.#guests.delete(socket);
  }
}

/** TLS makes a socket of its own around the admitted one; the two have their ends in common. */
function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
