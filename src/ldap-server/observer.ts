/** Whom the server tells what happens, for metrics. */
import type { Refusal } from './connection-door.ts';
import type { ObservedOperation } from './operation-watch.ts';

/** Its functions must not throw. */
export interface LdapObserver {
  operation(operation: ObservedOperation): void;
  refused(reason: Refusal): void;
  /** A TLS handshake that did not come to its end: a health check, a scanner, a client that trusts another authority. */
  handshakeFailed(): void;
}
