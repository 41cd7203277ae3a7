/** The bounds within which clients are served; every one of them has a name. */

export interface Limits {
  /** Connections in all; the next one is reset before TLS begins. */
  readonly connectionsMax: number;
  /** Connections from one address. */
  readonly connectionsPerAddressMax: number;
  /** Longest message while nobody is bound. */
  readonly messageBytesAnonymousMax: number;
  /** Longest message of a bound client; filters that list thousands of names are long. */
  readonly messageBytesMax: number;
  /** Requests of one connection that wait for their turn; then its bytes are left unread. */
  readonly requestsQueuedMax: number;
  readonly handshakeMs: number;
  /** Silence while nobody is bound, and while somebody is: SSSD keeps quiet connections for 900 s. */
  readonly idleAnonymousMs: number;
  readonly idleMs: number;
  /** How long a client may leave answers unread. */
  readonly writeStallMs: number;
  /** Answers that wait to be read; then searching pauses. */
  readonly outputBytesMax: number;
  /** One search, pauses included. */
  readonly searchMs: number;
  /** Paged searches of one connection that wait for their next page; the oldest gives way. */
  readonly pagedSearchesMax: number;
  /** How long clients are given to read their last answers when the server stops. */
  readonly closeMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  connectionsMax: 4096,
  connectionsPerAddressMax: 1024,
  messageBytesAnonymousMax: 65_536,
  messageBytesMax: 1_048_576,
  requestsQueuedMax: 64,
  handshakeMs: 10_000,
  idleAnonymousMs: 60_000,
  idleMs: 1_200_000,
  writeStallMs: 60_000,
  outputBytesMax: 262_144,
  searchMs: 300_000,
  pagedSearchesMax: 4,
  closeMs: 2_000,
};
