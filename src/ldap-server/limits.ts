/** The bounds within which clients are served; every one of them has a name. */

export interface Limits {
  /** Connections in all; the next one is reset before TLS begins. */
  readonly connectionsMax: number;
  /** Connections from one address. */
  readonly connectionsPerAddressMax: number;
  /** Connections of one network that may break the protocol in a row, before it is kept out for seconds. */
  readonly offencesMax: number;
  /** Longest message while nobody is bound. */
  readonly messageBytesAnonymousMax: number;
  /** Longest message of a bound client; filters that list thousands of names are long. */
  readonly messageBytesMax: number;
  /** Requests of one connection that wait for their turn, in number (and in bytes as one message); then its bytes are left unread. */
  readonly requestsQueuedMax: number;
  /** What all connections together may hold of requests that are not whole, or wait for their turn. */
  readonly inboundBytesMax: number;
  /** What all connections together may hold of answers that wait to be read. */
  readonly outboundBytesMax: number;
  readonly handshakeMs: number;
  /** For the header of a proxy. */
  readonly proxyHeaderMs: number;
  /** From the first byte of a message to its last. */
  readonly messageMs: number;
  /** Between whole messages, while nobody is bound and while somebody is: SSSD keeps quiet connections for 900 s. */
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
  /** Entries that all of these may still have to look at, over all connections; the oldest search gives way. */
  readonly pagedCandidatesMax: number;
  /** Pictures of people that stay in memory. */
  readonly photoBytesMax: number;
  /** How long clients are given to read their last answers when the server stops. */
  readonly closeMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  connectionsMax: 8192,
  connectionsPerAddressMax: 4096,
  offencesMax: 10,
  messageBytesAnonymousMax: 65_536,
  messageBytesMax: 1_048_576,
  requestsQueuedMax: 64,
  inboundBytesMax: 67_108_864,
  outboundBytesMax: 268_435_456,
  handshakeMs: 10_000,
  proxyHeaderMs: 5_000,
  messageMs: 60_000,
  idleAnonymousMs: 60_000,
  idleMs: 1_200_000,
  writeStallMs: 60_000,
  outputBytesMax: 131_072,
  searchMs: 300_000,
  pagedSearchesMax: 4,
  pagedCandidatesMax: 5_000_000,
  photoBytesMax: 33_554_432,
  closeMs: 2_000,
};
