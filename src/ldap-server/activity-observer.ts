/** Tells the activity what the LDAP server observes, beside whom it told before. */
import type { Activity } from '../core/activity/activity.ts';
import type { Refusal } from './connection-door.ts';
import type { LdapObserver } from './observer.ts';

export function withActivity(
  observer: LdapObserver,
  activity: Pick<Activity, 'signIn' | 'search' | 'connection'>,
): LdapObserver {
  return {
    operation: observer.operation,
    bind: activity.signIn,
    search: activity.search,
    refused(reason, address) {
      observer.refused(reason, address);
      activity.connection(address, REFUSALS[reason]);
    },
    handshakeFailed(address, reason) {
      observer.handshakeFailed(address, reason);
      if (address !== null) activity.connection(address, handshakeSentence(reason));
    },
  };
}

const REFUSALS: Readonly<Record<Refusal, string>> = {
  'not-allowed': 'The allow-list does not let this address connect.',
  'kept-out': 'Its network broke the protocol again and again, and is kept out for some seconds.',
  'too-many': 'There are as many connections as this server takes.',
  'too-many-of-address': 'This address has as many connections open as one may have.',
  'no-proxy-header': 'The proxy did not say for whom it connects.',
};

function handshakeSentence(reason: string): string {
  return /unknown.ca|certificate/i.test(reason)
    ? 'The client does not trust the certificate of this server: give it the authority that issued it.'
    : 'No encrypted connection came about: a health check, or a client that does not speak LDAPS.';
}
