/** Whom the server tells what happens, for metrics and activity. */
import type { SearchSeen, SignInSeen } from '../core/activity/activity.ts';
import type { Refusal } from './connection-door.ts';
import type { ObservedOperation } from './operation-watch.ts';

/** Its functions must not throw. */
export interface LdapObserver {
  operation(operation: ObservedOperation): void;
  bind?(bind: SignInSeen): void;
  search?(ok: boolean, describe: () => SearchSeen): void;
  refused(reason: Refusal, address: string): void;
  /** A TLS handshake that did not come to its end: a health check, a scanner, a client that trusts another authority. */
  handshakeFailed(address: string | null, reason: string): void;
}
